"""What is well and what is not, in words: each finding is one sentence, and where something is wrong, the fix."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Mapping

import aiohttp

from bot.data_folder import prepared_folder
from bot.finding import Finding
from bot.packs.library import NoPack, read_courses
from bot.platforms import registry
from bot.settings import Settings, SettingsError
from bot.vision.child import INSTALL
from store import DatabaseState, Store, StoreError, inspect
from study.course import Course
from study.packs import PackFaults

ROOM_WANTED = 1 << 30


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything the settings name."""
    found = [_folder(settings), *await _database(settings), _packs(settings), await _models(settings)]
    for name in registry.chosen(()):
        found += await registry.package(name).doctor(settings)
    return found


def _folder(settings: Settings) -> Finding:
    try:
        data = prepared_folder(settings.data)
    except SettingsError as error:
        return Finding("data folder", "wrong", str(error))
    free = shutil.disk_usage(data).free
    if free < ROOM_WANTED:
        return Finding("data folder", "warning", f"{data} has only {free >> 20} MiB free; make room.")
    return Finding("data folder", "well", f"{data.absolute()} can be written.")


async def _database(settings: Settings) -> list[Finding]:
    try:
        state = await inspect(settings.database)
        groups = await _groups(settings) if state.up_to_date else []
        return [Finding("database", "well", _sentence(state)), *groups]
    except StoreError as error:
        return [Finding("database", "wrong", str(error))]


def _sentence(state: DatabaseState) -> str:
    if not state.exists:
        return f"There is no database at {state.where} yet; the first start makes it."
    return (
        f"{state.where} answers, schema {state.revision}." if state.revision else f"{state.where} answers and is empty."
    )


async def _groups(settings: Settings) -> list[Finding]:
    """Groups that cannot be posted to, and messages that need a decision."""
    try:
        courses: Mapping[str, Course] | None = read_courses(settings.packs)
    except (NoPack, PackFaults):
        courses = None  # which is a finding of its own
    store = await Store.open(settings.database, shared=True)
    try:
        found = []
        for group in await store.groups.all():
            if courses is not None and group.course not in courses:
                sentence = f"Its course pack {group.course!r} is not in {settings.packs}: put it back, or /group setup."
                found.append(Finding(f"group {group.id}", "wrong", sentence))
            for channel in await store.channels.of_group(group.id):
                if channel.trouble:
                    where = channel.name or channel.external_id
                    found.append(Finding(f"group {group.id}", "warning", f"{where}: {channel.trouble}"))
        if waiting := len(await store.deliveries.unsettled(limit=1000)):
            sentence = f"{waiting} need a decision: see studybot groups messages."
            found.append(Finding("messages", "warning", sentence))
        return found
    finally:
        await store.close()


def _packs(settings: Settings) -> Finding:
    try:
        courses = read_courses(settings.packs)
    except (NoPack, PackFaults) as error:
        first = str(error).splitlines()[0]
        return Finding("course packs", "wrong", f"{first} Run studybot check for the whole list.")
    if not courses:
        return Finding(
            "course packs", "wrong", f"There is no course pack in {settings.packs}; studybot import makes one."
        )
    return Finding("course packs", "well", f"{len(courses)} can be used: {', '.join(courses)}.")


async def _models(settings: Settings) -> Finding:
    if settings.models_url:
        try:
            timeout = aiohttp.ClientTimeout(total=5)
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.get(f"{settings.models_url.rstrip('/')}/readyz") as response,
            ):
                if response.status == 200:
                    return Finding("models", "well", f"The model service at {settings.models_url} is ready.")
                return Finding("models", "warning", f"The model service at {settings.models_url} is not ready yet.")
        except (aiohttp.ClientError, TimeoutError):
            return Finding(
                "models", "wrong", f"Nothing answers at {settings.models_url}; start the service or correct MODELS_URL."
            )
    if importlib.util.find_spec("torch") is None:
        return Finding(
            "models", "warning", f"PyTorch is not installed, so /classify is off; {INSTALL} adds the model side."
        )
    return Finding("models", "well", "The model service starts beside the bot.")
