"""Slack holds to what every platform holds to."""

import pytest

from bot.platforms.slack.platform import SlackPlatform
from bot.platforms.slack.settings import SlackSettings
from study.group import Place
from tests.counterparts.slack.webapi import words
from tests.platforms.contract import PlatformContract, study_room


class SlackPlayer:
    def __init__(self, world, member):
        self.world, self.member = world, member

    async def command(self, name, **options):
        line = f"/study {name} " + " ".join(f"{key}: {value}" for key, value in options.items())
        before = len(self.member.told(self.world.slack_channel))
        await self.member.slash(self.world.slack_channel, line.strip())
        await self.member.sees(lambda: len(self.member.told(self.world.slack_channel)) > before)
        return words(self.member.told(self.world.slack_channel)[-1])

    async def presses(self, title, label):
        self.member.close()
        message = next(m for m in self.world.slack_channel.posts() if m.blocks[0].get("text", {}).get("text") == title)
        before = len(self.member.told(self.world.slack_channel))
        await self.member.click(message, label)
        await self.member.sees(lambda: self.member.modal or len(self.member.told(self.world.slack_channel)) > before)
        return self.member.reads() if self.member.modal else words(self.member.told(self.world.slack_channel)[-1])

    async def sends(self, **fields):
        errors = await self.member.submit(fields)
        await self.member.sees(lambda: "Checking" not in self.member.reads())
        return "\n".join(errors.values()) or self.member.reads()

    async def sends_again(self):
        assert await self.member.again() is not None

    async def inbox(self):
        return [words(message) for message in self.member.direct()]

    async def presses_in_private(self, label):
        await self.member.click(self.member.direct()[-1], label)
        await self.member.sees(lambda: self.member.modal)
        return self.member.reads()


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


@pytest.mark.parametrize("kind", ["sockets", "signed http"])
class TestSlackContract(PlatformContract):
    @pytest.fixture
    async def world(self, slack, kind, tmp_path):
        team = slack.team()
        channel = slack.channel(team, "study")
        async with study_room(Place("slack", team.id, channel.id, "study")) as room:
            line = {"app_token": slack.app_token} if kind == "sockets" else {"signing_secret": slack.signing_secret}
            settings = SlackSettings(bot_token=team.token, api_url=slack.api, http_port=0, **line)
            platform = SlackPlatform(room.host(tmp_path), settings, spacing=0.0)
            await platform.start()
            if kind == "signed http":
                slack.http_url = f"http://127.0.0.1:{platform.http_port}/slack/events"
            yield SlackWorld(slack, room, team, channel, platform)
            await platform.stop()
