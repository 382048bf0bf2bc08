"""The composition root: from settings to a running bot, and back to a quiet end. Nothing else joins the parts."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from bot.channel_events import ChannelEvents
from bot.clock import Clock
from bot.data_folder import keep_files_private, prepared_folder
from bot.dispatcher import Dispatcher
from bot.first_group import set_up_first_group, zone_of_first_group
from bot.log_once import LogOnce
from bot.opinions.adviser import Adviser
from bot.packs.bench import Bench
from bot.packs.library import OWN_PACKS
from bot.packs.live import LiveCourses
from bot.platforms import registry
from bot.platforms.base import Messenger, Platform
from bot.platforms.host import Host
from bot.schedule.housekeeping import Housekeeping
from bot.schedule.jobs import Jobs
from bot.schedule.meetings import Meetings
from bot.schedule.nudges import Nudges
from bot.schedule.outbox import Outbox
from bot.schedule.regrading import Regrading
from bot.schedule.rounds import RoundScheduler
from bot.schedule.trainings import EVERY as TRAINING_NEWS
from bot.schedule.trainings import TrainingNews
from bot.settings import Settings, listed
from bot.telemetry import metrics
from bot.telemetry.health import ended, write_down
from bot.telemetry.logs import start_log
from bot.telemetry.metrics import StoreMetrics
from bot.telemetry.readiness import LINE, Readiness
from bot.telemetry.server import TelemetryServer
from bot.telemetry.traces import start_traces
from bot.vision.child import ModelService
from bot.vision.client import HttpClassifier
from bot.vision.oip import SCHEME, OipClassifier, read_map
from bot.vision.trainer import HttpTrainer
from cogs import COGS, meeting
from cogs.asked import language_of
from cogs.evidence import Evidence, evidence
from cogs.letters import compose_letter
from cogs.messages import Ask, Reply
from cogs.overview import Overview, Trail, overview, trail
from cogs.own_page import OwnPage, own_page
from cogs.posts import compose
from cogs.services import Classifier, ClassifierError, Services, Trainer
from cogs.talk import thread
from store import PINS, DatabaseUnavailable, Delivery, Store, StoreError, migrate
from study.group import Group, Place, Round

log = logging.getLogger(__name__)

ARRIVAL = 8.0
"""How many seconds whoever has posts made at once waits to be told what came of them."""
UNDER_WAY = ("pending", "leased", "sending")
DATABASE_RETRY = 5.0
"""How many seconds pass until a Postgres that does not answer at the start is asked again."""
ANALYZE_SECONDS = 3600.0
"""How often SQLite's tables are counted anew, for the choice of its indexes."""


@dataclass(frozen=True, slots=True)
class App:
    """The parts below the platforms, which run together."""

    settings: Settings
    store: Store
    courses: LiveCourses
    clock: Clock
    services: Services
    dispatcher: Dispatcher
    rounds: RoundScheduler
    bench: Bench

    @property
    def host(self) -> Host:
        """The app as platforms see it."""
        store = self.store
        return Host(
            *(
                self.dispatcher,
                COGS,
                self.clock,
                store.facts,
                store.codes,
                ChannelEvents(store),
                store.page,
                store.signing_in,
            ),
            self.settings.data,
            self.overview,
            self.trail,
            self.own_page,
            self.evidence,
            self.settle,
            self.bench,
        )

    async def overview(self, which: Place | int) -> Overview | None:
        """A group at a glance, by its id or by a place where it reads; None where there is none."""
        group = await self._group(which)
        return None if group is None else await overview(group, self.services, self.clock.now())

    async def trail(self, which: Place | int, page: int | None) -> Trail | None:
        """A page of what was done in a group, or all of it; None where there is no such group."""
        group = await self._group(which)
        return None if group is None else await trail(group, self.services, page)

    async def own_page(self, ask: Ask, page: int) -> OwnPage:
        """The own page of whoever asks, with one page of their answers. Raises CogsError."""
        return await own_page(ask, self.services, page)

    async def evidence(self, where: Sequence[Place | int], course: str, item: str) -> Evidence:
        """What answers say of a course, or of an item of it alone, in the groups of these ids or at these places."""
        groups = [group for which in where if (group := await self._group(which)) is not None]
        return await evidence(groups, self.courses[course], self.services, item)

    async def settle(self, proposal: int, item: str, word: str, by: str) -> bool:
        """Settle a proposed question: the item that it became, or why it became none. False where it was settled."""
        proposals, now = self.store.proposals, self.clock.now()
        return await (proposals.take(proposal, item, by, now) if item else proposals.decline(proposal, word, by, now))

    async def _group(self, which: Place | int) -> Group | None:
        groups = self.store.groups
        return await groups.get(which) if isinstance(which, int) else await groups.at(which)


