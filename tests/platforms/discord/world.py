"""The study room, served on Discord's counterpart to its people, in the contract's words."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.platforms.discord.platform import DiscordPlatform
from bot.platforms.discord.settings import DiscordSettings
from study.group import Place
from tests.counterparts.discord import people
from tests.counterparts.discord.people import Sheet, Someone
from tests.platforms.contract import StudyRoom, study_room
from tests.platforms.hosted import Facts


class Player:
    """A person of the counterpart, in the contract's words."""

    def __init__(self, someone: Someone, hall: people.Place) -> None:
        self._someone, self._hall = someone, hall
        self._sheet: Sheet | None = None
        self._last = None
        self._told = None

    def _read(self, seen):
        if isinstance(seen, Sheet):
            self._sheet = seen
            return "\n".join((seen.title, seen.text, *seen.labels))
        self._told = seen
        return seen.text

    async def command(self, name, **options):
        known = next(one for one in self._hall.discord.world.commands[0] if one["name"] == name.partition(" ")[0])
        below = name == known["name"] and any(one["type"] == 1 for one in known.get("options", ()))
        # Nobody can call a command that has others below it: it is the one below named by what it needs.
        line = " ".join([f"/{name}", *options] if below else [f"/{name}"])
        return self._read(await self._someone.ask(line, **options))

    async def presses(self, title, label):
        message = next(shown for shown in self._hall.posts() if shown.text.startswith(title))
        return self._read(await self._someone.click(message, label))

    async def sends(self, **fields):
        assert self._sheet is not None
        seen = await self._someone.submit(self._sheet, **fields)
        self._last = seen.interaction
        return self._read(seen)

    async def sends_again(self):
        """The gateway delivers the event once more, as it may after a broken line."""
        assert self._last is not None
        self._hall.discord.world.emit("INTERACTION_CREATE", self._last.payload, self._hall.guild.id)
        await self._someone.ask("/help")

    async def presses_reply(self, label):
        return self._read(await self._someone.click(self._told, label))

    async def inbox(self):
        return [shown.text for shown in self._someone.inbox()]

    async def presses_in_private(self, label):
        return self._read(await self._someone.click(self._someone.inbox()[-1], label))


@dataclass
class World:
    """The study room, served through the platform to people of the counterpart."""

    room: StudyRoom
    hall: people.Place
    platform: DiscordPlatform

    async def person(self, name, *, organiser=False):
        made = self.hall.person(name, organiser=organiser)
        made.shown_everything = True
        return Player(made, self.hall)

    async def post(self, outgoing):
        return await self.platform.send(outgoing)

    async def tell(self, private):
        return await self.platform.tell_member(private)

    async def told(self, private):
        return await self.platform.find_private(private, self.room.clock.now())

    async def edit(self, outgoing, message_id):
        await self.platform.edit(outgoing, message_id)

    async def find(self, outgoing):
        return await self.platform.find(outgoing, self.room.clock.now())

    async def channel(self):
        return [shown.text for shown in self.hall.posts()]

    async def thread(self, message_id):
        found = self.hall.discord.world.channels.get(int(message_id))
        return [people.Shown(message).text for message in found.shown()] if found else []

    async def threads(self):
        below = [one for one in self.hall.discord.world.channels.values() if one.parent == self.hall.channel]
        return [people.Shown(message).text for one in below for message in one.shown()]


@asynccontextmanager
async def served(discord_, hall, data, room_of=study_room):
    """The study room in the hall's channel."""
    place = Place("discord", str(hall.guild.id), str(hall.channel.id), "general")
    memory = Facts({f"discord.welcomed.{hall.guild.id}": "yes"})
    async with room_of(place) as room:
        settings = DiscordSettings(
            token=discord_.world.token, api_url=discord_.api_url, gateway_url=discord_.gateway_url
        )
        bot = DiscordPlatform(room.host(data, facts=memory), settings, ready_seconds=0.1)
        await bot.start()
        yield World(room, hall, bot)
        await bot.stop()
