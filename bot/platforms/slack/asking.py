"""From a scene to an ask: the person with their rights, the place that is meant, and the desk that is handed both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.platforms.base import Desk
from bot.platforms.slack.asks import Scene
from bot.platforms.slack.home import Home, Places
from bot.platforms.slack.locker import Keep
from bot.platforms.slack.people import People
from cogs.declare import Action, Command
from cogs.messages import Ask, Form, Person, Reply, Value


def organiser_of(team: str, channel: str) -> str:
    """The name under which a channel's organiser is kept."""
    return f"slack.organiser:{team}:{channel}"


class Asking:
    """Asks the desk in the name of a person."""

    def __init__(self, desk: Desk, *, home: Home, places: Places, keep: Keep, now: Callable[[], datetime]) -> None:
        self.desk = desk
        self._home = home
        self._places = places
        self._keep = keep
        self._now = now
        self._people = People()
        self._names: dict[tuple[str, str], str] = {}

    async def placed(self, scene: Scene) -> Scene:
        """In one's own conversation or page, one means the group one studies in."""
        if scene.origin.channel and not scene.origin.channel.startswith("D"):
            return scene
        place = await self._home.where(scene)
        return scene.at(place) if place is not None else scene

    async def person(self, scene: Scene, *, fresh: bool = False) -> Person:
        """Who it is; `fresh` where rights are at stake."""
        return await self._people.person(
            scene.client, scene.team, scene.user, installer=scene.installer, called=scene.called, fresh=fresh
        )

    async def ask(self, scene: Scene, options: Mapping[str, Value], *, organiser: bool = False) -> Ask:
        """The scene as the features know it."""
        person = await self.person(scene, fresh=organiser)
        if organiser and person.organiser and scene.origin.channel:
            await self._remember(scene)
        return Ask(person, scene.place, self._now(), scene.key, options)

    async def _remember(self, scene: Scene) -> None:
        """Who last did an organiser's work in a channel is told when something is wrong with it."""
        name = organiser_of(scene.team, scene.origin.channel)
        if await self._keep.get(name) != scene.user:
            await self._keep.set(name, scene.user)

    async def command(self, scene: Scene, command: Command, options: Mapping[str, Value]) -> Reply:
        """Run a command."""
        await self._named(scene)
        return await self.desk.command(command.name, await self.ask(scene, options, organiser=command.organiser))

    async def press(
        self, scene: Scene, press_id: str, action: Action | None, options: Mapping[str, Value] | None = None
    ) -> Reply | Form:
        """Follow a button, or take in a form."""
        organiser = action is not None and action.organiser
        return await self.desk.press(press_id, await self.ask(scene, options or {}, organiser=organiser))

    async def _named(self, scene: Scene) -> None:
        """A channel that was renamed is called by its new name; Slack tells it with every command."""
        place = scene.place
        if place.name and self._names.get((place.workspace, place.channel)) != place.name:
            await self._places.renamed(place)
            self._names[place.workspace, place.channel] = place.name
