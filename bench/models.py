"""How fast the model service is: `python -m bench.models [SECONDS]`, seconds for each figure.

Everything is measured in one run on one machine. A plain aiohttp app that calls fastai's `learn.predict` stands beside
the service as the measure, and LitServe where LITSERVE_PYTHON names a Python that has it.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
import torch
from PIL import Image

from bench._models_load import Connection, Load, digit, load, photo, post, process
from models.bundles.input_spec import PhotoInput
from models.bundles.manifest import read_manifest
from models.bundles.network_spec import VisionSpec
from models.inference.networks import build_vision
from models.inference.predictor import Predictor
from models.inference.speed import rate
from models.recipes.zoo import ZOO
from models.server.decoding.pool import DecodePool
from models.training.bundle_writer import write_bundle

Results = dict[tuple[str, str, int], Load]
GPU = torch.cuda.is_available()
CONNECTIONS = (1, 16, 64) if GPU else (1, 4, 16, 32)
DECODERS = max(2, (os.cpu_count() or 1) - 2) if GPU else 2  # on a CPU the network needs the cores itself
LITSERVE_BATCHING = (("8", "0.01"), ("16", "0.05"))  # max_batch_size, batch_timeout; its better figure counts
WITHOUT_LITSERVE = (
    "LitServe is left out: for the comparison set LITSERVE_PYTHON to a Python with requirements/models.txt"
    " and litserve==0.2.19."
)


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


async def measured(who: str, model: str, url: str, request: bytes, seconds: float, results: Results) -> None:
    """One connection and more, after a first while that is not counted; the better of several tries is kept."""
    await load(url, request, 4, 2)
    for connections in CONNECTIONS:
        found = await load(url, request, connections, seconds)
        print(f"{who}, {model}, {connections} connections: {found}", flush=True)
        before = results.get((who, model, connections))
        if before is None or before.rate < found.rate:
            results[who, model, connections] = found


async def serving(seconds: float, folder: Path) -> Results:
    """Throughput and times of the service, the plain app and LitServe, one after the other."""
    bundles, pictures = {"resnet18": folder / "resnet18" / "1", "digits": ZOO / "digits" / "1"}, {}
    pictures["resnet18"], pictures["digits"] = photo(), digit()
    results: Results = {}
    python = sys.executable
    service = [python, "-m", "models", "serve", "--port", "0", "--with-parent", "--models", str(folder)]
    service += ["--queue", "128"]
    untuned = ["--threads", str(max(1, torch.get_num_threads() - 1)), "--decoders", str(DECODERS), "--max-batch", "16"]
    for who, command in (("service", service), ("untuned", [*service, *untuned])):
        async with process(command) as (address, _):
            if who == "service":
                await until_tuned(f"{address}/v1/models", list(bundles))
            for model, picture in pictures.items():
                url = f"{address}/v1/models/{model}/predict"
                await measured(who, model, url, post(url, picture), seconds, results)
    async with process([python, "-m", "bench._models_plain", str(bundles["resnet18"])]) as (address, _):
        url = f"{address}/predict"
        await measured("plain app", "resnet18", url, post(url, pictures["resnet18"]), seconds, results)
    litserve = os.environ.get("LITSERVE_PYTHON", "")
    if not litserve:
        print(WITHOUT_LITSERVE, flush=True)
        return results
    for model, picture in pictures.items():
        for batching in LITSERVE_BATCHING:
            async with process([litserve, "-m", "bench._models_litserve", str(bundles[model]), *batching]) as (at, _):
                await until_ready(f"{at}/health")
                body = json.dumps({"image": base64.b64encode(picture).decode()}).encode()
                request = post(f"{at}/predict", body, "application/json")
                await measured("LitServe", model, at, request, seconds, results)
    return results


async def until_tuned(url: str, models: list[str]) -> None:
    """Wait until the service has tried out how these models run best, and say what it found."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(60):
        while True:
            async with session.get(url) as answer:
                tuning = {one["name"]: one.get("tuning") for one in (await answer.json())["models"]}
            if all(one is not None and one["tried"] for one in tuning.values()):
                break
            await asyncio.sleep(0.2)
    for name in models:
        print(f"{name} is run with {tuning[name]}", flush=True)


