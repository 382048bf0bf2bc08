"""No page has anything that axe knows to keep somebody out, on a screen and on a phone, by day and by night."""

import pytest
from axe_playwright_python.async_playwright import Axe

from tests.platforms.browser.chromium import DESKTOP, PHONE, chromium, tab

PATHS = ("bench", "bench/tea", "bench/tea/q/tea-01", "bench/tea/changes", "c/study-group")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def told(results):
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]}"
        for one in results.response["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desk", "phone"])
async def test_axe_finds_nothing(served, viewport, scheme):
    async with chromium() as browser, tab(browser, viewport=viewport, scheme=scheme) as ana:
        await ana.page.goto(served.url)
        found = {"join": told(await Axe().run(ana.page, options=RULES))}
        await ana.join(served.url, "Ana")
        await ana.write("/help")
        await ana.write("hello")
        await ana.sees("hello")
        found["channel"] = told(await Axe().run(ana.page, options=RULES))
        await ana.write("/classify")
        await ana.dialog.wait_for()
        found["form"] = told(await Axe().run(ana.page, options=RULES))
        for path in PATHS:
            await ana.page.goto(f"{served.url}{path}")
            if path.endswith("tea-01"):
                await ana.page.get_by_label("Try an answer").fill("the leaves burn, it gets bitter")
                await ana.page.locator("mark.earned").first.wait_for()
                await ana.page.get_by_role("button", name="Keep it").click()
                await ana.page.get_by_text("Kept in the draft").wait_for()
                for look in ("discord", "slack", "phone"):
                    await ana.page.locator(f"label[for=as-{look}]").click()
                    found[f"as on {look}"] = told(await Axe().run(ana.page, options=RULES))
            found[path] = told(await Axe().run(ana.page, options=RULES))
    assert {path: faults for path, faults in found.items() if faults} == {}
