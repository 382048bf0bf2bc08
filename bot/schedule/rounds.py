"""Opens and closes rounds: asks the calendar what has come, chooses what to ask, and lets the store keep it, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.clock import Clock
from bot.log_once import LogOnce
from cogs.asked import NoCourse
from store import RESTORED_AT, NewRound, Schedule, Store
from study import calendar
from study.agenda import WARM_UP, Agenda, PastPost, agenda, history_of
from study.course import Course
from study.group import Group, Round, Turn
from study.review import retention
from study.texts import EMPTY, LazyText, lazy, noop

log = logging.getLogger(__name__)

BATCH = 200

NOTHING_NEW = noop("Nothing was posted this time: what was asked is still open.")

TOGETHER = 25
"""Groups whose rounds are opened in one turn at the database; between turns people have theirs."""

AT_ONCE = 8
"""Groups of these that ask the database for what is theirs alone; the rest of its connections is left to people."""

Made = TypeVar("Made")
Past = tuple[Sequence[Round], Sequence[PastPost]]
"""What was posted in a group: its rounds, and the posts of its course."""


class RoundScheduler:
    """The weekly rounds of every group. `on_change` is called when something waits to be sent.

    A turn found later than `catch_up` after its time is recorded as missed and not posted.
    """

    def __init__(self, store: Store, courses: Mapping[str, Course], clock: Clock, catch_up: timedelta) -> None:
        self._store = store
        self._courses = courses
        self._clock = clock
        self._catch_up = catch_up
        self._log_once = LogOnce(log)
        self.on_change: Callable[[], None] = lambda: None

    async def tick(self) -> int:
        """Do what is due: close rounds, open rounds, record missed ones; how many groups were looked at.

        After a demonstrator's jump the turns passed over are gone through one by one, each at its own time.
        """
        now = self._clock.now()
        looked = 0
        if self._clock.travelled:
            before = None
            while (due := await self._store.schedules.next_due()) is not None and due < now and due != before:
                looked += await self._pass(due)
                before = due
        return looked + await self._pass(now)

    async def post_now(self, group_id: int) -> Round | None:
        """Open the group's next round at once; None if one was opened this very minute or nothing is left to ask."""
        now = self._clock.now()
        group = await self._store.groups.get(group_id)
        minute = calendar.local_time(now, group.zone).replace(second=0, microsecond=0)
        turn = Turn(minute.isoformat(), now)
        chosen = await self._agenda(group, turn, (await self._past([group]))[group.id])
        made = await self._store.rounds.open(group.id, _round(group, turn, chosen)) if chosen.posts else None
        if made is not None:
            self.on_change()
        return made

    async def _pass(self, now: datetime) -> int:
        closed = 0
        kept = await self._store.facts.get(RESTORED_AT)
        restored = datetime.fromisoformat(kept) if kept else datetime.min.replace(tzinfo=UTC)
        while batch := await self._store.rounds.close_due(now, BATCH, restored):
            closed += len(batch)
            if len(batch) < BATCH:
                break
        looked = after = 0
        while schedules := await self._store.schedules.due(now, BATCH, after):
            for n in range(0, len(schedules), TOGETHER):
                done = await self._look(schedules[n : n + TOGETHER], now, restored)
                await self._store.schedules.mark_looked_at(done, now, self._catch_up)
            after = schedules[-1].group.id
            looked += len(schedules)
        if looked or closed:
            self.on_change()
        return looked

    async def _look(self, schedules: Sequence[Schedule], now: datetime, restored: datetime) -> list[Schedule]:
        """Make rounds of the turns that have come; the schedules of which every turn is a round now.

        The first turn of each group first, then the second: what a round asks depends on those before it.
        """
        failed: set[int] = set()
        guarded = partial(self._guarded, failed, asyncio.Semaphore(AT_ONCE), now)
        waiting = await asyncio.gather(
            *(guarded(one.group, partial(self._in_time, one, now, restored)) for one in schedules)
        )
        turns = {one.group.id: list(due or ()) for one, due in zip(schedules, waiting, strict=True)}
        groups = {one.group.id: one.group for one in schedules}
        while first := [groups[group_id] for group_id, due in turns.items() if due and group_id not in failed]:
            past = await self._past(first)
            chosen = await asyncio.gather(
                *(
                    guarded(one, partial(self._due, one, turns[one.id].pop(0), now, restored, past[one.id]))
                    for one in first
                )
            )
            new = {group.id: one for group, one in zip(first, chosen, strict=True) if one is not None}
            try:
                await self._store.rounds.open_all(new)
            except Exception:  # what is wrong with one of them keeps none of the others from being posted to
                for group_id, one in new.items():
                    await guarded(groups[group_id], partial(self._store.rounds.open, group_id, one))
        for group_id in groups.keys() - failed:
            self._log_once.recovered(group_id, f"group {group_id} is posted to again")
        return [one for one in schedules if one.group.id not in failed]

    async def _guarded(
        self,
        failed: set[int],
        places: asyncio.Semaphore,
        now: datetime,
        group: Group,
        work: Callable[[], Awaitable[Made]],
    ) -> Made | None:
        """What the work for one group gives; None where it failed, which keeps no other group waiting."""
        async with places:
            try:
                return await work()
            except Exception as error:
                failed.add(group.id)
                await self._failed(group, error, now)
                return None

    async def _in_time(self, schedule: Schedule, now: datetime, restored: datetime) -> Sequence[Turn]:
        """The turns that have come and may be posted still; those that were missed are recorded."""
        due = schedule.due(now)
        late = [
            turn
            for turn in due
            if calendar.missed(turn, now, self._catch_up) and turn.at > restored and not self._clock.travelled
        ]
        for turn in late:
            sentence = _missed(turn, len(late), self._catch_up) if turn == late[-1] else EMPTY
            await self._store.rounds.record_unposted(schedule.group.id, turn, "missed", sentence, now)
        return [turn for turn in due if turn not in late]

    async def _failed(self, group: Group, error: Exception, now: datetime) -> None:
        """Log why a group has no round, once for each reason; where its organiser can mend it, tell them."""
        new = self._log_once.failed(group.id, error, f"group {group.id} could not be looked at")
        if new and isinstance(error, NoCourse):
            await self._store.notices.add(group.id, lazy("Nothing can be posted: {why}", why=error.reason), now)

    async def _due(self, group: Group, turn: Turn, now: datetime, restored: datetime, past: Past) -> NewRound | None:
        """The round to open; None where there is nothing to ask, which is recorded."""
        chosen = await self._agenda(group, turn, past)
        if chosen.posts:
            return _round(group, turn, chosen, doubt=turn.at <= restored)
        sentence = EMPTY if chosen.over else lazy(NOTHING_NEW)
        await self._store.rounds.record_unposted(group.id, turn, "skipped", sentence, now)
        return None

    async def _past(self, groups: Sequence[Group]) -> dict[int, Past]:
        """What was posted in groups, by their ids."""
        rounds = await self._store.rounds.of_groups([group.id for group in groups])
        posts = await self._store.posts.past_of({group.id: group.course for group in groups})
        return {group.id: (rounds[group.id], posts[group.id]) for group in groups}

    async def _agenda(self, group: Group, turn: Turn, past: Past) -> Agenda:
        course = self._courses.get(group.course)
        if course is None:
            raise NoCourse(group.course)
        rounds, posts = past
        nth = calendar.course_week(turn.slot, rounds, group.course)
        # In the first weeks there is nothing to forget, and nobody's answers need to be read.
        recall = await self._store.answers.recall(group.id) if nth > WARM_UP else ()
        history = history_of(posts, turn.slot, retention(recall, turn.at))
        return agenda(course, group.rhythm, nth, turn.at, history)


def _round(group: Group, turn: Turn, chosen: Agenda, *, doubt: bool = False) -> NewRound:
    closes = calendar.closes(turn.slot, group.zone)
    return NewRound(turn.slot, group.course, chosen.week, turn.at, closes, chosen.posts, doubt)


def _missed(turn: Turn, count: int, catch_up: timedelta) -> LazyText:
    hours = f"{catch_up.total_seconds() / 3600:g}"
    if count > 1:
        told = noop("{count} weekly posts were missed: the bot was away for more than {hours} hours after the time.")
        return lazy(told, count=count, hours=hours)
    day = turn.slot.replace("T", " ")[:16]
    told = noop("The post of {day} was missed: the bot was away for more than {hours} hours after the time.")
    return lazy(told, day=day, hours=hours)
