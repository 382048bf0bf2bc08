"""Draws the pictures of docs/discord.md from what the program really sends: `python docs/discord_pictures.py`."""

from __future__ import annotations

import asyncio
import base64
import io
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from PIL import Image, ImageDraw  # noqa: E402
from playwright.async_api import async_playwright  # noqa: E402

from tests.counterparts.discord import drawing  # noqa: E402
from tests.counterparts.discord.people import Place, Sheet, Shown  # noqa: E402
from tests.counterparts.discord.server import counterpart  # noqa: E402
from tests.platforms.discord.served import Served, model_service, until  # noqa: E402

FOLDER = ROOT / "docs" / "discord"
HALF = "Medicine, for example finding tumours in scans. Playing Go.\nTranslating languages."
SETUP = {"course": "fastbook", "zone": "Europe/Berlin", "times": "Mon 18:00"}


def seven() -> bytes:
    """A drawn seven."""
    made = Image.new("L", (140, 140), 255)
    ImageDraw.Draw(made).line([(35, 35), (105, 35), (60, 112)], fill=0, width=14, joint="curve")
    held = io.BytesIO()
    made.save(held, "PNG")
    return held.getvalue()


async def pages(folder: Path) -> dict[str, str]:
    """One page for each step worth seeing."""
    made: dict[str, str] = {}
    async with counterpart(checked=False) as discord, model_service() as models:
        hall = Place(discord)
        world = discord.world
        served = Served(discord, folder / "data", models)
        await served.start()

        def show(seen: Shown | Sheet) -> str:
            assert isinstance(seen, Shown)
            return drawing.message(seen, world)

        try:
            hello = await until(lambda: hall.owner.inbox())
            made["hello"] = show(hello[0])
            set_up = await hall.owner.ask("/group setup", **SETUP)
            made["setup"] = drawing.typed("/group setup", **SETUP) + "<br>" + show(set_up)
            await hall.owner.ask("/group now")
            await until(lambda: len(hall.posts()) >= 4)
            question = [post for post in hall.posts() if "Answer" in post.buttons][1]
            made["post"] = "".join(map(show, [hall.posts()[0], question]))
            ada, bob = hall.person("Ada"), hall.person("Bob")
            form = await ada.click(question, "Answer")
            assert isinstance(form, Sheet)
            made["form"] = drawing.form(form, {"answer": HALF})
            made["verdict"] = show(await ada.submit(form, answer=HALF))
            other = await bob.click(question, "Answer")
            assert isinstance(other, Sheet)
            await bob.submit(other, answer="Vision, language, medicine, games and finance.")
            made["leaderboard"] = drawing.typed("/leaderboard", window="This week") + "<br>"
            made["leaderboard"] += show(await ada.ask("/leaderboard", window="week"))
            seen = await ada.ask("/classify", image=("seven.png", seven()), model="digits")
            made["classify"] = drawing.typed("/classify", image="seven.png", model="digits") + "<br>" + show(seen)
            made["status"] = show(await hall.owner.ask("/group status"))
        finally:
            await served.stop()
    return made


async def main() -> None:
    """Draw them all."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = await pages(Path(folder))
    FOLDER.mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        sheet = await browser.new_page(device_scale_factor=1.25)
        for name, parts in drawn.items():
            held = base64.b64encode(drawing.page(parts).encode()).decode()
            await sheet.goto(f"data:text/html;base64,{held}")
            raw = await sheet.locator("#shot").screenshot()
            Image.open(io.BytesIO(raw)).quantize(64).save(FOLDER / f"{name}.png", optimize=True)
            print(f"docs/discord/{name}.png")
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
