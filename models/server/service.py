"""The model service without its addresses: admitted, decoded apart, batched, predicted. It keeps no picture."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from weakref import WeakSet

import torch

from models.bundles.library import Library
from models.bundles.manifest import Cells
from models.errors import BundleError, DeadlineError, RequestError
from models.inference.answers import Answer
from models.inference.explain import grad_cam, saliency_picture
from models.inference.pictures import MAX_BYTES, check_bytes
from models.inference.predictor import Predictor
from models.inference.prepare import Array
from models.server.batcher import WARMED, Batcher
from models.server.decoding.lanes import Decoding
from models.server.learning.trainings import Trainings, TrainingSettings
from models.server.metrics import Metrics
from models.server.registry import Registry
from models.server.rows import RecommendationAsked, candidates, most_at_once, prepared
from models.server.tuning import Choices, Tuner

log = logging.getLogger(__name__)
_FULL = "Too many pictures are waiting: try again in a moment."


@dataclass(frozen=True, slots=True)
class Settings:
    """How the service runs."""

    roots: tuple[Path, ...]
    device: str = "auto"
    exact: bool = False
    token: str = field(default="", repr=False)
    queue: int = 64
    threads: int = 1  # for the network on a CPU; for this and the next two, 0 is whatever is measured to be best here
    decoders: int = 2
    most_in_batch: int = 16
    deadline_seconds: float = 10.0
    cap_bytes: int = 2 << 30
    watch_seconds: float = 1.0
    max_bytes: int = MAX_BYTES
    max_arriving: int = 512 << 20  # bytes of bodies that are not whole yet
    feedback: Path | None = None
    training: TrainingSettings | None = None


class Service:
    """All the service holds, and the way of a picture through it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        wanted = settings.device
        self.device = ("cuda" if torch.cuda.is_available() else "cpu") if wanted == "auto" else wanted
        on_gpu = self.device.startswith("cuda")
        self.batcher = Batcher(pad=on_gpu)
        self.choices = Choices.on(
            torch.get_num_threads(),
            gpu=on_gpu,
            threads=settings.threads,
            decoders=settings.decoders,
            most=settings.most_in_batch,
        )
        self.decoding = Decoding(max(self.choices.decoders), scaled=not settings.exact)
        self.registry = Registry(
            Library(settings.roots),
            device=self.device,
            exact=settings.exact,
            cap_bytes=settings.cap_bytes,
            warm=WARMED if on_gpu else (1, 2),
            tuning=self.choices.usual,
        )
        self.trainings = Trainings(settings.training, self.registry.library) if settings.training else None
        self.metrics = Metrics(self.batcher, self.registry)
        self.ready = False
        self.warm = asyncio.Event()
        self.draining = False
        self._tuned: WeakSet[Predictor] = WeakSet()
        self.inside = 0
        self._arriving = 0
        self._answering, self._idle = 0, asyncio.Event()
        self._idle.set()
        self._tasks: list[asyncio.Task[None]] = []

    # --- its life ------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to load the models and to watch for new ones; `ready` turns true when the first answers."""
        self.batcher.start()
        if self.trainings is not None:
            self.trainings.resume()
        self._tasks = [asyncio.create_task(self._get_ready()), asyncio.create_task(self._watch())]

    async def drain(self) -> None:
        """Take nothing new, and wait for what is being answered; a deadline later nothing of it is of use."""
        self.draining = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.settings.deadline_seconds):
                await self._idle.wait()

    @contextlib.contextmanager
    def answering(self) -> Iterator[None]:
        """A request is being answered. Refused where the service is about to end."""
        if self.draining:
            raise RequestError(503, "The model service is being stopped: try again in a minute.")
        self._answering += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._answering -= 1
            if not self._answering:
                self._idle.set()

    async def stop(self) -> None:
        """End everything that was started."""
        if self.trainings is not None:
            await self.trainings.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.decoding.stop()
        await asyncio.to_thread(self.batcher.stop)

    async def _get_ready(self) -> None:
        await self.decoding.start()
        await self.registry.answering.wait()
        self.ready = True

    async def _watch(self) -> None:
        while True:
            try:
                await self.registry.refresh()
            except Exception:  # the watch goes on whatever lies in the folders
                log.exception("The folders of models cannot be read just now; they are looked at again.")
            else:
                self.warm.set()
            if self.ready and self.choices.open:
                await self._tune()
            await asyncio.sleep(self.settings.watch_seconds)

    async def _tune(self) -> None:
        """Find how each model that was loaded since runs best here; one that cannot be tried runs as it does."""
        tuner = Tuner(self.choices, self.batcher.call, self._try)
        for name in list(self.registry.served):
            predictor = self.registry.loaded(name)
            if predictor is None or predictor.reader is not None or predictor in self._tuned:
                continue
            self._tuned.add(predictor)
            try:
                await tuner.tune(predictor)
            except Exception as error:
                log.warning("%s cannot be measured here, and runs with %s: %r", name, predictor.tuning, error)
            else:
                log.info("%s runs best with %s.", name, predictor.tuning)

    async def _try(self, predictor: Predictor, data: bytes) -> None:
        await self.classify(predictor, data, time.monotonic() + self.settings.deadline_seconds)

    def check(self) -> None:
        """Raise whatever kept the service from getting ready."""
        for task in self._tasks:
            if task.done():
                task.result()

    # --- the way of a picture ------------------------------------------------------------------------------------

    def check_ready(self) -> None:
        """Refuse while the models are being loaded."""
        if not self.ready:
            raise RequestError(503, "The models are still being loaded: try again in a few seconds.")

    @contextlib.contextmanager
    def admitted(self, pictures: int = 1) -> Iterator[None]:
        """Places in the bounded queue for as long as the pictures are worked on; refused at once where there are none.

        Only to be asked for when the pictures are there: a slow sender holds no place.
        """
        self.check_room(pictures)
        self.inside += pictures
        try:
            yield
        finally:
            self.inside -= pictures

    def check_room(self, pictures: int = 1) -> None:
        """Refuse where there is no room for so many more; an empty queue has room for any request."""
        self.check_ready()
        if self.inside and self.inside + pictures > self.settings.queue:
            raise RequestError(429, _FULL)

    @contextlib.contextmanager
    def arriving(self) -> Iterator[Callable[[int], None]]:
        """Counts the bytes of a body while it arrives; refused where too much is arriving at once."""
        held = 0

        def count(more: int) -> None:
            nonlocal held
            held += more
            self._arriving += more
            if self._arriving > self.settings.max_arriving:
                raise RequestError(429, _FULL)

        try:
            yield count
        finally:
            self._arriving -= held

    async def classify(
        self, predictor: Predictor, data: bytes, deadline: float, *, asker: Hashable = None, explain: bool = False
    ) -> tuple[Answer, bytes | None]:
        """What the model says of this picture, and where it looked; `deadline` is on the monotonic clock."""
        if predictor.reader is not None:
            name = predictor.manifest.name
            raise RequestError(400, f'{name} reads rows of a table: send it {{"rows": [...]}} as application/json.')
        check_bytes(data, self.settings.max_bytes)
        saliency = None
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                with self.batcher.expecting(predictor):
                    decoded = await self.decoding.decode(
                        data, predictor.manifest.pictures, asker, predictor.tuning.decoders
                    )
                answer = await self.batcher.submit(predictor, decoded.array, decoded.notes, deadline)
                if explain:
                    places = await self.batcher.call(lambda: grad_cam(predictor, decoded.array))
                    saliency = await asyncio.to_thread(saliency_picture, decoded.array, places)
        except TimeoutError:
            raise DeadlineError from None
        return answer, saliency

    async def classify_all(
        self, predictor: Predictor, pictures: Sequence[bytes], deadline: float, asker: Hashable
    ) -> list[Answer]:
        """What the model says of each; where one is refused, the others are called off."""
        try:
            async with asyncio.TaskGroup() as group:
                asked = [group.create_task(self.classify(predictor, one, deadline, asker=asker)) for one in pictures]
        except ExceptionGroup as refusals:
            raise refusals.exceptions[0] from None
        return [(await one)[0] for one in asked]

    async def predict_rows(self, predictor: Predictor, rows: Sequence[Cells], deadline: float) -> list[Answer]:
        """What the model says of each row."""
        if predictor.reader is None:
            raise RequestError(400, f"{predictor.manifest.name} looks at pictures: send the picture's bytes.")
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                arrays, notes = await asyncio.to_thread(prepared, predictor, rows)
                found = await self._answered(predictor, arrays, notes)
        except TimeoutError:
            raise DeadlineError from None
        return found

    async def _answered(
        self, predictor: Predictor, arrays: Sequence[Array], notes: Sequence[Sequence[str]]
    ) -> list[Answer]:
        """The answers, a batch at a time: pictures that wait have their turn between two of them."""
        size, found = most_at_once(predictor), list[Answer]()
        for at in range(0, len(arrays), size):
            part = slice(at, at + size)
            found += await self.batcher.call(partial(predictor.answer, arrays[part], notes[part]))
        return found

    async def recommend(
        self, predictor: Predictor, asked: RecommendationAsked, deadline: float
    ) -> tuple[list[tuple[str, float]], list[str]]:
        """What is rated highest for somebody, highest first, with the ratings; and what ought to be said of it."""
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                values, arrays, notes = await asyncio.to_thread(candidates, predictor, asked)
                answers = await self._answered(predictor, arrays, [()] * len(arrays))
        except TimeoutError:
            raise DeadlineError from None
        rated = [(value, answer.outputs[0]) for value, answer in zip(values, answers, strict=True)]
        return sorted(rated, key=lambda one: -one[1])[: asked.top_k], notes

    async def pixels_only(self, data: bytes, deadline: float, asker: Hashable) -> bytes:
        """The picture's pixels alone, to be kept."""
        check_bytes(data, self.settings.max_bytes)
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                return await self.decoding.pixels_only(data, asker)
        except TimeoutError:
            raise DeadlineError from None

    async def ask_golden_pictures(self) -> list[str]:
        """The golden example of each model through the whole way; the names of the models that answered.

        At the start those that are still being loaded are left out.
        """
        names = []
        for name, model in list(self.registry.served.items()):
            if not self.warm.is_set() and self.registry.loaded(name) is None:
                continue
            predictor, golden = await self.registry.get(name), model.manifest.golden
            deadline = time.monotonic() + self.settings.deadline_seconds
            if golden.picture is None:
                await self.predict_rows(predictor, [golden.row or {}], deadline)
            else:
                try:
                    data = await asyncio.to_thread((model.folder / golden.picture).read_bytes)
                except OSError:
                    raise BundleError(f"{name} was just removed, or cannot be read.") from None
                await self.classify(predictor, data, deadline)
            names.append(name)
        return names
