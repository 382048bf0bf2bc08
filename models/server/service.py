"""The model service without its addresses: admitted, decoded apart, batched, predicted. It keeps no picture."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Hashable, Sequence
from functools import partial
from weakref import WeakSet

import torch

from models.bundles.library import Library
from models.bundles.manifest import Cells
from models.errors import BundleError, DeadlineError, RequestError, ServeError
from models.inference.answers import Answer
from models.inference.explain import grad_cam, saliency_picture
from models.inference.pictures import check_bytes
from models.inference.predictor import Predictor
from models.inference.prepare import Array
from models.server.base import BaseService, Settings
from models.server.batcher import WARMED, Batcher
from models.server.decoding.lanes import Decoding
from models.server.metrics import ModelMetrics
from models.server.registry import Registry
from models.server.rows import RecommendationAsked, candidates, most_at_once, prepared
from models.server.tuning import Choices, Tuner

log = logging.getLogger(__name__)


class Service(BaseService):
    """All the service holds, and the way of a picture through it."""

    def __init__(self, settings: Settings) -> None:
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
        super().__init__(settings, self.registry.library, ModelMetrics(self.batcher, self.registry))
        self.warm = asyncio.Event()
        self._tuned: WeakSet[Predictor] = WeakSet()

    def __str__(self) -> str:
        warm, registry = self.warm.is_set(), self.registry
        names = [name for name in registry.served if warm or registry.loaded(name) is not None]
        return f"{self.device}: {', '.join(names) or 'none'}{'' if warm else '; loading goes on'}"

    # --- its life ------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to load the models and to watch for new ones; `ready` turns true when the first answers."""
        self.batcher.start()
        if self.trainings is not None:
            self.trainings.resume()
        self._tasks = [asyncio.create_task(self._get_ready()), asyncio.create_task(self._watch())]

    async def stop(self) -> None:
        """End everything that was started."""
        await self._end_trainings_and_tasks()
        await self.decoding.stop()
        await asyncio.to_thread(self.batcher.stop)

    async def _get_ready(self) -> None:
        try:
            await self.decoding.start()
        except TimeoutError:
            raise ServeError(
                "The processes that open pictures did not start in time: this machine is too busy."
            ) from None
        await self.registry.answering.wait()
        self.ready = True

    async def refresh(self) -> None:
        """Look at the folders at once."""
        await self.registry.refresh()

    async def _watch(self) -> None:
        while True:
            try:
                await self.refresh()
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

    # --- the way of a picture ------------------------------------------------------------------------------------

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
