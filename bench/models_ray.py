"""What replicas cost and bring: `python -m bench.models_ray [SECONDS]`, seconds for each figure.

The plain service, one replica and two stand beside each other and are asked in turns, so that a busy machine is as busy
for each. Then replicas are killed and versions published under load.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median

import aiohttp

from bench._models_load import digit, load, photo, post, process
from bench.models import resnet18
from models.bundles.library import Library
from models.bundles.manifest import verify
from models.recipes.zoo import ZOO

ROUNDS = 3
_TICK = os.sysconf("SC_CLK_TCK")
MODELS = [sys.executable, "-m", "models"]
HOW = ["--port", "0", "--with-parent", "--threads", "1", "--decoders", "1", "--max-batch", "8"]
SERVED = {
    "service": ["serve", *HOW],
    "1 replica": ["deploy", "ray", "--replicas", "1", "--cpus", "0.5", *HOW],
    "2 replicas": ["deploy", "ray", "--replicas", "2", "--cpus", "0.5", *HOW],
}


def family(pid: int) -> dict[int, int]:
    """Every process at or below this one, with its parent."""
    parents = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                parents[int(path.name)] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
    found = {pid: 0}
    while more := {one: parent for one, parent in parents.items() if parent in found and one not in found}:
        found |= more
    return found


def is_replica(pid: int) -> bool:
    """Whether this process is a replica of Ray Serve's."""
    try:
        return re.match(rb"ray::serve_?replica", Path(f"/proc/{pid}/cmdline").read_bytes(), re.I) is not None
    except OSError:
        return False


def processor(pid: int) -> Counter[str]:
    """Seconds of the processor so far: of the process itself, of what answers (decoders included), and of Ray."""
    used: Counter[str] = Counter()
    parents = family(pid)
    under_ray = any(map(is_replica, parents))
    for one, parent in parents.items():
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        answers = is_replica(one) or is_replica(parent) or not under_ray
        used["answers" if answers else "gateway" if one == pid else "Ray"] += (
            int(fields[11]) + int(fields[12])
        ) / _TICK
    return used


async def until_running(address: str, replicas: int) -> None:
    """Wait until so many replicas can answer."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(600):
        while True:
            async with session.get(f"{address}/metrics") as answer:
                found = re.search(r"^models_replicas (\d+)", await answer.text(), re.M)
            if found and int(found[1]) >= replicas:
                return
            await asyncio.sleep(0.2)


async def in_turns(seconds: float, folder: Path) -> None:
    """Throughput and processor time a request of each, asked in turns."""
    async with AsyncExitStack() as stack:
        there = {}
        for who, command in SERVED.items():
            there[who] = await stack.enter_async_context(process([*MODELS, *command, "--models", str(folder)]))
            if who != "service":
                await until_running(there[who][0], int(who[0]))
        pictures = {"digits": digit(), "resnet18": photo()}
        for model, picture in pictures.items():
            rates: dict[str, list[float]] = {who: [] for who in there}
            waits: dict[str, list[float]] = {who: [] for who in there}
            for address, _ in there.values():
                url = f"{address}/v1/models/{model}/predict"
                await load(url, post(url, picture), 4, 2)
            costs: dict[str, Counter[str]] = {who: Counter() for who in there}
            answered: Counter[str] = Counter()
            for _ in range(ROUNDS):
                for who, (address, pid) in there.items():
                    url = f"{address}/v1/models/{model}/predict"
                    request, before = post(url, picture), processor(pid)
                    found = await load(url, request, 16, seconds)
                    costs[who] += processor(pid) - before
                    answered[who] += found.statuses[200]
                    rates[who].append(found.rate)
                    alone = await load(url, request, 1, seconds / 4)
                    waits[who].append(alone.at(50))
            for who in there:
                each = ", ".join(f"{what} {1000 * used / answered[who]:.2f}" for what, used in costs[who].items())
                print(
                    f"{who}, {model}: {median(rates[who]):.0f}/s at 16 connections, p50 {median(waits[who]):.1f} ms at"
                    f" one; processor ms a request: {each}",
                    flush=True,
                )
            for who, than in (("1 replica", "service"), ("2 replicas", "1 replica")):
                by = median(a / b for a, b in zip(rates[who], rates[than], strict=True))
                print(f"{who} / {than}, {model}: {by:.2f} times the throughput", flush=True)
            cost = costs["2 replicas"]
            print(f"one core of gateway carries {cost['answers'] / cost['gateway']:.1f} cores of replicas", flush=True)


async def killed_and_rolled(seconds: float, data: Path) -> None:
    """Replicas killed and versions published, one after the other, while pictures are asked about."""
    made = shutil.copytree(ZOO / "digits" / "1", data / "made")
    said, own = json.loads((made / "model.json").read_text()), Library([ZOO, data / "models"])
    command = [*MODELS, *SERVED["2 replicas"]]
    async with process(command, STUDYBOT_DATA=str(data)) as (address, pid):
        await until_running(address, 2)
        url, kills, versions = f"{address}/v1/models/digits/predict", 0, 1
        asking = asyncio.create_task(load(url, post(url, digit()), 8, seconds))
        until = time.perf_counter() + seconds - 10
        while time.perf_counter() < until:
            await asyncio.sleep(5)
            os.kill(next(one for one in family(pid) if is_replica(one)), signal.SIGKILL)
            kills, versions = kills + 1, versions + 1
            (made / "model.json").write_text(json.dumps({**said, "version": str(versions)}))
            await asyncio.to_thread(own.publish, made, prove=verify)
            await asyncio.sleep(3)  # Ray's controller looks every few seconds: longer than this, both would be dead
            await until_running(address, 2)
        found = await asking
        print(f"{kills} replicas killed, {versions - 1} versions published under load: {found}", flush=True)


async def main(seconds: float) -> None:
    """Measure everything."""
    if importlib.util.find_spec("ray") is None:
        print("Ray is not installed, so replicas are left out: pip install 'studybot[models,ray]'.")
        return
    with tempfile.TemporaryDirectory() as made_in:
        folder = Path(made_in)
        await in_turns(seconds, resnet18(folder / "models"))
        await killed_and_rolled(10 * seconds, folder)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 6.0))
