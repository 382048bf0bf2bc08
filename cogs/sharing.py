"""Best answers: shown on the closed card where their writers allow it, who are asked once; an organiser may pick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cogs.asked import Asked, Posted, posted_of, who
from cogs.declare import Action, Cog, Words
from cogs.messages import ActionId, Ask, Block, Button, Card, CommandRef, Quote, Reply, Text, say, strong
from cogs.questions import called
from cogs.services import Services
from study.group import Member
from study.marking import FULL, Mark
from study.showcase import Candidate, chosen

SHOWN = 500
"""Letters of an answer that everybody is shown at most."""
LISTED = 8
"""So many answers an organiser chooses from."""

ASKED = (
    "Answers that are accepted in full may be shown to the group, with their writer's name, once a question is closed. "
    "May yours be?"
)


async def asked_once(mark: Mark, member: Member, ask: Ask, services: Services) -> tuple[Block, Sequence[Button]] | None:
    """The question whether one's answers may be shown, beside the first that is accepted in full, and never again."""
    if mark.score < FULL or mark.verdict != "accept":
        return None
    if not await services.store.showcase.ask_once(member.id, ask.at):
        return None
    return Text(ASKED), (_button("Yes, share it", "yes", member.id), _button("No", "no", member.id))


async def setting(asked: Asked, services: Services) -> tuple[Text, Button]:
    """Whether one's answers may be shown, in a line, and the button that changes it."""
    if await services.store.showcase.shares(asked.member.id):
        return Text("Your best answers may be shown to the group."), _button("Show them no more", "no", asked.member.id)
    return Text("Your answers are shown to nobody."), _button("Share my best answers", "yes", asked.member.id)


def _button(label: str, word: str, member_id: int) -> Button:
    return Button(label, ActionId("sharing.set", (str(member_id), word)))


async def decide(ask: Ask, services: Services) -> Reply:
    """One's own word."""
    asked = await who(ask, services)
    if ask.subject != asked.member.id:
        return say("Only you decide that for yourself.", tone="notice")
    shares = ask.args[1] == "yes"
    await services.store.showcase.set_shares(asked.member.id, shares, ask.key, ask.at)
    sentence = "Thank you. Your answer is shown if it is chosen" if shares else "Your answers are shown to nobody"
    more = "" if shares else ", and what was shown is taken back"
    name = ", without your name, for you are hidden" if shares and asked.member.hidden else ""
    return say(f"{sentence}{name}{more}.", "Change it with ", CommandRef("me"), ".", tone="good")


async def best_of(here: Posted, services: Services) -> tuple[Candidate, ...]:
    """The answers of a closed post to show."""
    candidates = await services.store.showcase.candidates(here.post.id)
    return chosen(candidates, await services.store.showcase.picks(here.post.id)) if candidates else ()


def shown(best: Sequence[Candidate]) -> tuple[Block, ...]:
    """The best answers as everybody reads them."""
    blocks: list[Block] = []
    for one in best:
        text = one.text if len(one.text) <= SHOWN else one.text[: SHOWN - 1] + "…"
        blocks += [Text(strong(f"{one.name} wrote:" if one.name else "One of us wrote:")), Quote(text)]
    return tuple(blocks)


async def with_best(closed: Reply, here: Posted, services: Services) -> Reply:
    """The closed card with the best answers on it, and the organiser's button where there are any to choose from."""
    candidates = await services.store.showcase.candidates(here.post.id)
    if not candidates:
        return closed
    (card, *rest) = closed.cards
    best = chosen(candidates, await services.store.showcase.picks(here.post.id))
    choose = Button("Choose answers", ActionId("sharing.choose", (str(here.post.id),)))
    more = replace(card, blocks=(*card.blocks, *shown(best)), buttons=(*card.buttons, choose))
    return replace(closed, cards=(more, *rest))


async def choose(ask: Ask, services: Services) -> Reply:
    """An organiser sees which answers may be shown, each with a button to show it or leave it out."""
    here = await posted_of(ask.subject, services)
    return await _choice(here, services)


async def pick(ask: Ask, services: Services) -> Reply:
    """An answer is shown, or left out; the closed card and its thread follow."""
    here = await posted_of(ask.subject, services)
    answer, word = ask.args[1], ask.args[2] if len(ask.args) > 2 else ""
    number = int(answer) if answer.isdecimal() and len(answer) < 19 else 0
    done = await services.store.showcase.pick(
        here.post.id, number, word == "show", key=ask.key, by=ask.person.name, at=ask.at
    )
    if not done:
        return say("This answer cannot be shown any more.", tone="notice")
    return await _choice(here, services)


async def _choice(here: Posted, services: Services) -> Reply:
    candidates = await services.store.showcase.candidates(here.post.id)
    if not candidates:
        return say("Nobody whose answer was accepted in full allows that it is shown.", tone="notice")
    now = {one.answer_id for one in chosen(candidates, await services.store.showcase.picks(here.post.id))}
    title = called(here.course, here.post.week, here.post.item)
    cards = []
    for one in candidates[:LISTED]:
        is_shown = one.answer_id in now
        label, word = ("Leave out", "hide") if is_shown else ("Show", "show")
        action = ActionId("sharing.pick", (str(here.post.id), str(one.answer_id), word))
        state = "Shown to the group." if is_shown else "Not shown."
        cards.append(Card(one.name or "Hidden", (Quote(one.text[:SHOWN]),), (Button(label, action),), footer=state))
    return Reply(f"{title}: {len(now)} of {len(candidates)} answers are shown.", tuple(cards))


cog = Cog(
    "sharing",
    Words("Answers shown to the group", "Antworten, die der Gruppe gezeigt werden"),
    actions=(
        Action("sharing.set", decide, takes=("member", "word")),
        Action("sharing.choose", choose, organiser=True, takes=("post",)),
        Action("sharing.pick", pick, organiser=True, replaces=True, takes=("post", "word", "word")),
    ),
)
