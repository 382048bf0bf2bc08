"""From an event to an ask: the person with their rights, and the place that is meant."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.platforms.host import Host
from bot.platforms.slack.events import EventContext
from bot.platforms.slack.installation.connect import error_code
from bot.platforms.slack.people import People
from bot.platforms.slack.posting import lost
from cogs.declare import Action, Command
from cogs.messages import Ask, Chosen, Form, Person, Reply, Value
from store import Home
from study.group import Place
from study.texts import _

LOOK_SECONDS = 1.0
NOT_THERE = "channel_not_found"


def organiser_of(team: str, channel: str) -> str:
    """The name under which a channel's organiser is kept."""
    return f"slack.organiser:{team}:{channel}"


class RequestBuilder:
    """Asks the dispatcher in the name of a person."""

    def __init__(self, host: Host) -> None:
        self.dispatcher = host.dispatcher
        self._facts, self._channels, self._now = host.facts, host.channels, host.clock.now
        self._people = People()
        self._names: dict[tuple[str, str], str] = {}

    async def homes(self, event: EventContext) -> Sequence[Home]:
        """The groups of the person's own; the first is the one that they mean where they name none."""
        return await self._channels.homes("slack", event.team, event.user)

    async def choose(self, event: EventContext, channel: str) -> None:
        """The group that the person means from now on."""
        await self._channels.choose(Place("slack", event.team, channel), event.user, self._now())

    async def placed(self, event: EventContext, action: Action | None = None) -> EventContext:
        """In one's own conversation or page, one means the group one studies in.

        An action that names what a group owns says by that which group it means, so it stays where it was pressed.
        """
        names_its_group = action is not None and any(taken != "word" for taken in action.takes)
        if names_its_group or not event.private:
            return event
        found = await self.homes(event)
        return event.at(found[0].place) if found else event

    def language(self, event: EventContext) -> str:
        """What is remembered of a person's language: some words are said before Slack could be asked."""
        return self._people.language(event.team, event.user)

    async def person(self, event: EventContext, *, fresh: bool = False) -> Person:
        """Who it is; `fresh` where rights are at stake."""
        return await self._people.person(
            event.client, event.team, event.user, installer=event.installer, called=event.called, fresh=fresh
        )

    async def ask(self, event: EventContext, options: Mapping[str, Value], *, organiser: bool = False) -> Ask:
        """The event as the features know it."""
        person = await self.person(event, fresh=organiser)
        if organiser and not person.organiser and person.begins:
            roles = await self._channels.organisers(event.place, "role")
            held = await self._people.in_groups(event.client, event.user, roles) if roles else ()
            person = replace(person, roles=held)
        hindrance = await self._hindrance(event) if organiser and not event.private else ""
        unsuited = _("A group reads in a channel: invite me to one, and ask there.") if event.private else ""
        asked = Ask(person, event.place, self._now(), event.key, options, hindrance=hindrance, unsuited=unsuited)
        if organiser and not event.private and await self.dispatcher.organises(asked):
            await self._remember(event)
        return asked

    async def chosen(self, event: EventContext, user: str) -> Chosen:
        """Somebody who was picked from the workspace's own list."""
        found = await self._people.profile(event.client, event.team, user)
        return Chosen(user, found.name)

    async def user_groups(self, event: EventContext, typed: str) -> Sequence[Chosen]:
        """The user groups that may be picked."""
        return await self._people.groups(event.client, typed)

    async def _hindrance(self, event: EventContext) -> str:
        """Why the bot may not post in the channel, as far as Slack says so."""
        try:
            told = await asyncio.wait_for(event.client.conversations_info(channel=event.origin.channel), LOOK_SECONDS)
        except SlackApiError as error:
            return lost(NOT_THERE) if error_code(error) == NOT_THERE else ""
        except (ClientError, TimeoutError, OSError):
            return ""
        channel = told["channel"]
        if channel.get("is_archived"):
            return lost("is_archived")
        return "" if channel.get("is_member", True) else lost("not_in_channel")

    async def _remember(self, event: EventContext) -> None:
        """Who last did an organiser's work in a channel is told when something is wrong with it."""
        name = organiser_of(event.team, event.origin.channel)
        if await self._facts.get(name) != event.user:
            await self._facts.set(name, event.user)

    async def command(self, event: EventContext, command: Command, options: Mapping[str, Value]) -> Reply:
        """Run a command."""
        await self._named(event)
        return await self.dispatcher.command(command.name, await self.ask(event, options, organiser=command.organiser))

    async def press(
        self, event: EventContext, press_id: str, action: Action | None, options: Mapping[str, Value] | None = None
    ) -> Reply | Form:
        """Follow a button, or take in a form."""
        organiser = action is not None and action.organiser
        return await self.dispatcher.press(press_id, await self.ask(event, options or {}, organiser=organiser))

    async def _named(self, event: EventContext) -> None:
        """A channel that was renamed is called by its new name; Slack tells it with every command."""
        place = event.place
        if place.name and self._names.get((place.workspace, place.channel)) != place.name:
            await self._channels.channel_renamed(place)
            self._names[place.workspace, place.channel] = place.name
