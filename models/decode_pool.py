"""The pool of decoding processes: each picture gets seconds and some memory; a process that exceeds them goes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from dataclasses import dataclass

import numpy as np

from models.decode_worker import HEAD, KEEP, TOO_HEAVY
from models.pictures import PictureFault
from models.prepare import Array, InkInput, PhotoInput

MEMORY = 900 * 1024 * 1024
SECONDS = 4.0
_TIRED_AFTER = 5_000  # pictures, after which a process is replaced by a fresh one


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
        self._free: asyncio.LifoQueue[_Worker | None] = asyncio.LifoQueue()
        self._all: set[_Worker] = set()
        self.killed = 0

    async def start(self) -> None:
        """Start the processes; returns once each has answered."""
        workers = await asyncio.gather(*(self._fresh() for _ in range(self._size)))
        for worker in workers:
            self._free.put_nowait(worker)

    async def _fresh(self) -> _Worker:
        worker = await _Worker.start(self._memory)
        self._all.add(worker)
        try:
            await asyncio.wait_for(worker.ask(b"{}", b""), 60)
        except BaseException:  # also where the request that waits for it is called off
            await self._lost(worker, harm=False)
            raise
        return worker

    async def stop(self) -> None:
        """End the processes."""
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
        worker = await self._free.get()
        try:
            if worker is None:
                worker = await self._fresh()
            async with asyncio.timeout(self._seconds):
                said, body = await worker.ask(spec.encode(), data)
        except TimeoutError:
            await self._lost(worker)
            worker = None
            raise PictureFault(422, "The picture takes too long to open: save it anew and send it again.") from None
        except (asyncio.IncompleteReadError, ConnectionError, OSError):
            await self._lost(worker)
            worker = None
            raise PictureFault(422, TOO_HEAVY) from None
        except asyncio.CancelledError:
            await self._lost(worker)
            worker = None
            raise
        else:
            if worker.done >= _TIRED_AFTER:
                await self._lost(worker, harm=False)
                worker = None
        finally:
            self._free.put_nowait(worker)
        if said["status"] != 200:
            raise PictureFault(int(str(said["status"])), str(said["error"]))
        return said, body

    async def _lost(self, worker: _Worker | None, *, harm: bool = True) -> None:
        """End a process that is of no more use; the next picture in its place starts a fresh one."""
        if worker is None:
            return
        self.killed += harm
        self._all.discard(worker)
        await asyncio.shield(worker.stop())
