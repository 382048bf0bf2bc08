"""Groups in channels of one Slack workspace, and all that happens to channels, the app, its sockets and the line."""

from __future__ import annotations

import asyncio
import random
from datetime import datetime

from tests.counterparts.slack.model import Trouble
from tests.counterparts.slack.server import Slack
from tests.counterparts.slack.webapi import words

SAYS = {
    "I am not in this channel": ("left",),
    "This channel is gone": ("deleted",),
    "This channel is archived": ("archived",),
    "Only some people may write": ("restricted",),
    "install": ("reinstalled",),
}
"""What a notice says, and of which troubles alone it may."""
MENDED = ("archived", "left", "restricted")
"""What somebody puts right in the channel; Slack tells of the first two, unless nobody was there to hear it."""


class Weather:
    """Troubles in the place of a list of them: for each call another is drawn, or none."""

    def __init__(self, chance):
        self._chance, self.unclear, self.limited = chance, False, False

    def __iter__(self):
        if self.unclear and self._chance.random() < 0.4:
            kind = self._chance.choice(("500", "drop", "500-after", "502-html", "drop-after"))
            yield Trouble("chat.postMessage", kind, times=2)
        if self.limited and self._chance.random() < 0.5:
            for method in ("chat.postMessage", "chat.update", "conversations.history", "conversations.replies"):
                yield Trouble(method, "429", times=2)


class Scene:
    """One workspace of Slack."""

    name = "slack"
    kinds = (
        *("outage", "unclear", "limited", "killed", "flapping", "reinstalled"),
        *("archived", "left", "restricted", "renamed", "deleted"),
    )
    heard = ("archived", "left", "deleted")
    """What Slack tells of by itself, and the organiser then hears of."""
    now: datetime

    def __init__(self, seed=1):
        self.slack = Slack(lambda: self.now.timestamp())
        self.weather = self.slack.troubles = Weather(random.Random(seed))
        self.team = self.slack.team()
        self.flapping, self._halls = False, []

    async def start(self):
        await self.slack.start()

    async def stop(self):
        await self.slack.stop()
        assert not self.slack.faults, self.slack.faults[:5]

    def access(self):
        """How the bot reaches it."""
        return {"bot_token": self.team.token, "app_token": self.slack.app_token, "api_url": self.slack.api}

    def group(self, n):
        """A channel where a group shall read."""
        self._halls.append(Circle(self.slack, self.team, n))
        return self._halls[-1]

    def together(self, one, other):
        """Whether two troubles of one channel, or of all, may be under way at the same time."""
        return one != other and not {one, other} <= {*MENDED, "deleted"}

    def hurt(self, going):
        """Whether something is in the way of whoever uses the bot."""
        return any(one.trouble.kind not in (*MENDED, "renamed", "deleted") for one in going)

    async def begins(self, trouble, circle):
        match trouble.kind:
            case "outage":
                self.slack.outage()
            case "unclear" | "limited":
                setattr(self.weather, trouble.kind, True)
            case "flapping":
                self.flapping = True
            case "reinstalled":
                self.team.revoked = "token_revoked"
                await tell(self.slack, self.team, {"type": "tokens_revoked", "tokens": {"bot": [self.team.bot_user]}})
                await tell(self.slack, self.team, {"type": "app_uninstalled"})
            case _:
                await circle.begins(trouble.kind)

    async def ends(self, trouble, circle):
        match trouble.kind:
            case "outage":
                self.slack.outage(on=False)
            case "unclear" | "limited":
                setattr(self.weather, trouble.kind, False)
            case "flapping":
                self.flapping = False
            case "reinstalled":
                self.team.revoked, self.team.token = "", f"xoxb-{self.team.id}-{self.slack.ids.make('k')}"
            case kind if kind in MENDED:
                return await circle.mends(kind)
        return True

    async def reached(self):
        """Wait until the bot has a socket, if it can; while they flap, each is asked to make room."""
        if self.flapping and not self.slack.away:
            await self.slack.sockets.refresh(close_after=0.02)
        for _ in range(6000):
            if self.slack.away or any(not one.closed for one in self.slack.sockets.open):
                break
            await asyncio.sleep(0.01)

    def meant(self, text):
        """Of which troubles a notice speaks."""
        return next((kinds for said, kinds in SAYS.items() if said in text), ())

    def shown(self, key):
        """How a delivery is known in a channel."""
        return key

    def places(self):
        """What stands in each channel, and what in its threads, those that are gone included."""
        for channel in [*self.team.channels.values(), *(one for circle in self._halls for one in circle.gone)]:
            if channel.dm:
                continue
            kept = [one for one in channel.messages if one.metadata]
            keys = [(one.metadata["event_payload"]["key"], bool(one.thread_ts)) for one in kept]
            yield [key for key, below in keys if not below]
            yield [key for key, below in keys if below and not key.endswith(":thread")]


