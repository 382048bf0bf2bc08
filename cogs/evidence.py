"""What groups' answers say of a course's questions, for whoever mends these: figures, and answers that were marked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cogs.analysis import figures_of
from cogs.services import Services
from store import Proposal
from study.analysis import QuestionFigures
from study.course import Course
from study.group import Group

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


async def evidence(groups: Sequence[Group], course: Course, services: Services, item: str = "") -> Evidence:
    """What the answers of these groups say of the course; of one item, only which answers to it were marked."""
    _, figures = ({}, {}) if item else await figures_of(groups, course, services)
    judged: dict[str, list[Judged]] = defaultdict(list)
    proposals: list[Proposal] = []
    for group in groups:
        proposals += await services.store.proposals.open(group.id, course.id)
        for one in await services.store.disputes.of_group(group.id):
            waits = one.state == "open"
            wanted = one.answer.item == item if item else course.item(one.answer.item) is not None
            if one.answer.text and wanted and (waits or one.score is not None):
                judged[one.answer.item].append(Judged(one.answer.text, one.score, one.words if waits else ""))
    return Evidence(figures, {item: found[-MOST:] for item, found in judged.items()}, proposals)
