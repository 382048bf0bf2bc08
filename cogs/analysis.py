"""How the questions fare: their answers in figures, what is missed most, and how far people agree with the grader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from typing import Final

from cogs.asked import course_called, group_of
from cogs.marking import of_item
from cogs.messages import ActionId, Ask, Button, Card, Fields, Reply, Text, say
from cogs.questions import name_in
from cogs.services import Services
from cogs.verdicts import points
from store import Dispute
from study.analysis import (
    Agreement,
    Judgement,
    QuestionFigures,
    Response,
    analysed,
    commonly_missed,
    commonly_mistaken,
    figures,
)
from study.course import Course, Item
from study.group import Answer, Group
from study.texts import _, n_, percent_text

PAGE: Final = 3
"""Questions on a page."""
READ = 60
"""Answers to a question, the newest, that are read for what they miss."""
LONGEST = 120
"""Letters of a point or a misconception that are shown at most."""
WEAK = 0.1
"""Discrimination below which a question is said not to tell who knows more."""


async def questions(ask: Ask, services: Services) -> Reply:
    """`/group questions`: each question of the course in figures, in the order of the course, page by page."""
    group, _course = await group_of(ask, services)
    course = course_called(group.course, services)
    best, figures = await figures_of([group], course, services)
    items = [item for item in course.items() if item.id in figures]
    if not items:
        return say(_("No question of this course was answered here yet."))
    last = (len(items) - 1) // PAGE
    asked_for = ask.args[0] if ask.args else "0"
    page = min(int(asked_for), last) if asked_for.isdecimal() and len(asked_for) < 6 else 0
    shown = items[page * PAGE : (page + 1) * PAGE]
    cards = [_card(course, item, figures[item.id], list(best[item.id].values())) for item in shown]
    turned = [(_("Earlier"), page - 1), (_("Later"), page + 1)]
    buttons = tuple(
        Button(label, ActionId("group.questions", (str(to),)), "primary") for label, to in turned if 0 <= to <= last
    )
    told = n_("{count} question answered", "{count} questions answered", len(items))
    foot = (Card(_("Page {page} of {pages}", page=page + 1, pages=last + 1), (), buttons),) if last else ()
    return Reply(told, (*cards, *foot))


async def figures_of(
    groups: Sequence[Group], course: Course, services: Services
) -> tuple[Mapping[str, Mapping[int, Answer]], Mapping[str, QuestionFigures]]:
    """Each member's best answer to each question, and each answered question in figures, in these groups together."""
    best, disputes = await _heard(groups, services)
    found = analysed(_responses(best, course), _judgements(disputes, course))
    return best, {one.question: one for one in found}


async def figures_alone(group: Group, course: Course, services: Services) -> Mapping[str, QuestionFigures]:
    """Each answered question of a group in figures, without anybody's words being read."""
    graded = {item.id for item in course.items() if item.rubric is not None}
    scores = await services.store.scores.best_by_item(group.id)
    disputes = await services.store.disputes.of_group(group.id)
    by_question = {item: dict[Hashable, float](scores[item].items()) for item in scores if item in graded}
    return {one.question: one for one in figures(by_question, _judgements(disputes, course))}


async def _heard(
    groups: Sequence[Group], services: Services
) -> tuple[Mapping[str, Mapping[int, Answer]], Sequence[Dispute]]:
    """Each member's best answer to each question, and what was appealed or ruled on."""
    best: dict[str, dict[int, Answer]] = defaultdict(dict)
    disputes: list[Dispute] = []
    for group in groups:
        for answer in await services.store.answers.of_group(group.id):
            held = best[answer.item].get(answer.member_id)
            if held is None or answer.score >= held.score:
                best[answer.item][answer.member_id] = answer
        disputes += await services.store.disputes.of_group(group.id)
    return best, disputes


def _responses(best: Mapping[str, Mapping[int, Answer]], course: Course) -> list[Response]:
    graded = [item.id for item in course.items() if item.rubric is not None]
    return [Response(member, item, answer.score) for item in graded for member, answer in best.get(item, {}).items()]


def _judgements(disputes: Sequence[Dispute], course: Course) -> list[Judgement]:
    """What was decided, beside what the grader says without having learned from it."""
    found = []
    for one in disputes:
        item = course.item(one.answer.item) if one.answer.item else None
        by = of_item(item) if item is not None else None
        if by is not None and one.answer.text:
            graded = by.grade(one.answer.text).score
            found.append(Judgement(one.answer.item, graded, one.score, appealed=bool(one.words)))
    return found


def _card(course: Course, item: Item, figures: QuestionFigures, answers: Sequence[Answer]) -> Card:
    by = of_item(item)
    newest = sorted(answers, key=lambda one: one.at)[-READ:]
    grades = [by.grade(one.text) for one in newest if one.text] if by is not None else []
    pairs = [
        (_("Answered by"), str(figures.answered)),
        (_("Mean"), points(figures.mean)),
        (_("Discrimination"), _told_discrimination(figures.discrimination)),
        (
            _("Appealed"),
            _("{count}, {upheld} of them upheld", count=figures.appealed, upheld=figures.upheld)
            if figures.appealed
            else _("never"),
        ),
        (_("Grader and rulings"), told_agreement(figures.agreement)),
    ]
    for name, found in ((_("Missed most"), commonly_missed(grades)), (_("Mistaken most"), commonly_mistaken(grades))):
        if found is not None:
            pairs.append((name, _("{what} ({nth} of {count})", what=_short(found[0]), nth=found[1], count=len(grades))))
    return Card(name_in(course, item), (Text(_short(item.ask)), Fields(tuple(pairs))))


def _told_discrimination(value: float | None) -> str:
    if value is None:
        return _("too few answers")
    return _("{value}: who knows more does no better here", value=f"{value:.2f}") if value < WEAK else f"{value:.2f}"


def told_agreement(agreement: Agreement) -> str:
    """How far the grader agrees with people, with how sure that is."""
    if not agreement.of:
        return _("nothing was ruled yet")
    low, high = percent_text(agreement.low), percent_text(agreement.high)
    told = _("agree on {agreed} of {count} (95% interval {low} to {high})")
    return told.format(agreed=agreement.agreed, count=agreement.of, low=low, high=high)


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"
