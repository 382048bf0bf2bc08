"""What a group on Slack sees: a round, the form, the verdict in its place, and the leaderboard."""

from __future__ import annotations

from pathlib import Path

from docs.pictures.discord import HALF
from docs.pictures.picture import Picture
from tests.counterparts.slack import drawing
from tests.counterparts.slack.server import Slack
from tests.counterparts.slack.webapi import words
from tests.platforms.slack.running import Bot

SETUP = {"course": "fastbook", "zone": "Europe/Berlin", "times": "Mon 18:00"}


async def pictures(folder: Path) -> list[Picture]:
    """One picture for each step worth seeing."""
    made: dict[str, str] = {}
    async with Slack() as slack:
        team = slack.team()
        channel = slack.channel(team, "study")
        olga = slack.person(team, "Olga", admin=True, owner=True)
        ana = slack.person(team, "Ana")
        tokens = {"SLACK_BOT_TOKEN": team.token, "SLACK_APP_TOKEN": slack.app_token}
        bot = await Bot(folder / "data", SLACK_API_URL=slack.api, **tokens).start()
        try:
            await olga.slash(channel, "/study group setup")
            await olga.sees(lambda: olga.modal and "submit" in olga.modal.view)
            assert await olga.submit(SETUP) == {}
            await olga.sees(lambda: olga.modal and "submit" not in olga.modal.view)
            olga.close()
            await olga.slash(channel, "/study group now")
            await olga.sees(lambda: len(channel.posts()) >= 4, 30, "a round")
            posts = channel.posts()
            question = next(post for post in posts if "Question 2" in words(post))
            made["post"] = drawing.message(posts[0]) + drawing.message(question)
            await ana.click(question, "Answer")
            await ana.sees(lambda: ana.modal and "submit" in ana.modal.view)
            assert ana.modal is not None
            made["form"] = drawing.modal(ana.modal, answer=HALF)
            await ana.submit({"answer": HALF})
            verdict = await ana.modal_with("Partly right.")
            made["verdict"] = drawing.modal(verdict)
            ana.close()
            await ana.slash(channel, "/leaderboard week")
            board = await ana.sees(lambda: _told(channel, ana, "Leaderboard"), 10, "the leaderboard")
            made["leaderboard"] = drawing.typed("/leaderboard week") + drawing.message(board)
        finally:
            await bot.stop()
    return [Picture(f"slack/{name}.png", drawing.page(parts)) for name, parts in made.items()]


def _told(channel: object, member: object, text: str) -> object:
    messages = [*channel.posts(), *member.told(channel)]  # type: ignore[attr-defined]
    return next((one for one in messages if text in words(one)), None)
