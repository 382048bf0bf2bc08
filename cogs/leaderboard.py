"""Who leads this week, this season, of all time: shared ranks for equal points, one's own place, a way to stay off."""

from __future__ import annotations

from collections.abc import Sequence

from cogs.asked import Asked, who
from cogs.declare import Action, Cog, Command, Option
from cogs.messages import ActionId, Ask, Block, Button, Card, Choice, CommandRef, Ranking, Reply, Row, Text, say, spans
from cogs.services import Services
from cogs.verdicts import number
from study.group import Group
from study.standings import Standing, Window, rank, window
from study.texts import _, noop

SHOWN = 10
TITLES: dict[Window, str] = {"week": noop("This week"), "season": noop("This season"), "all": noop("Of all time")}


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
            _("{points} points", points=number(place.points)),
            _("{count} answered", count=place.answered),
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
        see = spans(_("You still see your own points with {me}."), me=CommandRef("me"))
        return say(_("You are off the leaderboard now."), *see, tone="good")
    return say(_("You are on the leaderboard again."), tone="good")


def setting(asked: Asked) -> tuple[Text, Button]:
    """Whether others see a member on the leaderboard, in a line, and the button that changes it."""
    if asked.member.hidden:
        button = Button(_("Show me on the leaderboard"), ActionId("leaderboard.hide", ("show",)))
        return Text(_("You are hidden: others do not see you on the leaderboard.")), button
    return Text(_("Others see you on the leaderboard.")), Button(_("Hide me"), ActionId("leaderboard.hide", ("hide",)))


def _window(name: str) -> Window:
    return next((kind for kind in TITLES if kind == name), "week")


async def _shown(asked: Asked, which: Window, ask: Ask, services: Services) -> Reply:
    places = await standings(asked.group, which, ask, services)
    ranking = rows(places, asked.member.id)
    blocks: list[Block] = [Ranking(ranking)] if ranking else [Text(_("Nobody has points yet. The first answer leads."))]
    if asked.member.hidden:
        blocks.append(Text(_("You are hidden: others do not see you here.")))
    buttons = [
        Button(_(title), ActionId("leaderboard.turn", (name,)), "primary" if name == which else "plain")
        for name, title in TITLES.items()
    ]
    label, state = (_("Show me here"), "show") if asked.member.hidden else (_("Hide me"), "hide")
    buttons.append(Button(label, ActionId("leaderboard.hide", (state,))))
    leader = _("Nobody has points yet.")
    if ranking:
        leader = _("{name} leads with {points}.", name=ranking[0].name, points=ranking[0].points)
    title, footer = _(TITLES[which]), _("The best attempts count. Equal points share a rank.")
    card = Card(_("Leaderboard · {window}", window=title), tuple(blocks), tuple(buttons), footer=footer)
    return Reply(f"{title}: {leader}", (card,))


cog = Cog(
    "leaderboard",
    noop("How the group does"),
    commands=(
        Command(
            "leaderboard",
            noop("Who leads, and your own place"),
            leaderboard,
            (
                Option(
                    "window",
                    noop("Which time"),
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
