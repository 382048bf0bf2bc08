"""The page in a real browser: what people do with it, several at once, by mouse, keyboard and touch."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import pytest_asyncio

from bot.platforms.base import OutgoingMessage
from cogs.messages import ActionId, BulletList, Button, Card, Entry, Quote, Reply, Text, code, say
from store import SINCE, UNDER, Draft
from study.group import Place
from tests.platforms.browser.chromium import PHONE, chromium, tab
from tests.platforms.browser.conftest import pages

PLACE = Place("browser", "local", "study-group", "study-group")
SHOTS = Path("build/screenshots")
SEVEN = """
  const canvas = new OffscreenCanvas(64, 64);
  const pen = canvas.getContext("2d");
  pen.fillStyle = "white"; pen.fillRect(0, 0, 64, 64);
  pen.lineWidth = 7; pen.beginPath(); pen.moveTo(14, 14); pen.lineTo(50, 14); pen.lineTo(28, 54); pen.stroke();
  const blob = await canvas.convertToBlob();
  const transfer = new DataTransfer();
  transfer.items.add(new File([blob], "seven.png", { type: "image/png" }));
"""


def question(number):
    ask = Text("What is a ", code("tensor"), "?")
    answer = Button("Answer", ActionId("quiz.answer", (str(number),)), "primary")
    card = Card(f"Question {number}", (ask,), (answer,), footer="Answers are private. 3 tries.")
    return OutgoingMessage(f"q{number}", PLACE, Reply(f"Question {number}: What is a tensor?", (card,)))


# One Chromium for all of these: starting it costs more than most of them take.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser():
    async with chromium() as launched:
        yield launched


@pytest_asyncio.fixture(loop_scope="module")
async def page(migrated_sqlite):
    async with pages(migrated_sqlite) as at:
        yield at


@pytest_asyncio.fixture(loop_scope="module")
async def platform(tmp_path, build):
    made = build(tmp_path)
    await made.start()
    yield made
    await made.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def ana(browser, platform):
    async with tab(browser) as opened:
        yield await opened.join(platform.url, "Ana Ruiz")


@pytest_asyncio.fixture(loop_scope="module")
async def ben(browser, platform, ana):
    async with tab(browser) as opened:
        yield await opened.join(platform.url, "Ben")


async def shot(person, name):
    await person.page.screenshot(path=SHOTS / f"{name}.png")


async def test_an_answer_by_keyboard_from_the_button_to_the_feedback(platform, ana, ben):
    await platform.send(question(1))
    await ana.sees("Question 1")
    await ana.page.get_by_role("button", name="Answer").focus()
    await ana.page.keyboard.press("Enter")
    await ana.dialog.wait_for()
    assert await ana.focused() == "field-1"
    await ana.page.keyboard.press("Control+Enter")
    fault = ana.dialog.get_by_role("alert").filter(has_text="Write a few words first; nothing was sent.")
    await fault.wait_for()
    answer = ana.dialog.get_by_label("In your own words")
    assert await answer.get_attribute("aria-invalid") == "true"
    assert await fault.get_attribute("id") in await answer.get_attribute("aria-describedby")

    await ana.page.keyboard.type("numbers in a grid")
    await ana.page.keyboard.press("Escape")
    await ana.dialog.wait_for(state="hidden")
    assert await ana.focused() == "press"
    await ana.page.keyboard.press("Enter")
    await ana.dialog.wait_for()
    assert await ana.dialog.get_by_label("In your own words").input_value() == "numbers in a grid"

    await ana.page.keyboard.press("Control+Enter")
    await ana.sees("Partly right.")
    assert re.fullmatch(r"m\d+", await ana.focused())
    await ana.page.locator("#announce").get_by_text("Partly right.").wait_for(state="attached")
    for said in ("Missing An array", "Note Any number", "Against A tensor is not a picture."):
        await ana.page.locator("li", has_text=re.compile(said.replace(" ", r"\s+"))).first.wait_for()
    await shot(ana, "feedback")

    await ana.page.keyboard.press("Tab")
    await ana.page.keyboard.press("Enter")
    await ana.dialog.wait_for()
    await ana.dialog.get_by_label("In your own words").fill("an array")
    await ana.dialog.get_by_role("button", name="Send").click()
    await ana.sees("That's right.")
    await ana.page.get_by_text("Earlier replies (1)").click()
    assert await ana.page.get_by_text("Only you see this").count() == 2
    await ben.sees("Question 1")
    assert await ben.page.get_by_text("right.").count() == 0


async def test_what_one_writes_the_other_sees_at_once(platform, ana, ben):
    await ana.write("Hello <b>Ben</b>")
    await ben.sees("Hello <b>Ben</b>")
    await ben.write("Hello Ana")
    await ana.sees("Hello Ana")
    await ana.page.locator("#announce").get_by_text("Ben: Hello Ana").wait_for(state="attached")
    people = ana.page.get_by_role("list").filter(has_text="organiser")
    assert "Ben" in await people.inner_text()
    sent = await platform.send(question(1))
    await ben.sees("Question 1")
    await platform.edit(OutgoingMessage("q1", PLACE, say("Question 1 is over.", title="Question 1 · closed")), sent)
    for person in (ana, ben):
        await person.sees("Question 1 is over.")
        assert await person.page.get_by_role("button", name="Answer").count() == 0
    assert await ana.count("Hello Ana") == 1
    await ana.page.reload()
    await ana.live()
    assert await ana.count("Hello Ana") == 1


async def test_a_break_is_survived_and_nothing_comes_twice(tmp_path, browser, build):
    first = build(tmp_path)
    await first.start()
    port = int(first.url.rsplit(":", 1)[1].strip("/"))
    async with tab(browser) as ana:
        await ana.join(first.url, "Ana")
        await ana.write("before")
        await ana.sees("before")
        await first.stop()
        await ana.page.get_by_text("Reconnecting…").wait_for()
        await ana.write("while away")
        await ana.page.get_by_role("alert").filter(has_text="cannot be reached just now").wait_for()
        second = build(tmp_path, port)
        await second.start()
        await second.send(question(1))
        try:
            await ana.sees("Question 1")
            assert await ana.box.input_value() == "while away"
            await ana.box.press("Enter")
            await ana.sees("while away")
            await ana.page.reload()
            await ana.live()
            for text in ("before", "while away", "Question 1"):
                assert await ana.count(text) == 1
        finally:
            await second.stop()


async def test_commands_are_completed_by_keyboard(ana):
    await ana.box.press_sequentially("/lea")
    options = ana.page.get_by_role("option")
    await options.filter(has_text="/leaderboard").wait_for()
    await shot(ana, "completion")
    await ana.box.press("Enter")
    assert await ana.box.input_value() == "/leaderboard "
    await options.filter(has_text="Of all time").wait_for()
    await ana.box.press("ArrowDown")
    await ana.box.press("ArrowDown")
    active = await ana.box.get_attribute("aria-activedescendant")
    assert "Of all time" in await ana.page.locator(f"#{active}").inner_text()
    await ana.box.press("Tab")
    assert await ana.box.input_value() == "/leaderboard all"
    await ana.box.press("Escape")
    assert not await ana.page.get_by_role("listbox").is_visible()
    await ana.box.press("Enter")
    await ana.sees("Leaderboard · all")
    await ana.page.get_by_role("button", name="week", exact=True).click()
    await ana.sees("Leaderboard · week")
    assert await ana.page.get_by_text("Leaderboard ·").count() == 1

    await ana.write("/leaderboard soon")
    await ana.dialog.get_by_role("alert").filter(has_text="window is one of: This week, Of all time.").wait_for()
    await ana.page.keyboard.press("Escape")

    await ana.write("/leaderbord")
    await ana.page.get_by_role("alert").filter(has_text="Did you mean /leaderboard?").wait_for()
    assert await ana.box.input_value() == "/leaderbord"

    await ana.box.fill("good morning")
    await ana.page.get_by_role("button", name="Commands").click()
    await options.filter(has_text="/echo").click()
    assert await ana.box.input_value() == "/echo good morning"
    await ana.page.get_by_role("button", name="Commands").click()
    await options.filter(has_text="/classify").click()
    assert await ana.box.input_value() == "/classify "
    await ana.box.press("Escape")
    await ana.box.press("Enter")
    await ana.dialog.get_by_label("Image").wait_for()
    await ana.dialog.get_by_role("button", name="Go").click()
    await ana.dialog.get_by_role("alert").filter(has_text="This is needed.").wait_for()


async def test_a_picture_may_be_pasted_dropped_or_chosen(ana, ben, tmp_path):
    await ana.page.evaluate(
        f"(async () => {{ {SEVEN} document.dispatchEvent(new ClipboardEvent('paste', "
        "{ clipboardData: transfer, bubbles: true, cancelable: true })); })()"
    )
    await ana.page.get_by_text("seven.png", exact=True).wait_for()
    assert await ana.box.input_value() == "/classify "
    await ana.box.press("Escape")
    await ana.box.press("Enter")
    await ana.sees("It looks like 7 (95%).")
    await ben.sees("It looks like 7 (95%).")
    starts = await ana.page.locator(".bars .meter").evaluate_all("all => all.map(one => one.getBoundingClientRect().x)")
    assert len(starts) == 3 and len(set(starts)) == 1  # bars are compared, so they begin at one line
    assert (
        await ben.page.get_by_role("img", name="seven.png").evaluate("e => e.decode().then(() => e.naturalWidth)") == 64
    )
    await shot(ben, "classified")

    await ana.page.evaluate(
        f"(async () => {{ {SEVEN} document.body.dispatchEvent(new DragEvent('drop', "
        "{ dataTransfer: transfer, bubbles: true, cancelable: true })); })()"
    )
    await ana.page.get_by_text("seven.png", exact=True).wait_for()
    await ana.box.fill("Look at my seven")
    await ana.box.press("Enter")
    await ben.sees("Look at my seven")
    await ben.page.get_by_role("button", name="Classify picture").click()
    await ana.sees("Ben used /classify")

    large = tmp_path / "large.png"
    with large.open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    await ana.page.locator("#picture").set_input_files(large)
    await ana.page.get_by_role("alert").filter(has_text="larger than 20 MB").wait_for()


async def test_the_demonstrators_clock_and_second_person(ana):
    assert "Fri 20 Nov, 18:02" in await ana.page.get_by_role("banner").inner_text()
    await ana.page.get_by_role("button", name="+ 1 week").click()
    await ana.page.get_by_text("It is now Friday, 27 November 2026, 18:02.").wait_for()
    assert "Fri 27 Nov, 18:02" in await ana.page.get_by_role("banner").inner_text()
    async with ana.page.context.expect_page() as opening:
        await ana.page.get_by_role("link", name="Join as someone else").click()
    other = await opening.value
    await other.get_by_label("Your name").fill("Kofi")
    await other.get_by_role("button", name="Join").click()
    await other.wait_for_selector("#app[data-live]")
    assert re.search(r"[?]as=\w{16}$", other.url)
    await other.get_by_label("Message or command").fill("I am Kofi")
    await other.keyboard.press("Enter")
    await ana.sees("I am Kofi")
    await ana.write("I am Ana")
    await ana.sees("I am Ana")
    names = await ana.page.locator("#feed .byline b").all_inner_texts()
    assert names == ["Kofi", "Ana Ruiz"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_fits_a_phone(platform, browser, scheme):
    for number in (1, 2):
        await platform.send(question(number))
    async with tab(browser, viewport=PHONE, scheme=scheme, has_touch=True, is_mobile=True) as ana:
        await ana.join(platform.url, "Ana")
        await ana.write("A_very_long_word_" * 12)
        await ana.write("/leaderboard")
        await ana.sees("Equal points share a rank.")
        await shot(ana, f"phone-{scheme}")
        assert await ana.page.evaluate("document.documentElement.scrollWidth") == 360
        small = await ana.page.evaluate(
            "[...document.querySelectorAll('button')].filter(b => b.checkVisibility() && b.offsetHeight < 40).length"
        )
        assert small == 0
        await ana.page.get_by_role("button", name="Channels, people and clock").tap()
        await ana.page.get_by_role("navigation", name="Channels").wait_for()
        await ana.page.keyboard.press("Escape")
        await ana.page.get_by_role("button", name="Answer").first.tap()
        await ana.dialog.wait_for()
        await shot(ana, f"phone-form-{scheme}")
        box = await ana.dialog.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        assert box["y"] + box["height"] <= 740


async def fill(platform, number, anchor=None):
    """So many messages, and the last of them."""
    for at in range(number):
        body = {"is": "Reply", "summary": f"talk {at}", "cards": [], "files": [], "asked": ""}
        made = await platform._page.messages.post(
            Draft(f"{anchor} {at}", PLACE.channel, body, anchor=anchor), platform._clock()
        )
    return made


async def test_earlier_talk_comes_by_keyboard_and_under_a_message(platform, browser):
    last = await fill(platform, 60)
    await fill(platform, UNDER + 2, anchor=last.id)
    async with tab(browser) as ana:
        await ana.join(platform.url, "Ana")
        entries = ana.page.locator("#feed > .entry")
        assert await entries.count() == 40
        thread = entries.last.locator(".talked > .entry")
        await entries.last.get_by_role("link", name="Show earlier messages").focus()
        await ana.page.keyboard.press("Enter")
        await thread.nth(UNDER + 1).wait_for()
        assert await thread.locator(".words").all_inner_texts() == [f"talk {n}" for n in range(UNDER + 2)]
        await ana.page.locator("#more").focus()
        await ana.page.keyboard.press("Enter")
        await entries.nth(59).wait_for()
        assert await entries.first.locator(".words").first.inner_text() == "talk 0"
        assert await ana.page.locator("#more").is_hidden()


async def test_on_a_phone_earlier_talk_comes_by_scrolling_up_in_german(platform, browser):
    await fill(platform, 60)
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True, "locale": "de-DE"}
    async with tab(browser, **phone) as ana:
        await ana.page.goto(platform.url)
        await ana.page.get_by_label("Dein Name").fill("Ana")
        await ana.page.get_by_role("button", name="Dazukommen").tap()
        await ana.live()
        assert await ana.page.locator("#more").inner_text() == "Frühere Nachrichten zeigen"
        await ana.page.evaluate("document.getElementById('scroll').scrollTop = 0")
        await ana.page.locator("#feed > .entry").nth(59).wait_for()
        assert await ana.page.get_by_text("Frühere Nachrichten, die jetzt zu sehen sind: 20.").count() == 1
        assert await ana.page.locator("#scroll").evaluate("e => e.scrollTop") > 500, "the view stays where it was read"


async def test_a_page_that_was_away_for_long_begins_anew(platform, ana):
    await ana.write("before")
    await ana.sees("before")
    await fill(platform, SINCE + 1)
    platform._hub.wake()
    await ana.sees(f"talk {SINCE}")
    assert await ana.page.locator("#feed > .entry").count() == 40
    await ana.write("after")
    await ana.sees("after")
    assert await ana.count("before") == 0 and not await ana.page.locator("#more").is_hidden()


CONTRAST = """
() => {
  const parse = (text) => {
    const parts = text.match(/[\\d.]+/g).map(Number);
    return text.startsWith("color(") ? parts.map((x, i) => (i < 3 ? x * 255 : x)) : parts;
  };
  const over = (top, under) => { const a = top[3] ?? 1; return [0, 1, 2].map((i) => top[i] * a + under[i] * (1 - a)); };
  const behind = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((x) => { x /= 255; return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const poor = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || !element.checkVisibility() || element.closest(".unseen, script")) continue;
    const back = behind(element);
    const pair = [light(over(parse(getComputedStyle(element).color), back)), light(back)].sort((a, b) => b - a);
    const ratio = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${texts.currentNode.data.trim().slice(0, 40)}`);
  }
  return poor;
}
"""
NAMELESS = """
() => [...document.querySelectorAll("button, a, input:not([type=hidden]), textarea, select, img, dialog")]
  .filter((e) => e.checkVisibility() && !(e.getAttribute("aria-label") || e.labels?.length || e.alt
    || e.textContent.trim() || e.getAttribute("aria-labelledby") || e.querySelector("img[alt]")))
  .map((e) => e.outerHTML.slice(0, 120))
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everyone_can_read_and_reach_it(platform, browser, scheme):
    marks = tuple(Entry(Text(f"a line marked {mark}"), mark) for mark in ("hit", "miss", "against", "note", "plain"))
    tones = tuple(
        Card(f"A {tone} card", (BulletList(marks), Quote("as written")), tone=tone, footer="small print")
        for tone in ("plain", "good", "partly", "bad", "notice")
    )
    async with tab(browser, scheme=scheme) as ana:
        await ana.join(platform.url, "Ana")
        assert await ana.page.evaluate(CONTRAST) == []
        await platform.send(OutgoingMessage("tones", PLACE, Reply("All tones", tones)))
        await platform.tell_organiser(PLACE, lambda: Reply("All tones", tones))
        await platform.send(question(1))
        await ana.write("/leaderboard")
        await ana.sees("Equal points share a rank.")
        await ana.write("/nothing-like-it")
        await ana.page.get_by_role("alert").filter(has_text="There is no command").wait_for()
        await shot(ana, f"desktop-{scheme}")
        assert await ana.page.evaluate(CONTRAST) == []
        assert await ana.page.evaluate(NAMELESS) == []
        for landmark in ("banner", "main", "complementary"):
            assert await ana.page.get_by_role(landmark).count() == 1
        assert await ana.page.get_by_role("heading", level=1).count() == 1
        await ana.page.get_by_role("button", name="Answer").click()
        await ana.dialog.wait_for()
        assert await ana.page.get_by_role("dialog", name="Question 1").count() == 1
        assert await ana.page.evaluate(CONTRAST) == []
        assert await ana.page.evaluate(NAMELESS) == []
        await ana.page.keyboard.press("Escape")
        await ana.page.keyboard.press("/")
        moving = "[...document.querySelectorAll('.arrived > article')].map(e => getComputedStyle(e).animationName)"
        assert set(await ana.page.evaluate(moving)) == {"none"}


async def test_a_newcomer_is_shown_around(ana):
    assert await ana.page.get_by_text("Nothing here yet").is_visible()
    await ana.page.get_by_role("button", name="Show me around").click()
    await ana.sees("I can say things back.")
    assert not await ana.page.get_by_text("Nothing here yet").is_visible()


async def test_the_colours_may_be_chosen_and_stay(ana):
    paper = "getComputedStyle(document.body).backgroundColor"
    light = await ana.page.evaluate(paper)
    turn = ana.page.get_by_role("button", name=re.compile("Colours"))
    for name in ("light", "dark"):
        await turn.click()
        assert await turn.get_attribute("aria-label") == f"Colours: {name}"
    dark = await ana.page.evaluate(paper)
    assert dark != light
    await ana.page.reload()
    assert await ana.page.evaluate(paper) == dark


async def test_it_works_without_scripts(platform, browser):
    await platform.send(question(1))
    async with tab(browser, java_script_enabled=False) as ana:
        await ana.page.goto(platform.url)
        await ana.page.get_by_label("Your name").fill("Ana")
        await ana.page.get_by_role("button", name="Join").click()
        await ana.page.get_by_role("button", name="Answer").click()
        await ana.page.get_by_label("In your own words").fill("an array")
        await ana.page.get_by_role("button", name="Send").click()
        await ana.sees("That's right.")
        await ana.box.fill("Hello from a plain page")
        await ana.page.get_by_role("button", name="Send").click()
        await ana.sees("Hello from a plain page")
