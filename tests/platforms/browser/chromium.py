"""A real Chromium, as several people use it at once."""

from __future__ import annotations

import os
import shutil
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import async_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 360, "height": 740}


def program():
    """Where Chromium is; without it these tests are left out, but not in CI."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("Chromium is missing: install the package chromium")
    if found is None:
        pytest.skip("Chromium is missing: the tests of the page in a real browser are left out")
    return found


@asynccontextmanager
async def chromium():
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program(), args=FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


class Tab:
    """One person in one browser; remembers what went wrong in the page."""

    def __init__(self, page):
        self.page, self.troubles = page, []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", self._heard)
        page.set_default_timeout(30_000)

    def _heard(self, message):
        # A refused form answers 422, which Chromium reports as a failed resource.
        if message.type == "error" and "status of 4" not in message.text and "ERR_CONNECTION" not in message.text:
            self.troubles.append(message.text)

    @property
    def box(self):
        return self.page.get_by_label("Message or command")

    @property
    def dialog(self):
        return self.page.locator("dialog[open]")

    async def live(self):
        await self.page.wait_for_selector("#app[data-live]")
        return self

    async def join(self, url, name):
        await self.page.goto(url)
        await self.page.get_by_label("Your name").fill(name)
        await self.page.get_by_role("button", name="Join").click()
        return await self.live()

    async def write(self, line):
        await self.box.fill(line)
        await self.box.press("Escape")
        await self.box.press("Enter")

    async def sees(self, text):
        await self.page.locator("#feed").get_by_text(text).last.wait_for()

    async def count(self, text):
        return await self.page.locator("#feed").get_by_text(text, exact=True).count()

    async def focused(self):
        return await self.page.evaluate(
            "(e => e.id || e.getAttribute('name') || e.textContent.trim())(document.activeElement)"
        )


@asynccontextmanager
async def tab(browser, *, viewport=DESKTOP, scheme="light", **more):
    context = await browser.new_context(viewport=viewport, color_scheme=scheme, reduced_motion="reduce", **more)
    opened = Tab(await context.new_page())
    try:
        yield opened
    finally:
        await context.close()
    assert opened.troubles == []
