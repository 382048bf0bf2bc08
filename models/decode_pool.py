"""The pool of decoding processes: each picture gets seconds and some memory; a process that exceeds them goes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from models.decode_worker import HEAD, KEEP, TOO_HEAVY
from models.pictures import PictureFault
from models.prepare import Array, InkInput, PhotoInput

MEMORY = 900 * 1024 * 1024
SECONDS = 4.0
_START_SECONDS = 60.0
_TIRED_AFTER = 5_000  # pictures, after which a process is replaced by a fresh one
log = logging.getLogger(__name__)
Answered = TypeVar("Answered")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture prepared for a network, and what ought to be said about it."""

    array: Array
    notes: tuple[str, ...]


class _Worker:
    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.done = 0

    @classmethod
    async def start(cls, memory: int) -> _Worker:
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "models.decode_worker",
            str(memory),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=1 << 21,
            env=environment,
        )
        return cls(process)

    async def ask(self, spec: bytes, data: bytes) -> tuple[dict[str, object], bytes]:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(HEAD.pack(len(spec), len(data)) + spec + data)
        await self.process.stdin.drain()
        head, body = HEAD.unpack(await self.process.stdout.readexactly(HEAD.size))
        said = json.loads(await self.process.stdout.readexactly(head))
        self.done += 1
        return said, await self.process.stdout.readexactly(body)

    async def stop(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        await self.process.wait()


class DecodePool:
    """A few decoding processes, handed out one picture at a time."""

    def __init__(self, size: int = 2, *, memory: int = MEMORY, seconds: float = SECONDS) -> None:
        self._size, self._memory, self._seconds = size, memory, seconds
        self._free: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        self._all: set[_Worker] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self.killed = 0

    async def start(self) -> None:
        """Start the processes; returns once each has answered. Raises TimeoutError where they do not in a minute."""
        await asyncio.gather(*(self._add() for _ in range(self._size)))

    async def stop(self) -> None:
        """End the processes."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.stop() for worker in self._all))
        self._all.clear()

    async def decode(self, data: bytes, spec: InkInput | PhotoInput) -> Decoded:
        """The picture as an array. Raises PictureFault with the status and sentence to answer with."""
        said, body = await self._ask(spec.model_dump_json(), data)
        shape, notes = said["shape"], said["notes"]
        assert isinstance(shape, list) and isinstance(notes, list)
        return Decoded(np.frombuffer(body, str(said["dtype"])).reshape(shape), tuple(notes))

    async def harmless(self, data: bytes) -> bytes:
        """The picture's pixels alone, as PNG. Raises PictureFault."""
        return (await self._ask(KEEP, data))[1]

    async def _ask(self, spec: str, data: bytes) -> tuple[dict[str, object], bytes]:
        """A process's answer. Whoever asked may go: the process finishes its picture all the same and is free again."""
        worker = await self._free.get()
        said, body = await asyncio.shield(self._task(self._answered(worker, spec.encode(), data)))
        if said["status"] != 200:
            raise PictureFault(int(str(said["status"])), str(said["error"]))
        return said, body

    async def _answered(self, worker: _Worker, spec: bytes, data: bytes) -> tuple[dict[str, object], bytes]:
        refused = {"status": 422, "error": "The picture takes too long to open: save it anew and send it again."}
        try:
            async with asyncio.timeout(self._seconds):
                answer = await worker.ask(spec, data)
        except TimeoutError:
            await self._lost(worker)
            return refused, b""
        except (asyncio.IncompleteReadError, OSError):
            await self._lost(worker)
            return {**refused, "error": TOO_HEAVY}, b""
        if worker.done >= _TIRED_AFTER:
            await self._lost(worker, harm=False)
        else:
            self._free.put_nowait(worker)
        return answer

    # --- the processes -------------------------------------------------------------------------------------------

    async def _add(self) -> None:
        """One process more, handed out from when it has answered for the first time."""
        worker = await _Worker.start(self._memory)
        self._all.add(worker)
        try:
            await asyncio.wait_for(worker.ask(b"{}", b""), _START_SECONDS)
        except BaseException:
            self._all.discard(worker)
            await asyncio.shield(worker.stop())
            raise
        self._free.put_nowait(worker)

    async def _lost(self, worker: _Worker, *, harm: bool = True) -> None:
        """End a process that is of no more use; another is started in its place, however long that takes."""
        self.killed += harm
        self._all.discard(worker)
        self._task(self._replace())
        await asyncio.shield(worker.stop())

    async def _replace(self) -> None:
        while True:
            try:
                return await self._add()
            except (TimeoutError, asyncio.IncompleteReadError, OSError) as fault:
                log.warning("A process that opens pictures could not be started (%r); trying again.", fault)
                await asyncio.sleep(1)

    def _task(self, work: Coroutine[Any, Any, Answered]) -> asyncio.Task[Answered]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
