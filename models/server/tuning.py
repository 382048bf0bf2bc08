"""How a model runs best on this machine, found by trying: batch sizes, then splits of the processor.

The network is timed alone by batch size; then pictures go the whole way, decoded and answered, under each split of the
processor that could still win. What is asked meanwhile takes turns with what is tried. A model keeps what it has unless
another way is clearly better, for the machine may be busy with other things.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import torch
from PIL import Image

from models.bundles.input_spec import InkInput
from models.inference.batch import Tuning
from models.inference.predictor import Predictor
from models.server.batcher import WARMED

SECONDS: Final = 2.0  # for one model
_SWEEP_SHARE: Final = 0.4  # of them for the network alone
_BURST_SECONDS: Final = 0.12  # at least, and until so many answered
_FEWEST: Final = 24
_LONGEST_BURST: Final = 0.4
_CLEARLY: Final = 1.05
_WORTH_WAITING: Final = 1.5  # times as many pictures a second in a batch as one at a time
_NEARLY: Final = 0.95


@dataclass(frozen=True, slots=True)
class Choices:
    """What is left to choose; what a setting fixes is the only choice there is."""

    threads: tuple[int, ...]
    decoders: tuple[int, ...]
    batches: tuple[int, ...]

    @classmethod
    def on(cls, cores: int, *, gpu: bool, threads: int = 0, decoders: int = 0, most: int = 0) -> Choices:
        """What so many cores offer, where 0 leaves it open; on a GPU the network's threads are of no matter."""
        ways = {max(1, cores - 1)} if gpu else {1, max(1, cores // 2), max(1, cores - 1), cores}
        readers = {max(1, cores - 2), 2, max(1, cores // 2)} if gpu else {1, 2, max(1, cores // 2)}
        return cls(
            (threads,) if threads else tuple(sorted(ways)),
            (decoders,) if decoders else tuple(sorted(readers)),
            (max(size for size in WARMED if size <= most),) if most else WARMED,
        )

    @property
    def usual(self) -> Tuning:
        """What a model is run with until it has been measured: one core is left to open pictures."""
        threads = max((one for one in self.threads if one < max(self.threads)), default=self.threads[0])
        decoders = 2 if 2 in self.decoders else self.decoders[-1]
        return Tuning(threads, decoders, 8 if 8 in self.batches else self.batches[-1])

    @property
    def open(self) -> bool:
        """Whether there is anything to choose."""
        return max(map(len, (self.threads, self.decoders, self.batches))) > 1


@dataclass(frozen=True, slots=True)
class Tuner:
    """Tries the choices out. `run` is for the device's own thread, `ask` the way of a picture."""

    choices: Choices
    run: Callable[[Callable[[], Any]], Awaitable[Any]]
    ask: Callable[[Predictor, bytes], Awaitable[object]]

    async def tune(self, predictor: Predictor) -> None:
        """Find how the model runs best, and let it run so; where time runs out, as the best that was tried by then."""
        best = predictor.tuning
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(SECONDS):
                    async for tuning in self._tried(predictor):
                        if best.rate is None or (tuning.rate or 0) > best.rate * _CLEARLY:
                            best = tuning
        finally:
            predictor.tuning = replace(best, tried=True)

    async def _tried(self, predictor: Predictor) -> AsyncIterator[Tuning]:
        """Each split with its rate, the usual threads first; what the network alone would not reach is not tried."""
        usual, best = predictor.tuning, 0.0
        alone = await self._alone(predictor)
        picture = _picture(predictor)
        for threads in sorted(alone, key=lambda one: (one != usual.threads, -alone[one].rate)):
            for decoders in self.choices.decoders:
                if alone[threads].rate < best * _CLEARLY:
                    break
                predictor.tuning = replace(alone[threads].tuning, decoders=decoders)
                rate = await self._burst(predictor, picture)
                best = max(best, rate)
                yield replace(predictor.tuning, rate=rate)

    async def _alone(self, predictor: Predictor) -> dict[int, _Alone]:
        """The network by threads: how many pictures at a time are enough, and how many a second that gives."""
        found = {}
        array = predictor.golden_array()
        for threads in self.choices.threads:
            until = time.monotonic() + SECONDS * _SWEEP_SHARE / len(self.choices.threads)
            rates: dict[int, float] = {}
            for wanted in self.choices.batches:
                size = min(wanted, predictor.most_at_once)
                if size in rates or (rates and time.monotonic() > until):
                    break
                seconds = await self.run(lambda t=threads, n=size: _seconds(predictor, t, [array] * n))  # type: ignore[misc]
                rates[size] = size / seconds
            best = max(rates.values())
            batch = min(size for size, rate in rates.items() if rate >= best * _NEARLY)
            gather = len(rates) == 1 or rates[batch] > _WORTH_WAITING * rates[min(rates)]
            found[threads] = _Alone(Tuning(threads, batch=batch, gather=gather), best)
        return found

    async def _burst(self, predictor: Predictor, picture: bytes) -> float:
        """Pictures a second the whole way: while a batch is answered, the next is opened."""
        done, began = 0, time.monotonic()

        async def ask_on() -> None:
            nonlocal done
            while (spent := time.monotonic() - began) < _BURST_SECONDS or (done < _FEWEST and spent < _LONGEST_BURST):
                await self.ask(predictor, picture)
                done += 1

        await asyncio.gather(*(ask_on() for _ in range(predictor.tuning.batch + 2 * predictor.tuning.decoders)))
        return done / (time.monotonic() - began)


@dataclass(frozen=True, slots=True)
class _Alone:
    tuning: Tuning
    rate: float


def _seconds(predictor: Predictor, threads: int, arrays: list[Any]) -> float:
    """How long one batch takes with so many threads, at its second try: the first prepares the machine's own steps."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        predictor.answer(arrays)
        began = time.perf_counter()
        predictor.answer(arrays)
        return time.perf_counter() - began
    finally:
        torch.set_num_threads(before)


def _picture(predictor: Predictor) -> bytes:
    """A picture of the kind that the model is asked about: its own, or for photos one of a usual size."""
    golden = predictor.manifest.golden.picture
    if isinstance(predictor.manifest.input, InkInput) and golden is not None:
        return (predictor.folder / golden).read_bytes()
    kept = io.BytesIO()
    Image.effect_noise((640, 480), 60).convert("RGB").save(kept, "JPEG", quality=88)
    return kept.getvalue()
