"""Words of an answer that no point knows: offered to the organiser who counted it, told with what they would change."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from cogs.marking import Alternative, Gradable, has_alternatives, of_question
from cogs.messages import ActionId, Ask, Block, BulletList, Button, Entry, Reply, Said, Text, say
from cogs.rulings import question_of, regrade_question, would_change
from cogs.services import Services
from store import Dispute
from study.grading import REFUSE
from study.grading.authoring.evaluation import Marked, replay, suggest
from study.texts import _, n_

PHRASES = 3
"""Phrases that no point knows, shown at most."""
SIGNS = frozenset('"*{[')
"""Signs that, like the word "near", mean something else in a rubric than themselves."""
OFFERED = 4
"""Ways of adding them to a point, offered at most."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """What an answer says that no point knows, the most telling first, and where it may be added."""

    phrases: Sequence[str] = ()
    offers: Sequence[Alternative] = ()


def unknown(by: Gradable, text: str) -> Unknown:
    """What an answer says that no point knows, but for what an answer says too that was marked wrong.

    It can be added to points that the answer misses, where these are said in one of several ways.
    """
    wrong = [Marked(one.answer, one.score) for one in by.marks.marks if one.score < REFUSE and one.answer != text]
    replayed = replay(by.rubric, [Marked(text, 1.0), *wrong], by.question)
    phrases: list[str] = []
    for one in suggest(by.rubric, replayed, by.question, at_least=1):
        if not any(f" {one.words} " in f" {known} " for known in phrases):
            phrases.append(one.words)
    missed = [p.name for p in by.rubric.points if has_alternatives(p) and p.name in replayed[0].lacks]
    plain = [one for one in phrases[:PHRASES] if "near" not in one.split() and SIGNS.isdisjoint(one)]
    offers = [Alternative(point, words) for words in plain for point in missed]
    return Unknown(phrases[:PHRASES], offers[:OFFERED])


async def offered(dispute: Dispute, services: Services) -> tuple[list[Block], list[Button]]:
    """The words that can be added to a point after a ruling, each with what it would change, and a button for each."""
    asked = await question_of(dispute.answer, services)
    by = await of_question(asked, services)
    offers = unknown(by, dispute.answer.text).offers if by is not None else ()
    if not offers:
        return [], []
    lines, buttons = [], []
    for one in offers:
        others = await would_change(dispute.answer, one, services)
        change = _("no other answer would change")
        if others:
            change = n_("{count} other answer would change", "{count} other answers would change", len(others))
        lines.append(Entry(Text("“", Said(one.words), f"” → “{one.point}”: {change}")))
        label = _("Add “{words}” to “{point}”", words=one.words, point=one.point)
        buttons.append(Button(label, ActionId("group.take", (str(dispute.id), _key(one)))))
    return [Text(_("No point knows these words. You can add them for your group:")), BulletList(tuple(lines))], buttons


async def take(ask: Ask, services: Services) -> Reply:
    """Words are added to a point, and the group's answers to the question graded again; whoever it concerns is told."""
    dispute = await services.store.disputes.get(ask.subject)
    asked = await question_of(dispute.answer, services)
    by = await of_question(asked, services)
    offers = unknown(by, dispute.answer.text).offers if by is not None and dispute.score else ()
    wanted = next((one for one in offers if _key(one) == ask.args[1]), None)
    kept = None
    if wanted is not None:
        kept = await services.store.rulings.add_words(dispute.id, wanted.point, wanted.words, ask.person.name, ask.at)
    if wanted is None or kept is None:
        return say(_("Nothing was added: the question knows these words by now, or was changed."), tone="notice")
    changed = await regrade_question(asked, services, ask.at)
    told = _("Added: “{words}” says “{point}” from now on.", words=wanted.words, point=wanted.point)
    also = _("No other answers changed.")
    if changed:
        also = n_("{count} other answer changed with it.", "{count} other answers changed with it.", len(changed))
    buttons = [Button(_("Take back"), ActionId("group.unmark", (str(kept.id),)))]
    if await services.store.disputes.open(asked.group_id):
        buttons.append(Button(_("Next"), ActionId("group.disputes")))
    return say(f"{told} {also}", tone="good", buttons=buttons)


def _key(one: Alternative) -> str:
    """What stands for it in a button's id."""
    return hashlib.sha256(f"{one.point}\n{one.words}".encode("utf-8", "surrogatepass")).hexdigest()[:12]
