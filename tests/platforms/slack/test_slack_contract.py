"""Slack holds to what every platform holds to."""

import pytest

from bot.platforms.slack.platform import SlackPlatform
from bot.platforms.slack.settings import SlackSettings
from study.group import Place
from tests.counterparts.slack.webapi import words
from tests.platforms.contract import PlatformContract
from tests.platforms.weeks import FourWeeks


class SlackPlayer:
    def __init__(self, world, member):
        self.world, self.member, self._last = world, member, None

    def _told(self):
        """What this person was told, alone, where the group reads and in their conversation with the bot."""
        direct = self.world.slack.dm(self.world.team, self.member.id)
        return [*self.member.told(self.world.slack_channel), *self.member.told(direct)]

    async def _reads(self, doing):
        """What follows from it: a form, the reply, or the modal as it is then."""
        before, form, posts = len(self._told()), self.member.reads(), self.world.slack_channel.posts()
        await doing
        await self.member.sees(
            lambda: (
                len(self._told()) > before
                or self.member.reads() not in ("", form)
                or len(self.world.slack_channel.posts()) > len(posts)
            )
        )
        if len(self.world.slack_channel.posts()) > len(posts):
            self._last = self.world.slack_channel.posts()[-1]
            return words(self._last)
        if len(self._told()) > before:
            self._last = max(self._told(), key=lambda one: one.ts)
            return words(self._last)
        await self.member.sees(lambda: "Checking" not in self.member.reads())
        self._last = self.member.modal
        return self.member.reads()

    async def command(self, name, **options):
        line = f"/study {name} " + " ".join(f"{key}: {value}" for key, value in options.items())
        return await self._reads(self.member.slash(self.world.slack_channel, line.strip()))

    async def presses(self, title, label):
        self.member.close()
        message = next(m for m in self.world.slack_channel.posts() if m.blocks[0].get("text", {}).get("text") == title)
        return await self._reads(self.member.click(message, label))

    async def sends(self, **fields):
        errors = await self.member.submit(fields)
        await self.member.sees(lambda: "Checking" not in self.member.reads())
        self._last = self.member.modal
        return "\n".join(errors.values()) or self.member.reads()

    async def sends_again(self):
        assert await self.member.again() is not None

    async def presses_reply(self, label):
        return await self._reads(self.member.click(self._last, label))

    async def inbox(self):
        return [words(message) for message in self.member.direct()]

    async def presses_in_private(self, label):
        self.member.close()
        return await self._reads(self.member.click(self.member.direct()[-1], label))


class SlackWorld:
    def __init__(self, slack, room, team, channel, platform):
        self.slack, self.room, self.team, self.slack_channel, self.platform = slack, room, team, channel, platform

    async def person(self, name, *, organiser=False):
        return SlackPlayer(self, self.slack.person(self.team, name, admin=organiser))

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
        return [words(message) for message in self.slack_channel.posts()]

    async def thread(self, message_id):
        return [words(message) for message in self.slack_channel.thread(message_id)]

    async def threads(self):
        return [text for message in self.slack_channel.posts() for text in await self.thread(message.ts)]


@pytest.fixture
async def world(request, slack, kind, tmp_path):
    team = slack.team()
    channel = slack.channel(team, "study")
    async with request.cls.room_of(Place("slack", team.id, channel.id, "study")) as room:
        line = {"app_token": slack.app_token} if kind == "sockets" else {"signing_secret": slack.signing_secret}
        settings = SlackSettings(bot_token=team.token, api_url=slack.api, http_port=0, **line)
        platform = SlackPlatform(room.host(tmp_path), settings, spacing=0.0)
        await platform.start()
        if kind == "signed http":
            slack.http_url = f"http://127.0.0.1:{platform.http_port}/slack/events"
        yield SlackWorld(slack, room, team, channel, platform)
        await platform.stop()


@pytest.mark.parametrize("kind", ["sockets", "signed http"])
class TestSlackContract(PlatformContract):
    pass


@pytest.mark.parametrize("kind", ["sockets"])
class TestSlackWeeks(FourWeeks):
    pass
