"""Which group somebody means where none reads: one of their own, and of several the one that they chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cogs import leaderboard, me, quiz
from cogs.asked import account_of
from cogs.declare import Action, Cog
from cogs.messages import ActionId, Ask, Button, CommandRef, Refusal, Reply, say, spans
from cogs.services import Services
from store import Home, NotFound
from study.group import Account, Place
from study.texts import _, noop

MOST = 20
"""So many groups are offered to choose from."""
AGAIN = {"quiz": quiz.quiz, "review": me.review, "me": me.me, "leaderboard": leaderboard.leaderboard}
"""What is answered at once when a group was chosen for it."""


class NoneOfYours(Refusal):
    """Nothing is known of whoever asks in any group."""

    def __init__(self) -> None:
        more = _(
            "Answer a question in your group's channel, or type {me} there once; from then on I know you here, too. "
            "Where there is no group yet, {setup} in a channel starts one."
        )
        told = spans(more, me=CommandRef("me"), setup=CommandRef("group setup"))
        super().__init__(_("I do not know you from any study group yet."), *told)


class WhichGroup(Refusal):
    """Somebody is in several groups and has not said which one they mean."""

    def __init__(self, homes: Sequence[Home], command: str) -> None:
        sentence = _("Which of your groups do you mean?")
        super().__init__(sentence)
        more = _("I remember it for here; {me} lets you change it.")
        buttons = [Button(one.name, ActionId("own.choose", (str(one.group_id), command))) for one in homes[:MOST]]
        self.reply = replace(say(sentence, *spans(more, me=CommandRef("me")), buttons=buttons), alone=True)


async def homes(ask: Ask, services: Services) -> Sequence[Home]:
    """The groups of whoever asks, the chosen one first: those where they still are."""
    account = Account(ask.person.platform, (ask.apart or ask.place).workspace, ask.person.id)
    return [
        one for one in await services.store.groups.homes(account) if await still_in(one.place, account.id, services)
    ]


async def still_in(place: Place, person: str, services: Services) -> bool:
    """Whether somebody may still be told what is said at a place of their platform."""
    belongs = services.belongs.get(place.platform)
    return belongs is None or await belongs(place, person)


async def meant(ask: Ask, services: Services, *, command: str = "") -> Ask:
    """The ask as made in the group that is meant. With a `command`, one of several must have been chosen.

    Raises NoneOfYours or WhichGroup.
    """
    found = await homes(ask, services)
    if not found:
        raise NoneOfYours
    if command and len(found) > 1 and not found[0].chosen:
        raise WhichGroup(found, command)
    return await at_home(ask, found[0].place, services)


async def at_home(ask: Ask, home: Place, services: Services) -> Ask:
    """The ask as made where the group reads, by the name the person has there: in private it may be another."""
    group = await services.store.groups.at(home)
    account = Account(ask.person.platform, home.workspace, ask.person.id)
    member = await services.store.members.find(group.id, account) if group else None
    return replace(ask, place=home, person=replace(ask.person, name=member.name if member else ""))


async def choose(ask: Ask, services: Services) -> Reply:
    """A group was chosen: it is meant from now on, and what was asked is answered."""
    home = next((one for one in await homes(ask, services) if str(one.group_id) == ask.args[0]), None)
    if home is None:
        raise NotFound("button")
    there = await at_home(ask, home.place, services)
    await services.store.members.choose(home.group_id, account_of(there), ask.at)
    again = AGAIN.get(ask.args[1])
    if again is not None:
        return await again(there, services)
    return say(_("From now on I mean {group} when you ask here.", group=home.name), tone="good")


async def ask_which(ask: Ask, services: Services) -> Reply:
    """Which group is meant, asked again."""
    return WhichGroup(await homes(ask, services), "me").reply


cog = Cog(
    "own",
    noop("Your groups"),
    actions=(
        Action("own.choose", choose, replaces=True, takes=("word", "word")),
        Action("own.ask", ask_which, replaces=True),
    ),
)
