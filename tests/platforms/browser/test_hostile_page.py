"""Hostile words in a real browser: they make no element of their own, and nothing of theirs runs."""

from __future__ import annotations

from bot.platforms.base import OutgoingMessage
from study.group import Place
from tests.hostile.words import SEEDS, reply
from tests.platforms.browser.chromium import chromium, tab

PLACE = Place("browser", "local", "study-group", "study-group")
SIGNS = [seed for seed in SEEDS if set(seed) & set("<>&\"'{$=")]
ELEMENTS = "[...document.querySelectorAll('#feed li.entry')].map(e => e.querySelectorAll('*').length)"


async def test_hostile_words_make_no_element_of_their_own(tmp_path, build):
    platform = build(tmp_path)
    await platform.start()
    try:
        async with chromium() as browser, tab(browser) as ana:
            await ana.join(platform.url, "Ana")
            for n, seed in enumerate(["harmless", *SIGNS]):
                await platform.send(OutgoingMessage(f"h{n}", PLACE, reply(lambda seed=seed: seed)))
            await ana.page.locator("#feed li.entry").nth(len(SIGNS)).wait_for()
            found = await ana.page.evaluate(ELEMENTS)
            assert len(set(found)) == 1 and found[0] > 40
            assert await ana.page.evaluate("typeof hacked") == "undefined"
    finally:
        await platform.stop()
