"""What a service is whatever computes its answers: how it runs, whom it lets in, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from models.bundles.library import Library
from models.errors import RequestError
from models.inference.pictures import MAX_BYTES
from models.server.learning.comparisons import Comparisons
from models.server.learning.trainings import Trainings, TrainingSettings
from models.server.metrics import Metrics

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


class BaseService(ABC):
    """A place in front of models: a bounded queue, bodies that arrive, trainings, and a stop that drains."""

    def __init__(self, settings: Settings, library: Library, metrics: Metrics) -> None:
        self.settings, self.metrics = settings, metrics
        self.trainings = Trainings(settings.training, library) if settings.training else None
        self.comparisons = Comparisons(library, settings.feedback)
        self.ready = False
        self.draining = False
        self.inside = 0
        self._arriving = 0
        self._answering, self._idle = 0, asyncio.Event()
        self._idle.set()
        self._tasks: list[asyncio.Task[None]] = []

    # --- what each kind of service does in its own way -----------------------------------------------------------

    @abstractmethod
    def __str__(self) -> str:
        """What answers, for whoever started it."""

    @abstractmethod
    async def start(self) -> None:
        """Begin to get ready; `ready` turns true when the first answer can be given."""

    @abstractmethod
    async def stop(self) -> None:
        """End everything that was started."""

    @abstractmethod
    async def pixels_only(self, data: bytes, deadline: float, asker: Hashable) -> bytes:
        """The picture's pixels alone, to be kept."""

    @abstractmethod
    async def refresh(self) -> None:
        """Let what was just published, or taken back, answer from now on."""

    # --- its life ------------------------------------------------------------------------------------------------

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

    def check(self) -> None:
        """Raise whatever kept the service from getting ready."""
        for task in self._tasks:
            if task.done():
                task.result()

    async def _end_trainings_and_tasks(self) -> None:
        if self.trainings is not None:
            await self.trainings.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- who is let in -------------------------------------------------------------------------------------------

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
