"""What a group on Discord sees, from the greeting to a classified picture."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw

from docs.pictures.picture import Picture
from tests.counterparts.discord import drawing
from tests.counterparts.discord.people import Place, Sheet, Shown
from tests.counterparts.discord.server import counterpart
from tests.platforms.discord.served import Served, model_service, until

HALF = "Medicine, for example finding tumours in scans. Playing Go.\nTranslating languages."
SETUP = {"course": "fastbook", "zone": "Europe/Berlin", "times": "Mon 18:00"}


def seven() -> bytes:
    """A drawn seven."""
    made = Image.new("L", (140, 140), 255)
    ImageDraw.Draw(made).line([(35, 35), (105, 35), (60, 112)], fill=0, width=14, joint="curve")
    held = io.BytesIO()
    made.save(held, "PNG")
    return held.getvalue()


async def pictures(folder: Path) -> list[Picture]:
    """One picture for each step worth seeing."""
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
    return [Picture(f"discord/{name}.png", drawing.page(parts)) for name, parts in made.items()]
