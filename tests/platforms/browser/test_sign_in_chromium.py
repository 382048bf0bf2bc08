"""In a real browser: in by a school, back as oneself without the cookie, and gone without a trace."""

from datetime import UTC, datetime

from axe_playwright_python.async_playwright import Axe
from sqlalchemy import select

from bot.app import opened
from bot.first_group import set_up_first_group
from bot.platforms.browser.platform import BrowserPlatform
from bot.platforms.browser.signin.providers import Profile, Provider
from bot.platforms.browser.signin.ways import Ways
from bot.settings import read_settings
from bot.vision.client import HttpClassifier
from store.database.tables import metadata
from tests.counterparts.openid import CLIENT, SECRET, issuer
from tests.platforms.browser.chromium import PHONE, chromium, tab
from tests.platforms.browser.test_accessibility import RULES, told

WORD = "xyzzy-4711"


async def test_in_by_a_provider_back_without_a_cookie_and_gone_without_a_trace(tmp_path):
    classifier = HttpClassifier("http://127.0.0.1:9")
    async with issuer() as school, opened(read_settings(data=tmp_path), classifier) as app, chromium() as browser:
        school.person, school.asks = {"sub": WORD, "name": f"Ana {WORD}"}, True
        provider = Provider("school", Profile("School", school.url), CLIENT, SECRET)
        platform = BrowserPlatform(app.host, port=0, ways=Ways("sign-in", (provider,)))
        await set_up_first_group(app.store, app.courses, platform.first_place, "UTC", datetime.now(UTC))
        await platform.start()
        async with tab(browser, viewport=PHONE) as ana:

            async def come_in(answer="It is me"):
                await ana.page.goto(platform.url)
                await ana.page.get_by_role("link", name="Go on with School").press("Enter")
                await ana.page.get_by_role("link", name=answer).click()

            await ana.page.goto(platform.url)
            assert told(await Axe().run(ana.page, options=RULES)) == []
            await come_in("No, thanks")
            await ana.page.get_by_text("was not allowed to say who you are").wait_for()
            await come_in()
            await ana.live()
            await ana.write(f"My word is {WORD}")
            await ana.sees("My word is")
            await ana.page.context.clear_cookies()
            await come_in()
            await ana.live()
            await ana.sees("My word is")
            await ana.write("/me")
            await ana.sees("Signed in here and in 1 other browser")
            await ana.write("/privacy delete")
            await ana.page.get_by_role("button", name="Delete my data").click()
            await ana.page.get_by_role("link", name="Go on with School").wait_for()
            async with app.store.database.reading() as db:
                rows = str([row for table in metadata.sorted_tables for row in await db.execute(select(table))])
            assert WORD not in rows
            assert not [
                path.name for path in tmp_path.rglob("*") if path.is_file() and WORD.encode() in path.read_bytes()
            ]
            await come_in()
            await ana.live()
            assert await ana.count("My word is") == 0
        await platform.stop()
        await classifier.close()
