"""From an event to an ask: the person with their rights, and the place that is meant."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.host import Host
from bot.platforms.remembered import Remembered
from bot.platforms.slack.events import EventContext
from bot.platforms.slack.installation.connect import error_code
from bot.platforms.slack.people import People
from bot.platforms.slack.posting import lost
from cogs.declare import Action, Command
from cogs.messages import Ask, Chosen, Form, Person, Reply, Value
from store import Home, organiser_seen
from study.group import Place
from study.texts import EMPTY, LazyText, _

LOOK_SECONDS = 1.0
MOST_NAMES = 10_000
NOT_THERE = "channel_not_found"


class RequestBuilder:
    """Asks the dispatcher in the name of a person."""

    def __init__(self, host: Host) -> None:
        self.dispatcher = host.dispatcher
        self._facts, self._channels, self._now = host.facts, host.channels, host.clock.now
        self._people = People()
        self._names: Remembered[tuple[str, str], str] = Remembered(MOST_NAMES)

    async def homes(self, event: EventContext) -> Sequence[Home]:
        """The groups of the person's own; the first is the one that they mean where they name none.

        Whoever is in none yet means the only one of the workspace, if they may read in its channel.
        """
        known = await self._channels.homes("slack", event.team, event.user)
        own = [one for one in known if await self.reads(event.client, one.place, event.user)]
        if known:
            return own
        only = await self._channels.only_home("slack", event.team)
        if only is None or not await self.reads(event.client, only.place, event.user, unsure=False):
            return ()
        return (only,)

    async def reads(self, client: AsyncWebClient, place: Place, person: str, *, unsure: bool = True) -> bool:
        """Whether somebody may read in a channel; who is known there, may where Slack cannot say so just now."""
        return await self._people.reads(client, place.channel, person, unsure=unsure)

    async def choose(self, event: EventContext, channel: str) -> None:
        """The group that the person means from now on."""
        await self._channels.choose(Place("slack", event.team, channel), event.user, self._now())

    def language(self, event: EventContext) -> str:
        """What is remembered of a person's language: some words are said before Slack could be asked."""
        return self._people.language(event.team, event.user)

    async def language_of(self, client: AsyncWebClient, team: str, user: str) -> str:
        """What somebody reads, whom the bot writes to by itself; empty where Slack does not say."""
        return (await self._people.profile(client, team, user)).language

    async def person(self, event: EventContext, *, fresh: bool = False) -> Person:
        """Who it is; `fresh` where rights are at stake."""
        return await self._people.person(
            event.client, event.team, event.user, installer=event.installer, called=event.called, fresh=fresh
        )

    async def ask(self, event: EventContext, options: Mapping[str, Value], *, organiser: bool = False) -> Ask:
        """The event as the features know it."""
        person, place = await self.person(event, fresh=organiser), await self._meant(event)
        if organiser and not person.organiser and person.begins:
            roles = await self._channels.organisers(place, "role")
            held = await self._people.in_groups(event.client, event.user, roles) if roles else ()
            person = replace(person, roles=held)
        hindrance = await self._hindrance(event) if organiser and not event.private else EMPTY
        unsuited = _("A group reads in a channel: invite me to one, and ask there.") if event.unsuited else ""
        asked = Ask(
            person,
            place,
            self._now(),
            event.key,
            options,
            hindrance=hindrance,
            unsuited=unsuited,
            apart=event.place if event.private else None,
        )
        if organiser and not event.private and await self.dispatcher.organises(asked):
            await self._remember(event)
        return asked

    async def _meant(self, event: EventContext) -> Place:
        """Where it is asked; in one's own conversation or page, where the group reads that can be meant alone."""
        found = await self.homes(event) if event.private else ()
        return found[0].place if found and (len(found) == 1 or found[0].chosen) else event.place

    async def at_channel(self, event: EventContext, channel: str) -> EventContext:
        """The same event, meant for a channel that was chosen."""
        try:
            told = await asyncio.wait_for(event.client.conversations_info(channel=channel), LOOK_SECONDS)
            name = str(told["channel"].get("name") or "")
        except (SlackApiError, ClientError, TimeoutError, OSError):
            name = ""
        return event.at(Place("slack", event.team, channel, name))

    async def chosen(self, event: EventContext, user: str) -> Chosen:
        """Somebody who was picked from the workspace's own list."""
        found = await self._people.profile(event.client, event.team, user)
        return Chosen(user, found.name)

    async def user_groups(self, event: EventContext, typed: str) -> Sequence[Chosen]:
        """The user groups that may be picked."""
        return await self._people.groups(event.client, typed)

    async def _hindrance(self, event: EventContext) -> LazyText:
        """Why the bot may not post in the channel, as far as Slack says so."""
        try:
            told = await asyncio.wait_for(event.client.conversations_info(channel=event.origin.channel), LOOK_SECONDS)
        except SlackApiError as error:
            return lost(NOT_THERE) if error_code(error) == NOT_THERE else EMPTY
        except (ClientError, TimeoutError, OSError):
            return EMPTY
        channel = told["channel"]
        if channel.get("is_archived"):
            return lost("is_archived")
        return EMPTY if channel.get("is_member", True) else lost("not_in_channel")

    async def _remember(self, event: EventContext) -> None:
        """Who last did an organiser's work in a channel is told when something is wrong with it."""
        name = organiser_seen("slack", event.team, event.origin.channel)
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
            self._names.put((place.workspace, place.channel), place.name)
