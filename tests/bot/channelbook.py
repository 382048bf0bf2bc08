"""A platform in a few lines that can fail in every way, and a course, for the tests of rounds and outbox."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta

from bot.clock import ManualClock
from bot.platforms.base import CannotTell
from bot.schedule.outbox import Outbox
from bot.schedule.rounds import RoundScheduler
from cogs.messages import Event, say
from store import EVENTS
from study.course import Course, Item, Recap, Week
from study.group import Place, Slot

MONDAY = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
RUBRIC = object()
HALF_A_DAY = timedelta(hours=12)
MONDAYS = (Slot(0, time(18)),)


def a_course(weeks=4, items=9):
    def a_week(number):
        asked = tuple(Item(f"w{number}q{n}", "?", "!", RUBRIC) for n in range(items))
        return Week(number, f"Week {number}", "read", Recap("?", "!", RUBRIC), asked)

    return Course("fastbook", "A course", "en", tuple(a_week(number) for number in range(1, weeks + 1)))


@dataclass
class Channelbook:
    """What was posted, by key, message id by message id; `script` holds what the next calls do instead."""

    name: str = "browser"
    posts: list = field(default_factory=list)
    edits: list = field(default_factory=list)
    threads: list = field(default_factory=list)
    told: list = field(default_factory=list)
    letters: list = field(default_factory=list)
    pings: list = field(default_factory=list)
    pinned: list = field(default_factory=list)
    script: list = field(default_factory=list)
    can_find: bool = True
    dedupes: bool = False

    async def start(self): ...

    async def stop(self): ...

    async def check(self): ...

    def _next(self):
        return self.script.pop(0) if self.script else None

    async def send(self, outgoing):
        what = self._next()
        if isinstance(what, Exception) and not getattr(what, "posted", False):
            raise what
        if outgoing.ping:
            self.pings.append(outgoing.key)
        where = self.threads if outgoing.under else self.posts
        where.append((outgoing.key, outgoing.under or outgoing.place.channel))
        if what is not None:
            raise what
        return f"{'t' if outgoing.under else 'm'}{len(where)}"

    async def edit(self, outgoing, message_id):
        what = self._next()
        if what is not None:
            raise what
        self.edits.append((message_id, outgoing.message.summary))

    async def pin(self, place, message_id):
        self.pinned.append(message_id)

    async def unpin(self, place, message_id):
        if message_id in self.pinned:
            self.pinned.remove(message_id)

    async def find(self, outgoing, since):
        if not self.can_find:
            raise CannotTell("no history here")
        where = self.threads if outgoing.under else self.posts
        keys = [key for key, _ in where]
        return f"{'t' if outgoing.under else 'm'}{keys.index(outgoing.key) + 1}" if outgoing.key in keys else None

    async def tell_member(self, private):
        what = self._next()
        if isinstance(what, Exception) and not getattr(what, "posted", False):
            raise what
        self.letters.append((private.key, private.place.channel, private.person))
        if what is not None:
            raise what
        return f"p{len(self.letters)}"

    async def find_private(self, private, since):
        if not self.can_find:
            raise CannotTell("no history here")
        return next((key for key, _, _ in self.letters if key == private.key), None)

    async def tell_organiser(self, place, message):
        self.told.append(message().summary)
        return True

    @property
    def doubles(self):
        keys = [key for key, _ in (*self.posts, *self.threads)]
        return len(keys) - len(set(keys))


async def compose(delivery):
    event = (
        Event("Meeting", "We meet.", MONDAY, MONDAY + timedelta(hours=1), "Here") if delivery.kind in EVENTS else None
    )
    return replace(say(f"{delivery.kind} of post {delivery.post_id}"), event=event)


class Spine:
    """A store with a clock, rounds and an outbox over one channelbook."""

    def __init__(self, store, platform=None, start=MONDAY, course=None, **outbox):
        self.store, self.clock = store, ManualClock(start)
        self.platform = platform or Channelbook()
        self.rounds = RoundScheduler(store, {"fastbook": course or a_course()}, self.clock, HALF_A_DAY)
        self.outbox = Outbox(store, {self.platform.name: self.platform}, compose, self.clock, HALF_A_DAY, **outbox)

    async def group(self, channel="c", slots=MONDAYS, zone="Europe/Berlin"):
        return await self.store.groups.set_up(
            Place("browser", "w", channel, channel),
            name="G",
            course="fastbook",
            zone=zone,
            slots=slots,
            at=self.clock.now(),
        )

    async def pass_time(self, hours, step=6):
        for _ in range(int(hours / step)):
            self.clock.move(timedelta(hours=step))
            await self.tick()

    async def tick(self):
        await self.rounds.tick()
        await self.outbox.run_once()
