"""What groups' answers say of a course's questions, for whoever mends these: figures, and answers that were marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cogs.analysis import figures_of
from cogs.marking import of_post
from cogs.services import Services
from store import Dispute, Proposal
from study.analysis import Judgement, QuestionFigures, Response, analysed
from study.course import Course
from study.group import Answer, Group
from study.packs.splicing import RECAP

MOST = 60
"""Marked answers to a question that are told, the newest."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer that was ruled on, or that waits for it: then `score` is None, and an appeal's `words` say why."""

    answer: str
    score: float | None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Each answered question's figures, and the answers to it that were marked, by its id; and what members propose."""

    figures: Mapping[str, QuestionFigures] = field(default_factory=dict)
    judged: Mapping[str, Sequence[Judged]] = field(default_factory=dict)
    proposals: Sequence[Proposal] = ()

    def waiting(self, item: str) -> int:
        """How many answers wait for an organiser."""
        return sum(one.score is None for one in self.judged.get(item, ()))


def recap_of(week: int | str) -> str:
    """What stands for a week's recap where questions go by their ids."""
    return f"{RECAP}/{int(week)}"


async def evidence(groups: Sequence[Group], course: Course, services: Services, item: str = "") -> Evidence:
    """What the answers of these groups say of the course; of one item, only which answers to it were marked.

    A week's recap is an item too, called as `recap_of` says.
    """
    figures = {} if item else dict((await figures_of(groups, course, services))[1])
    proposals: list[Proposal] = []
    disputes: list[Dispute] = []
    recaps: list[tuple[int, Answer]] = []
    for group in groups:
        proposals += await services.store.proposals.open(group.id, course.id)
        disputes += await services.store.disputes.of_group(group.id)
        recaps += await services.store.answers.recaps(group.id, course.id)
    if not item:
        figures |= recap_figures(recaps, disputes, course)
    return Evidence(figures, _judged(disputes, recaps, course, item), proposals)


def _judged(
    disputes: Iterable[Dispute], recaps: Iterable[tuple[int, Answer]], course: Course, item: str
) -> dict[str, Sequence[Judged]]:
    """The answers that were ruled on or wait for it, by what they answer; of one item, those to it alone."""
    weeks = {answer.post_id: week for week, answer in recaps}
    judged: dict[str, list[Judged]] = defaultdict(list)
    for one in disputes:
        waits = one.state == "open"
        name = recap_of(weeks[one.answer.post_id]) if one.answer.post_id in weeks else one.answer.item
        wanted = name == item if item else name != one.answer.item or course.item(name) is not None
        if one.answer.text and wanted and (waits or one.score is not None):
            judged[name].append(Judged(one.answer.text, one.score, one.words if waits else ""))
    return {name: found[-MOST:] for name, found in judged.items()}


def recap_figures(
    recaps: Iterable[tuple[int, Answer]], disputes: Iterable[Dispute], course: Course
) -> dict[str, QuestionFigures]:
    """Each week's recap in figures, by each member's best."""
    best: dict[tuple[int, int], Answer] = {}
    weeks: dict[int, int] = {}
    for week, answer in recaps:
        weeks[answer.post_id] = week
        held = best.get((week, answer.member_id))
        if held is None or answer.score >= held.score:
            best[week, answer.member_id] = answer
    judgements = []
    for one in disputes:
        by = of_post(course, weeks[one.answer.post_id], "") if one.answer.post_id in weeks else None
        if by is not None and one.answer.text:
            graded = by.grade(one.answer.text).score
            judgements.append(
                Judgement(recap_of(weeks[one.answer.post_id]), graded, one.score, appealed=bool(one.words))
            )
    responses = [Response(member, recap_of(week), answer.score) for (week, member), answer in best.items()]
    return {each.question: each for each in analysed(responses, judgements)}
