"""Answers that wait for an organiser: shown with reasons, ruled on in one tap, and what that changes for others."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from cogs.alternatives import offered, unknown
from cogs.asked import course_called, group_of
from cogs.marking import Gradable, of_question
from cogs.messages import (
    ActionId,
    Ask,
    Block,
    BulletList,
    Button,
    Card,
    Entry,
    Name,
    Quote,
    Reply,
    Said,
    Text,
    rich,
    say,
    spans,
    strong,
)
from cogs.questions import called
from cogs.rulings import Change, question_of, regrade_question, would_change
from cogs.services import Services
from cogs.verdicts import entry, points
from store import Dispute
from study.grading import MarkedAnswer
from study.grading.feedback import in_full, quoted
from study.texts import _, n_, noop

AT_ONCE = 5
"""So many cards are shown at a time, oldest first."""
SHOWN = 1500
"""Letters of an answer that an organiser is shown at most."""
ALIKE, ALIKE_SHOWN = 70, 3
"""How alike two answers are, of 100, to be shown side by side, and how many are."""


ADVISED: Final = {"right": noop("right"), "half": noop("half right"), "wrong": noop("wrong")}
"""What a language model may think of an answer."""
ADVICE_SHOWN = 300
"""Letters of its reason that are shown at most."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What an organiser may decide. `score` is None where the mark stands."""

    button: str
    sentence: str
    score: float | None


DECISIONS: Final = {
    "full": Decision(noop("Right"), noop("Counted as right."), 1.0),
    "half": Decision(noop("Half"), noop("Counted as half right."), 0.5),
    "wrong": Decision(noop("Wrong"), noop("Counted as wrong."), 0.0),
    "keep": Decision(noop("Leave as it is"), noop("Left as it was."), None),
}


async def disputes(ask: Ask, services: Services) -> Reply:
    """`/group disputes`: answers waiting for a human, oldest first."""
    group, _course = await group_of(ask, services)
    waiting = await services.store.disputes.open(group.id)
    if not waiting:
        return say(_("No answers to review."), tone="good")
    shown = waiting[:AT_ONCE]
    advised = await asyncio.gather(*(_advice(one, services) for one in shown))
    cards = [await _card(one, advice, services) for one, advice in zip(shown, advised, strict=True)]
    return Reply(_("{count} to review", count=len(waiting)), tuple(cards))


async def _advice(one: Dispute, services: Services) -> list[Block]:
    """What a language model thinks of an answer, where one is asked."""
    by = await of_question(await question_of(one.answer, services), services) if services.adviser else None
    if services.adviser is None or by is None:
        return []
    advice = await services.adviser(by.question, by.reference, one.answer.text)
    if advice is None:
        return []
    told = spans(_("Advice of {model}: {verdict}."), model=Said(advice.by), verdict=_(ADVISED[advice.verdict]))
    return [Text(*told), *([Quote(advice.why[:ADVICE_SHOWN])] if advice.why else [])]


async def _card(one: Dispute, advice: list[Block], services: Services) -> Card:
    asked = await question_of(one.answer, services)
    course = course_called(asked.course, services)
    item = course.item(one.answer.item)
    by = await of_question(asked, services)
    blocks: list[Block] = []
    if by is not None:
        wanted = item.question if item else by.question
        blocks += [Text(*rich(wanted)), Text(strong(_("Reference: ")), *rich(by.reference))]
    wrote = spans(_("{name} wrote ({points}):"), name=Name(one.member.name), points=points(one.answer.score))
    blocks += [Text(*wrote), Quote(one.answer.text[:SHOWN])]
    if one.words:
        blocks += [Text(_("and says:")), Quote(one.words)]
    elif one.answer.verdict == "needs_review":
        blocks += [Text(_("The grader was not sure."))]
    if by is not None:
        blocks += _reasons(one, by)
    blocks += advice
    alike = [
        Entry(Text("“", Said(other.text), f"”: {points(other.score)}"))
        for other in await services.store.regrading.of_question(asked)
        if other.member_id != one.member.id and fuzz.token_set_ratio(other.text, one.answer.text) >= ALIKE
    ]
    if alike:
        blocks += [Text(_("Others wrote:")), BulletList(tuple(alike[:ALIKE_SHOWN]))]
    buttons = tuple(
        Button(_(each.button), _settle(one.id, word), "primary" if word == "full" else "plain")
        for word, each in DECISIONS.items()
    )
    return Card(called(course, asked.week, asked.item), tuple(blocks), buttons)


