"""The pool of decoding processes: each picture gets seconds and some memory; a process that exceeds them goes.

Small pictures are handed to a process some at a time, so that it need not wait for this one's loop between them. Those
behind a picture that ends its process are handed to another.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass
from typing import cast

import numpy as np

from models.bundles.input_spec import PictureInput
from models.environment import bare_environment
from models.errors import PictureError
from models.inference.pictures import SAVE_ANEW
from models.inference.prepare import Array
from models.server.decoding.fair_queue import FairQueue
from models.server.decoding.worker import HEAD, KEEP, TOO_HEAVY, Order

MEMORY = 900 * 1024 * 1024
SECONDS = 4.0  # of the processor for one picture
MOST_SECONDS = 20.0  # by the clock, on a machine too busy to let it compute
_START_SECONDS = 60.0
_TIRED_AFTER = 20_000  # pictures, after which a process is replaced by a fresh one
_IN_LINE = 8  # pictures before one process
_BYTES_IN_LINE = 256 * 1024
_SLOW = 0.25  # seconds after which no more pictures are put in line behind one
_TOO_LONG = f"The picture takes too long to open: {SAVE_ANEW}."
_Reply = tuple[dict[str, object], bytes]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture prepared for a network, and what ought to be said about it."""

    array: Array
    notes: tuple[str, ...]


@dataclass(slots=True, eq=False)
class _Picture:
    """One picture to open, and whom to tell."""

    asker: Hashable
    spec: bytes
    data: bytes
    most: int | None  # processes that may open pictures for its model at once; None for all there are
    answer: asyncio.Future[_Reply]

    def reply(self, header: dict[str, object], body: bytes = b"") -> None:
        if not self.answer.done():  # whoever asked may have gone
            self.answer.set_result((header, body))