async def until_ready(url: str) -> None:
    """Wait for a server that prints its address before it answers there."""
    until = time.monotonic() + 120
    request = f"GET {url[url.index('/', 7) :]} HTTP/1.1\r\nHost: here\r\n\r\n".encode()
    while time.monotonic() < until:
        await asyncio.sleep(0.3)
        try:
            connection = await Connection.to(url)
            status = await connection.ask(request)
            connection.close()
        except OSError:
            continue
        if status == 200:
            return
    raise SystemExit(f"{url} was not ready after two minutes")


def ratios(results: Results) -> None:
    """What the figures come to, beside each other."""
    for who, model, connections in results:
        ours, theirs = results["service", model, connections], results[who, model, connections]
        if who == "service":
            best = max(one.rate for (by, of, _), one in results.items() if (by, of) == (who, model))
            print(f"service, {model}, {connections} connections: {ours.rate / best:.0%} of its best", flush=True)
            continue
        print(
            f"service / {who}, {model}, {connections} connections: {ours.rate / theirs.rate:.2f} times the throughput,"
            f" {ours.at(99) / theirs.at(99):.2f} times the p99",
            flush=True,
        )


def forward_limit(folder: Path, seconds: float) -> float:
    """Pictures a second through the network alone, exact and fast, one and several at a time; the best of them."""
    device = "cuda" if GPU else "cpu"
    on_cpu = f"CPU ({torch.get_num_threads()} threads), no GPU here"
    print(f"limits on {torch.cuda.get_device_name(0) if GPU else on_cpu}", flush=True)
    bundle, found = folder / "resnet18" / "1", {}
    for label, exact in (("exact", True), ("fast", False)):
        predictor = Predictor(bundle, device=device, exact=exact)
        array = predictor.golden_array()
        for size in (1, 8, 16):
            found[label, size] = rate(lambda p=predictor, a=array, n=size: p.answer([a] * n), seconds) * size  # type: ignore[misc]
            print(f"forward alone, {label}, {size} at a time: {found[label, size]:.0f}/s", flush=True)
    best = max(found["fast", size] for size in (8, 16))
    print(f"batching: {best / found['fast', 1]:.2f} times one at a time", flush=True)
    return best


async def decode_limit(folder: Path, seconds: float) -> float:
    """Pictures a second through the decoding processes alone."""
    spec, picture, done = read_manifest(folder / "resnet18" / "1").input, photo(), 0
    pool = DecodePool(DECODERS)
    await pool.start()
    until = (began := time.perf_counter()) + seconds

    async def open_on() -> None:
        nonlocal done
        while time.perf_counter() < until:
            await pool.decode(picture, spec)
            done += 1

    await asyncio.gather(*(open_on() for _ in range(4 * DECODERS)))
    found = done / (time.perf_counter() - began)
    await pool.stop()
    print(f"decode and resize alone, {DECODERS} processes: {found:.0f}/s", flush=True)
    return found


def against_limits(results: Results, decode: float, forward: float) -> None:
    """How much of what decoding and the network allow the service reaches."""
    most = max(found.rate for (who, model, _), found in results.items() if (who, model) == ("service", "resnet18"))
    print(f"service, resnet18: {most:.0f}/s, {most / min(decode, forward):.0%} of the lower limit", flush=True)
    if not GPU:
        both = 1 / (1 / decode + 1 / forward)
        print(f"here both draw on the same cores and allow {both:.0f}/s together: {most / both:.0%} of it", flush=True)


async def main(seconds: float) -> None:
    """Measure everything."""
    with tempfile.TemporaryDirectory() as made_in:
        folder = resnet18(Path(made_in))
        forward, decode = forward_limit(folder, seconds / 4), await decode_limit(folder, seconds / 2)
        results = await serving(seconds, folder)
        ratios(results)
        against_limits(results, decode, forward)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 8.0))
