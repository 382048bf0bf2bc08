"""Who organises a group, beside the administrators of its server or workspace: shown, named, and named no longer."""

from __future__ import annotations

from cogs.asked import group_of
from cogs.messages import (
    ActionId,
    Ask,
    BulletList,
    Button,
    Card,
    Choice,
    Entry,
    Form,
    FormField,
    Name,
    Reply,
    Text,
    say,
)
from cogs.services import Services
from study.group import Account, Group, Organiser
from study.texts import _, joined

MOST = 25
"""How many a group may name; more would share a role."""


async def names(group: Group, services: Services) -> str:
    """Everybody who organises the group, in one line."""
    return ", ".join(
        [*(one.name for one in await services.store.organisers.of_group(group.id)), _("administrators here")]
    )


async def show(ask: Ask, services: Services) -> Reply:
    """`/group organisers`: whom the group named, with a way to change it."""
    group = (await group_of(ask, services))[0]
    found = await services.store.organisers.of_group(group.id)
    lines = tuple(Entry(Text(Name(one.name), _where(one, ask))) for one in found)
    told = _("Whoever administers this server or workspace is always an organiser.")
    if services.organisers:
        told += " " + _("Named by whoever runs the bot, for all groups: {count}.", count=len(services.organisers))
    beside = Text(_("Beside them, the group named:") if found else _("Beside them, the group named nobody yet."))
    buttons = [Button(_("Add an organiser"), ActionId("group.naming"), "primary")]
    if found:
        buttons.append(Button(_("Remove one"), ActionId("group.unnaming")))
    blocks = (Text(told), beside, *((BulletList(lines),) if lines else ()))
    return Reply(
        _("Organisers: {names}", names=await names(group, services)), (Card(_("Organisers"), blocks, tuple(buttons)),)
    )


def _where(one: Organiser, ask: Ask) -> str:
    """What tells two of one name apart: that it is a role, and the platform where it is not this one."""
    told = [*([_("role")] if one.kind == "role" else [])]
    if one.account.platform != ask.place.platform:
        told.append(one.account.platform)
    return f" ({', '.join(told)})" if told else ""


async def open_add(ask: Ask, services: Services) -> Form:
    """Whom to name."""
    group = (await group_of(ask, services))[0]
    people = [Choice(one.name, one.name) for one in await services.store.members.of_group(group.id)]
    return Form(
        _("Add an organiser"),
        ActionId("group.named"),
        (
            FormField("person", _("A person"), "person", required=False, max_length=80, choices=tuple(people[:25])),
            FormField("role", _("Or a role, with all who hold it"), "role", required=False),
        ),
        submit=_("Add"),
    )


async def add(ask: Ask, services: Services) -> Reply:
    """Name them; whoever is one already stays one."""
    group = (await group_of(ask, services))[0]
    wanted = await _wanted(ask, group, services)
    if not wanted:
        typed = ask.text("person").strip()
        fault = _("Nobody in the group is called {name}.", name=typed) if typed else _("Choose a person or a role.")
        return Reply(_("Nobody was added."), faults={"person": fault})
    if ask.text("person").strip() and sum(one.kind == "person" for one in wanted) > 1:
        fault = _("Several people are called {name}: ask one of them to go by another name first.", name=wanted[0].name)
        return Reply(_("Nobody was added."), faults={"person": fault})
    if len(await services.store.organisers.of_group(group.id)) + len(wanted) > MOST:
        return Reply(
            _("Nobody was added."),
            faults={"person": _("A group names at most {most}: give a role to them all.", most=MOST)},
        )
    for one in wanted:
        await services.store.organisers.add(group.id, one, ask.at, ask.person.name)
    told = joined([one.name for one in wanted])
    return say(_("{names} may organise the group from now on.", names=told), tone="good")


async def _wanted(ask: Ask, group: Group, services: Services) -> list[Organiser]:
    """Whom the form names."""
    place, found = ask.place, list[Organiser]()
    if person := ask.chosen("person"):
        found.append(Organiser("person", Account(place.platform, place.workspace, person.id), person.name))
    if role := ask.chosen("role"):
        found.append(Organiser("role", Account(place.platform, place.workspace, role.id), role.name))
    typed = ask.text("person").strip().casefold()
    for member in await services.store.members.of_group(group.id) if typed else ():
        account = await services.store.members.account(member.id, place.platform, place.workspace)
        if member.name.casefold() == typed and account is not None:
            found.append(Organiser("person", account, member.name))
    return found


async def open_remove(ask: Ask, services: Services) -> Form:
    """Who shall be one no longer."""
    group = (await group_of(ask, services))[0]
    found = await services.store.organisers.of_group(group.id)
    choices = tuple(Choice(f"{one.name}{_where(one, ask)}", _key(one)) for one in found)
    field = FormField("organiser", _("Who organises the group no longer"), "choice", choices=choices)
    return Form(_("Remove an organiser"), ActionId("group.unnamed"), (field,), submit=_("Remove"))


async def remove(ask: Ask, services: Services) -> Reply:
    """Name them no longer. The last one only an administrator may take away, who is an organiser all the same."""
    group = (await group_of(ask, services))[0]
    found = await services.store.organisers.of_group(group.id)
    wanted = next((one for one in found if _key(one) == ask.text("organiser")), None)
    if wanted is None:
        return say(_("They are no organiser any more."), tone="notice")
    last = not ask.person.listed
    await services.store.organisers.remove(group.id, wanted, ask.at, ask.person.name, last=last)
    return say(_("{name} does not organise the group any more.", name=wanted.name), tone="good")


def _key(one: Organiser) -> str:
    account = one.account
    return f"{one.kind}/{account.platform}/{account.workspace}/{account.id}"
