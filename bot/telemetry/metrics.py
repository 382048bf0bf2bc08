"""What the bot counts, for Prometheus: every name has its home here, and is set where all platforms pass.

Labels hold words of the program alone (platforms, declared commands, kinds, outcomes), never what people wrote, their
names or ids, so that they stay few.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import get_args

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)

from bot.errors import BotError
from bot.telemetry.events import event_id
from bot.telemetry.traces import span
from cogs.errors import CogsError
from cogs.messages import Form, Reply
from store import StoreError
from store.errors import DatabaseError
from store.outbox.delivery import ChannelKind, MemberKind
from store.watch import Turn, Watch

disable_created_metrics()  # type: ignore[no-untyped-call]  # half of all lines, which nothing here asks for
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)

_TURNS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_ANSWERS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10)
_RUNS = (0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900)
_DELAYS = (1, 5, 15, 30, 60, 120, 300, 900, 3600, 14400, 43200)

EVENTS = Counter(
    "studybot_events",
    "What people did: commands, buttons and forms, by what came of it",
    ("platform", "what", "outcome"),
    registry=REGISTRY,
)
EVENT_SECONDS = Histogram(
    "studybot_event_seconds",
    "From a command, button or form to the reply, all of it kept",
    ("platform", "kind"),
    buckets=_ANSWERS,
    registry=REGISTRY,
)
ANSWERS = Counter("studybot_answers", "Answers kept, each once, by verdict", ("verdict",), registry=REGISTRY)
DELIVERIES = Counter(
    "studybot_deliveries",
    "Attempts to deliver, by what came of them: sent, later, unknown, late (given up), withdrawn, dead",
    ("platform", "kind", "outcome"),
    registry=REGISTRY,
)
POST_DELAY = Histogram(
    "studybot_post_delay_seconds",
    "From when a post was due until it was sent",
    ("platform",),
    buckets=_DELAYS,
    registry=REGISTRY,
)
DUE = Gauge("studybot_due", "Deliveries due now and not sent", ("platform", "to"), registry=REGISTRY)
OLDEST_DUE = Gauge(
    "studybot_oldest_due_seconds",
    "How long the oldest delivery has been due, to a channel or as a letter to a member",
    ("platform", "to"),
    registry=REGISTRY,
)
UNSETTLED = Gauge(
    "studybot_unsettled", "Deliveries in a state that is not sent and not waiting: unknown, dead", ("state",),
    registry=REGISTRY,
)  # fmt: skip
DATABASE_SECONDS = Histogram(
    "studybot_database_turn_seconds", "Turns at the database", ("kind",), buckets=_TURNS, registry=REGISTRY
)
SEND_SECONDS = Histogram(
    "studybot_send_seconds", "Calls of a platform that deliver", ("platform",), buckets=_ANSWERS, registry=REGISTRY
)
JOB_SECONDS = Histogram("studybot_job_seconds", "Runs of recurring work", ("job",), buckets=_RUNS, registry=REGISTRY)
JOB_SUCCESS = Gauge(
    "studybot_job_last_success_timestamp_seconds",
    "When recurring work last went well, in seconds since 1970",
    ("job",),
    registry=REGISTRY,
)
PICTURE_SECONDS = Histogram(
    "studybot_picture_seconds", "Asking the model service for a picture", (), buckets=_ANSWERS, registry=REGISTRY
)
LINE_UP = Gauge("studybot_line_up", "Whether people can reach the bot there", ("platform",), registry=REGISTRY)
READY = Gauge("studybot_ready", "Whether each check of /readyz is well", ("check",), registry=REGISTRY)
ERRORS = Counter("studybot_errors", "What went wrong, by where and its kind", ("where", "kind"), registry=REGISTRY)
LOG_LINES = Counter("studybot_log_lines", "Lines for the log, written or only counted", ("level",), registry=REGISTRY)


_OUTCOMES = ("sent", "later", "unknown", "late", "withdrawn", "dead")
_WHERE = ("event", "job", "delivery", "database", "picture")
_TURN_SECONDS = {kind: DATABASE_SECONDS.labels(kind) for kind in ("read", "write")}


def begin(platforms: Iterable[str]) -> None:
    """Count from nought what alerts watch: a series that first appears at one has not risen, as Prometheus sees it."""
    for platform in platforms:
        for kind in (*get_args(ChannelKind), *get_args(MemberKind)):
            for outcome in _OUTCOMES:
                DELIVERIES.labels(platform, kind, outcome)
    for where in _WHERE:
        ERRORS.labels(where, "unexpected")
    for error in DatabaseError.__subclasses__():
        ERRORS.labels("database", error.__name__)


def failed(where: str, error: BaseException) -> None:
    """Count an error. Those of the house are told apart by their class; all others are unexpected."""
    known = isinstance(error, BotError | StoreError | CogsError | TimeoutError)
    ERRORS.labels(where, type(error).__name__ if known else "unexpected").inc()


@contextmanager
def timed(histogram: Histogram, where: str, /, **attributes: str) -> Iterator[None]:
    """Around work: how long it took, the error with which it failed, and a span of its own in the trace."""
    begun = time.perf_counter()
    try:
        with span(where, **attributes):
            yield
    except Exception as error:
        failed(where, error)
        raise
    finally:
        histogram.observe(time.perf_counter() - begun)


def sending(platform: str) -> AbstractContextManager[None]:
    """Around a call that delivers."""
    return timed(SEND_SECONDS.labels(platform), "delivery", platform=platform)


@contextmanager
def event(platform: str, kind: str, what: str) -> Iterator[Callable[[Reply | Form], None]]:
    """Around one command, button or form: how long it took, and what came of it, which is handed in."""

    def outcome(reply: Reply | Form) -> None:
        EVENTS.labels(platform, what, _outcome(reply)).inc()

    with event_id(), timed(EVENT_SECONDS.labels(platform, kind), "event", platform=platform, what=what):
        yield outcome


def _outcome(reply: Reply | Form) -> str:
    if isinstance(reply, Form):
        return "form"
    if reply.failed:
        return "failed"
    return "fault" if reply.faults else "refused" if reply.alone else "done"


_WITHDRAWN = ("withdrawn", "unreachable", "nothing_to_edit")


class StoreMetrics(Watch):
    """What the store does, counted."""

    def turn(self, kind: Turn) -> AbstractContextManager[None]:
        """A turn at the database with its time; only the database's own failures are its errors."""
        return _turn(kind)

    def answered(self, verdict: str) -> None:
        """An answer."""
        ANSWERS.labels(verdict).inc()

    def settled(self, platform: str, kind: str, state: str, reason: str, waited: float) -> None:
        """A delivery, by what came of the attempt."""
        outcome = {"pending": "later"}.get(state, state)
        if state == "dead":
            outcome = "late" if reason == "too_late" else "withdrawn" if reason in _WITHDRAWN else "dead"
        DELIVERIES.labels(platform, kind, outcome).inc()
        if kind == "post" and state == "sent":
            POST_DELAY.labels(platform).observe(max(waited, 0.0))


@contextmanager
def _turn(kind: Turn) -> Iterator[None]:
    begun = time.perf_counter()
    try:
        with span("database", kind=kind):
            yield
    except DatabaseError as error:
        failed("database", error)
        raise
    finally:
        _TURN_SECONDS[kind].observe(time.perf_counter() - begun)
