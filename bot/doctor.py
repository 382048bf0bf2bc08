"""What is well and what is not, in words: each finding is one sentence, and where something is wrong, the fix."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Mapping

import aiohttp

from bot.data_folder import prepared_folder
from bot.finding import Finding
from bot.opinions.adviser import Adviser
from bot.opinions.encoder import model_folder
from bot.packs.library import OWN_PACKS, NoPack
from bot.packs.live import LiveCourses
from bot.platforms import registry
from bot.settings import Settings, SettingsError
from bot.vision.child import INSTALL, NEEDED
from bot.vision.oip import SCHEME, OipClassifier, read_map
from cogs.services import ClassifierError
from store import DatabaseState, Store, StoreError, inspect
from study.course import Course
from study.packs import PackFaults

ROOM_WANTED = 1 << 30


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything the settings name."""
    found = [_folder(settings), *await _database(settings), _packs(settings), await _models(settings)]
    found += _encoder() if settings.semantic else []
    found += [await Adviser(settings).examine()] if settings.advice_url else []
    for name in registry.chosen(()):
        found += await registry.package(name).examine(settings)
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


def _courses(settings: Settings) -> Mapping[str, Course]:
    return LiveCourses(settings.packs, settings.data / OWN_PACKS)


async def _groups(settings: Settings) -> list[Finding]:
    """Groups that cannot be posted to, and messages that need a decision."""
    try:
        courses: Mapping[str, Course] | None = _courses(settings)
    except (NoPack, PackFaults):
        courses = None  # which is a finding of its own
    store = await Store.open(settings.database, shared=True)
    try:
        found = []
        for group in await store.groups.all():
            if courses is not None and group.course not in courses:
                sentence = f"Its course pack {group.course!r} is not installed: put it back, or /group setup."
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
        courses = _courses(settings)
    except (NoPack, PackFaults) as error:
        first = str(error).splitlines()[0]
        return Finding("course packs", "wrong", f"{first} Run studybot check for the whole list.")
    if not courses:
        return Finding(
            "course packs", "wrong", f"There is no course pack in {settings.packs}; studybot import makes one."
        )
    return Finding("course packs", "well", f"{len(courses)} can be used: {', '.join(courses)}.")


async def _models(settings: Settings) -> Finding:
    if settings.models_url.startswith(SCHEME):
        return await _other_server(settings)
    if settings.models_url:
        return await _model_service(settings.models_url.rstrip("/"), settings.models_token.get_secret_value())
    lacking = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if lacking:
        sentence = f"{' and '.join(lacking)} not installed, so /classify is off; {INSTALL} adds the model side."
        return Finding("models", "warning", sentence)
    return Finding("models", "well", "The model service starts beside the bot.")


async def _other_server(settings: Settings) -> Finding:
    """Whether another server of the Open Inference Protocol has the models that are mapped."""
    try:
        mapped = read_map(settings.map_of_models)
        classifier = OipClassifier(settings.models_url, mapped, token=settings.models_token.get_secret_value())
        try:
            missing = await classifier.unready()
        finally:
            await classifier.close()
    except (SettingsError, ClassifierError) as error:
        return Finding("models", "wrong", str(error))
    if missing:
        return Finding("models", "warning", f"{settings.models_url} does not have, or not ready: {', '.join(missing)}.")
    return Finding("models", "well", f"{settings.models_url} has what is mapped: {', '.join(mapped)}.")


async def _model_service(url: str, token: str) -> Finding:
    """Whether a service that runs elsewhere answers the bot, and which of its models do not."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5), headers=headers) as session:
            async with session.get(f"{url}/readyz") as response:
                if response.status != 200:
                    return Finding("models", "warning", f"The model service at {url} is not ready yet.")
            async with session.get(f"{url}/v1/models") as response:
                if response.status == 401:
                    return Finding("models", "wrong", f"The service at {url} was started with another MODELS_TOKEN.")
                faults = (await response.json()).get("faults") or {}
    except (aiohttp.ClientError, TimeoutError, ValueError, AttributeError):
        sentence = f"No model service answers at {url}; start the service or correct MODELS_URL."
        return Finding("models", "wrong", sentence)
    if faults:
        return Finding("models", "warning", f"{url} leaves out: {' '.join(map(str, faults.values()))}")
    return Finding("models", "well", f"The model service at {url} is ready.")


def _encoder() -> list[Finding]:
    """The second opinion, which a bot that has it switched on does not start without."""
    try:
        model_folder()
    except SettingsError as error:
        return [Finding("second opinion", "wrong", str(error))]
    return [Finding("second opinion", "well", "The sentence encoder is installed.")]
