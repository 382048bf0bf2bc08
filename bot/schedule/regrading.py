"""When a rubric was mended, everyone who was graded by the old one is graded again, from their own words."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.packs.live import LiveCourses
from cogs.marking import Gradable, mark, of_post, of_question
from cogs.services import Services
from store import Letter, Question, RubricUse
from study.group import Answer
from study.marking import NOTICED

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

    Whoever has another mark by it is told, in one letter however many of their answers it concerns.

    In a group that has ruled on a question, its answers are graded by what that taught, also those which a crash has
    left by the author's rubric alone.
    """
    done = 0
    noticed: dict[int, Noticed] = {}
    for use in await services.store.regrading.rubrics_used():
        course = services.courses.get(use.course)
        plain = None if course is None else of_post(course, use.week, use.item)
        if plain is None:
            continue
        groups = None
        if plain.version == use.version:
            groups = await services.store.rulings.groups_taught(use.course, use.week, use.item)
        if groups is None or groups:
            done += await _graded_again(use, plain, groups, services, at, noticed)
    for most in noticed.values():
        await services.store.deliveries.to_member(most.letter(at))
    if done:
        log.info("%d answers were graded again by mended rubrics", done)
    return done


@dataclass(frozen=True, slots=True)
class Noticed:
    """How many answers of one member have another mark, and the one of them whose mark changed most."""

    answer: Answer
    change: float
    count: int = 1

    def letter(self, at: datetime) -> Letter:
        """What tells of it, once for each mark that the answer gets."""
        kind: Literal["regrade", "regrades"] = "regrade" if self.count == 1 else "regrades"
        name = f"regrade/{self.answer.id}/{self.answer.rubric_version}"
        return Letter(kind, name, self.answer.group_id, self.answer.member_id, self.answer.id, at)


def _note(noticed: dict[int, Noticed], before: Answer, now: Answer | None) -> None:
    """Keep that a member's answer has another mark, if anybody would notice."""
    if now is None or abs(now.score - before.score) < NOTICED:
        return
    fresh, held = Noticed(now, abs(now.score - before.score)), noticed.get(now.member_id)
    if held is not None:
        most = fresh if fresh.change > held.change else held
        fresh = replace(most, count=held.count + 1)
    noticed[now.member_id] = fresh


async def _graded_again(
    use: RubricUse,
    plain: Gradable,
    groups: Collection[int] | None,
    services: Services,
    at: datetime,
    noticed: dict[int, Noticed],
) -> int:
    """Grade again the answers of one version, in these groups or in all; how many were, and whom it concerns.

    An answer that cannot be graded keeps its mark, and no other waiting.
    """
    done = failed = after = 0
    in_group: dict[int, Gradable] = {}
    while batch := await services.store.regrading.answers(use, after, BATCH, groups):
        for answer in batch:
            if answer.group_id not in in_group:
                asked = Question(answer.group_id, use.course, use.week, use.item)
                in_group[answer.group_id] = await of_question(asked, services) or plain
            by = in_group[answer.group_id]
            if by.version == use.version:
                continue
            try:
                marked = await mark(by, answer.text, services.nearness)
            except Exception:
                if not failed:
                    log.exception("answer %s could not be graded again", answer.id)
                failed += 1
            else:
                _note(noticed, answer, await services.store.regrading.regrade(answer.id, marked.mark, at))
                done += 1
        after = batch[-1].id
    if failed > 1:
        log.error("so could not %d more answers to %s", failed - 1, use.item or f"the recap of week {use.week}")
    return done