async def run_bot(settings: Settings, named: Sequence[str]) -> None:
    """Serve until told to stop. Raises BotError, StoreError or PackFaults with a sentence."""
    names = registry.chosen(named)
    if names != (registry.NEEDS_NOTHING,):
        settings = settings.model_copy(update={"demo": False})
    start_log(settings.log, as_json=settings.log_format == "json")
    for library in ("apscheduler", "alembic"):  # of each run, and of each step of a new database
        logging.getLogger(library).setLevel(logging.WARNING)
    zone = zone_of_first_group(settings.zone)
    keep_files_private()
    prepared_folder(settings.data)
    end_traces = start_traces(settings.traces) if settings.traces else lambda: None
    page = page_address(settings, names)
    async with (
        classifying(settings) as (classifier, trainer),
        opened(settings, classifier, trainer=trainer, page_url=page) as app,
    ):
        platforms = [registry.package(name).create(app.host, settings) for name in names]
        for platform in platforms:
            if platform.first_place is not None:
                await set_up_first_group(app.store, app.courses, platform.first_place, zone, app.clock.now())
        await serve(app, platforms, ready=partial(announce, platforms))
    end_traces()


def page_address(settings: Settings, names: Sequence[str]) -> str:
    """Where people reach the page: the address that is set, else this machine's own, where the page is served."""
    if settings.page_url or registry.NEEDS_NOTHING not in names or not settings.port:
        return settings.page_url
    everywhere = settings.host in ("0.0.0.0", "::", "")  # noqa: S104 - compared, not bound
    return f"http://{'127.0.0.1' if everywhere else settings.host}:{settings.port}"


def announce(platforms: Iterable[Platform]) -> None:
    """Say to whoever started the bot where it is served."""
    for platform in platforms:
        print(platform.announcement, flush=True)


@asynccontextmanager
async def classifying(settings: Settings) -> AsyncIterator[tuple[Classifier, HttpTrainer | None]]:
    """The ways to the model service: the one named, else one started beside the bot and stopped with it.

    Raises SettingsError where another server is named and nothing says how its models are fed.
    """
    token = settings.models_token.get_secret_value()
    async with AsyncExitStack() as stack:
        classifier: HttpClassifier | OipClassifier
        trainer: HttpTrainer | None = None
        if settings.models_url.startswith(SCHEME):
            classifier = OipClassifier(settings.models_url, read_map(settings.map_of_models), token=token)
        elif settings.models_url:
            classifier = HttpClassifier(settings.models_url, token=token)
            trainer = HttpTrainer(settings.models_url, token=token)
        else:
            service = ModelService(settings.data, token=token)
            await service.start()
            stack.push_async_callback(service.stop)
            classifier = HttpClassifier(service.address, token=token, loaded=service.loaded)
            trainer = HttpTrainer(service.address, token=token)
        stack.push_async_callback(classifier.close)
        if trainer is not None:
            stack.push_async_callback(trainer.close)
        yield classifier, trainer


@asynccontextmanager
async def opened(
    settings: Settings,
    classifier: Classifier,
    *,
    trainer: Trainer | None = None,
    clock: Clock | None = None,
    page_url: str = "",
) -> AsyncIterator[App]:
    """Everything below the platforms: folder, database at its newest schema, courses, clock, features."""
    prepared_folder(settings.data)
    courses = LiveCourses(settings.packs, settings.data / OWN_PACKS)
    nearness = None
    if settings.semantic:
        from bot.opinions import encoder

        nearness = encoder.nearness()
    store = await _database(settings.database)
    try:
        clock = clock or await Clock.open(store)
        rounds = RoundScheduler(store, courses, clock, timedelta(hours=settings.catch_up_hours))
        post_now = partial(post_and_wait, rounds, store)
        services = Services(
            store,
            courses,
            classifier,
            post_now,
            nearness=nearness,
            adviser=Adviser(settings) if settings.advice_url else None,
            page_url=page_url,
            organisers=frozenset(listed(settings.organisers)),
            trainer=trainer,
            pictures=courses.picture,
        )
        bench = Bench(courses, settings.data / OWN_PACKS, settings.data / "bench", clock.now)
        yield App(settings, store, courses, clock, services, Dispatcher(COGS, services), rounds, bench)
    finally:
        await store.close()


async def post_and_wait(rounds: RoundScheduler, store: Store, group_id: int) -> Round | None:
    """As `RoundScheduler.post_now`; comes back when its posts have arrived or cannot, or after `ARRIVAL` seconds."""
    opened = await rounds.post_now(group_id)
    deadline = time.monotonic() + ARRIVAL
    while opened is not None and time.monotonic() < deadline:
        if not any(one.state in UNDER_WAY for one in await store.deliveries.of_round(opened.id)):
            break
        await asyncio.sleep(0.2)
    return opened


async def _database(url: str) -> Store:
    """The database at its newest schema. A Postgres that does not answer is waited for, which is said once."""
    logged = False
    while True:
        try:
            await migrate(url)
            return await Store.open(url, watch=StoreMetrics())
        except DatabaseUnavailable as error:
            if url.startswith("sqlite"):
                raise
            if not logged:
                log.warning("%s Waiting for it …", error)
            logged = True
            await asyncio.sleep(DATABASE_RETRY)


