"""The page under attack, as the real program serves it: slow and endless requests, crowds, bombs, strangers' claims.

`python -m bench.page_attacks` runs every attack, `python -m bench.page_attacks NAME...` some. Each says what came of
it, and at the same time somebody else reads the page: what they waited at most stands beside it.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import re
import secrets
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[1]
STRANGER = ("127.0.0.2", 0)
"""The address from which attacks come; whoever reads meanwhile comes from another."""
SESSION = re.compile(r'data-as="(\w+)" data-token="(\w+)"')
JSON = {"Accept": "application/json"}


class Person:
    """Somebody who is signed in."""

    def __init__(self, base: str, http: aiohttp.ClientSession, address: tuple[str, int]) -> None:
        self.base, self.http, self.address = base, http, address
        self.id = self.token = ""

    async def join(self, name: str) -> None:
        """Come in by a name."""
        async with self.http.post(f"{self.base}/join", data={"name": name, "zone": "Europe/Berlin"}) as answer:
            found = SESSION.search(await answer.text())
        assert found, answer.status
        self.id, self.token = found.groups()

    async def write(self, text: str, picture: bytes | AsyncIterator[bytes] = b"") -> tuple[int, str]:
        """Say something; the status and what was told."""
        form = aiohttp.FormData(
            {"as": self.id, "token": self.token, "key": secrets.token_hex(8), "text": text}, default_to_multipart=True
        )
        if picture:
            form.add_field("picture", picture, filename="a.png", content_type="image/png")
        async with self.http.post(f"{self.base}/c/study-group/write", data=form, headers=JSON) as answer:
            return answer.status, json.loads(await answer.text()).get("fault", "")


@asynccontextmanager
async def person(base: str, name: str, address: str) -> AsyncIterator[Person]:
    """Somebody who joins from an address."""
    connector = aiohttp.TCPConnector(local_addr=(address, 0), limit=0)
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as http:
        made = Person(base, http, (address, 0))
        await made.join(name)
        yield made


@asynccontextmanager
async def studybot(folder: Path, **more: str) -> AsyncIterator[tuple[str, int]]:
    """`studybot run` with a new data folder; its address and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if not name.startswith(("DISCORD_", "SLACK_"))}
    env |= {"STUDYBOT_DATA": str(folder), "STUDYBOT_PORT": str(port), "MODELS_URL": "http://127.0.0.1:9", **more}
    code = "from bot.cli.main import main; main()"
    log = (folder.parent / "log").open("wb")
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, "run", env=env, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=log
    )
    try:
        assert run.stdout is not None
        async with asyncio.timeout(120):
            while b"The study group is at" not in (line := await run.stdout.readline()):
                assert line, (folder.parent / "log").read_text()
        yield f"http://127.0.0.1:{port}", run.pid
    finally:
        with suppress(ProcessLookupError):  # it was killed
            run.terminate()
        await run.wait()


def memory(pid: int, line: str = "VmRSS") -> float:
    """What a process holds, in MiB."""
    told = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{line}:\s+(\d+)", told).group(1)) / 1024  # type: ignore[union-attr]


def processor(pid: int) -> float:
    """Seconds of processor a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Attack:
    """One page, somebody who reads it, and the attacker's sockets."""

    def __init__(self, base: str, pid: int, reader: Person) -> None:
        self.base, self.pid, self.reader = base, pid, reader
        self.port = int(base.rpartition(":")[2])
        self.waited = 0.0

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection from the stranger's address."""
        return await asyncio.open_connection("127.0.0.1", self.port, local_addr=STRANGER)

    async def crowd(self, number: int, first: bytes) -> list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """So many connections that each say something."""
        opened = []
        for _ in range(number):
            with suppress(OSError):
                opened.append(await self.open())
                opened[-1][1].write(first)
        return opened

    async def reads(self) -> None:
        """Somebody reads the page twice a second; how long they waited at most is kept."""
        while True:
            begun = time.perf_counter()
            async with self.reader.http.get(f"{self.base}/c/study-group") as answer:
                await answer.read()
                assert answer.status == 200, answer.status
            self.waited = max(self.waited, time.perf_counter() - begun)
            await asyncio.sleep(0.5)


