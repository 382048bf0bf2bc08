"""A message of the page is reported, hidden and shown again in real browsers, at once for everybody."""

import re

from axe_playwright_python.async_playwright import Axe

from tests.platforms.browser.chromium import PHONE, chromium, tab
from tests.platforms.browser.school import school
from tests.platforms.browser.visitor import Visitor, plain


async def test_a_report_a_hidden_message_and_the_trail(tmp_path, migrated_sqlite):
    async with (
        school(tmp_path, migrated_sqlite) as (platform, _talk),
        chromium() as browser,
        tab(browser) as olga,
        tab(browser, viewport=PHONE) as ben,
        Visitor(platform) as ana,
    ):
        await olga.join(platform.url, "Olga")
        await ben.join(platform.url, "Ben")
        await ana.join("Ana")
        await ana.write("You are all fools")
        for person in (olga, ben):
            await person.sees("You are all fools")
        said = ben.page.locator(".entry.talk", has_text="You are all fools")
        await said.get_by_role("button", name="Report what Ana wrote").press("Enter")
        await ben.dialog.get_by_label("What is wrong with it?").fill("it hurts")
        await ben.dialog.get_by_role("button", name="Report").press("Enter")
        await ben.sees("Thank you for speaking up.")
        await olga.write("/group reports")
        await olga.sees("it hurts")
        await olga.page.get_by_role("button", name="Hide it").press("Enter")
        await ben.sees("A message was hidden by an organiser.")
        assert "You are all fools" not in await ben.page.content()
        assert "You are all fools" not in plain((await ana.get("/c/study-group"))[1])
        assert (await Axe().run(ben.page)).response["violations"] == []
        await olga.sees("hidden from members")
        await olga.page.locator(".withheld").get_by_role("button", name="Show again").press("Enter")
        await ben.sees("You are all fools")
        await olga.page.goto(f"{platform.url}c/study-group/overview/trail")
        assert re.search(r"showed message \d+ of Ana again", await olga.page.content())
        assert (await Axe().run(olga.page)).response["violations"] == []
        assert (await ana.get("/c/study-group/overview/trail"))[0] == 403
        downloaded = await olga.page.request.get(f"{platform.url}c/study-group/overview/trail.csv")
        assert re.search(r"Ben,reported message \d+ of Ana", await downloaded.text())
        await ben.write("that was unkind of me")
        await olga.page.goto(f"{platform.url}c/study-group")
        await olga.sees("that was unkind of me")
        mine = ben.page.locator(".entry.talk", has_text="that was unkind of me")
        await mine.get_by_role("button", name="Delete what Ben wrote").press("Enter")
        await ben.page.get_by_role("button", name="Delete it for everybody").press("Enter")
        for person in (ben, olga):
            await person.sees("This message was deleted.")
            assert "that was unkind of me" not in await person.page.content()
        assert (await Axe().run(ben.page)).response["violations"] == []
