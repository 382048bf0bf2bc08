"""Groups on Discord, each in a server of its own, and all that happens to servers, channels, roles and the line."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from datetime import datetime

from bot.platforms.discord.cards import mark
from tests.counterparts.discord import world as w
from tests.counterparts.discord.people import NotAnswered, NotPossible, Place, Sheet
from tests.counterparts.discord.server import Counterpart, Fault
from tests.counterparts.discord.shapes import channel_shape, role_shape
from tests.platforms.discord.served import until

SETUP = {"course": "long", "zone": "Europe/Berlin", "times": "Mon 18:00", "questions": 1}
SAYS = {
    "was deleted": ("deleted",),
    "I may not write in": ("right", "role"),
    "I cannot see the channel": ("right", "role", "removed"),
    "I may not write in the channel": ("right", "role"),
    "The server is gone": ("removed",),
}
"""What a notice says, and of which troubles alone it may."""


class Weather:
    """Faults in the place of a list of them: for each request another is drawn, or none."""

    def __init__(self, chance):
        self._chance, self.unclear, self.limited = chance, False, False

    def __iter__(self):
        if self.unclear and self._chance.random() < 0.4:
            kind = self._chance.choice(("drop", "commit-drop"))
            yield Fault("POST", r"/channels/\d+/messages(/\d+/threads)?$", kind)
        if self.limited and self._chance.random() < 0.7:
            for method in ("GET", "POST", "PATCH"):
                yield Fault(method, r"/(channels|guilds|users)/", 429, retry_after=0.01)


class Scene:
    """Discord, with all servers."""

    name = "discord"
    kinds = (
        *("outage", "unclear", "limited", "killed", "late", "unavailable"),
        *("right", "role", "renamed", "removed", "deleted"),
    )
    heard = ("right", "role", "deleted")
    """What Discord tells of by itself, and the organiser then hears of."""
    now: datetime

    def __init__(self, seed=1):
        self.discord = Counterpart(checked=False, clock=lambda: self.now.timestamp())
        self.weather = self.discord.faults = Weather(random.Random(seed))

    async def start(self):
        await self.discord.start()

    async def stop(self):
        await self.discord.stop()

    def access(self):
        """How the bot reaches it."""
        made = self.discord
        return {"token": made.world.token, "api_url": made.api_url, "gateway_url": made.gateway_url}

    def group(self, n):
        """A server where a group shall read."""
        return Hall(self.discord, n)

    def together(self, one, other):
        """Whether two troubles of one server, or of all, may be under way at the same time."""
        return one != other and not {one, other} <= {"right", "role", "deleted", "removed"} | {"unavailable"}

    def hurt(self, going):
        """Whether something is in the way of whoever uses the bot."""
        return any(one.trouble.kind not in ("renamed", "deleted", "right", "role") for one in going)

    async def begins(self, trouble, hall):
        match trouble.kind:
            case "outage":
                await self.discord.outage()
            case "unclear" | "limited":
                setattr(self.weather, trouble.kind, True)
            case "late":
                self.discord.gateway.late.add(hall.place.guild.id)
            case "unavailable":
                self.discord.gateway.outage(hall.place.guild)
            case _:
                hall.begins(trouble.kind)

    async def ends(self, trouble, hall):
        match trouble.kind:
            case "outage":
                await self.discord.outage(on=False)
            case "unclear" | "limited":
                setattr(self.weather, trouble.kind, False)
            case "late" | "unavailable":
                self.discord.gateway.arrive(hall.place.guild)
            case _:
                hall.ends(trouble.kind)
        return True

    async def reached(self):
        """Wait until the bot is on the line, if it can be."""
        for _ in range(6000):
            if self.discord.away or any(one.line for one in self.discord.gateway.sessions.values()):
                break
            await asyncio.sleep(0.01)
        await asyncio.sleep(0)

    def meant(self, text):
        """Of which troubles a notice speaks."""
        return next((kinds for words, kinds in SAYS.items() if words in text), ())

    def shown(self, key):
        """How a delivery is known in a channel."""
        return mark(key)

    def places(self):
        """What stands in each channel and thread, those that are gone included."""
        for channel in [*self.discord.world.channels.values(), *(one for hall in HALLS for one in hall.gone)]:
            if channel.kind != 1:
                yield [m["components"][0]["id"] for m in channel.shown() if m["author"]["bot"] and m["components"]]


HALLS: list[Hall] = []


class Hall:
    """A server, its owner who runs the group, and Ana who answers."""

    def __init__(self, discord, n):
        self._discord, self.place, self.moved = discord, Place(discord, f"Hall {n}"), 0
        self.guild, self.owner, self.ana = self.place.guild, self.place.owner, self.place.person("Ana")
        everybody = self.guild.roles[self.guild.id]
        everybody.permissions &= ~w.SEND_MESSAGES
        self.channel, self.gone, self._read = self.place.channel, [], 0
        HALLS.append(self)

    async def set_up(self):
        self.owner.patience = self.ana.patience = 20
        said = await self.owner.ask("/group setup", **SETUP)
        assert "is set up" in said.text, said.text
        await until(self.owner.inbox)

    def begins(self, kind):
        match kind:
            case "right":
                self.place.restrict_bot(self.channel, w.VIEW_CHANNEL if self.moved % 2 else w.SEND_MESSAGES)
            case "role":
                self._role(lambda held: held & ~w.SEND_MESSAGES)
            case "renamed":
                self.channel.name += "x"
                self._tell_channel()
                self._role(lambda held: held, "renamed")
            case "removed":
                self.place.remove_bot()
            case "deleted":
                self.gone.append(self.channel)
                self.place.remove_channel(self.channel)

    def ends(self, kind):
        match kind:
            case "right":
                self.place.restrict_bot(self.channel)
            case "role":
                self._role(lambda held: held | w.SEND_MESSAGES)
            case "removed":
                self.place.invite_bot()

    def _role(self, change, name=""):
        member = self.guild.members.get(self._discord.world.bot.id)
        if member is None:
            return
        role = self.guild.roles[member.roles[0]]
        role.permissions, role.name = change(role.permissions), name or role.name
        told = {"guild_id": str(self.guild.id), "role": role_shape(role, 1)}
        self._discord.world.emit("GUILD_ROLE_UPDATE", told, self.guild.id)

    def _tell_channel(self):
        self._discord.world.emit("CHANNEL_UPDATE", channel_shape(self.channel, self._discord.world), self.guild.id)

    async def moves(self):
        """Do as the notice of a deleted channel says; whether the bot says that it is done."""
        self.moved += 1
        self.channel = self.owner.channel = self.ana.channel = self.place.add_channel(f"study-{self.moved}")
        await asyncio.sleep(0.02)
        try:
            said = await self.owner.ask("/group move")
        except NotAnswered:
            return False
        return "reads here now" in said.text

    async def answers(self):
        """Ana answers the newest question, if she can."""
        self.ana.channel = self.channel
        for post in reversed(self.place.posts(self.channel)):
            if "Answer" in post.buttons:
                with suppress(NotAnswered, NotPossible):
                    form = await self.ana.click(post, "Answer")
                    if isinstance(form, Sheet):
                        await self.ana.submit(form, answer="It is blue, on most of the days.")
                return

    def news(self):
        """What the organiser was told since the last time, greetings left out."""
        inbox = self.owner.inbox()
        new, self._read = inbox[self._read :], len(inbox)
        return [one.text for one in new if "/group setup" not in one.text]