async def tell(slack, team, event):
    """Tell the app of something; whether it heard."""
    return any(not one.closed for one in slack.sockets.open) and await slack.event(team, event) is not None


class Circle:
    """A channel, the admin who runs its group, and Ana who answers."""

    def __init__(self, slack, team, n):
        self._slack, self._team, self._n, self.moved = slack, team, n, 0
        self.channel = slack.channel(team, f"study-{n}")
        self.olga = slack.person(team, f"Olga {n}", admin=True, owner=not n)
        self.ana = slack.person(team, f"Ana {n}")
        self.gone, self._read, self._back, self._heard = [], 0, False, False

    async def set_up(self):
        await self.olga.slash(self.channel, "/study group setup")
        await self.olga.sees(lambda: self.olga.modal and "submit" in self.olga.modal.view)
        fields = {"course": "long", "zone": "Europe/Berlin", "times": "Mon 18:00", "questions": "1"}
        assert await self.olga.submit(fields | {"name": f"Readers {self._n}"}) == {}
        await self.olga.modal_with("is set up")
        self.olga.close()

    async def begins(self, kind):
        here, bot = self.channel, self._team.bot_user
        self._back = False
        match kind:
            case "archived":
                here.archived = True
                await self._tell({"type": "channel_archive", "user": self.olga.id})
            case "left":
                here.members.discard(bot)
                await self._tell({"type": "channel_left"})
            case "restricted":
                here.restricted = True
            case "renamed":
                here.name += "x"
                await self._tell({"type": "channel_rename", "channel": {"id": here.id, "name": here.name}})
            case "deleted":
                self.gone.append(self._team.channels.pop(here.id))
                await self._tell({"type": "channel_deleted"})

    async def _tell(self, event):
        return await tell(self._slack, self._team, {"channel": self.channel.id, **event})

    async def mends(self, kind):
        """Put right what the notice says; whether that is done. Every other time it is left to be noticed."""
        here, bot = self.channel, self._team.bot_user
        if not self._back:
            self._back, self._heard, self.moved = True, False, self.moved + 1
            match kind:
                case "archived":
                    here.archived = False
                    self._heard = await self._tell({"type": "channel_unarchive", "user": self.olga.id})
                case "left":
                    here.members.add(bot)
                    joined = {"type": "member_joined_channel", "user": bot, "channel_type": "C", "team": self._team.id}
                    self._heard = await self._tell({**joined, "inviter": self.olga.id})
                case "restricted":
                    here.restricted = False
        if self._heard and self.moved % 2:
            return True
        return await self._says("/study group resume", "Resumed.")

    async def moves(self):
        """Do as the notice of a deleted channel says; whether the bot says that it is done."""
        self.moved += 1
        self.channel = self._slack.channel(self._team, f"study-{self._n}-{self.moved}")
        if await self._says("/study group move", "reads here now", "Which group shall read here"):
            if "Which group" in words(self.olga.told(self.channel)[-1]):
                return await self._says(f"/study group move group: Readers {self._n}", "reads here now")
            return True
        return False

    async def _says(self, line, *texts):
        """Send a command; whether it is answered with one of these."""
        before = len(self.olga.told(self.channel))

        def told():
            return [one for one in self.olga.told(self.channel)[before:] if any(text in words(one) for text in texts)]

        try:
            await self.olga.slash(self.channel, line)
            return bool(await self.olga.sees(told, 10, line))
        except AssertionError:
            return False

    async def answers(self):
        """Ana answers the newest question, if she can."""
        for post in reversed(self.channel.posts()):
            if "Answer" in words(post.blocks).splitlines():
                try:
                    await self.ana.click(post, "Answer")
                    await self.ana.sees(lambda: self.ana.modal and "submit" in self.ana.modal.view, 5)
                    await self.ana.submit({"answer": "It is blue, on most of the days."})
                    self.ana.close()
                except AssertionError:
                    pass
                return

    def news(self):
        """What the organiser was told since the last time, greetings left out."""
        inbox = self._slack.dm(self._team, self.olga.id).messages
        new, self._read = inbox[self._read :], len(inbox)
        return [words(one) for one in new if "I can run a study group" not in words(one)]
