"""The whole story as a newcomer lives it: the real program, a real browser, two people, a week, and a sudden death."""

from __future__ import annotations

import asyncio
import io
import os
import re
import signal
import socket
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from PIL import Image
from sklearn.datasets import load_digits

from tests.content.packs import courses
from tests.platforms.browser.chromium import PHONE, chromium, tab
from tests.programs import Program

ROOT = Path(__file__).parents[3]
SHOTS = ROOT / "build/screenshots"
WEEKS = courses()["fastbook"].weeks
QUESTIONS = [item.ask.replace("`", "") for item in WEEKS[0].items]
ASKED, LATER = QUESTIONS[:3], QUESTIONS[4:6]
RIGHT = "All four are false"
HALF = "Computer vision, medicine and playing games"
WRONG = "It was called ENIAC"

pytestmark = pytest.mark.timeout(300)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def a_seven():
    """A seven by hand that no model has been trained on: it comes from the last fifth of the set."""
    digits = load_digits()
    begin = len(digits.target) * 4 // 5
    at = next(at for at in range(begin + 5, len(digits.target)) if digits.target[at] == 7)
    picture = Image.fromarray((255 - digits.images[at] * 15.9).astype("uint8")).resize(
        (128, 128), Image.Resampling.NEAREST
    )
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


@asynccontextmanager
async def studybot(data, port, **settings):
    """`studybot run` as its own process; whatever the test leaves of it ends with the test."""
    env = {
        **os.environ,
        "STUDYBOT_DATA": str(data),
        "STUDYBOT_PORT": str(port),
        "STUDYBOT_TICK_SECONDS": "1",
        "STUDYBOT_ZONE": "Europe/Berlin",
        "PYTHONPATH": str(ROOT),
    }
    for name in ("DISCORD_TOKEN", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "MODELS_URL", "DATABASE_URL"):
        env.pop(name, None)
    env |= settings
    with (data.parent / "studybot.log").open("ab") as log:
        run = Program("run", cwd=data.parent, env=env, stderr=log)
        try:
            said = run.lines()
            async with asyncio.timeout(100):
                while b"The study group is at" not in (line := await anext(said, b"")):
                    assert line, (data.parent / "studybot.log").read_text()
            yield run
        finally:
            run.kill()
            await run.ended()


async def post_of(person, ask):
    return person.page.locator("#feed > .entry", has_text=ask).first


async def answer(person, ask, words):
    post = await post_of(person, ask)
    await post.get_by_role("button", name="Answer", exact=True).click()
    await person.dialog.get_by_label("In your own words").fill(words)
    await person.dialog.get_by_role("button", name="Check my answer").click()
    await post.get_by_text("Only you see this").first.wait_for()
    return await post.locator(".under .entry").last.inner_text()


async def standing(person, window="week", title="This week"):
    """Rank, name and points of everybody, as the leaderboard tells them."""
    await person.write(f"/leaderboard {window}")
    card = person.page.locator("#feed > .entry", has_text=f"Leaderboard · {title}").last
    await card.get_by_role("table").wait_for()
    rows = await card.get_by_role("row").all_inner_texts()
    return [row.split(" answered")[0].split() for row in rows if "points" in row]


async def classified(person, picture):
    """What the bot says of a picture; just after a start the models may still be loading, and it says so."""
    replies = person.page.locator("#feed > .entry", has_text="used /classify")
    async with asyncio.timeout(100):
        for number in range(100):
            await person.page.locator("#picture").set_input_files(
                {"name": "seven.png", "mimeType": "image/png", "buffer": picture}
            )
            await person.box.press("Enter")
            await replies.nth(number).wait_for()
            if "still being loaded" not in await replies.nth(number).inner_text():
                break
            await person.page.wait_for_timeout(3000)
    return replies.last


async def shot(person, name):
    await person.page.wait_for_timeout(150)
    await person.page.screenshot(path=SHOTS / f"story-{name}.png")


async def test_a_week_in_the_life_of_a_study_group(tmp_path):
    data, port = tmp_path / "data", free_port()
    url = f"http://127.0.0.1:{port}/"
    async with chromium() as browser, tab(browser) as ana, tab(browser, viewport=PHONE, scheme="dark") as ben:
        async with studybot(data, port) as run:
            await ana.join(url, "Ana Ruiz")
            await ben.join(url, "Ben")
            await ana.write("/group now")
            for person in (ana, ben):
                for ask in ASKED:
                    await person.sees(ask)
            await shot(ana, "posted")

            assert "That's right." in await answer(ana, ASKED[0], RIGHT)
            half = await answer(ana, ASKED[1], HALF)
            assert "Partly right." in half
            assert "6 of 10 points" in half and "five different fields" not in half
            await shot(ana, "feedback")
            wrong = await answer(ben, ASKED[2], WRONG)
            assert "Not yet." in wrong
            await shot(ben, "wrong")
            assert WRONG not in await ana.page.locator("#feed").inner_text()

            before = await standing(ana)
            assert [row[:2] for row in before] == [["1", "Ana"], ["2", "Ben"]]
            await shot(ana, "leaderboard")

            seen = await classified(ana, a_seven())
            assert re.search(r"(looks like|perhaps) 7\b", await seen.inner_text())
            await seen.get_by_role("img").evaluate("e => e.decode()")
            await shot(ana, "classified")
            await ben.sees("It looks like 7")

            await ana.page.get_by_role("button", name="+ 1 week").click()
            await ana.sees(LATER[0])
            run.send_signal(signal.SIGKILL)
            await run.ended()

        async with studybot(data, port) as run:
            for person in (ana, ben):
                await person.live()
                for ask in LATER:
                    await person.sees(ask)
            closed = await post_of(ana, ASKED[0])
            await closed.get_by_text("closed").first.wait_for()
            await ana.page.wait_for_timeout(3000)
            for person in (ana, ben):
                await person.page.reload()
                await person.live()
                for ask in (*ASKED, *LATER):
                    assert await person.page.locator("#feed > .entry", has_text=ask).count() == 1, ask
            await shot(ana, "next-week")
            await shot(ben, "next-week-phone")
            assert HALF in await (await post_of(ana, ASKED[1])).inner_text()
            assert WRONG in await (await post_of(ben, ASKED[2])).inner_text()
            assert await standing(ana, "all", "Of all time") == before

            run.send_signal(signal.SIGTERM)
            async with asyncio.timeout(60):
                assert await run.ended() == 0
