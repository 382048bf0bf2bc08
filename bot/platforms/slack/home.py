"""The App Home: how I stand, what is open for me, and my settings, from the features' own replies."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from time import monotonic
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.channel_events import Happenings
from bot.platforms.base import Desk
from bot.platforms.slack import pages
from bot.platforms.slack.asks import Scene
from cogs.messages import Ask, Person, Reply, say
from store import Store
from study.group import Account, Place

log = logging.getLogger(__name__)

SHOWS = ("me", "leaderboard")
"""The features whose replies make up a person's page, where they are served."""
NO_GROUP = "You are not in a study group yet. Answer a question in its channel, and this page is about you."


class Places(Protocol):
    """Where people study, and what is to be kept when a workspace comes, goes, or renames a channel."""

    async def of(self, workspace: str, user: str) -> Sequence[Place]:
        """The places where a person studies; where nothing is known of them, the only one there is."""

    async def renamed(self, place: Place) -> None:
        """The channel is called so now."""

    async def left(self, workspace: str) -> None:
        """The workspace removed the app."""

    async def back(self, workspace: str) -> None:
        """The workspace installed the app again."""


class NoPlaces:
    """Nothing is known, and nothing is kept."""

    async def of(self, workspace: str, user: str) -> Sequence[Place]:
        """Nowhere."""
        return ()

    async def renamed(self, place: Place) -> None:
        """Nothing to do."""

    async def left(self, workspace: str) -> None:
        """Nothing to do."""

    async def back(self, workspace: str) -> None:
        """Nothing to do."""


class StoredPlaces:
    """Places as the store has them; a workspace's channels are remembered for a minute."""

    def __init__(self, store: Store, *, remembered: float = 60.0) -> None:
        self._store = store
        self._happenings = Happenings(store)
        self._remembered = remembered
        self._known: dict[str, tuple[float, list[tuple[int, Place]]]] = {}

    async def _channels(self, workspace: str) -> list[tuple[int, Place]]:
        at, found = self._known.get(workspace, (-self._remembered, []))
        if monotonic() - at < self._remembered:
            return found
        found = [
            (channel.group_id, Place("slack", workspace, channel.external_id, channel.name))
            for channel in await self._store.channels.in_workspace("slack", workspace)
        ]
        self._known[workspace] = (monotonic(), found)
        return found

    async def of(self, workspace: str, user: str) -> Sequence[Place]:
        """The places where a person studies; where nothing is known of them, the only one there is."""
        there = await self._channels(workspace)
        own = [
            place for group, place in there if await self._store.members.find(group, Account("slack", workspace, user))
        ]
        return own or ([there[0][1]] if len(there) == 1 else [])

    async def renamed(self, place: Place) -> None:
        """Keep what the channel is called now."""
        await self._happenings.channel_renamed(place)

    async def left(self, workspace: str) -> None:
        """Post nothing there any more."""
        await self._happenings.workspace_left("slack", workspace)

    async def back(self, workspace: str) -> None:
        """Post there again."""
        for channel in await self._happenings.reading("slack", workspace):
            await self._happenings.channel_back(Place("slack", workspace, channel))


def places_in(store: Store, *, remembered: float = 60.0) -> Places:
    """The places where people study, from the store."""
    return StoredPlaces(store, remembered=remembered)


def greeting(person: Person, now: datetime) -> str:
    """A greeting in the person's own time."""
    try:
        hour = now.astimezone(ZoneInfo(person.zone)).hour if person.zone else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        hour = None
    if hour is None:
        return f"Hello, {person.name}"
    part = "morning" if 5 <= hour < 12 else "afternoon" if 12 <= hour < 18 else "evening"
    return f"Good {part}, {person.name}"


class Home:
    """Publishes people's pages, and publishes them again when something of theirs has changed."""

    def __init__(self, desk: Desk, commands: Sequence[str], places: Places, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._shows = [name for name in SHOWS if name in commands]
        self._places = places
        self._now = now
        self._chosen: dict[tuple[str, str], str] = {}
        self._opened: set[tuple[str, str]] = set()

    async def where(self, scene: Scene) -> Place | None:
        """The place that a person means where they name none: the one chosen, else the first they study in."""
        found = list(await self._places.of(scene.team, scene.user))
        chosen = self._chosen.get((scene.team, scene.user))
        return next((place for place in found if place.channel == chosen), found[0] if found else None)

    def choose(self, scene: Scene, channel: str) -> None:
        """The group that the page is about from now on."""
        self._chosen[scene.team, scene.user] = channel

    async def publish(self, scene: Scene, person: Person) -> None:
        """Show a person's page as it is now."""
        self._opened.add((scene.team, scene.user))
        found = list(await self._places.of(scene.team, scene.user))
        place = await self.where(scene)
        replies: list[Reply] = []
        if place is None:
            replies.append(say(NO_GROUP))
        else:
            scene = scene.at(place)
            for name in self._shows:
                ask = Ask(person, place, self._now(), f"{scene.key}:{name}")
                replies.append(await self._desk.command(name, ask))
        view = pages.home_view(
            greeting(person, self._now()),
            replies,
            scene.origin,
            [(one.channel, one.name) for one in found],
        )
        try:
            await scene.client.views_publish(user_id=scene.user, view=view)
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            log.warning("the page of %s was not published: %s", scene.user, error)

    async def changed(self, scene: Scene, person: Person) -> None:
        """Something of this person's changed; their page follows if they ever looked at it."""
        if (scene.team, scene.user) in self._opened:
            await self.publish(scene, person)