async def serve(app: App, platforms: Sequence[Platform], *, ready: Callable[[], None] = lambda: None) -> None:
    """Serve the platforms until SIGINT or SIGTERM, then stop within seconds."""
    jobs = jobs_of(app, platforms)
    for platform in platforms:
        jobs.every(app.settings.tick_seconds, f"{LINE}{platform.name}", platform.check)
    metrics.begin(platform.name for platform in platforms)
    readiness = Readiness(app.store, jobs.states)
    serves = [platform.name for platform in platforms]
    sign = partial(_sign_of_life, app.settings.data, serves, readiness)
    jobs.every(app.settings.tick_seconds, "the sign of life", sign)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(wanted, stop.set)
    with suppress(StoreError):  # the first look at what is due needs it; in an hour it is tried again
        await app.store.database.analyze()
    async with AsyncExitStack() as stack:
        if app.settings.metrics:
            telemetry = TelemetryServer(app.settings.metrics, readiness, app.store, app.clock.now)
            await telemetry.start()
            stack.push_async_callback(telemetry.stop)
        for platform in platforms:
            await platform.start()
            stack.push_async_callback(platform.stop)
        stack.callback(ended, app.settings.data, serves)
        jobs.start()
        stack.push_async_callback(jobs.stop)
        gc.collect()
        gc.freeze()  # a full pass over what start-up made would let everybody wait for some 70 ms
        ready()
        await stop.wait()
        log.info("stopping")


def jobs_of(app: App, platforms: Sequence[Messenger]) -> Jobs:
    """The work that recurs: each part by itself, so that a big morning holds up nothing else."""
    jobs, every = Jobs(), app.settings.tick_seconds
    outbox = outbox_of(app, platforms)
    meetings = Meetings(app.store, app.clock)
    meetings.on_change = partial(jobs.poke, "posting")
    nudges = Nudges(app.store, app.clock)
    nudges.on_change = partial(jobs.poke, "posting")
    housekeeping = Housekeeping(
        app.store,
        app.clock,
        app.settings.keep_days,
        app.settings.records_days,
        data=app.settings.data,
    )
    news = TrainingNews(
        app.store,
        app.services.trainer,
        {platform.name: platform for platform in platforms},
        app.clock,
        language=partial(_language, app.services),
    )
    app.rounds.on_change = partial(jobs.poke, "posting")
    app.clock.on_change = partial(jobs.poke, "opening rounds")
    jobs.every(every, "opening rounds", app.rounds.tick)
    jobs.every(every, "meetings", meetings.tick)
    jobs.every(every, "reminding", nudges.tick)
    jobs.every(every, "posting", outbox.run_once)
    jobs.every(every, "housekeeping", housekeeping.tick)
    jobs.every(ANALYZE_SECONDS, "analyzing the database", app.store.database.analyze)
    jobs.every(TRAINING_NEWS, "telling of trainings", news.tick)
    jobs.every(every, "forgetting pictures", partial(forget_pictures, app.services, LogOnce(log)))
    jobs.every(every, "reading packs", Regrading(app.services, app.courses, app.clock.now).tick)
    return jobs


async def forget_pictures(services: Services, log_once: LogOnce) -> None:
    """Have the model service remove the pictures of those who were deleted; whoever it cannot be told of waits."""
    left = "pictures of people who were deleted are still to be removed"
    for giver in await services.store.privacy.givers_to_forget():
        if services.trainer is not None:
            try:
                await services.trainer.forget(giver)
            except ClassifierError as error:
                log_once.failed(left, error, left)
                return
        await services.store.privacy.giver_forgotten(giver)
    log_once.recovered(left, "the pictures of people who were deleted are removed")


async def _sign_of_life(data: Path, serves: Sequence[str], readiness: Readiness) -> None:
    write_down(data, serves, await readiness.checks())


def outbox_of(app: App, platforms: Sequence[Messenger]) -> Outbox:
    """The outbox of these platforms."""
    return Outbox(
        app.store,
        {platform.name: platform for platform in platforms},
        partial(_composed, app.services, app.clock),
        app.clock,
        language=partial(_language, app.services),
        late_after=timedelta(hours=app.settings.catch_up_hours),
    )


async def _language(services: Services, group_id: int) -> str:
    return language_of(await services.store.groups.get(group_id), services)


async def _composed(services: Services, clock: Clock, delivery: Delivery) -> Reply | None:
    """What a delivery sends: the stored post as it should stand now, or what its one reader is to know now."""
    if delivery.recipient is not None:
        return await compose_letter(delivery, services, clock.now())
    if delivery.kind in PINS:
        return Reply("")  # the message says what it said
    if delivery.kind in ("thread", "thread_edit"):
        return await thread(delivery.post_id, services)
    if delivery.meeting_id:
        return await meeting.compose(delivery, services, clock.now())
    return await compose(delivery.post_id, services)
