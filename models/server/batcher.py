"""The queue before a device, emptied in batches of whatever waits; a picture that comes alone waits for no other.

While more pictures for the same model are being opened, a batch may wait a few milliseconds for them where that was
measured to be worth it: a small network takes as long for one picture as for several. Work whose deadline has passed,
or whose asker has gone, is dropped before it reaches a model.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch

from models.errors import DeadlineError
from models.inference.answers import Answer
from models.inference.predictor import Predictor
from models.inference.prepare import Array

WARMED = (1, 2, 4, 8, 16)
_GATHER_SECONDS = 0.004  # seconds for which a batch waits for pictures that are being opened


@dataclass(slots=True, eq=False)
class Job:
    """One prepared picture that waits for a model."""

    predictor: Predictor
    array: Array
    notes: tuple[str, ...]
    deadline: float
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Answer] = field(repr=False)
    since: float = field(default_factory=time.monotonic)


class Batcher:
    """One thread that owns one device. `sizes` are the batch sizes each model has been warmed at."""

    def __init__(self, *, pad: bool = False, sizes: tuple[int, ...] = WARMED) -> None:
        self._jobs: deque[Job] = deque()
        self._calls: queue.SimpleQueue[tuple[Any, asyncio.AbstractEventLoop, asyncio.Future[Any]]] = queue.SimpleQueue()
        self._expected: Counter[Predictor] = Counter()
        self._wake = threading.Condition()
        self._gathering = False
        self._stopping = False
        self._threads = 0
        self._pad, self._sizes = pad, sizes
        self._thread = threading.Thread(target=self._run, name="device", daemon=True)
        self.batches: dict[int, int] = {}
        self.expired = 0

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch in hand and end."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def waiting(self) -> int:
        """How many pictures wait."""
        return len(self._jobs)

    @contextlib.contextmanager
    def expecting(self, predictor: Predictor) -> Iterator[None]:
        """A picture for this model is being opened, and will be asked about unless that fails."""
        with self._wake:
            self._expected[predictor] += 1
        try:
            yield
        finally:
            with self._wake:
                self._expected[predictor] -= 1
                if not self._expected[predictor]:
                    del self._expected[predictor]

    async def submit(self, predictor: Predictor, array: Array, notes: tuple[str, ...], deadline: float) -> Answer:
        """The model's answer. Raises DeadlineError; `deadline` is on the monotonic clock."""
        loop = asyncio.get_running_loop()
        job = Job(predictor, array, notes, deadline, loop, loop.create_future())
        with self._wake:
            self._jobs.append(job)
            if not (self._gathering and self._pause()):
                self._wake.notify()
        return await job.future

    async def call(self, work: Any) -> Any:  # noqa: ANN401 - whatever the work returns
        """Run a function on the device's own thread, between batches."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        with self._wake:
            self._calls.put((work, loop, future))
            self._wake.notify()
        return await future

    # --- the thread ----------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._wake:
                while not self._stopping and self._calls.empty() and (pause := self._pause()) != 0:
                    self._gathering = pause is not None
                    self._wake.wait(pause)
                self._gathering = False
                if self._stopping:
                    return
                batch = self._take()
            if not self._calls.empty():
                self._do(*self._calls.get())
            if batch:
                self._answer(batch)

    @staticmethod
    def _do(work: Any, loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any]) -> None:  # noqa: ANN401
        """Work that is no batch, unless nobody waits for it any more."""
        if future.done():
            return
        try:
            _settle(loop, future, work())
        except Exception as error:
            _settle(loop, future, error)

    def _pause(self) -> float | None:
        """For how many seconds the next batch may still grow; None where there is nothing to make one of."""
        if not self._jobs:
            return None
        first = self._jobs[0]
        if not self._expected[first.predictor]:
            return 0
        tuning = first.predictor.tuning
        if not tuning.gather or len(self._jobs) >= tuning.batch:
            return 0
        return max(0.0, first.since + _GATHER_SECONDS - time.monotonic())

    def _take(self) -> list[Job]:
        """The longest-waiting job's model's jobs, as many as a warmed batch holds; the others keep their order."""
        now, first = time.monotonic(), None
        taken: list[Job] = []
        kept: deque[Job] = deque()
        while self._jobs:
            job = self._jobs.popleft()
            if job.deadline <= now or job.future.done():
                self.expired += 1
                _settle(job.loop, job.future, DeadlineError())
            elif (first is None or job.predictor is first) and len(taken) < self._most(job.predictor):
                first = job.predictor
                taken.append(job)
            else:
                kept.append(job)
        if not self._pad and taken:
            fit = max(size for size in self._sizes if size <= len(taken))
            kept.extendleft(reversed(taken[fit:]))
            taken = taken[:fit]
        self._jobs = kept
        return taken

    def _most(self, predictor: Predictor) -> int:
        """How many of a model's pictures may be in one batch: as many as is quick here and as its memory allows."""
        return min(predictor.tuning.batch, self._sizes[-1], predictor.most_at_once)

    def _answer(self, batch: list[Job]) -> None:
        arrays, notes = [job.array for job in batch], [job.notes for job in batch]
        if self._pad:
            full = min(size for size in self._sizes if size >= len(batch))
            arrays += arrays[-1:] * (full - len(batch))
            notes += [()] * (full - len(batch))
        self._use_threads(batch[0].predictor)
        try:
            answers = batch[0].predictor.answer(arrays, notes)
        except Exception as error:
            for job in batch:
                _settle(job.loop, job.future, error)
            return
        self.batches[len(batch)] = self.batches.get(len(batch), 0) + 1
        for job, answer in zip(batch, answers, strict=False):
            _settle(job.loop, job.future, answer)

    def _use_threads(self, predictor: Predictor) -> None:
        """Give the network as many threads as it is tuned to; torch counts them for each calling thread anew."""
        if predictor.tuning.threads != self._threads:
            self._threads = predictor.tuning.threads
            torch.set_num_threads(self._threads)


def _settle(loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any], outcome: object) -> None:
    def settle() -> None:
        if future.done():
            return
        if isinstance(outcome, Exception):
            future.set_exception(outcome)
        else:
            future.set_result(outcome)

    try:
        loop.call_soon_threadsafe(settle)
    except RuntimeError:  # the loop is closed: nobody waits any more
        return
