"""Who is mentioned at the first post of a week: nobody, unless an organiser chooses a role for this channel."""

from __future__ import annotations

from cogs.asked import group_of
from cogs.messages import ActionId, Ask, Button, Form, FormField, Reply, say
from cogs.services import Services
from study.group import Channel
from study.texts import _


async def _here(ask: Ask, services: Services) -> Channel:
    group = (await group_of(ask, services))[0]
    channels = await services.store.channels.of_group(group.id)
    return next(one for one in channels if one.external_id == ask.place.channel)


async def show(ask: Ask, services: Services) -> Reply:
    """`/group ping`: whom the first post of a week mentions here."""
    channel = await _here(ask, services)
    buttons = [Button(_("Choose a role"), ActionId("group.pinging"), "primary")]
    if not channel.ping:
        return say(_("The weekly post mentions nobody."), _("A role can be told that it is there."), buttons=buttons)
    buttons.append(Button(_("Mention nobody"), ActionId("group.unping")))
    return say(_("The first post of each week mentions {role}, once.", role=channel.ping_name), buttons=buttons)


async def choose(ask: Ask, services: Services) -> Form:
    """Which role."""
    await _here(ask, services)
    hint = _("Told once a week, with the first post; edits and reminders mention nobody.")
    field = FormField("role", _("Whom the weekly post mentions"), "mention", hint=hint)
    return Form(_("Mention a role"), ActionId("group.ping"), (field,), submit=_("Save"))


async def chosen(ask: Ask, services: Services) -> Reply:
    """Keep it for this channel."""
    channel, role = await _here(ask, services), ask.chosen("role")
    if role is None or role.id == ask.place.workspace:
        return Reply(
            _("Nothing was changed."), faults={"role": _("Choose a role; everyone at once cannot be mentioned.")}
        )
    await services.store.channels.set_ping(channel.id, role.id, role.name, ask.at, ask.person.name)
    told = _("The first post of each week mentions {role}, once.", role=role.name)
    return say(told, role.note, tone="notice") if role.note else say(told, tone="good")


async def nobody(ask: Ask, services: Services) -> Reply:
    """Mention nobody from now on."""
    channel = await _here(ask, services)
    await services.store.channels.set_ping(channel.id, "", "", ask.at, ask.person.name)
    return say(_("The weekly post mentions nobody from now on."), tone="good")
