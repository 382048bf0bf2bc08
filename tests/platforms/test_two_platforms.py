"""One group in a Discord channel and a Slack channel at once: every post in both, and one leaderboard."""

import asyncio
import re

import pytest

from tests.counterparts.discord.people import Place
from tests.counterparts.discord.server import counterpart
from tests.counterparts.slack.server import Slack
from tests.counterparts.slack.webapi import words
from tests.platforms.discord.served import until
from tests.platforms.slack.running import Bot

SETUP = {"course": "fastbook", "zone": "Europe/Berlin", "times": "Mon 18:00"}


@pytest.mark.timeout(240)
async def test_one_group_on_discord_and_on_slack_has_one_leaderboard(tmp_path, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    async with counterpart() as discord, Slack() as slack:
        hall, team = Place(discord), slack.team()
        channel, olga = slack.channel(team, "study"), slack.person(team, "Olga", admin=True, owner=True)
        ana_there = slack.person(team, "Ana")
        hall.owner.patience = 20
        bot = Bot(
            tmp_path,
            platforms=("discord", "slack"),
            DISCORD_TOKEN=discord.world.token,
            DISCORD_API_URL=discord.api_url,
            DISCORD_GATEWAY_URL=discord.gateway_url,
            SLACK_API_URL=slack.api,
            SLACK_BOT_TOKEN=team.token,
            SLACK_APP_TOKEN=slack.app_token,
        )
        await bot.start()
        try:
            assert "is set up" in (await hall.owner.ask("/group setup", **SETUP)).text
            code = re.search(r"/group join ([\w-]+)", (await hall.owner.ask("/group join")).text)[1]
            await olga.slash(channel, f"/study group join {code}")
            await olga.told_with(channel, "now belongs to")

            assert "Posted" in (await hall.owner.ask("/group now")).text
            await until(lambda: len(hall.posts()) >= 4)
            await olga.sees(lambda: len(channel.posts()) >= 4, 30, "the same posts on Slack")

            ana = hall.person("Ana")
            third = next(post for post in hall.posts() if "Question 3" in post.text)
            verdict = await ana.submit(await ana.click(third, "Answer"), answer="the Mark I Perceptron")
            assert "That's right." in verdict.text

            linking = re.search(r"/link ([\w-]+)", (await ana.ask("/link")).text)[1]
            await ana_there.slash(channel, f"/study link {linking}")
            await ana_there.told_with(channel, "Linked.")
            await ana_there.slash(channel, "/leaderboard")
            board = words(await ana_there.told_with(channel, "1 | "))
            assert "Ana" in board and "10 points" in board
        finally:
            await bot.kill()
        await asyncio.sleep(0)
        assert "Traceback" not in bot.said, bot.said[-4000:]
        assert slack.faults == []
