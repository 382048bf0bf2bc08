"""Weeks of groups' lives on a platform's own counterpart, to a year: what happens to them, and what must always hold.

Time is simulated: the counterpart and the bot are told it, so that weeks pass in seconds. The bot is a process of its
own that is killed. Whatever is advised is followed by the organiser, by the words of the notice that they got.
"""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from study.calendar import instant, monday
from tests.platforms.years.process import Bot

ZONE = "Europe/Berlin"
MOST = 6 * 3600
"""Seconds of the longest trouble: within the time in which what is late is still posted."""
FINE, COARSE = timedelta(minutes=10), timedelta(hours=12)
"""How finely a week is watched while something is going on, and otherwise."""
BEFORE, WATCHED = timedelta(hours=1), timedelta(hours=10)
"""From when before the slot, and for how long, a week is watched closely."""
GRACE = timedelta(hours=1)
"""So long after a trouble is over what it made may still be told; after it a channel must be as it was."""
WHOLE = ("outage", "unclear", "limited", "killed", "flapping", "late", "reinstalled")
"""What befalls everybody: meanwhile nobody can be told of anything, and what is done may have to be done again."""


@dataclass(frozen=True)
class Trouble:
    """What happens in a week: its kind, after how many seconds from an hour before the slot, for how long, to whom."""

    kind: str
    after: float
    lasts: float
    group: int = 0


@dataclass
class Going:
    """A trouble under way, or over: since when and until when, and how often the organiser was told of it."""

    trouble: Trouble
    since: datetime
    until: datetime | None = None
    told: int = 0
    alone: bool = True
    looks: int = 0


@dataclass
class Found:
    """What came of it, in counts; the sentences that must not be are kept whole."""

    events: Counter = field(default_factory=Counter)
    faults: list = field(default_factory=list)
    notices: int = 0
    mends: int = 0
    again: int = 0

    def told(self):
        """The counts, for the figures."""
        counts = Counter(kind for kind, *_ in self.faults)
        kinds = ("lost", "doubled", "false notice", "told twice", "not told", "mend in vain", "missed", "unsettled")
        return {
            "events": dict(sorted(self.events.items())),
            "notices": self.notices,
            "told again, the first answer lost": self.again,
            "mends followed": self.mends,
            **{kind: counts[kind] for kind in kinds},
        }


