"""How steady the model service is: `python -m bench.models_steady [--seconds S] [--pictures N] [--requests N]`.

Ten times the load it can hold, mutated pictures, and its memory over many requests.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import random
import sys
import time
from collections import Counter

import aiohttp
import numpy as np
from PIL import Image

from bench._models_load import Load, digit, load, memory, process
from models.pictures import PictureFault, open_picture


async def overload(seconds: float) -> None:
    """Ten times what it can hold: what gets through, and how soon the rest is told."""
    small: dict[str, object] = {"data": digit()}
    command = [sys.executable, "-m", "models", "serve", "--port", "0", "--with-parent", "--queue", "16"]
    async with process(command) as (address, _):
        url = f"{address}/v1/models/digits/predict"
        await load(url, lambda: dict(small), 4, 1)
        peak = await load(url, lambda: dict(small), 16, seconds)
        found = Load(seconds)
        due, until = time.perf_counter(), time.perf_counter() + seconds
        pause = 1 / (10 * peak.rate)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            asked: set[asyncio.Task[None]] = set()

            async def one() -> None:
                began = time.perf_counter()
                async with session.post(url, data=small["data"]) as answer:
                    await answer.read()
                found.statuses[answer.status] += 1
                (found.times if answer.status == 200 else found.refusals).append(time.perf_counter() - began)

            while time.perf_counter() < until:
                due += pause
                if len(asked) < 400:  # the asker shares the machine: it must not be what is measured
                    task = asyncio.create_task(one())
                    asked.add(task)
                    task.add_done_callback(asked.discard)
                await asyncio.sleep(max(0, due - time.perf_counter()))
            await asyncio.gather(*asked)
        refused = np.percentile(found.refusals, 99) * 1000 if found.refusals else 0
        print(
            f"overload: peak {peak.rate:.0f}/s; asked 10 times that; goodput {found.rate / peak.rate:.0%} of the peak,"
            f" {found.statuses[429]} refused, 99% of them within {refused:.0f} ms, others {dict(found.statuses)}",
            flush=True,
        )


async def steady(requests: int) -> None:
    """Memory before and after so many requests."""
    small: dict[str, object] = {"data": digit()}
    async with process([sys.executable, "-m", "models", "serve", "--port", "0", "--with-parent"]) as (address, pid):
        url, done, marks = f"{address}/v1/models/digits/predict", 0, []
        while done < requests:
            found = await load(url, lambda: dict(small), 8, 5)
            done += found.statuses[200]
            marks.append(memory(pid))
        print(
            f"memory over {done} requests: {marks[0]:.0f} MB after the first 5 s, {marks[-1]:.0f} MB at the end",
            flush=True,
        )


def fuzz(count: int) -> None:
    """Mutated pictures: each read or refused, and how long the slowest took."""
    rng = random.Random(11)  # noqa: S311 - a reproducible choice
    noise = Image.effect_noise((96, 80), 80)
    seeds = []
    for format, mode in (
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("PNG", "P"),
        ("PNG", "RGBA"),
        ("WEBP", "RGB"),
        ("GIF", "P"),
    ):
        kept = io.BytesIO()
        noise.convert("RGB").convert(mode).save(kept, format)
        seeds.append(kept.getvalue())
    statuses: Counter[int] = Counter()
    slowest = 0.0
    for turn in range(count):
        data = bytearray(seeds[turn % len(seeds)])
        for _ in range(rng.randint(1, 16)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        if rng.random() < 0.2:
            del data[rng.randrange(len(data)) :]
        began = time.perf_counter()
        try:
            open_picture(bytes(data))
            statuses[200] += 1
        except PictureFault as fault:
            statuses[fault.status] += 1
        slowest = max(slowest, time.perf_counter() - began)
    print(
        f"{count} mutated pictures: {dict(statuses)}, none crashed, the slowest took {slowest * 1000:.0f} ms",
        flush=True,
    )


async def main() -> None:
    """Measure everything."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--seconds", type=float, default=8)
    asked.add_argument("--pictures", type=int, default=50_000)
    asked.add_argument("--requests", type=int, default=50_000)
    given = asked.parse_args()
    await overload(given.seconds)
    fuzz(given.pictures)
    await steady(given.requests)


if __name__ == "__main__":
    asyncio.run(main())
