"""`python -m docs.pictures`: see the package."""

from __future__ import annotations

import asyncio
import io
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser

from docs.pictures import browser, cleaning, discord, slack, weeks
from docs.pictures.picture import Picture
from tests.platforms.browser.chromium import chromium

ROOT = Path(__file__).resolve().parents[2]
DRAWN = Path(__file__).with_name("drawn.json")


async def pictures() -> list[Picture]:
    """What each picture is taken of, told anew by the program."""
    made: list[Picture] = []
    for story in (browser, weeks, discord, slack, cleaning):
        with tempfile.TemporaryDirectory() as folder:
            made += await story.pictures(Path(folder))
    return made


def stale(made: Sequence[Picture]) -> list[str]:
    """The pictures that show what the program no longer says, and those that are missing or of no use."""
    drawn = json.loads(DRAWN.read_text(encoding="utf-8"))
    now = {one.path: one.fingerprint for one in made}
    return sorted(
        path
        for path in now.keys() | drawn.keys()
        if now.get(path) != drawn.get(path) or not (ROOT / "docs" / path).exists()
    )


async def draw(made: Sequence[Picture]) -> None:
    """Take the pictures."""
    async with chromium() as running:
        for one in made:
            raw = one.taken or await _drawn(one, running)
            path = ROOT / "docs" / one.path
            path.parent.mkdir(exist_ok=True)
            Image.open(io.BytesIO(raw)).convert("RGB").quantize(96).save(path, optimize=True)
            print(f"docs/{one.path}")
    DRAWN.write_text(json.dumps({one.path: one.fingerprint for one in made}, indent=1) + "\n", encoding="utf-8")


async def _drawn(one: Picture, running: Browser) -> bytes:
    window = {"width": one.width, "height": one.height or 400}
    page = await running.new_page(
        viewport=window, device_scale_factor=1.25, color_scheme="dark" if one.dark else "light"
    )
    await page.set_content(one.html)
    if one.height:
        await page.evaluate("document.querySelector('#look').scrollIntoView({block: 'end'})")
        raw = await page.screenshot()
    else:
        raw = await page.locator("#shot").screenshot()
    await page.close()
    return raw


def main() -> int:
    """Draw, or check."""
    made = asyncio.run(pictures())
    if "--check" not in sys.argv:
        asyncio.run(draw(made))
        return 0
    for path in (found := stale(made)):
        print(f"docs/{path} shows what the program no longer says: run python -m docs.pictures")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