class Year:
    """Groups of one bot, week by week. `scene` is their platform."""

    def __init__(self, scene, data, database, seed=1, groups=1, fine=FINE):
        self.scene, self._database, self._chance, self._count = scene, database, random.Random(seed), groups
        self._data, self._fine = data, fine
        self.now = datetime.combine(monday(datetime.now(UTC).date()), time(8), UTC) + timedelta(days=7)
        self.scene.now = self.now
        self.found, self.going, self.over = Found(), [], []
        self._down_until, self._die_at = self.now, 10**9
        self.groups = []

    async def __aenter__(self):
        await self.scene.start()
        given = {"platform": self.scene.name, "url": f"sqlite:///{self._database}", "data": str(self._data)}
        self.bot = await Bot(given | {"access": self.scene.access()}).__aenter__()
        for n in range(self._count):
            self.groups.append(self.scene.group(n))
        assert await self.bot.begin(self.now)
        for group in self.groups:
            await group.set_up()
        return self

    async def __aexit__(self, *_):
        await self.bot.__aexit__()
        await self.scene.stop()

    def rows(self, query):
        """What the database holds."""
        with closing(sqlite3.connect(self._database, timeout=10)) as db:
            return db.execute(query).fetchall()

    async def week(self, troubles):
        """One week, from an hour before its slot to an hour before the next."""
        start = instant(datetime.combine(self.now.date(), time(18)), ZONE) - BEFORE
        end = instant(datetime.combine(self.now.date() + timedelta(days=7), time(18)), ZONE) - BEFORE
        await self._until(start)
        todo = sorted(troubles, key=lambda one: one.after)
        asked = False
        while self.now < end:
            while todo and start + timedelta(seconds=todo[0].after) <= self.now:
                await self._begins(todo.pop(0))
            await self._tick()
            for one in list(self.going):
                if one.since + timedelta(seconds=one.trouble.lasts) <= self.now:
                    await self._ends(one)
            if not asked and self.now > start + timedelta(hours=9) and not self.going:
                asked = True
                for group in self.groups:
                    await group.answers()
            fine = self.going or self.now < start + WATCHED or self._lately()
            nexts = [self.now + (self._fine if fine else COARSE), end]
            nexts += [start + timedelta(seconds=todo[0].after)] if todo else []
            nexts += [one.since + timedelta(seconds=one.trouble.lasts) for one in self.going]
            self.now = min(one for one in nexts if one > self.now)
        await self._tick()
        self._look()

    async def _until(self, when):
        while self.now < when:
            self.now = min(when, self.now + COARSE)
            await self._tick()

    def _lately(self):
        return any(self.now - one.until < 2 * GRACE for one in self.over[-9:])

    # --- what happens

    async def _begins(self, trouble):
        taken = [one.trouble for one in self.going if one.trouble.kind in WHOLE or one.trouble.group == trouble.group]
        if any(not self.scene.together(trouble.kind, other.kind) for other in taken):
            return
        one = Going(trouble, self.now)
        self.found.events[trouble.kind] += 1
        self.going.append(one)
        if trouble.kind == "killed":
            self._die_at = self._chance.randint(1, 60)
            await self.bot.kill()
            self._down_until = self.now + timedelta(seconds=trouble.lasts * self._chance.random())
        elif trouble.kind == "late":
            await self.bot.kill()
        await self.scene.begins(trouble, self.groups[trouble.group])
        self._mix()

    async def _ends(self, one):
        if one.trouble.kind == "deleted":  # it is over when the organiser has done what the notice says
            if not one.told and self.now - one.since < timedelta(hours=24):
                return
            if self.scene.hurt(self.going) or not await self._followed(one):
                return
            if not one.told:
                self.found.faults.append(("not told", self.now, one.trouble))
        elif not await self.scene.ends(one.trouble, self.groups[one.trouble.group]):
            return
        if one.trouble.kind == "reinstalled":
            await self.bot.kill()
            await self.bot.begin(self.now, access=self.scene.access())
        one.until = self.now
        self.going.remove(one)
        self.over.append(one)
        self._mix()

    async def _followed(self, one):
        self.found.mends += 1
        done = await self.groups[one.trouble.group].moves()
        if not done and self.bot.alive:
            self.found.faults.append(("mend in vain", self.now, one.trouble))
        return done or one.since + timedelta(hours=48) < self.now

    def _mix(self):
        """Whoever has another trouble at the same time cannot be sure to hear of each."""
        for one in self.going:
            others = [other for other in self.going if other is not one]
            mine = [o for o in others if o.trouble.kind in WHOLE or o.trouble.group == one.trouble.group]
            one.alone &= not mine

    async def _tick(self):
        self.scene.now = self.now
        if not self.bot.alive and self.now >= self._down_until:
            served = await self.bot.begin(self.now, self._die_at, access=self.scene.access())
            self.found.events["life" if served else "start in vain"] += 1
            self._die_at = 10**9
        if self.bot.alive:
            await self.scene.reached()
            if not await self.bot.tick(self.now):
                self.found.events["kill at a point"] += 1
                self._down_until = self.now + timedelta(seconds=30)
        for one in self.going:
            one.looks += self.bot.alive
        self._read()

    # --- what must hold

    def _read(self):
        """Each notice must be of something that is so, and the only one of it."""
        for n, group in enumerate(self.groups):
            for text in group.news():
                self.found.notices += 1
                kinds = self.scene.meant(text)
                late = [one for one in self.over if self.now - one.until < GRACE]
                fits = [
                    one
                    for one in [*self.going, *late]
                    if one.trouble.kind in kinds and (one.trouble.group == n or one.trouble.kind in WHOLE)
                ]
                if not fits:
                    self.found.faults.append(("false notice", self.now, n, text))
                    continue
                fits[0].told += 1
                if fits[0].told > 1 and self._answers_are_lost():
                    self.found.again += 1
                elif fits[0].told > 1:
                    self.found.faults.append(("told twice", self.now, fits[0].trouble, text))

    def _answers_are_lost(self):
        """Whether the bot may not have heard that it told somebody something, and has to tell it again."""
        return any(one.trouble.kind in ("unclear", "killed", "outage") for one in [*self.going, *self.over])

    def _look(self):
        """At the end of a week everything stands where it should, once."""
        for one in self.over:
            if one.trouble.kind in self.scene.heard and one.alone and one.looks > 3 and not one.told:
                self.found.faults.append(("not told", self.now, one.trouble))
        self.over.clear()
        if self.going:
            return
        for group_id, trouble in self.rows("select group_id, trouble from channels where trouble <> ''"):
            self.found.faults.append(("mend in vain", self.now, group_id, trouble))
        self._look_at_posts()

    def _look_at_posts(self):
        for row in self.rows("select group_id, slot, state from rounds where state not in ('open', 'closed')"):
            self.found.faults.append(("missed", self.now, *row))
        kept = "select key, kind, state, reason, post_id, group_id from deliveries where person = ''"
        deliveries = self.rows(kept)
        named = {self.scene.shown(key): (post, kind.startswith("thread")) for key, kind, _, _, post, _ in deliveries}
        standing = Counter()
        for place in self.scene.places():
            said = Counter(named.get(key, key) for key in place)
            standing.update(said.keys())
            self.found.faults += [("doubled", self.now, one) for one, count in said.items() if count > 1]
            self.found.faults += [("strange", self.now, one) for one in said if not isinstance(one, tuple)]
        for _key, kind, state, reason, post, group in deliveries:
            if state not in ("sent", "dead"):
                self.found.faults.append(("unsettled", self.now, kind, state, reason, post))
            if kind in ("post", "thread") and reason != "withdrawn":
                stands = standing[post, kind == "thread"]
                if (state != "sent" and not self._moved(group, kind)) or (state == "sent" and not stands):
                    self.found.faults.append(("lost", self.now, kind, state, reason, post, group))

    def _moved(self, group, kind):
        """What is said under a post stays in the channel that was lost."""
        return kind == "thread" and self.groups[group - 1].moved


def drawn(chance, kinds, groups, most=3):
    """A week's troubles."""
    return [
        Trouble(chance.choice(kinds), chance.randint(0, 4 * 3600), _length(chance), chance.randrange(groups))
        for _ in range(chance.randint(0, most))
    ]


def _length(chance):
    """From a second to six hours, as many short ones as long ones."""
    return round(MOST ** chance.random())
