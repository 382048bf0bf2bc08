"""What a question looks like elsewhere, at the bench: by the renderers that the other platforms send with."""

from datetime import UTC, datetime

from bot.platforms.browser.bench.previews import previews
from cogs.rehearsal import rehearse
from study.course import Course, Item, Option, Week
from study.grading import draft
from study.packs import load_course
from tests.platforms.browser.chromium import PHONE, chromium, tab
from tests.platforms.browser.test_bench import ana  # noqa: F401

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
CODE = "def brew(pot):\n    return pot * 2"


def looked_at(ask, language="en", **more):
    item = Item("tea-01", ask, "Gas.", draft(ask, "Gas."), **more)
    course = Course("tea", "Tea", language, (Week(1, "Leaves", "", None, (item,)),))
    return previews(rehearse(item, course, b"png" if item.picture else None, NOW), "/bench/tea/pictures/pot.png")


async def test_code_pictures_choices_and_what_is_typed_like_markup_are_shown_as_they_are_sent():
    options = (Option("two **pots**", True), Option("<b>one</b>", False))
    seen = looked_at("What does `brew(1)` *give*?", code=CODE, picture="pot.png", alt="A pot & a cup", choices=options)
    for shown in (seen["discord"], seen["slack"]):
        assert "<b>one</b>" not in shown and "&lt;b&gt;one&lt;/b&gt;" in shown
        assert '<img class="shown" src="/bench/tea/pictures/pot.png" alt="A pot &amp; a cup">' in shown
        assert "two <b>pots</b>" in shown and "Week 1 of 1 · Leaves · 1 of 1" in shown
    assert "<code>\xa0\xa0\xa0\xa0return pot * 2</code>" in seen["discord"]
    assert f'<p class="code">{CODE}</p>' in seen["slack"]
    assert "button-like primary" in seen["discord"] and "Check my answer" in seen["slack_form"]
    assert seen["notice"].startswith("tea-01: What does") and "\n" not in seen["notice"]


async def test_options_to_tap_are_shown_so():
    week = "number: 1\ntitle: Leaves\nitems:\n  - id: tea-01\n    ask: Which?\n    answer: One\n    choices:\n"
    for rights, sign in (("", "○"), ("\n        right: true", "☐")):
        options = f"      - text: <b>One\n        right: true\n      - text: two{rights}\n      - text: three\n"
        course = load_course({"course.yaml": "id: tea\ntitle: Tea\nlanguage: en\n", "week-01.yaml": week + options})
        seen = previews(rehearse(course.weeks[0].items[0], course, None, NOW), "")
        for form in (seen["discord_form"], seen["slack_form"]):
            assert form.count(f'<p class="option">{sign} ') == 3 and "A. &lt;b&gt;One" in form


async def test_what_is_cut_elsewhere_is_cut_here():
    seen = looked_at("Why? " * 1200)
    assert "…" in seen["discord"] and len(seen["discord"]) < 6000
    assert len(seen["notice"]) <= 3000 and seen["notice"].endswith("…")


async def test_a_post_speaks_the_language_of_its_course_and_a_task_has_no_form():
    german = looked_at("Was ist Gas?", "de")
    assert "Antworten sind privat" in german["discord"]
    task = Item("tea-02", "Brew a pot.", "", None, ungraded="nothing to say")
    seen = previews(rehearse(task, Course("tea", "Tea", "en", ()), None, NOW), "")
    assert not seen["discord_form"] and not seen["slack_form"] and "I&#39;m stuck" in seen["discord"]


async def test_the_form_keeps_where_one_looks(served, ana):  # noqa: F811
    form = await ana.form("tea-01")
    _, shown = await ana.send("tea/q/tea-01/try", **form | {"ask": "A new <question>?", "as": "slack"})
    assert 'value="slack" id="as-slack" checked' in shown and "A new &lt;question&gt;?" in shown
    assert 'id="as-page" checked' in (await ana.send("tea/q/tea-01/try", **form | {"as": "<x>"}))[1]
    recap = (await ana.get("/bench/tea/recap/week-01"))[1]
    assert "Hand in my recap" in recap.partition("look-discord")[2]


async def test_one_tap_or_an_arrow_key_shows_a_question_as_each_place_does(served):
    async with chromium() as browser, tab(browser, viewport=PHONE) as ana:  # noqa: F811
        await ana.join(served.url, "Ana")
        await ana.page.goto(f"{served.url}bench/tea/q/tea-01")
        for name, place in (("Discord", ".look-discord"), ("Slack", ".look-slack"), ("A locked phone", ".look-phone")):
            await ana.page.locator(".looks label", has_text=name).click()
            await ana.page.locator(place).wait_for()
            assert await ana.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await ana.page.keyboard.press("ArrowLeft")
        await ana.page.locator(".look-slack").wait_for()
        await ana.page.get_by_label("The question", exact=True).fill("Why does tea stew?")
        await ana.page.locator(".look-slack", has_text="Why does tea stew?").wait_for()
        assert await ana.page.locator(".look-page").is_hidden()
