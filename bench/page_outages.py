"""Somebody writes on the page while its Postgres goes away and comes back, or while its programs are killed.

`python -m bench.page_outages away [TIMES] [SECONDS]` stops one Postgres under one program, in order and broken off by
turns. `python -m bench.page_outages kills [TIMES]` has two programs serve one page on one Postgres and kills them by
turns; what was not answered is sent to the other as the same event. What somebody was told was kept stands once at the
end, and what they were told was not stands nowhere; else the exit is 1. Without a name, both.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import secrets
import signal
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from itertools import cycle
from pathlib import Path

import aiohttp
import psycopg

from bench.page_attacks import JSON, Person, person, studybot
from store import migrate
from tests import postgres

PAUSE = 0.3
"""Seconds between two messages of one person: within what one may write."""
WORDS = re.compile(r"words-\d{6}")


def a_port() -> int:
    """One that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def ready(port: int, *, well: bool) -> float:
    """Seconds until `/readyz` says so."""
    begun = time.perf_counter()
    async with aiohttp.ClientSession() as http, asyncio.timeout(120):
        while True:
            async with http.get(f"http://127.0.0.1:{port}/readyz") as answer:
                if (answer.status == 200) is well:
                    return time.perf_counter() - begun
            await asyncio.sleep(0.1)


class Writing:
    """What somebody wrote, and what they were told of it."""

    def __init__(self, who: Person, bases: Sequence[str]) -> None:
        self.who, self.bases = who, bases
        self.again = 0
        self.kept: list[str] = []
        self.refused: list[str] = []
        self.told: Counter[str] = Counter()
        self.slowest = 0.0

    async def go_on(self) -> None:
        """One message after the other."""
        for n in range(10**6):
            words, begun = f"words-{n:06d}", time.perf_counter()
            status, fault = await self._told(words)
            self.slowest = max(self.slowest, time.perf_counter() - begun)
            (self.refused if status >= 400 else self.kept).append(words)
            if status >= 400:
                self.told[f"{status}: {fault}"] += 1
            await asyncio.sleep(PAUSE)

    async def __aenter__(self) -> None:
        """Begin to write."""
        self._goes_on = asyncio.create_task(self.go_on())

    async def __aexit__(self, *_exc: object) -> None:
        """Write no more."""
        self._goes_on.cancel()
        with suppress(asyncio.CancelledError):
            await self._goes_on

    async def _told(self, words: str) -> tuple[int, str]:
        """What came of one event, sent until somebody answers."""
        form = {"as": self.who.id, "token": self.who.token, "key": secrets.token_hex(8), "text": words}
        for base in cycle(self.bases):
            try:
                async with self.who.http.post(f"{base}/c/study-group/write", data=form, headers=JSON) as answer:
                    return answer.status, json.loads(await answer.text()).get("fault", "")
            except json.JSONDecodeError:
                return 500, "no sentence"
            except aiohttp.ClientError:
                self.again += 1
                await asyncio.sleep(0.1)
        raise AssertionError

    def found(self, stands: Counter[str]) -> dict[str, object]:
        """What they were told, beside what stands."""
        return {
            "kept": len(self.kept),
            "sent again": self.again,
            "lost": sum(not stands[words] for words in self.kept),
            "doubled": sum(times > 1 for times in stands.values()),
            "told in vain": sum(stands[words] > 0 for words in self.refused),
            "told": self.told,
            "slowest s": round(self.slowest, 1),
        }


def stands(url: str) -> Counter[str]:
    """How often each of the words stands on the page."""
    with psycopg.connect(url) as db:
        rows = db.execute("SELECT page_messages::text FROM page_messages").fetchall()
    return Counter(words for (row,) in rows for words in set(WORDS.findall(row)))


async def away(server: postgres.Server, folder: Path, times: int = 10, seconds: int = 5) -> dict[str, object]:
    """One program whose Postgres goes away so often."""
    noticed, back, port = [], [], a_port()
    url = server.fresh()
    await migrate(url)
    program = studybot(folder / "data", DATABASE_URL=url, STUDYBOT_METRICS=str(port))
    async with program as (base, _pid), person(base, "Ana", "127.0.0.3") as ana:
        await ready(port, well=True)
        writing = Writing(ana, [base])
        async with writing:
            for n in range(times):
                await asyncio.sleep(2)
                await asyncio.to_thread(server.stop, "immediate" if n % 2 else "fast")
                noticed.append(await ready(port, well=False))
                await asyncio.sleep(seconds)
                await asyncio.to_thread(server.start)
                back.append(await ready(port, well=True))
            await asyncio.sleep(2)
    unready, well = (round(max(each), 1) for each in (noticed, back))
    return {"outages": times, **writing.found(stands(url)), "unready within s": unready, "ready again within s": well}


async def kills(server: postgres.Server, folder: Path, times: int = 10) -> dict[str, object]:
    """Two programs with one page, killed by turns and begun again."""
    url = server.fresh()
    await migrate(url)
    bases = ["", ""]
    lives = [AsyncExitStack(), AsyncExitStack()]

    async def begin(n: int) -> int:
        (folder / str(n)).mkdir(exist_ok=True)
        bases[n], pid = await lives[n].enter_async_context(studybot(folder / str(n) / "data", DATABASE_URL=url))
        return pid

    pids = [await begin(n) for n in (0, 1)]
    async with person(bases[0], "Ana", "127.0.0.3") as ana:
        writing = Writing(ana, bases)
        async with writing:
            for n in range(times):
                await asyncio.sleep(1 + n % 5 / 5)
                os.kill(pids[n % 2], signal.SIGKILL)
                await lives[n % 2].aclose()
                pids[n % 2] = await begin(n % 2)
            await asyncio.sleep(2)
    for life in lives:
        await life.aclose()
    return {"kills": times, **writing.found(stands(url))}


PARTS = {"away": away, "kills": kills}


def main(args: list[str]) -> int:
    """1 where words were lost, doubled, or kept against what was told."""
    wrong = 0
    for name in args[:1] or PARTS:
        with tempfile.TemporaryDirectory() as folder, postgres.server(durable=True) as server:
            found = asyncio.run(PARTS[name](server, Path(folder), *map(int, args[1:])))
        print(f"{name}: {json.dumps(found)}", flush=True)
        wrong += any(found[fault] for fault in ("lost", "doubled", "told in vain"))
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
