"""Taking somebody out of a group: off the board and the page, until they are invited again. Nothing is erased."""

from __future__ import annotations

from collections.abc import Sequence

from cogs.asked import group_of, who
from cogs.declare import Cog, Command, Option
from cogs.messages import Ask, Choice, Reply, say
from cogs.services import Services
from study.group import Group, Member
from study.texts import _, noop


async def remove(ask: Ask, services: Services) -> Reply:
    """`/group remove`: they are shown no more and signed out; an invitation brings them back as they were."""
    asked = await who(ask, services)
    member = await named(ask.text("member"), asked.group, services)
    if member is None:
        told = _("Nobody in the group is called {name}.", name=ask.text("member"))
        return Reply(told, faults={"member": told})
    if member.id == asked.member.id:
        return say(_("You cannot remove yourself; another organiser can."), tone="notice")
    pages = await services.store.removals.remove(member.id, ask.at, ask.person.name)
    for person_id in pages:
        await services.store.page.sessions.end_others(person_id, "")
    told = _("{name} is off the leaderboard. Nothing was erased.", name=member.name)
    if pages:
        more = _("They are signed out of the page and stay out until you invite them again by their name.")
    else:
        more = _("They can still write here: only the server or workspace itself can keep them out.")
    return say(told, " ", more, tone="good")


async def named(name: str, group: Group, services: Services) -> Member | None:
    """The member of that name, in any case."""
    wanted = name.strip().casefold()
    return next((one for one in await services.store.members.of_group(group.id) if one.name.casefold() == wanted), None)


async def suggest_members(ask: Ask, services: Services, typed: str) -> Sequence[Choice]:
    """The members whose names match."""
    group, _course = await group_of(ask, services)
    members = await services.store.members.of_group(group.id)
    return [Choice(one.name, one.name) for one in members if typed.casefold() in one.name.casefold()][:25]


cog = Cog(
    "remove",
    noop("Taking somebody out of the group"),
    commands=(
        Command(
            "group remove",
            noop("Take a member off the board and the page, until they are invited again"),
            remove,
            (Option("member", noop("Who, by name"), suggest=suggest_members, max_length=100),),
            organiser=True,
        ),
    ),
)
