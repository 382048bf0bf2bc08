"""The App Home: how I stand, what is open for me, and my settings, from the features' own replies."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from time import monotonic
from typing import Any, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError

from bot.platforms.base import Desk
from bot.platforms.slack import views
from bot.platforms.slack.asks import Scene
from bot.platforms.slack.blocks import Speak
from cogs.kit import Ask, Person, Place, Reply, say

log = logging.getLogger(__name__)

SHOWS = ("me", "leaderboard")
"""The features whose replies make up a person's page, where they are served."""
NO_GROUP = "You are not in a study group yet. Answer a question in its channel, and this page is about you."

Places = Callable[[str, str], Awaitable[Sequence[Place]]]


async def no_places(workspace: str, user: str) -> Sequence[Place]:
    """Nothing is known of where a person studies."""
    return ()


class Groups(Protocol):
    """What is asked of the store to find a person's groups."""

    async def groups(self) -> Sequence[Any]:
        """Every group."""

    async def channels(self, group_id: int) -> Sequence[Any]:
        """A group's channels."""

    async def find_member(self, group_id: int, platform: str, workspace: str, external_id: str) -> Any:  # noqa: ANN401
        """The person in the group, if they ever took part."""


def places_in(store: Groups, *, remembered: float = 60.0) -> Places:
    """The places where a person studies, from the store; a workspace's channels are remembered for a minute."""
    known: dict[str, tuple[float, list[tuple[int, Place]]]] = {}

    async def channels(workspace: str) -> list[tuple[int, Place]]:
        at, found = known.get(workspace, (-remembered, []))
        if monotonic() - at < remembered:
            return found
        found = [
            (group.id, Place("slack", workspace, channel.external_id, channel.name))
            for group in await store.groups()
            for channel in await store.channels(group.id)
            if channel.platform == "slack" and channel.workspace == workspace
        ]
        known[workspace] = (monotonic(), found)
        return found

    async def places(workspace: str, user: str) -> Sequence[Place]:
        there = await channels(workspace)
        own = [place for group, place in there if await store.find_member(group, "slack", workspace, user)]
        return own or ([there[0][1]] if len(there) == 1 else [])

    return places


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

    def __init__(
        self, desk: Desk, commands: Sequence[str], places: Places, now: Callable[[], datetime], speak: Speak
    ) -> None:
        self._desk = desk
        self._shows = [name for name in SHOWS if name in commands]
        self._places = places
        self._now = now
        self._speak = speak
        self._chosen: dict[tuple[str, str], str] = {}
        self._opened: set[tuple[str, str]] = set()

    async def where(self, scene: Scene) -> Place | None:
        """The place that a person means where they name none: the one chosen, else the first they study in."""
        found = list(await self._places(scene.team, scene.user))
        chosen = self._chosen.get((scene.team, scene.user))
        return next((place for place in found if place.channel == chosen), found[0] if found else None)

    def choose(self, scene: Scene, channel: str) -> None:
        """The group that the page is about from now on."""
        self._chosen[scene.team, scene.user] = channel

    async def publish(self, scene: Scene, person: Person) -> None:
        """Show a person's page as it is now."""
        self._opened.add((scene.team, scene.user))
        found = list(await self._places(scene.team, scene.user))
        place = await self.where(scene)
        replies: list[Reply] = []
        if place is None:
            replies.append(say(NO_GROUP))
        else:
            scene = scene.at(place)
            for name in self._shows:
                ask = Ask(person, place, self._now(), f"{scene.key}:{name}")
                replies.append(await self._desk.command(name, ask))
        view = views.home_view(
            greeting(person, self._now()),
            replies,
            scene.origin,
            [(one.channel, one.name) for one in found],
            speak=self._speak,
        )
        try:
            await scene.client.views_publish(user_id=scene.user, view=view)
        except (SlackApiError, ClientError, TimeoutError, OSError) as error:
            log.warning("the page of %s was not published: %s", scene.user, error)

    async def changed(self, scene: Scene, person: Person) -> None:
        """Something of this person's changed; their page follows if they ever looked at it."""
        if (scene.team, scene.user) in self._opened:
            await self.publish(scene, person)
