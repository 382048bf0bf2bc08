"""Opens and closes rounds: asks the calendar what has come, chooses what to ask, and lets the store keep it, once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import compress

from bot.clock import Clock
from bot.log_once import LogOnce
from cogs.asked import NoCourse
from store import RESTORED_AT, NewRound, Schedule, Store
from study import calendar
from study.agenda import WARM_UP, Agenda, agenda, history_of
from study.course import Course
from study.group import Group, Round, Turn
from study.review import retention
from study.texts import _, noop, use_language

log = logging.getLogger(__name__)

BATCH = 200

NOTHING_NEW = noop("Nothing was posted this time: what was asked is still open.")

AT_ONCE = 8
"""Groups looked at together, which share commits; the rest of the database's connections is left to people."""


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
        chosen = await self._agenda(group, turn)
        made = await self._open(group, turn, chosen) if chosen.posts else None
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
            for n in range(0, len(schedules), AT_ONCE):
                part = schedules[n : n + AT_ONCE]
                done = await asyncio.gather(*(self._look(schedule, now, restored) for schedule in part))
                await self._store.schedules.mark_looked_at(list(compress(part, done)), now, self._catch_up)
            after = schedules[-1].group.id
            looked += len(schedules)
        if looked or closed:
            self.on_change()
        return looked

    async def _look(self, schedule: Schedule, now: datetime, restored: datetime) -> bool:
        """Whether every turn that has come is a round now."""
        course = self._courses.get(schedule.group.course)
        use_language(schedule.group.language, course.language if course else "")
        try:
            await self._turns(schedule, now, restored)
        except Exception as error:
            await self._failed(schedule.group, error, now)
            return False
        return True

    async def _turns(self, schedule: Schedule, now: datetime, restored: datetime) -> None:
        group, due = schedule.group, schedule.due(now)
        late = [
            turn
            for turn in due
            if calendar.missed(turn, now, self._catch_up) and turn.at > restored and not self._clock.travelled
        ]
        for turn in due:
            if turn in late:
                sentence = _missed(turn, len(late), self._catch_up) if turn == late[-1] else ""
                await self._store.rounds.record_unposted(group.id, turn, "missed", sentence, now)
            else:
                await self._due(group, turn, now, doubt=turn.at <= restored)

    async def _failed(self, group: Group, error: Exception, now: datetime) -> None:
        """Log why a group has no round, once for each reason; where its organiser can mend it, tell them."""
        new = self._log_once.failed(group.id, error, f"group {group.id} could not be looked at")
        if new and isinstance(error, NoCourse):
            await self._store.notices.add(group.id, _("Nothing can be posted: {why}", why=error), now)

    async def _due(self, group: Group, turn: Turn, now: datetime, *, doubt: bool) -> None:
        chosen = await self._agenda(group, turn)
        if chosen.posts:
            await self._open(group, turn, chosen, doubt=doubt)
        else:
            sentence = "" if chosen.over else _(NOTHING_NEW)
            await self._store.rounds.record_unposted(group.id, turn, "skipped", sentence, now)
        self._log_once.recovered(group.id, f"group {group.id} is posted to again")

    async def _open(self, group: Group, turn: Turn, chosen: Agenda, *, doubt: bool = False) -> Round | None:
        closes = calendar.closes(turn.slot, group.zone)
        new = NewRound(turn.slot, group.course, chosen.week, turn.at, closes, chosen.posts, doubt)
        return await self._store.rounds.open(group.id, new)

    async def _agenda(self, group: Group, turn: Turn) -> Agenda:
        course = self._courses.get(group.course)
        if course is None:
            raise NoCourse(group.course)
        rounds = await self._store.rounds.of_group(group.id)
        nth = calendar.course_week(turn.slot, rounds, group.course)
        past = await self._store.posts.past(group.id, group.course)
        # In the first weeks there is nothing to forget, and nobody's answers need to be read.
        recall = await self._store.answers.recall(group.id) if nth > WARM_UP else ()
        history = history_of(past, turn.slot, retention(recall, turn.at))
        return agenda(course, group.rhythm, nth, turn.at, history)


def _missed(turn: Turn, count: int, catch_up: timedelta) -> str:
    hours = f"{catch_up.total_seconds() / 3600:g}"
    if count > 1:
        told = _("{count} weekly posts were missed: the bot was away for more than {hours} hours after the time.")
        return told.format(count=count, hours=hours)
    told = _("The post of {day} was missed: the bot was away for more than {hours} hours after the time.")
    return told.format(day=turn.slot.replace("T", " ")[:16], hours=hours)
