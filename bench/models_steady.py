"""How steady the model service is: `python -m bench.models_steady [overload] [mutated] [memory] [--seconds S …]`.

Ten times the load it can hold, mutated pictures, and its memory over many requests.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from bench._models_load import Connection, Load, digit, load, memory, photo, post, process
from bench.models import resnet18

SERVE = [sys.executable, "-m", "models", "serve", "--port", "0", "--with-parent"]


async def overload(folder: Path, model: str, picture: bytes, seconds: float) -> None:
    """Ten times what it can hold: what gets through, and how soon the rest is told."""
    async with process([*SERVE, "--models", str(folder)]) as (address, _):
        url = f"{address}/v1/models/{model}/predict"
        request = post(url, picture)
        await load(url, request, 4, 2)
        peak = await load(url, request, 16, seconds)
        found = Load(seconds)
        free = [await Connection.to(url) for _ in range(200)]
        pause, skipped = 1 / (10 * peak.rate), 0
        asked: set[asyncio.Task[None]] = set()

        async def one(connection: Connection) -> None:
            began = time.perf_counter()
            found.add(await connection.ask(request), time.perf_counter() - began)
            free.append(connection)

        due = began = time.perf_counter()
        while (now := time.perf_counter()) < began + seconds:
            while due <= now:
                due += pause
                if not free:
                    skipped += 1
                    continue
                task = asyncio.create_task(one(free.pop()))
                asked.add(task)
                task.add_done_callback(asked.discard)
            await asyncio.sleep(pause)
        await asyncio.gather(*asked)
        found.seconds = time.perf_counter() - began
        refused = np.percentile(found.refusals, 99) * 1000 if found.refusals else 0
        print(
            f"overload, {model}: peak {peak.rate:.0f}/s; asked {sum(found.statuses.values()) / found.seconds:.0f}/s"
            f" ({skipped} more could not be asked); goodput {found.rate / peak.rate:.0%} of the peak,"
            f" {found.statuses[429]} refused, 99% of them within {refused:.0f} ms; {dict(found.statuses)}",
            flush=True,
        )


async def steady(requests: int) -> None:
    """Memory before and after so many requests."""
    async with process(SERVE) as (address, pid):
        url, done, marks = f"{address}/v1/models/digits/predict", 0, []
        request = post(url, digit())
        while done < requests:
            found = await load(url, request, 8, 5)
            done += found.statuses[200]
            marks.append(memory(pid))
        print(
            f"memory over {done} requests: {marks[0]:.0f} MB after the first 5 s, {marks[len(marks) // 2]:.0f} MB"
            f" halfway, {marks[-1]:.0f} MB at the end, {max(marks):.0f} MB at most",
            flush=True,
        )


async def mutated(count: int) -> None:
    """Mutated pictures sent to the service: each answered or refused, and the service ready after them."""
    statuses: Counter[int] = Counter()
    times: list[float] = []
    pictures = mutations(count)
    async with process(SERVE) as (address, pid):
        url = f"{address}/v1/models/shapes/predict"

        async def send_on() -> None:
            connection = await Connection.to(url)
            for picture in pictures:
                began = time.perf_counter()
                statuses[await connection.ask(post(url, picture))] += 1
                times.append(time.perf_counter() - began)
            connection.close()

        await asyncio.gather(*(send_on() for _ in range(4)))
        held = memory(pid)
        checking = await Connection.to(url)
        ready = await checking.ask(b"GET /readyz HTTP/1.1\r\nHost: here\r\n\r\n")
        checking.close()
    print(
        f"{sum(statuses.values())} mutated pictures: {dict(statuses)}; the slowest took {max(times) * 1000:.0f} ms;"
        f" {held:.0f} MB held at the end; ready afterwards: {'yes' if ready == 200 else 'NO'}",
        flush=True,
    )


def mutations(count: int) -> Iterator[bytes]:
    """Pictures of every format with some bytes changed, a fifth of them cut short; the same each time."""
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
    for turn in range(count):
        data = bytearray(seeds[turn % len(seeds)])
        for _ in range(rng.randint(1, 16)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        if rng.random() < 0.2:
            del data[rng.randrange(1, len(data)) :]
        yield bytes(data)


async def main() -> None:
    """Measure everything."""
    asked = argparse.ArgumentParser()
    asked.add_argument("only", nargs="*", help="overload, mutated, memory; all when left out")
    asked.add_argument("--seconds", type=float, default=8)
    asked.add_argument("--pictures", type=int, default=50_000)
    asked.add_argument("--requests", type=int, default=50_000)
    given = asked.parse_args()
    wanted = given.only or ["overload", "mutated", "memory"]
    if "overload" in wanted:
        with tempfile.TemporaryDirectory() as made_in:
            folder = resnet18(Path(made_in))
            await overload(folder, "resnet18", photo(), given.seconds)
            await overload(folder, "digits", digit(), given.seconds)
    if "mutated" in wanted:
        await mutated(given.pictures)
    if "memory" in wanted:
        await steady(given.requests)


if __name__ == "__main__":
    asyncio.run(main())
