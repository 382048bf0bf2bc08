"""How fast a model is on this machine: its network alone by batch size, exact and fast, and decoding alone."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from PIL import Image

from models.inference.pictures import open_picture
from models.inference.predictor import Predictor
from models.inference.prepare import prepare


def measure(folder: Path, seconds: float) -> Iterator[str]:
    """A line for each thing measured."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    what = torch.cuda.get_device_name(0) if device == "cuda" else f"CPU, {torch.get_num_threads()} threads"
    yield f"{folder.parent.name} {folder.name} on {what}" + ("" if device == "cuda" else " (no GPU here)")
    exact = Predictor(folder, device=device)
    noise = io.BytesIO()
    Image.effect_noise((640, 480), 60).convert("RGB").save(noise, "JPEG", quality=88)
    spec = exact.manifest.pictures
    decode = rate(lambda: prepare(open_picture(noise.getvalue()), spec), seconds)
    yield f"decode and resize, 640 by 480 JPEG, one process: {decode:.0f}/s"
    fast = Predictor(folder, device=device, exact=False)
    for label, predictor in (("exact", exact), ("fast", fast)):
        if label == "fast" and not predictor.fast:
            yield "fast mode: not used for this model"
            continue
        array = predictor.golden_array()
        for size in (1, 2, 4, 8, 16):
            found = rate(lambda p=predictor, n=size, a=array: p.answer([a] * n), seconds / 4) * size  # type: ignore[misc]
            yield f"forward, {label}, {size} at a time: {found:.0f} pictures/s"


def rate(work: Callable[[], object], seconds: float) -> float:
    """How often a second it can be done, after a first time that is not counted."""
    work()
    count, began = 0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        work()
        count += 1
    return count / (time.perf_counter() - began)
