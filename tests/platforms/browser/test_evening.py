"""A new person's evening in the real program and a real browser: notes become a course, and an appeal mends it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.platforms.browser.chromium import PHONE, chromium, tab
from tests.platforms.browser.test_story import answer, free_port, post_of, studybot

NOTES = [Path(__file__).parent / "notes" / name for name in ("bread.md", "soup.md", "tea.md")]
KNEAD = "Why is dough kneaded?"
EXAMPLES = (
    ("it stretches the gluten into a net", "1"),
    ("the gluten becomes a net that holds the gas", "1"),
    ("to warm it", "0"),
    ("because bakers like it", "0"),
)

pytestmark = pytest.mark.timeout(300)


async def mend(ana):
    """The first question is looked at: one point instead of two, and four answers marked."""
    page = ana.page
    await page.get_by_role("link", name=KNEAD).click()
    second = page.get_by_role("group", name="Point 2")
    for label in ("Name", "Ways of saying it"):
        await second.get_by_label(label).fill("")
    for number, (said, score) in enumerate(EXAMPLES):
        row = page.locator("fieldset.example").nth(number)
        await row.get_by_label("Answer").fill(said)
        await row.get_by_label("Score").fill(score)
    await page.locator(".trials .agrees").nth(len(EXAMPLES) - 1).wait_for()
    await page.get_by_label("I have looked at it").check()
    await page.get_by_role("button", name="Keep it").click()
    await page.get_by_text("Kept in the draft").wait_for()


async def look_at_next(ana):
    """The draft that comes next is looked at: its own answer must earn all, and no idea nothing."""
    page = ana.page
    await page.get_by_role("link", name="Next draft").click()
    await page.get_by_text("Kept in the draft").wait_for(state="detached")
    own = await page.get_by_label("The answer that is shown at the close").input_value()
    for number, (said, score) in enumerate(((own, "1"), ("I have no idea", "0"))):
        row = page.locator("fieldset.example").nth(number)
        await row.get_by_label("Answer").fill(said)
        await row.get_by_label("Score").fill(score)
    await page.locator(".trials .agrees").nth(1).wait_for()
    await page.get_by_label("I have looked at it").check()
    await page.get_by_role("button", name="Keep it").click()
    await page.get_by_text("Kept in the draft").wait_for()


async def publish(ana):
    await ana.page.get_by_role("link", name="publish", exact=True).click()
    await ana.page.get_by_role("button", name="Publish").click()
    await ana.page.get_by_text("Published.").wait_for()


async def test_notes_become_a_course_that_learns_from_an_appeal(tmp_path):
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    async with (
        studybot(tmp_path / "data", port),
        chromium() as browser,
        tab(browser) as ana,
        tab(browser) as ben,
        tab(browser, viewport=PHONE) as cleo,
    ):
        await ana.join(url, "Ana")
        await ana.page.goto(f"{url}bench")
        await ana.page.get_by_label("Its title").fill("The kitchen")
        await ana.page.get_by_label("Notes or questions").set_input_files(NOTES)
        await ana.page.get_by_role("button", name="Begin it").click()
        drafts = ana.page.get_by_label("Drafts")
        await drafts.get_by_text("7 drafts nobody has looked at").wait_for()
        assert await drafts.get_by_role("link").first.inner_text() == "w01-q03"  # the one guess stands first
        await mend(ana)
        assert await ana.page.get_by_role("link", name="Next draft (doubtful)").count() == 1
        for _ in range(4):
            await look_at_next(ana)
        await publish(ana)
        await ana.page.get_by_text("tested, 4").wait_for()
        await ana.page.get_by_text("2 drafts nobody has looked at").wait_for()

        await ana.page.goto(url)
        await ana.live()
        await ana.write("/group setup course: the-kitchen zone: Europe/Berlin times: Mon 18:00")
        await ana.sees("The kitchen")
        await ana.write("/group now")
        for person, name in ((ben, "Ben"), (cleo, "Cleo")):
            await person.join(url, name)
            await person.sees(KNEAD)
            assert "Not yet." in await answer(person, KNEAD, "the dough turns elastic")
        post = await post_of(ben, KNEAD)
        await post.get_by_role("button", name="I think I was right").click()
        await ben.dialog.get_by_role("textbox").fill("Elastic is what the net does.")
        await ben.dialog.get_by_role("button", name="Ask the organiser").click()
        await ben.dialog.wait_for(state="hidden")

        await ana.page.goto(f"{url}bench/the-kitchen")
        kneading = ana.page.get_by_role("link", name=KNEAD)
        await kneading.get_by_text("2 answered, 0 of 10 in the mean").wait_for()
        await kneading.get_by_text("1 waits for you").wait_for()
        await kneading.click()
        await ana.page.get_by_text("appealed: Elastic is what the net does.").wait_for()
        await ana.page.get_by_role("button", name="elastic", exact=True).click()
        await ana.page.locator("mark.earned", has_text="elastic").wait_for()
        await ana.page.get_by_role("button", name="Make it an example").click()
        await ana.page.locator(".trials .agrees").nth(len(EXAMPLES)).wait_for()
        await ana.page.get_by_role("button", name="Keep it").click()
        await ana.page.get_by_text("Kept in the draft").wait_for()
        await publish(ana)
        graded_again = ana.page.get_by_role("link", name=KNEAD).get_by_text("2 answered, 10 of 10")
        async with asyncio.timeout(60):
            while not await graded_again.count():
                await ana.page.reload()
        for person in (ben, cleo):  # whoever has another mark is told, each for themselves
            await person.sees("Your answer has another mark now")