def _reasons(one: Dispute, by: Gradable) -> list[Block]:
    """Why the answer got its mark, and what it says that no point knows."""
    given = by.grade(one.answer.text)
    blocks: list[Block] = [BulletList(tuple(map(entry, in_full(by.rubric, given))))]
    found = unknown(by, one.answer.text)
    words = quoted(found.phrases)
    if found.offers:
        told = _("No point knows {words}. Once you counted it, you can add these words.", words=words)
        blocks.append(Text(told))
    elif found.phrases:
        told = _("No point knows {words}. Your ruling is learned; the author can add these words.", words=words)
        blocks.append(Text(told))
    return blocks


async def settle(ask: Ask, services: Services) -> Reply:
    """The organiser's decision. What it would change for others is shown first; then those are graded again."""
    group, _course = await group_of(ask, services)
    dispute_id, word, confirmed = ask.subject, ask.args[1], ask.args[2:]
    decision = DECISIONS.get(word)
    open_now = {one.id: one for one in await services.store.disputes.open(group.id)}
    if decision is None or dispute_id not in open_now:
        return say(_("This one is settled already."), tone="notice")
    answer = open_now[dispute_id].answer
    if decision.score is not None and not confirmed:
        others = await would_change(answer, MarkedAnswer(answer.text, decision.score), services)
        if others:
            return _first(dispute_id, word, decision, others)
    teaches = confirmed != ("alone",)
    await services.store.disputes.settle(dispute_id, decision.score, ask.person.name, ask.at, teaches=teaches)
    blocks: list[Block] = []
    buttons: list[Button] = []
    changed: tuple[Change, ...] = ()
    if decision.score is not None and teaches:
        changed = await regrade_question(await question_of(answer, services), services, ask.at)
        if decision.score:
            blocks, buttons = await offered(open_now[dispute_id], services)
    also = ""
    if changed:
        also = " " + n_("{count} other answer changed with it.", "{count} other answers changed with it.", len(changed))
    rest = len(await services.store.disputes.open(group.id))
    left = _("None left to review.")
    if rest:
        buttons.append(Button(_("Next"), ActionId("group.disputes"), "primary" if blocks else "plain"))
        left = _("{count} left to review.", count=rest)
    told = f"{_(decision.sentence)}{also} {left}"
    return Reply(told, (Card("", (Text(told), *blocks), tuple(buttons), "good"),))


def _first(dispute_id: int, word: str, decision: Decision, others: tuple[Change, ...]) -> Reply:
    """What a decision would change for others, before it does."""
    sentence = n_(
        "{count} other answer would change with it.", "{count} other answers would change with it.", len(others)
    )
    button = _(decision.button)
    lines = [
        Entry(Text("“", Said(one.answer.text), f"”: {points(one.answer.score)} → {points(one.mark.score)}"))
        for one in others
    ]
    buttons = (
        Button(_("{decision}, and theirs too", decision=button), _settle(dispute_id, word, "all"), "primary"),
        Button(_("{decision}, this one alone", decision=button), _settle(dispute_id, word, "alone")),
    )
    return Reply(sentence, (Card(sentence, (BulletList(tuple(lines[:AT_ONCE])),), buttons, "notice"),))


def _settle(dispute_id: int, *words: str) -> ActionId:
    return ActionId("group.settle", (str(dispute_id), *words))


async def marks(ask: Ask, services: Services) -> Reply:
    """`/group marks`: what was ruled here and teaches the grading, newest first, each to be taken back."""
    group, _course = await group_of(ask, services)
    standing = await services.store.rulings.of_group(group.id)
    if not standing:
        return say(_("Nothing was ruled here yet that teaches the grading."))
    cards = []
    for one in standing[:AT_ONCE]:
        course = services.courses.get(one.question.course)
        title = called(course, one.question.week, one.question.item) if course else one.question.item or _("Recap")
        teaches = _("Counts as {points}.", points=points(one.score))
        if one.point:
            teaches = _("Says “{point}”.", point=one.point)
        blocks = (Quote(one.answer[:SHOWN]), Text(teaches))
        cards.append(Card(title, blocks, (Button(_("Take back"), ActionId("group.unmark", (str(one.id),))),)))
    return Reply(n_("{count} mark", "{count} marks", len(standing)), tuple(cards))


async def unmark(ask: Ask, services: Services) -> Reply:
    """A mark is taken back: the others are graded as before it; the answer that was ruled on keeps its ruling."""
    back = await services.store.rulings.withdraw(ask.subject, ask.person.name, ask.at)
    if back is None:
        return say(_("This mark was taken back already."), tone="notice")
    changed = await regrade_question(back.question, services, ask.at)
    told = _("Taken back. No other answers changed.")
    if changed:
        told = n_(
            "Taken back. {count} other answer changed.", "Taken back. {count} other answers changed.", len(changed)
        )
    return say(told, tone="good")
