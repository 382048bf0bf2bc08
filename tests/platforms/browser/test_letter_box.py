"""What comes to one person alone is counted on the tab and on the letter box until they have seen it."""

from axe_playwright_python.async_playwright import Axe

from bot.platforms.base import OutgoingMessage, PrivateMessage
from cogs.messages import ActionId, Button, Card, Quote, Reply, Text, say, strong
from tests.platforms.browser.chromium import PHONE, chromium, tab
from tests.platforms.browser.conftest import PLACE
from tests.platforms.browser.test_accessibility import RULES, told
from tests.platforms.browser.visitor import Visitor, plain


async def _tell(platform, visitor, key, text="Two questions are still open for you."):
    return await platform.tell_member(PrivateMessage(key, PLACE, visitor, say(text, title="Still open for you")))


async def test_letters_are_counted_until_they_are_seen_and_replies_are_not(platform):
    async with Visitor(platform) as ana, Visitor(platform) as ben:
        await ana.join("Ana")
        await ben.join("Ben")
        await ana.write("/help")
        assert "<title>study-group" in (await ana.get("/c/study-group"))[1]
        first, second = [await _tell(platform, ana.as_, key) for key in ("n1", "n2")]
        assert "<title>(2) study-group" in (await ana.get("/c/study-group"))[1]
        assert f'href="#m{first}"' in (await ana.get("/c/study-group"))[1]
        assert "<title>study-group" in (await ben.get("/c/study-group"))[1]
        assert (await ana.post("read", {"up_to": first}))[1] == {"unread": 1, "first": int(second)}
        assert (await ana.post("read", {"up_to": second}))[1] == {"unread": 0, "first": int(second)}
        assert (await ana.post("read", {"up_to": first}))[1]["unread"] == 0
        assert (await ana.post("read", {"up_to": "x"}))[1]["unread"] == 0


async def test_the_badge_leads_to_the_letter_and_goes_when_it_was_seen(platform):
    async with chromium() as browser, tab(browser, viewport=PHONE) as ana, Visitor(platform) as ben:
        await ana.join(platform.url, "Ana")
        await ben.join("Ben")
        who = await ana.page.locator("#app").get_attribute("data-as")
        box, badge = (
            ana.page.get_by_role("link", name="Messages for you alone"),
            ana.page.locator("#inbox .count-badge"),
        )
        assert not await box.is_visible()
        for number in range(12):
            await ben.write(f"line {number} " + "\n" * 8)
        await ana.sees("line 11")
        await ana.page.locator("#scroll").evaluate("e => { e.scrollTop = 0; e.dispatchEvent(new Event('scroll')) }")
        await _tell(platform, who, "n1")
        await badge.get_by_text("1", exact=True).wait_for()
        assert (await ana.page.title()).startswith("(1) ")
        assert told(await Axe().run(ana.page, options=RULES)) == []
        await box.click()
        await badge.wait_for(state="hidden")
        assert not (await ana.page.title()).startswith("(")
        assert await ana.page.evaluate("document.activeElement.classList.contains('letter')")
        await ana.page.reload()
        await ana.live()
        assert await box.is_visible() and not await badge.is_visible()


async def test_a_thread_does_not_say_again_what_stands_above_it(platform):
    answer, wrote = Text(strong("Answer: "), "It is blue."), (Text(strong("Ana wrote:")), Quote("Deep blue."))
    go_on = Button("Practise", ActionId("quiz.answer", ("1",)))
    card = Reply("Closed.", (Card("Question 1 · closed", (Text("Which?"), answer, *wrote), (go_on,)),))
    talk = Reply("Talk.", (Card("Talk about it here", (answer, *wrote, Text("And a school?"))),), thread="Question 1")
    async with Visitor(platform) as ana:
        await ana.join("Ana")
        above = await platform.send(OutgoingMessage("q1", PLACE, card))
        async with ana.http.ws_connect(f"{ana.base}/c/study-group/live") as live:
            await platform.send(OutgoingMessage("t1", PLACE, talk, above))
            arrived = []
            while not any("Talk about it here" in one["html"] for one in arrived):
                arrived += (await live.receive_json())["entries"]
        shown = plain("".join(await ana.entries()))
        assert shown.count("It is blue.") == shown.count("Deep blue.") == 1 and "And a school?" in shown
        said = next(plain(one["html"]) for one in arrived if "Talk about it here" in one["html"])
        assert "It is blue." not in said and "And a school?" in said