class _Worker(asyncio.SubprocessProtocol):
    """One process and the pictures in line before it, the first of which it is opening."""

    def __init__(self, pool: DecodePool) -> None:
        self.line: deque[_Picture] = deque()
        self.done = 0
        self.gone = asyncio.Event()
        self._pool, self._received = pool, bytearray()
        self._loop = asyncio.get_running_loop()
        self._began = self._used_before = 0.0
        self._limit: asyncio.TimerHandle | None = None

    @classmethod
    async def start(cls, pool: DecodePool, memory: int, niceness: int) -> _Worker:
        """A process that has answered once. Raises TimeoutError where it does not in a minute, OSError if it ends."""
        environment = bare_environment(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
        loop = asyncio.get_running_loop()
        _, worker = await loop.subprocess_exec(
            lambda: cls(pool),
            *(sys.executable, "-m", "models.server.decoding.worker", str(memory), str(niceness)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
        )
        first = _Picture(None, b"{}", b"", None, loop.create_future())
        worker.take(first, None)
        try:
            await asyncio.wait_for(first.answer, _START_SECONDS)
            if worker.gone.is_set():
                raise OSError("it ended at once")
        except BaseException:
            worker.kill()
            await asyncio.shield(worker.gone.wait())
            raise
        return worker

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the process and its standard input."""
        self.process = cast("asyncio.SubprocessTransport", transport)
        self._into = cast("asyncio.WriteTransport", self.process.get_pipe_transport(0))

    def has_room_for(self, picture: _Picture) -> bool:
        """Whether this picture may be put in line here."""
        if not self.line:
            return True
        held = sum(len(one.data) for one in self.line) + len(picture.data)
        slow = self._loop.time() - self._began > _SLOW
        return len(self.line) < _IN_LINE and held <= _BYTES_IN_LINE and not slow

    def take(self, picture: _Picture, seconds: float | None) -> None:
        """Put a picture in line; where it is the first, it has so many seconds."""
        self.line.append(picture)
        self._into.write(HEAD.pack(len(picture.spec), len(picture.data)) + picture.spec + picture.data)
        if len(self.line) == 1:
            self._begin(seconds)

    def _begin(self, seconds: float | None) -> None:
        self._began = self._loop.time()
        if self._limit is not None:
            self._limit.cancel()
        self._limit = None
        if seconds and self.line:
            self._used_before = self._processor_seconds()
            self._limit = self._loop.call_later(seconds, self._look_at_the_time, seconds)

    def _look_at_the_time(self, seconds: float) -> None:
        """End it where it has computed for so long; on a busy machine it is given its turns first."""
        left = seconds - (self._processor_seconds() - self._used_before)
        if left > 0 and self._loop.time() - self._began < MOST_SECONDS:
            self._limit = self._loop.call_later(max(left, 0.02), self._look_at_the_time, seconds)
        else:
            self._pool.too_long(self)

    def _processor_seconds(self) -> float:
        """For how long the process has computed; where the system does not say, for how long the clock has run."""
        try:
            with open(f"/proc/{self.process.get_pid()}/schedstat", encoding="ascii") as times:  # noqa: PTH123
                return int(times.read().split()[0]) / 1e9
        except (OSError, ValueError, IndexError):
            return self._loop.time()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Tell whoever asked, as soon as an answer is whole."""
        self._received += data
        while self.line and len(self._received) >= HEAD.size:
            head, body = HEAD.unpack_from(self._received)
            end = HEAD.size + head + body
            if len(self._received) < end:
                return
            between = HEAD.size + head
            header, found = bytes(self._received[HEAD.size : between]), bytes(self._received[between:end])
            del self._received[:end]
            self.done += 1
            self.line.popleft().reply(json.loads(header), found)
            self._begin(self._pool.seconds)
            self._pool.answered(self)

    def process_exited(self) -> None:
        """It ended, by itself or not."""
        self.process.close()
        self.gone.set()
        self._pool.ended(self)

    def kill(self) -> None:
        """End the process; its line is no more its own."""
        self.line.clear()
        self._begin(None)
        if not self.gone.is_set():
            self.process.kill()


class DecodePool:
    """A few decoding processes, and the pictures that wait for one."""

    def __init__(self, size: int = 2, *, memory: int = MEMORY, seconds: float = SECONDS, niceness: int = 0) -> None:
        self.seconds = seconds
        self.killed = 0
        self._size, self._memory, self._niceness = size, memory, niceness
        self._workers: list[_Worker] = []
        self._leaving: set[_Worker] = set()
        self._waiting: FairQueue[_Picture] = FairQueue()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Start the processes; returns once one has answered. Raises TimeoutError where it does not in a minute."""
        for _ in range(self._size - 1):
            self.start_soon()
        await self._add()

    def start_soon(self) -> None:
        """Start one process more, for as long as that takes."""
        task = asyncio.create_task(self._replace())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """End the processes."""
        for worker in [*self._workers]:
            self._let_go(worker)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.gone.wait() for worker in self._leaving))

    async def decode(
        self,
        data: bytes,
        spec: PictureInput,
        asker: Hashable = None,
        *,
        scaled: bool = False,
        most: int | None = None,
    ) -> Decoded:
        """The picture as an array, by one of the first `most` processes.

        Raises PictureError with the status and sentence to answer with.
        """
        header, body = await self._ask(asker, Order(input=spec, scaled=scaled).model_dump_json(), data, most)
        shape, notes = header["shape"], header["notes"]
        assert isinstance(shape, list) and isinstance(notes, list)
        return Decoded(np.frombuffer(body, str(header["dtype"])).reshape(shape), tuple(notes))

    async def pixels_only(self, data: bytes, asker: Hashable = None) -> bytes:
        """The picture's pixels alone, as PNG. Raises PictureError."""
        return (await self._ask(asker, KEEP, data))[1]

    async def _ask(self, asker: Hashable, spec: str, data: bytes, most: int | None = None) -> _Reply:
        picture = _Picture(asker, spec.encode(), data, most, asyncio.get_running_loop().create_future())
        self._waiting.push(asker, picture)
        self._hand_out()
        try:
            header, body = await picture.answer
        except asyncio.CancelledError:  # whoever asked has gone, and the picture with them
            self._waiting.discard(asker, picture)
            raise
        if header["status"] != 200:
            raise PictureError(int(str(header["status"])), str(header["error"]))
        return header, body

    def _hand_out(self) -> None:
        """Put pictures in line, each asker's in turn, before whichever process has the shortest line with room."""
        while self._waiting:
            picture = self._waiting.first()
            rested = [one for one in self._workers if one.done + len(one.line) < _TIRED_AFTER]
            free = [one for one in rested[: picture.most] if one.has_room_for(picture)]
            if not free:
                return
            self._waiting.pop()
            min(free, key=lambda one: len(one.line)).take(picture, self.seconds)

    # --- what the processes report -------------------------------------------------------------------------------

    def answered(self, worker: _Worker) -> None:
        """The first picture in its line is open."""
        if worker.done >= _TIRED_AFTER and not worker.line:
            self._let_go(worker)
        self._hand_out()

    def too_long(self, worker: _Worker) -> None:
        """The first picture in its line has had its seconds."""
        self._spoilt(worker, _TOO_LONG)

    def ended(self, worker: _Worker) -> None:
        """It ended by itself, if it was not let go: the first picture in its line was too much for it."""
        self._leaving.discard(worker)
        self._spoilt(worker, TOO_HEAVY)

    def _spoilt(self, worker: _Worker, sentence: str) -> None:
        if worker.line:
            worker.line.popleft().reply({"status": 422, "error": sentence})
        if worker in self._workers:
            self.killed += 1
            self._let_go(worker)

    # --- the processes -------------------------------------------------------------------------------------------

    async def _add(self) -> None:
        """One process more, handed pictures from when it has answered for the first time."""
        self._workers.append(await _Worker.start(self, self._memory, self._niceness))
        self._hand_out()

    def _let_go(self, worker: _Worker) -> None:
        """End a process that is of no more use; another is started in its place, and has its line."""
        self._workers.remove(worker)
        for picture in reversed(worker.line):
            if not picture.answer.done():  # else whoever asked has gone
                self._waiting.push_back(picture.asker, picture)
        worker.kill()
        if not worker.gone.is_set():
            self._leaving.add(worker)
        self.start_soon()
        self._hand_out()

    async def _replace(self) -> None:
        while True:
            try:
                return await self._add()
            except (TimeoutError, OSError) as error:
                log.warning("A process that opens pictures could not be started (%r); trying again.", error)
                await asyncio.sleep(1)
