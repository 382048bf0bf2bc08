"""Who leads this week, this season, of all time: shared ranks for equal points, one's own place, a way to stay off."""

from __future__ import annotations

from collections.abc import Sequence

from cogs.asked import Asked, who
from cogs.declare import Action, Cog, Command, Option, Words
from cogs.messages import ActionId, Ask, Block, Button, Card, Choice, CommandRef, Ranking, Reply, Row, Text, say
from cogs.services import Services
from cogs.verdicts import number
from study.group import Group
from study.standings import Standing, Window, rank, window

SHOWN = 10
TITLES: dict[Window, str] = {"week": "This week", "season": "This season", "all": "Of all time"}


async def standings(group: Group, which: Window, ask: Ask, services: Services) -> Sequence[Standing]:
    """Everyone's place in that window of the group's own calendar."""
    since, until = window(which, group.zone, ask.at)
    return rank(await services.store.scores.totals(group.id, since, until))


def rows(places: Sequence[Standing], own: int | None = None) -> tuple[Row, ...]:
    """The best ten, and one's own line wherever it stands."""
    shown = [place for place in places if not place.hidden]
    top = [*shown[:SHOWN], *(place for place in places if place.member_id == own and place not in shown[:SHOWN])]
    return tuple(
        Row(
            place.rank,
            place.name,
            f"{number(place.points)} points",
            f"{place.answered} answered",
            own=place.member_id == own,
        )
        for place in top
    )


async def leaderboard(ask: Ask, services: Services) -> Reply:
    """`/leaderboard`: the week's, unless another window is chosen."""
    return await _shown(await who(ask, services), _window(ask.text("window", "week")), ask, services)


async def turn(ask: Ask, services: Services) -> Reply:
    """A window's button on the leaderboard."""
    return await _shown(await who(ask, services), _window(ask.args[0]), ask, services)


async def hide(ask: Ask, services: Services) -> Reply:
    """Stay off the leaderboard, or come back on it."""
    asked = await who(ask, services)
    hidden = ask.args[0] == "hide"
    await services.store.members.hide(asked.member.id, hidden)
    if hidden:
        return say(
            "You are off the leaderboard now.",
            "You still see your own points with ",
            CommandRef("me"),
            ".",
            tone="good",
        )
    return say("You are on the leaderboard again.", tone="good")


def _window(name: str) -> Window:
    return next((kind for kind in TITLES if kind == name), "week")


async def _shown(asked: Asked, which: Window, ask: Ask, services: Services) -> Reply:
    places = await standings(asked.group, which, ask, services)
    ranking = rows(places, asked.member.id)
    blocks: list[Block] = [Ranking(ranking)] if ranking else [Text("Nobody has points yet. The first answer leads.")]
    if asked.member.hidden:
        blocks.append(Text("You are hidden: others do not see you here."))
    buttons = [
        Button(title, ActionId("leaderboard.turn", (name,)), "primary" if name == which else "plain")
        for name, title in TITLES.items()
    ]
    label, state = ("Show me here", "show") if asked.member.hidden else ("Hide me", "hide")
    buttons.append(Button(label, ActionId("leaderboard.hide", (state,))))
    leader = f"{ranking[0].name} leads with {ranking[0].points}." if ranking else "Nobody has points yet."
    return Reply(
        f"{TITLES[which]}: {leader}",
        (
            Card(
                f"Leaderboard · {TITLES[which]}",
                tuple(blocks),
                tuple(buttons),
                footer="The best attempts count. Equal points share a rank.",
            ),
        ),
    )


cog = Cog(
    "leaderboard",
    Words("How the group does", "Wie die Gruppe steht"),
    commands=(
        Command(
            "leaderboard",
            Words("Who leads, and your own place", "Wer vorne liegt, und dein Platz"),
            leaderboard,
            (
                Option(
                    "window",
                    Words("Which time", "Welcher Zeitraum"),
                    "choice",
                    required=False,
                    choices=tuple(Choice(title, name) for name, title in TITLES.items()),
                ),
            ),
        ),
    ),
    actions=(
        Action("leaderboard.turn", turn, replaces=True, takes=("word",)),
        Action("leaderboard.hide", hide, takes=("word",)),
    ),
)
