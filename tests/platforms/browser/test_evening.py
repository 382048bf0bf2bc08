"""A new person's evening in the real program and a real browser: notes become a course, and an appeal mends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.platforms.browser.chromium import PHONE, chromium, tab
from tests.platforms.browser.test_story import answer, free_port, post_of, studybot

NOTES = [Path(__file__).parent / "notes" / name for name in ("bread.md", "soup.md", "tea.md")]
KNEAD = "Why is dough kneaded?"
SALT = "What does salt do in dough?"
TO_DO = "Bake a loaf by the recipe"
NUDGE = "Think of the yeast, and of your tongue."
EXAMPLES = (
    ("it stretches the gluten into a net", "1"),
    ("the gluten becomes a net that holds the gas", "1"),
    ("to warm it", "0"),
    ("because bakers like it", "0"),
)
NO_MODELS = "http://127.0.0.1:9"
"""Where no model service is, so that none is started: nobody shows a picture tonight."""
PATIENCE = 120_000
"""Milliseconds until what was waited for counts as missing; every wait ends with what it waits for."""

pytestmark = pytest.mark.timeout(600)


async def drop(page, paths):
    """Files are dragged over the page and let go beside the form."""
    files = [(path.name, path.read_text(encoding="utf-8")) for path in paths]
    dragged = await page.evaluate_handle(
        """files => {
            const dragged = new DataTransfer();
            for (const [name, text] of files) dragged.items.add(new File([text], name));
            return dragged;
        }""",
        files,
    )
    await page.dispatch_event("h1", "dragover", {"dataTransfer": dragged})
    await page.locator("form.over").wait_for()
    await page.dispatch_event("h1", "drop", {"dataTransfer": dragged})
    await page.locator("form:not(.over) button:focus").wait_for()


class Author:
    """An organiser at the bench of one course."""

    def __init__(self, page, course):
        self.page, self.course = page, course

    async def opens(self, item):
        await self.page.goto(f"{self.course}/q/{item}")

    async def marks(self, *examples):
        """Answers with what each must earn, which the rubric as it stands gives them."""
        for number, (said, score) in enumerate(examples):
            row = self.page.locator("fieldset.example").nth(number)
            await row.get_by_label("Answer").fill(said)
            await row.get_by_label("Score").fill(score)
        await self.page.locator(".trials .agrees").nth(len(examples) - 1).wait_for()

    async def keeps(self):
        await self.page.get_by_label("I have looked at it").check()
        await self.page.get_by_role("button", name="Keep it").click()
        await self.page.get_by_text("Kept in the draft").wait_for()

    async def mends_five_and_marks_ten(self):
        """A point is taken out, a word added that was offered, a misconception written, a hint, another reference."""
        await self.opens("w01-q01")
        for label in ("Name", "Ways of saying it"):
            await self.page.get_by_role("group", name="Point 2").get_by_label(label).fill("")
        await self.marks(*EXAMPLES)
        await self.keeps()

        await self.opens("w01-q19")
        await self.page.get_by_role("group", name="Point 1").get_by_label("Worth").fill("5")
        row = self.page.locator("fieldset.example").first
        await row.get_by_label("Answer").fill("it is sour")
        await row.get_by_label("Score").fill("0.8")
        await self.page.get_by_role("button", name="sour", exact=True).click()
        await self.page.locator("mark.earned", has_text="sour").wait_for()
        await self.marks(("it is sour", "0.8"), ("it is salted", "0"))
        await self.keeps()

        await self.opens("w01-q12")
        mistake = self.page.get_by_role("group", name="Misconception 2")
        await mistake.get_by_label("Name").fill("the warmer the better")
        await mistake.get_by_label("Ways of saying it").fill("warmer the better\nas warm as it can be")
        await mistake.get_by_label("What helps them").fill("What does heat do to yeast?")
        await self.marks(("as warm as it can be", "0"), ("No, it tastes of more in the cold", "1"))
        await self.page.locator("mark.cost", has_text="warm").first.wait_for()
        await self.keeps()

        await self.opens("w01-q02")
        await self.page.get_by_label("A nudge for those who ask").fill(NUDGE)
        await self.marks(("it slows the yeast and tightens the gluten", "1"))
        await self.keeps()

        await self.opens("w01-q20")
        await self.page.get_by_label("The answer that is shown at the close").fill("The crumb.")
        await self.marks(("the crumb", "1"))
        await self.keeps()

    async def publishes(self):
        await self.page.goto(f"{self.course}/changes")
        assert await self.page.get_by_text("What is wrong with it").count() == 0
        await self.page.get_by_role("button", name="Publish").click()
        await self.page.get_by_text("Published.").wait_for()

    async def accepts_what_was_appealed_for(self, reason):
        """The words that were offered are added, and the answer becomes an example."""
        await self.page.get_by_text(f"appealed: {reason}").wait_for()
        await self.page.get_by_role("button", name="elastic", exact=True).click()
        await self.page.locator("mark.earned", has_text="elastic").wait_for()
        await self.page.get_by_role("button", name="Make it an example").click()
        await self.page.locator(".trials .agrees").nth(len(EXAMPLES)).wait_for()
        await self.page.get_by_role("button", name="Keep it").click()
        await self.page.get_by_text("Kept in the draft").wait_for()


async def begins_with_dropped_notes(ana):
    """A course of three notes: what was read, what was left out, and the drafts with the doubtful ones first."""
    page = ana.page
    await page.get_by_label("Its title").fill("The kitchen")
    await drop(page, NOTES)
    await page.keyboard.press("Enter")
    drafts = page.get_by_label("Drafts")
    await drafts.get_by_text("38 drafts nobody has looked at").wait_for()
    first = await drafts.inner_text()
    assert "Look first at w01-q13 (doubtful), Recap of week 2 (doubtful), w01-q01 (fair)" in first
    told = page.get_by_role("status")
    await told.get_by_text("Questions 10, 11 are tasks, for their answers leave them to the reader.").wait_for()
    await page.get_by_text("What was counted, and what was left out").click()
    await page.get_by_text(
        "bread.md: 20 questions read, 19 of them with an answer. 16 lines are plainly questions"
    ).wait_for()
    await page.get_by_text("tea.md:49: The section “References” holds no questions").wait_for()


async def appeals(person, ask, reason):
    post = await post_of(person, ask)
    await post.get_by_role("button", name="I think I was right").click()
    await person.dialog.get_by_role("textbox").fill(reason)
    await person.dialog.get_by_role("button", name="Ask the organiser").click()
    await person.dialog.wait_for(state="hidden")


async def test_notes_become_a_course_that_learns_from_an_appeal(tmp_path):
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    async with (
        studybot(tmp_path / "data", port, MODELS_URL=NO_MODELS),
        chromium() as browser,
        tab(browser) as ana,
        tab(browser) as ben,
        tab(browser, viewport=PHONE) as cleo,
    ):
        for person in (ana, ben, cleo):
            person.page.set_default_timeout(PATIENCE)
        await ana.join(url, "Ana")
        await ana.page.goto(f"{url}bench")
        await begins_with_dropped_notes(ana)
        author = Author(ana.page, f"{url}bench/the-kitchen")
        await author.mends_five_and_marks_ten()
        await author.publishes()
        await ana.page.get_by_text("33 drafts nobody has looked at").wait_for()
        await ana.page.get_by_text("tested, 4").wait_for()

        await ana.page.goto(url)
        await ana.live()
        await ana.write("/group setup course: the-kitchen zone: Europe/Berlin times: Mon 18:00")
        await ana.sees("The kitchen")
        await ana.write("/group now")
        for person, name in ((ben, "Ben"), (cleo, "Cleo")):
            await person.join(url, name)
            await person.sees(KNEAD)
            assert "Not yet." in await answer(person, KNEAD, "the dough turns elastic")
        await ben.sees(TO_DO)
        await (await post_of(ben, SALT)).get_by_role("button", name="Answer", exact=True).click()
        await ben.dialog.get_by_text(NUDGE).wait_for()
        await ben.page.keyboard.press("Escape")
        await ben.dialog.wait_for(state="hidden")
        await appeals(ben, KNEAD, "Elastic is what the net does.")

        await ana.page.goto(author.course)
        kneading = ana.page.get_by_role("link", name=KNEAD)
        await kneading.get_by_text("2 answered, 0 of 10 in the mean").wait_for()
        await kneading.get_by_text("1 waits for you").wait_for()
        await kneading.click()
        await author.accepts_what_was_appealed_for("Elastic is what the net does.")
        await author.publishes()
        for person in (ben, cleo):  # whoever has another mark is told, each for themselves
            await person.sees("Your answer has another mark now")
        await ana.page.goto(author.course)
        await kneading.get_by_text("2 answered, 10 of 10").wait_for()
        assert await kneading.get_by_text("waits for you").count() == 0
