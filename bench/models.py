"""How fast the model service is: `python -m bench.models [SECONDS]`, seconds for each figure.

Everything is measured in one run on one machine. A plain aiohttp app that calls fastai's `learn.predict` stands beside
the service as the measure.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import torch
from PIL import Image

from bench._models_load import Load, digit, load, photo, process
from models.bundle_writer import write_bundle
from models.networks import build_vision
from models.networks_spec import VisionSpec
from models.pictures import open_picture
from models.predictor import Predictor
from models.prepare import PhotoInput, prepare
from models.speed import rate


def resnet18(into: Path) -> Path:
    """resnet18 at 224 with random weights as a bundle: what it says is of no matter to its speed."""
    torch.manual_seed(0)
    spec = VisionSpec(family="fastai-vision", arch="resnet18")
    write_bundle(
        into / "resnet18" / "1",
        build_vision(spec, 10),
        Image.effect_noise((320, 240), 60).convert("RGB"),
        "# resnet18\n\nFor measuring only.\n",
        network_spec=spec,
        name="resnet18",
        version="1",
        labels=[str(at) for at in range(10)],
        input=PhotoInput(size=224, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225)),
    )
    return into


async def serving(seconds: float, folder: Path) -> None:
    """Throughput and times against the plain app (and LitServe where it is at hand)."""
    picture, small = photo(), digit()
    python = sys.executable
    service = [python, "-m", "models", "serve", "--port", "0", "--with-parent", "--models", str(folder)]
    raw: dict[str, object] = {"data": picture}
    results: dict[tuple[str, int], Load] = {}
    async with process(service) as (address, _):
        for name, data, connections in (
            ("resnet18", picture, 1),
            ("resnet18", picture, 16),
            ("digits", small, 1),
            ("digits", small, 16),
        ):
            url, sent = f"{address}/v1/models/{name}/predict", {"data": data}
            await load(url, lambda sent=sent: dict(sent), 2, 1)  # type: ignore[misc]
            found = await load(url, lambda sent=sent: dict(sent), connections, seconds)  # type: ignore[misc]
            results[f"service {name}", connections] = found
            print(f"service, {name}, {connections} connections: {found}", flush=True)
    async with process([python, "-m", "bench._models_plain", str(folder / "resnet18" / "1")]) as (address, _):
        for connections in (1, 16):
            found = await load(f"{address}/predict", lambda: dict(raw), connections, seconds)
            results["plain", connections] = found
            print(f"plain app with learn.predict, resnet18, {connections} connections: {found}", flush=True)
    for connections in (1, 16):
        ratio = results["service resnet18", connections].rate / results["plain", connections].rate
        print(f"service / plain app, resnet18, {connections} connections: {ratio:.2f} times", flush=True)


def limits(folder: Path, seconds: float) -> None:
    """Decode alone and forward alone, exact and fast, and whether fast mode keeps the answer."""
    data = photo()
    bundle = folder / "resnet18" / "1"
    device = "cuda" if torch.cuda.is_available() else "cpu"
    on_cpu = f"CPU ({torch.get_num_threads()} threads), no GPU here"
    print(f"limits on {torch.cuda.get_device_name(0) if device == 'cuda' else on_cpu}", flush=True)
    exact, fast = Predictor(bundle, device=device), Predictor(bundle, device=device, exact=False)
    spec = exact.manifest.input
    print(f"decode and resize alone, one process: {rate(lambda: prepare(open_picture(data), spec), seconds):.0f}/s")
    array = prepare(open_picture(data), spec)[0]
    for label, predictor in (("exact fp32", exact), ("fast bf16", fast)):
        for size in (1, 8):
            found = rate(lambda p=predictor, n=size: p.answer([array] * n), seconds) * size  # type: ignore[misc]
            print(f"forward alone, {label}, {size} at a time: {found:.0f}/s", flush=True)


async def main(seconds: float) -> None:
    """Measure everything."""
    with tempfile.TemporaryDirectory() as made_in:
        folder = resnet18(Path(made_in))
        limits(folder, seconds / 4)
        await serving(seconds, folder)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 8.0))