async def let_go(opened: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]], seconds: float) -> list[float]:
    """When each connection was closed by the page, in seconds from now; those that were not are left out."""
    begun, ended = time.monotonic(), list[float]()

    async def until_closed(reader: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while await reader.read(65536):
                pass
        ended.append(time.monotonic() - begun)

    waiting = [asyncio.create_task(until_closed(reader)) for reader, _ in opened]
    if waiting:
        await asyncio.wait(waiting, timeout=seconds)
    for task in waiting:
        task.cancel()
    for _, writer in opened:
        writer.close()
    return ended


async def slow_headers(a: Attack) -> str:
    """Two hundred requests whose headers arrive a byte at a time."""
    opened = await a.crowd(200, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")

    async def drip() -> None:
        while True:
            for _, writer in opened:
                writer.write(b"x")
            await asyncio.sleep(1)

    dripping = asyncio.create_task(drip())
    ended = await let_go(opened, 100)
    dripping.cancel()
    return f"{len(ended)} of {len(opened)} let go, the last after {max(ended, default=0):.0f} s"


async def endless_body(a: Attack) -> str:
    """Fifty strangers' forms that never end."""
    head = b"POST /join HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    opened = await a.crowd(50, head + b"Transfer-Encoding: chunked\r\n\r\n")

    async def drip() -> None:
        while True:
            for _, writer in opened:
                writer.write(b"1\r\nx\r\n")
            await asyncio.sleep(1)

    dripping = asyncio.create_task(drip())
    ended = await let_go(opened, 150)
    dripping.cancel()
    return f"{len(ended)} of {len(opened)} let go, the last after {max(ended, default=0):.0f} s"


async def idle(a: Attack) -> str:
    """Four thousand connections from one address on which nothing is said."""
    before = memory(a.pid)
    opened = await a.crowd(4000, b"")
    held = memory(a.pid) - before
    refused = 0
    for reader, _ in opened:
        with suppress(TimeoutError, OSError):
            refused += b"503" in await asyncio.wait_for(reader.read(100), 0.0005)
    ended = await let_go(opened, 100)
    last = f"the last gone after {max(ended):.0f} s more"
    return f"{len(opened)} opened, {refused} turned away at once, {held:.0f} MiB, {last}"


async def sockets(a: Attack) -> str:
    """Two thousand live lines of thirty-one members, and one message to all."""
    people = [await _joined(a, number) for number in range(31)]
    before, begun, work = memory(a.pid), time.perf_counter(), processor(a.pid)
    each, heard = asyncio.Semaphore(40), dict[int, float]()

    async def line(number: int) -> aiohttp.ClientWebSocketResponse:
        async with each:
            path = f"{a.base}/c/study-group/live?rev=0"
            return await people[number % 31].http.ws_connect(path, compress=15, max_msg_size=0)

    async def listen(number: int, opened: asyncio.Event) -> None:
        one = await line(number)
        opened.set()
        while (told := await one.receive()).type is aiohttp.WSMsgType.TEXT:
            if "hear this" in told.data:
                heard[number] = time.perf_counter()
                if len(heard) == 2000:
                    everybody.set()

    everybody, open_now = asyncio.Event(), [asyncio.Event() for _ in range(2000)]
    listening = [asyncio.create_task(listen(number, one)) for number, one in enumerate(open_now)]
    await asyncio.gather(*[one.wait() for one in open_now])
    opened, work = time.perf_counter() - begun, processor(a.pid) - work
    await asyncio.sleep(5)
    said, spent = time.perf_counter(), processor(a.pid)
    await a.reader.write("hear this")
    with suppress(TimeoutError):
        await asyncio.wait_for(everybody.wait(), 60)
    last, spent = max(heard.values(), default=said + 99) - said, processor(a.pid) - spent
    held = memory(a.pid) - before
    for task in listening:
        task.cancel()
    for one in people:
        await one.http.close()
    return (
        f"opened in {opened:.1f} s ({work:.1f} s of processor), one message reached {len(heard)} within {last:.1f} s "
        f"({spent:.1f} s of processor), {held:.0f} MiB more"
    )


async def _joined(a: Attack, number: int) -> Person:
    http = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(local_addr=(f"127.0.1.{number}", 0), limit=0),
        cookie_jar=aiohttp.CookieJar(unsafe=True),
    )
    made = Person(a.base, http, (f"127.0.1.{number}", 0))
    await made.join(f"Person {number} {secrets.token_hex(3)}")
    return made


async def uploads(a: Attack) -> str:
    """One member sends sixty pictures of 19 MiB at once."""
    async with person(a.base, f"Mel {secrets.token_hex(3)}", "127.0.0.3") as mel:
        before = memory(a.pid)
        most = before

        async def watch() -> None:
            nonlocal most
            while True:
                most = max(most, memory(a.pid))
                await asyncio.sleep(0.05)

        watching = asyncio.create_task(watch())
        picture = b"\x89PNG\r\n\x1a\n" + bytes(19 << 20)
        told = await asyncio.gather(*[mel.write("look", picture) for _ in range(60)], return_exceptions=True)
        watching.cancel()
    said = {one if isinstance(one, tuple) else (0, type(one).__name__) for one in told}
    taken = sum(one == (200, "") for one in told)
    return f"{taken} taken; at most {most - before:.0f} MiB more; told: {sorted(said)}"


async def slow_readers(a: Attack) -> str:
    """A hundred times a picture is asked for and never read."""
    async with person(a.base, f"Kim {secrets.token_hex(3)}", "127.0.0.4") as kim:
        picture = b"\x89PNG\r\n\x1a\n" + os.urandom(15 << 20)
        await kim.write("look", picture)
        async with kim.http.get(f"{a.base}/c/study-group") as answer:
            page = await answer.text()
        path = re.findall(r"/blob/[0-9a-f]{64}", page)[-1]
        cookie = "; ".join(f"{one.key}={one.value}" for one in kim.http.cookie_jar)
        before = memory(a.pid)
        asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n"
        opened = []
        for _ in range(100):
            with suppress(OSError):
                opened.append(await asyncio.open_connection("127.0.0.1", a.port, local_addr=STRANGER, limit=1 << 10))
                opened[-1][1].transport.pause_reading()  # type: ignore[attr-defined]
                opened[-1][1].write(asked.encode())
        await asyncio.sleep(8)
        held, peak = memory(a.pid) - before, memory(a.pid, "VmHWM") - before
        await asyncio.sleep(80)
        after = memory(a.pid) - before
        for _, writer in opened:
            writer.transport.abort()
    return f"{held:.0f} MiB held after 8 s (at most {peak:.0f}), {after:.0f} after 88 s"


async def bombs(a: Attack) -> str:
    """Ten gzip'ed bodies of 2 MB that are 2 GB when opened."""
    packed = gzip.compress(bytes(1 << 26))
    head = (
        b"POST /c/study-group/write HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Encoding: gzip\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % (32 * len(packed))
    )
    before, work = memory(a.pid), processor(a.pid)
    opened = []
    for _ in range(10):
        opened.append(await a.open())
        opened[-1][1].write(head)
        for _ in range(32):
            opened[-1][1].write(packed)
    ended = await let_go(opened, 30)
    held = memory(a.pid, "VmHWM") - before
    return f"{len(ended)} of 10 let go, {processor(a.pid) - work:.1f} s of processor, at most {held:.0f} MiB more"


async def forwarded(a: Attack) -> str:
    """A stranger says of each of 300 requests that it comes from elsewhere, and that it was encrypted."""
    connector = aiohttp.TCPConnector(local_addr=STRANGER, limit=10)
    statuses = dict[int, int]()
    secure = False
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
        for number in range(300):
            headers = {"X-Forwarded-For": f"198.51.100.{number % 250}", "X-Forwarded-Proto": "https"}
            sent = {"code": "AAAA-AAAA-AAAA"}
            async with http.post(f"{a.base}/join", data=sent, headers=headers, allow_redirects=False) as answer:
                statuses[answer.status] = statuses.get(answer.status, 0) + 1
                secure |= "Secure" in str(answer.headers.getall("Set-Cookie", []))
    return f"{statuses}, Secure cookies: {secure}"


async def host(a: Attack) -> str:
    """Another site's name, and nonsense, in Host."""
    found = {}
    async with aiohttp.ClientSession() as http:
        for name in (
            "evil.example",
            "127.0.0.1.evil.example",
            "127.0.0.1:80@evil.example",
            "",
            "[::1]:99",
            "localhost",
        ):
            async with http.get(f"{a.base}/livez", headers={"Host": name}) as answer:
                found[name] = answer.status
    return str(found)


async def too_large(a: Attack) -> str:
    """Headers, names and fields beyond every limit."""
    cases = {
        "long line": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        "long header": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
        "many headers": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        + b"".join(b"X-%d: 1\r\n" % number for number in range(2000))
        + b"\r\n",
        "stranger's 40 MB form": b"POST /join HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; "
        b"boundary=x\r\nContent-Length: 41000000\r\n\r\n",
    }
    found = {}
    for name, said in cases.items():
        reader, writer = await a.open()
        writer.write(said)
        answer = await asyncio.wait_for(reader.read(100), 10)
        found[name] = answer[9:12].decode() or "closed"
        writer.close()
    return str(found)


async def flood(a: Attack) -> str:
    """One member sends messages on a live line as fast as it takes them."""
    work, begun = processor(a.pid), time.perf_counter()
    sent = 0
    async with a.reader.http.ws_connect(f"{a.base}/c/study-group/live?rev=0") as line:
        with suppress(ConnectionError, RuntimeError, aiohttp.ClientError):
            while time.perf_counter() - begun < 5 and not line.closed:
                await line.send_str("x" * 4000)
                sent += 1
    return f"{sent} messages in {time.perf_counter() - begun:.1f} s, {processor(a.pid) - work:.1f} s of processor"


ATTACKS: dict[str, Callable[[Attack], Awaitable[str]]] = {
    each.__name__: each
    for each in (
        *(forwarded, host, too_large, bombs, flood, uploads, sockets, idle, slow_headers, slow_readers, endless_body),
    )
}


async def run(names: list[str]) -> None:
    """One attack after the other on one page."""
    with tempfile.TemporaryDirectory() as folder:
        async with studybot(Path(folder) / "data") as (base, pid), person(base, "Ana", "127.0.0.1") as reader:
            for name in names:
                attack = Attack(base, pid, reader)
                reading = asyncio.create_task(attack.reads())
                told = await ATTACKS[name](attack)
                fault = reading.exception() if reading.done() else None
                reading.cancel()
                print(f"{name}: {told}; a reader waited {attack.waited:.2f} s at most", fault or "", flush=True)
            log = (Path(folder) / "log").read_bytes()
            print(f"{len(log.splitlines()):,} lines of log, {len(log):,} bytes, memory {memory(pid):.0f} MiB")
            if os.environ.get("SHOW_LOG"):
                print(log.decode()[-3000:])


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1:] or list(ATTACKS)))
