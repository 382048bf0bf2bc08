"""When a rubric was mended, everyone who was graded by the old one is graded again, from their own words."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.packs.live import LiveCourses
from cogs.marking import Gradable, mark_again, of_post, of_question
from cogs.services import Services
from store import Question, RubricUse
from study.group import Answer

log = logging.getLogger(__name__)

BATCH = 500


class Regrading:
    """Reads packs that have changed and grades again what the mended rubrics had graded; at the start, all packs."""

    def __init__(self, services: Services, courses: LiveCourses, now: Callable[[], datetime]) -> None:
        self._services, self._courses, self._now = services, courses, now
        self._graded = -1

    async def tick(self) -> None:
        """Look at the packs. What fails is tried again at the next tick."""
        await self._courses.refresh()
        revision = self._courses.revision
        if revision != self._graded:
            await regrade(self._services, self._now())
            self._graded = revision


async def regrade(services: Services, at: datetime) -> int:
    """Grade again what another version of its rubric had graded; how many answers were. Rulings of organisers stay.

    A member's answers are graded again all together, with the letter that tells of it: whoever has another mark hears
    of it once, however many of their answers it concerns and whenever the bot is stopped.

    In a group that has ruled on a question, its answers are graded by what that taught, also those which a crash has
    left by the author's rubric alone.
    """
    stale: dict[int, dict[int, Use]] = {}
    for used in await services.store.regrading.rubrics_used():
        course = services.courses.get(used.course)
        plain = None if course is None else of_post(course, used.week, used.item)
        if plain is None:
            continue
        groups = None
        if plain.version == used.version:
            groups = await services.store.rulings.groups_taught(used.course, used.week, used.item)
        if groups is None or groups:
            await _gather(stale, Use(used, plain), groups, services)
    done, failed = 0, Failures()
    for answers in stale.values():
        done += await _graded_again(answers, services, at, failed)
    failed.tell()
    if done:
        log.info("%d answers were graded again by mended rubrics", done)
    return done


@dataclass(slots=True)
class Use:
    """A rubric that answers were graded by, the author's as it is now, and what each group taught it since."""

    was: RubricUse
    plain: Gradable
    in_group: dict[int, Gradable] = field(default_factory=dict)

    async def now(self, group_id: int, services: Services) -> Gradable:
        """What answers of a group are graded by now."""
        if group_id not in self.in_group:
            asked = Question(group_id, self.was.course, self.was.week, self.was.item)
            self.in_group[group_id] = await of_question(asked, services) or self.plain
        return self.in_group[group_id]


class Failures:
    """Answers that could not be graded again: for each rubric, why one of them could not and how many others."""

    def __init__(self) -> None:
        self._of: Counter[RubricUse] = Counter()

    def add(self, answer: Answer, used: RubricUse) -> None:
        """While its error is handled."""
        if not self._of[used]:
            log.exception("answer %s could not be graded again", answer.id)
        self._of[used] += 1

    def tell(self) -> None:
        """Say how many others there were."""
        for used, count in self._of.items():
            if count > 1:
                what = used.item or f"the recap of week {used.week}"
                log.error("so could not %d more answers to %s", count - 1, what)


async def _gather(
    stale: dict[int, dict[int, Use]], use: Use, groups: Collection[int] | None, services: Services
) -> None:
    """Note for each member which answers another version graded, in these groups or in all.

    Ids alone are noted, for there may be many.
    """
    after = 0
    while batch := await services.store.regrading.answers(use.was, after, BATCH, groups):
        for answer in batch:
            if (await use.now(answer.group_id, services)).version != use.was.version:
                stale.setdefault(answer.member_id, {})[answer.id] = use
        after = batch[-1].id


async def _graded_again(answers: Mapping[int, Use], services: Services, at: datetime, failed: Failures) -> int:
    """Grade answers of one member again; how many were.

    One that cannot be graded keeps its mark, and no other waiting.
    """
    marks = {}
    for answer in await services.store.regrading.of_ids(list(answers)):
        use = answers[answer.id]
        try:
            marked = await mark_again(await use.now(answer.group_id, services), answer, services)
        except Exception:
            failed.add(answer, use.was)
        else:
            marks[answer.id] = marked.mark
    return len(await services.store.regrading.regrade(marks, at)) if marks else 0
