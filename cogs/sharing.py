"""Best answers: shown on the closed card where their writers allow it, who are asked once; an organiser may pick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cogs.asked import Asked, Posted, posted_of, who
from cogs.declare import Action, Cog
from cogs.messages import ActionId, Ask, Block, Button, Card, CommandRef, Quote, Reply, Text, say, spans, strong
from cogs.questions import called
from cogs.services import Services
from study.discussion.showcase import Candidate, chosen, worth_showing
from study.group import Member
from study.marking import Mark
from study.texts import _, noop

SHOWN = 500
"""Letters of an answer that everybody is shown at most."""
LISTED = 8
"""So many answers an organiser chooses from."""

ASKED = noop(
    "Answers that are accepted in full, and recaps that tell their week well, may be shown to the group, with their "
    "writer's name, once they are closed. May yours be?"
)


async def asked_once(
    mark: Mark, member: Member, ask: Ask, services: Services, *, recap: bool = False
) -> tuple[Block, Sequence[Button]] | None:
    """The question whether one's answers may be shown, beside the first that is worth it, and never again."""
    if not worth_showing(mark.score, mark.verdict, recap=recap):
        return None
    if not await services.store.showcase.ask_once(member.id, ask.at):
        return None
    return Text(_(ASKED)), (_button(_("Yes, share it"), "yes", member.id), _button(_("No"), "no", member.id))


async def setting(asked: Asked, services: Services) -> tuple[Text, Button]:
    """Whether one's answers may be shown, in a line, and the button that changes it."""
    if await services.store.showcase.shares(asked.member.id):
        button = _button(_("Show them no more"), "no", asked.member.id)
        return Text(_("Your best answers may be shown to the group.")), button
    return Text(_("Your answers are shown to nobody.")), _button(_("Share my best answers"), "yes", asked.member.id)


def _button(label: str, word: str, member_id: int) -> Button:
    return Button(label, ActionId("sharing.set", (str(member_id), word)))


async def decide(ask: Ask, services: Services) -> Reply:
    """One's own word."""
    asked = await who(ask, services)
    if ask.subject != asked.member.id:
        return say(_("Only you decide that for yourself."), tone="notice")
    shares = ask.args[1] == "yes"
    await services.store.showcase.set_shares(asked.member.id, shares, ask.key, ask.at)
    sentence = _("Your answers are shown to nobody, and what was shown is taken back.")
    if shares and asked.member.hidden:
        sentence = _("Thank you. Your answer is shown if it is chosen, without your name, for you are hidden.")
    elif shares:
        sentence = _("Thank you. Your answer is shown if it is chosen.")
    return say(sentence, *spans(_("Change it with {me}."), me=CommandRef("me")), tone="good")


async def best_of(here: Posted, services: Services) -> tuple[Candidate, ...]:
    """The answers of a closed post to show."""
    candidates = await services.store.showcase.candidates(here.post.id)
    return chosen(candidates, await services.store.showcase.picks(here.post.id)) if candidates else ()


def shown(best: Sequence[Candidate], letters: int = SHOWN) -> tuple[Block, ...]:
    """The best answers as everybody reads them, each of so many letters at most."""
    blocks: list[Block] = []
    for one in best:
        text = one.text if len(one.text) <= letters else one.text[: letters - 1] + "…"
        blocks += [Text(strong(_("{name} wrote:", name=one.name) if one.name else _("One of us wrote:"))), Quote(text)]
    return tuple(blocks)


async def with_best(closed: Reply, here: Posted, services: Services) -> Reply:
    """The closed card with the best answers on it, and the organiser's button where there are any to choose from."""
    candidates = await services.store.showcase.candidates(here.post.id)
    if not candidates:
        return closed
    (card, *rest) = closed.cards
    best = chosen(candidates, await services.store.showcase.picks(here.post.id))
    choose = Button(_("Choose answers"), ActionId("sharing.choose", (str(here.post.id),)))
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
        return say(_("This answer cannot be shown any more."), tone="notice")
    return await _choice(here, services)


async def _choice(here: Posted, services: Services) -> Reply:
    candidates = await services.store.showcase.candidates(here.post.id)
    if not candidates:
        return say(_("Nobody whose answer is worth showing allows that it is shown."), tone="notice")
    now = {one.answer_id for one in chosen(candidates, await services.store.showcase.picks(here.post.id))}
    title = called(here.course, here.post.week, here.post.item)
    cards = []
    for one in candidates[:LISTED]:
        is_shown = one.answer_id in now
        label, word = (_("Leave out"), "hide") if is_shown else (_("Show"), "show")
        action = ActionId("sharing.pick", (str(here.post.id), str(one.answer_id), word))
        state = _("Shown to the group.") if is_shown else _("Not shown.")
        cards.append(Card(one.name or _("Hidden"), (Quote(one.text[:SHOWN]),), (Button(label, action),), footer=state))
    count = {"shown": len(now), "answers": len(candidates)}
    return Reply(_("{title}: {shown} of {answers} answers are shown.", title=title, **count), tuple(cards))


cog = Cog(
    "sharing",
    noop("Answers shown to the group"),
    actions=(
        Action("sharing.set", decide, takes=("member", "word")),
        Action("sharing.choose", choose, organiser=True, takes=("post",)),
        Action("sharing.pick", pick, organiser=True, replaces=True, takes=("post", "word", "word")),
    ),
)
