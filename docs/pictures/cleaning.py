"""The page on which a folder of labelled pictures is cleaned."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import numpy as np

from docs.pictures.picture import Picture
from models.recipes import shapes

ROOT = Path(__file__).resolve().parents[2]


async def pictures(folder: Path) -> list[Picture]:
    """Circles and stripes, one of the stripes among the circles."""
    rng = np.random.default_rng(2)
    for kind in ("circle", "stripes"):
        (folder / "pictures" / kind).mkdir(parents=True)
        for at in range(4):
            shapes.draw(kind, 96, rng).save(folder / "pictures" / kind / f"{at}.jpg", quality=90)
    shapes.draw("stripes", 96, rng).save(folder / "pictures/circle/striped.jpg", quality=90)
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "models", "clean", "pictures", "--model", "shapes"),
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.DEVNULL,
    )
    assert await running.wait() == 0
    page = (folder / "clean.html").read_text(encoding="utf-8")
    return [Picture("screenshots/clean.png", page.replace("<h1", '<i id="look"></i><h1', 1), 760, 560)]
