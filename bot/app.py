"""The wiring: from settings to a running bot, and back to a quiet end."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.clock import Clock
from bot.dispatcher import Desk
from bot.packs.library import read_courses
from bot.platforms.base import Platform
from bot.schedule.housekeeping import Housekeeping
from bot.schedule.outbox import Outbox
from bot.schedule.patience import Patiently
from bot.schedule.regrading import regrade
from bot.schedule.rounds import Rounds
from bot.schedule.ticker import Ticker
from bot.settings import Settings, SettingsError
from cogs import COGS
from cogs.messages import Reply
from cogs.posts import compose
from cogs.services import Classifier, Services
from store import DatabaseUnavailable, Delivery, Store, migrate
from study.course import Course

log = logging.getLogger(__name__)

HEARTBEAT = "heartbeat"

PATIENCE = 2.0
"""How many seconds a tick waits for rounds, and for the outbox: in a big morning each goes on behind the other."""

DATABASE_RETRY = 5.0
"""How many seconds pass until a Postgres that does not answer at the start is asked again."""


@dataclass(frozen=True, slots=True)
class App:
    """The parts that run together."""

    settings: Settings
    store: Store
    courses: Mapping[str, Course]
    clock: Clock
    services: Services
    desk: Desk
    rounds: Rounds


def prepared_folder(data: Path) -> Path:
    """The data folder, made if need be. Raises SettingsError if it cannot be written."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        probe = data / ".writable"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise SettingsError(
            f"The data folder {data} cannot be written ({error.strerror}). "
            "Correct its permissions, or name another with STUDYBOT_DATA."
        ) from None
    return data


@asynccontextmanager
async def opened(settings: Settings, classifier: Classifier, *, clock: Clock | None = None) -> AsyncIterator[App]:
    """Everything below the platforms: folder, database at its newest schema, courses, clock, features."""
    prepared_folder(settings.data)
    courses = read_courses(settings.packs)
    store = await _database(settings.database)
    try:
        clock = clock or await Clock.open(store)
        rounds = Rounds(store, courses, clock, timedelta(hours=settings.catch_up_hours))
        services = Services(store, courses, classifier, rounds.post_now, nearness=_nearness(settings))
        yield App(settings, store, courses, clock, services, Desk(COGS, services), rounds)
    finally:
        await store.close()


def _nearness(settings: Settings) -> Callable[[str, str], Awaitable[float]] | None:
    if not settings.semantic:
        return None
    from bot.semantic import nearness

    return nearness()


async def _database(url: str) -> Store:
    """The database at its newest schema. A Postgres that does not answer is waited for, which is said once."""
    told = False
    while True:
        try:
            await migrate(url)
            return await Store.open(url)
        except DatabaseUnavailable as error:
            if url.startswith("sqlite"):
                raise
            if not told:
                log.warning("%s Waiting for it …", error)
            told = True
            await asyncio.sleep(DATABASE_RETRY)


async def serve(app: App, platforms: Sequence[Platform], *, ready: Callable[[], None] = lambda: None) -> None:
    """Serve the platforms until SIGINT or SIGTERM, then stop within seconds."""
    looking = Patiently(app.rounds.tick, PATIENCE)
    sending = Patiently(outbox_of(app, platforms).run_once, PATIENCE)
    housekeeping = Housekeeping(app.store, app.clock, app.settings.keep_days)

    async def tick() -> None:
        await looking()
        await sending()
        await housekeeping.tick()
        beat(app.settings.data)

    ticker = Ticker(tick, app.settings.tick_seconds)
    app.rounds.on_change = app.clock.on_change = ticker.poke
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(wanted, stop.set)
    async with AsyncExitStack() as stack:
        for platform in platforms:
            await platform.start()
            stack.push_async_callback(platform.stop)
        stack.push_async_callback(sending.stop)
        stack.push_async_callback(looking.stop)
        ticker.start()
        stack.push_async_callback(ticker.stop)
        gc.collect()
        gc.freeze()  # a full pass over what start-up made would let everybody wait for some 70 ms
        ready()
        mending = asyncio.create_task(regrade(app.services, app.clock.now()), name="regrading")
        stack.callback(mending.cancel)
        mending.add_done_callback(_told)
        await stop.wait()
        log.info("stopping")


def outbox_of(app: App, platforms: Sequence[Platform]) -> Outbox:
    """The outbox of these platforms; what it sends is composed from the stored post, as it should stand now."""

    async def composed(delivery: Delivery) -> Reply:
        return await compose(delivery.post_id, app.services)

    return Outbox(
        app.store,
        {platform.name: platform for platform in platforms},
        composed,
        app.clock,
        late_after=timedelta(hours=app.settings.catch_up_hours),
    )


def _told(task: asyncio.Task[int]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("regrading failed; it is tried again at the next start", exc_info=task.exception())


def beat(data: Path) -> None:
    """Leave a heartbeat for `studybot health`."""
    path = data / HEARTBEAT
    path.touch()
    os.utime(path)
