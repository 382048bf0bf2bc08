"""Weeks in a group's life on a platform whose line and rights come and go, for a property and for a whole year."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from bot.channel_events import ChannelEvents
from bot.platforms.base import SendLater, SendRefused, SendUnknown
from study.group import Place
from tests.bot.channelbook import MONDAYS, Channelbook, Spine

KINDS = ("outage", "unclear", "right", "removed", "renamed")
MOST = 6 * 3600
"""Seconds of the longest trouble: within the time in which what is late is still posted."""
STEP, WATCHED = timedelta(hours=1), 9
"""How finely, and for how many hours from one before the slot, a week is watched."""
HERE = Place("browser", "w", "c", "c")


@dataclass(frozen=True)
class Trouble:
    """What happens in a week: its kind, after how many seconds from an hour before the slot, and for how long."""

    kind: str
    after: float
    lasts: float


@dataclass
class Fickle(Channelbook):
    """Takes nothing while it is away; posts and says nothing while its answers are lost; refuses without the right."""

    now: set = field(default_factory=set)

    async def _asked(self, call, *given):
        if "outage" in self.now:
            raise SendLater("The platform is away.", 15.0)
        if self.now & {"right", "removed"}:
            raise SendRefused("I may not write in #c.")
        made = await call(*given)
        if "unclear" in self.now:
            raise SendUnknown("The line broke.")
        return made

    async def send(self, outgoing):
        return await self._asked(super().send, outgoing)

    async def edit(self, outgoing, message_id):
        return await self._asked(super().edit, outgoing, message_id)

    async def find(self, outgoing, since):
        if self.now & {"outage", "unclear"}:
            raise SendLater("The platform is away.", 15.0)
        return await super().find(outgoing, since)


class Life:
    """A group with one weekly slot, and what its platform tells the bot of."""

    def __init__(self, store, course):
        self.spine = Spine(store, Fickle(), course=course)
        self.platform, self.events = self.spine.platform, ChannelEvents(store)
        self.closings = 0

    async def begin(self):
        await self.spine.group(slots=MONDAYS)
        self.spine.clock.move(timedelta(hours=8))  # an hour before the slot

    async def week(self, troubles):
        """One week: each trouble begins and ends in its time, and the platform tells of it where a real one would."""
        begun, ended = set(), set()
        for step in range(int(timedelta(hours=WATCHED) / STEP)):
            at = step * STEP.total_seconds()
            for n, one in enumerate(troubles):
                if n not in begun and one.after <= at:
                    begun.add(n)
                    await self._begins(one)
            await self.spine.tick()
            for n, one in enumerate(troubles):
                if n in begun - ended and one.after + one.lasts <= at + STEP.total_seconds():
                    ended.add(n)
                    await self._ends(one, [other for m, other in enumerate(troubles) if m in begun - ended])
            await self.spine.tick()
            self.spine.clock.move(STEP)
        for _ in range(2):  # what was taken back to be tried again
            self.spine.clock.move(timedelta(minutes=30))
            await self.spine.tick()
        self.spine.clock.move(timedelta(days=7, hours=-WATCHED - 1))

    async def _begins(self, one):
        self.platform.now.add(one.kind)
        if one.kind == "removed":
            await self.events.workspace_left("browser", "w")
        self.closings += one.kind in ("right", "removed")

    async def _ends(self, one, others):
        if all(other.kind != one.kind for other in others):
            self.platform.now.discard(one.kind)
        if one.kind == "renamed":
            await self.events.channel_renamed(HERE)
        if one.kind in ("right", "removed") and not self.platform.now & {"right", "removed"}:
            await self.events.channel_back(HERE)

    async def found(self):
        """What is to be seen of it: rounds and deliveries by their states, doubles, and what an organiser was told."""
        store = self.spine.store
        rounds = await store.rounds.of_group(1)
        posts = [post for one in rounds for post in await store.posts.of_round(one.id)]
        return {
            "rounds": dict(Counter(one.state for one in rounds)),
            "slots twice": len(rounds) - len({one.slot for one in rounds}),
            "lost": len(posts) - len({key for key, _ in self.platform.posts}),
            "doubled": self.platform.doubles,
            "messages": dict(Counter(one.state for one in await store.deliveries.find(limit=10**6))),
            "notices": len(self.platform.told),
            "closings": self.closings,
        }
