"""What an organiser's ruling changes for others: answers to the same question are graded again by what it teaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cogs.asked import posted_of
from cogs.marking import Gradable, Lesson, mark_again, of_question
from cogs.services import Services
from store import Question
from study.group import Answer
from study.marking import NOTICED, Mark


@dataclass(frozen=True, slots=True)
class Change:
    """An answer whose mark a ruling changes."""

    answer: Answer
    mark: Mark

    @property
    def noticed(self) -> bool:
        """Whether its score changes by anything that somebody would notice."""
        return abs(self.mark.score - self.answer.score) >= NOTICED


async def question_of(answer: Answer, services: Services) -> Question:
    """What an answer answers."""
    here = await posted_of(answer.post_id, services)
    return Question(answer.group_id, here.course.id, here.post.week, answer.item)


async def would_change(answer: Answer, lesson: Lesson, services: Services) -> tuple[Change, ...]:
    """What else would change if a ruling on an answer taught this: nothing is kept."""
    asked = await question_of(answer, services)
    by = await of_question(asked, services)
    if by is None:
        return ()
    changes = await _changes(asked, by.taught(lesson), services)
    return tuple(change for change in changes if change.noticed and change.answer.id != answer.id)


async def regrade_question(asked: Question, services: Services, at: datetime) -> tuple[Change, ...]:
    """Grade a group's answers to a question again by the marks that stand now; whoever it concerns is told, once."""
    by = await of_question(asked, services)
    if by is None:
        return ()
    changes = await _changes(asked, by, services)
    by_member: dict[int, dict[int, Mark]] = {}
    for change in changes:
        by_member.setdefault(change.answer.member_id, {})[change.answer.id] = change.mark
    for marks in by_member.values():
        await services.store.regrading.regrade(marks, at)
    return tuple(change for change in changes if change.noticed)


async def _changes(asked: Question, by: Gradable, services: Services) -> Sequence[Change]:
    answers = await services.store.regrading.of_question(asked)
    again = [one for one in answers if one.rubric_version != by.version]
    return [Change(one, (await mark_again(by, one, services)).mark) for one in again]
