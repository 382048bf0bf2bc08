"""The trainings of one service: one at a time, its state on disk, so that a service that comes back goes on with it."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, TypeAdapter, ValidationError

from models.bundles.library import Library
from models.bundles.manifest import MANIFEST, Kind, Name, read_manifest
from models.errors import BundleError, DataError, Fault, FeedbackError, RequestError, fault_of
from models.inference.predictor import Predictor
from models.inference.trial import try_out
from models.server.learning.child import followed
from models.server.learning.feedback import FeedbackSet
from models.training.job import COMPARED, Order
from models.training.step import Stage

log = logging.getLogger(__name__)
State = Literal["idle", "running", "done", "failed", "stopped", "published"]
_SHOWN: Final = ("confusion.png", "curve.png", COMPARED)
_MOST_LINES: Final = 40


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Where pictures are kept and trainings happen, and how they are done."""

    pictures: Path
    jobs: Path
    trained: Path
    arch: str = "resnet18"
    epochs: int = 5
    size: int = 224
    from_scratch: bool = False


class Doubt(BaseModel):
    """A picture whose label the trained model doubts, what it says instead, and how likely it finds the label."""

    file: str
    label: str
    predicted: str
    probability: float


class Training(BaseModel):
    """How far a training is, as it is kept and as it is told."""

    model: str
    state: State = "idle"
    version: str = ""
    stage: Stage = "starting"
    share: float = 0.0
    epoch: int = 0
    of_epochs: int = 0
    lines: list[str] = []
    measured: dict[str, float] = {}
    compared: dict[str, float] | None = None
    doubtful: list[Doubt] = []
    error: str = ""
    fault: Fault = Fault()

    def fail(self, error: Exception) -> None:
        """It ended with this."""
        self.state, self.error, self.fault = "failed", str(error), fault_of(error)


class Trainings:
    """All trainings by the model's name. `library` is where what was trained is published."""

    def __init__(self, settings: TrainingSettings, library: Library) -> None:
        self.settings, self._library = settings, library
        self._running: tuple[Training, asyncio.Task[None]] | None = None
        self._tried: Predictor | None = None

    # --- pictures ------------------------------------------------------------------------------------------------

    def collect(self, name: str, picture: bytes, label: str, giver: str) -> None:
        """Keep a picture of what it is labelled as. Raises RequestError."""
        self._check_name(name)
        try:
            self._pictures(name).add(picture, label, "", giver)
        except FeedbackError as error:
            raise RequestError(400, str(error)) from None

    def forget(self, giver: str) -> int:
        """Remove every picture that somebody gave; how many is returned."""
        root = self.settings.pictures
        names = [path.name for path in root.iterdir() if path.is_dir()] if root.is_dir() else []
        return sum(FeedbackSet(root, name).forget(giver) for name in names)

    def picture(self, name: str, file: str) -> bytes:
        """One of the pictures that were given. Raises RequestError."""
        try:
            return self._named(name).picture(file)
        except FeedbackError as error:
            raise RequestError(404, str(error)) from None

    def settle(self, name: str, file: str, label: str | None) -> Training:
        """A picture was looked at: it keeps its label, gets this one, or with None goes. Raises RequestError."""
        pictures = self._named(name)
        try:
            if label is None:
                pictures.drop(file)
            else:
                pictures.relabel(file, label)
        except FeedbackError as error:
            raise RequestError(400, str(error)) from None
        training = self.training(name)
        training.doubtful = [one for one in training.doubtful if one.file != file]
        self._keep(training)
        return training

    def _kind(self, name: str) -> Kind:
        """What a model of this name tells: as the one that answers does; a new one tells one label."""
        try:
            return read_manifest(self._library.find(name)).kind
        except BundleError:
            return "single-label"

    def _named(self, name: str) -> FeedbackSet:
        self._check_name(name)
        return self._pictures(name)

    def _pictures(self, name: str) -> FeedbackSet:
        return FeedbackSet(self.settings.pictures, name)

    @staticmethod
    def _check_name(name: str) -> None:
        try:
            TypeAdapter[str](Name).validate_python(name)
        except ValidationError:
            raise RequestError(
                400, f"{name!r} cannot be a model's name: use a-z, 0-9 and dashes, at most 48 of them."
            ) from None

    # --- one training --------------------------------------------------------------------------------------------

    def resume(self) -> None:
        """Begin anew what was under way when the service ended, or say why that cannot be; its copies are gone."""
        for path in sorted(self.settings.jobs.glob("*/state.json")):
            training = self._kept(path.parent.name)
            if training.state != "running":
                continue
            shutil.rmtree(path.parent / "pictures", ignore_errors=True)
            try:
                self.start(training.model)
            except RequestError as refused:
                training.fail(refused)
                self._keep(training)
            else:
                log.info("The training of %s is begun anew.", training.model)

    def start(self, name: str) -> Training:
        """Begin to train from all that was collected and corrected. Raises RequestError while another is trained."""
        self._check_name(name)
        if self._running is not None:
            raise RequestError(409, f"{self._running[0].model} is being trained just now: one at a time.")
        pictures = self._pictures(name)
        if self._kind(name) == "single-label" and len(pictures.counts()) < 2:
            raise RequestError(409, f"{name} needs pictures of two things at least: collect them first.", "one-label")
        version = self._library.next_version(name, self.settings.trained)
        training = Training(model=name, state="running", version=version)
        self._keep(training)
        task = asyncio.create_task(self._train(training))
        self._running = (training, task)
        return training

    def training(self, name: str) -> Training:
        """How far the last training of this name is."""
        self._check_name(name)
        if self._running is not None and self._running[0].model == name:
            return self._running[0]
        return self._kept(name)

    async def stop(self, name: str) -> Training:
        """End a training that is under way, and leave nothing of it."""
        if self._running is None or self._running[0].model != name:
            raise RequestError(409, f"{name} is not being trained.")
        training, task = self._running
        await _ended(task)
        training.state = "stopped"
        self._keep(training)
        return training

    async def close(self) -> None:
        """End what is under way; it is begun anew by the next service."""
        if self._running is not None:
            await _ended(self._running[1])

    async def trained(self, name: str) -> Predictor:
        """What was trained, to be tried before it is published. Raises RequestError."""
        training = self.training(name)
        folder = self._bundle(training)
        if training.state not in ("done", "published") or not (folder / MANIFEST).is_file():
            raise RequestError(409, f"There is no trained model {name} to try.")
        if self._tried is None or self._tried.folder != folder:
            try:
                self._tried = await asyncio.to_thread(Predictor, folder)
            except BundleError as error:
                raise RequestError(409, str(error)) from None
        return self._tried

    async def publish(self, name: str) -> Training:
        """Let what was trained answer, once it was tried out in a process of its own. Raises RequestError."""
        training = self.training(name)
        if training.state != "done":
            raise RequestError(409, f"There is no trained model {name} that waits to be published.")
        folder = self._bundle(training)
        try:
            await asyncio.to_thread(self._library.publish, folder, prove=try_out)
        except BundleError as error:
            raise RequestError(409, str(error)) from None
        training.state = "published"
        self._keep(training)
        return training

    async def roll_back(self, name: str) -> str:
        """Let the version answer that answered before; which one. Raises RequestError."""
        self._check_name(name)
        try:
            return await asyncio.to_thread(self._library.roll_back, name)
        except BundleError as error:
            raise RequestError(409, str(error)) from None

    # --- how it is done ------------------------------------------------------------------------------------------

    async def _train(self, training: Training) -> None:
        folder = self.settings.jobs / training.model
        try:
            order = await asyncio.to_thread(self._ordered, training, folder)
            await self._listen(training, order)
        except (FeedbackError, DataError, OSError) as error:
            training.fail(error)
        finally:
            self._running = None
            shutil.rmtree(folder / "pictures", ignore_errors=True)
            if training.state != "done":
                shutil.rmtree(self._bundle(training), ignore_errors=True)
        self._keep(training)

    def _ordered(self, training: Training, folder: Path) -> Path:
        """The order as a file, with the pictures laid out as a training takes them."""
        pictures = folder / "pictures"
        shutil.rmtree(pictures, ignore_errors=True)
        kind = self._kind(training.model)
        self._pictures(training.model).export(pictures, kind)
        try:
            old = self._library.find(training.model)
        except BundleError:
            old = None
        how = self.settings
        order = Order(
            name=training.model,
            version=training.version,
            kind=kind,
            pictures=pictures,
            into=self._bundle(training),
            old=old,
            arch=how.arch,
            epochs=how.epochs,
            size=how.size,
            from_scratch=how.from_scratch,
        )
        path = folder / "order.json"
        path.write_text(order.model_dump_json(), encoding="utf-8")
        return path

    async def _listen(self, training: Training, order: Path) -> None:
        """Follow the process to its end."""
        code = await followed(order, partial(_hear, training))
        if training.state == "running":
            training.fail(DataError(f"The training ended by itself (exit code {code}).", "ended", code=code))

    def _bundle(self, training: Training) -> Path:
        return self.settings.trained / training.model / training.version

    # --- on disk -------------------------------------------------------------------------------------------------

    def _kept(self, name: str) -> Training:
        try:
            return Training.model_validate_json((self.settings.jobs / name / "state.json").read_bytes())
        except (FileNotFoundError, ValidationError):
            return Training(model=name)

    def _keep(self, training: Training) -> None:
        path = self.settings.jobs / training.model / "state.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(training.model_dump_json(), encoding="utf-8")
        fresh.replace(path)

    def as_json(self, training: Training) -> dict[str, Any]:
        """A training as the service tells it: with what was collected, and once it is done with its pictures."""
        folder, done = self._bundle(training), training.state in {"done", "published"}
        pictures = {
            name: base64.b64encode((folder / name).read_bytes()).decode()
            for name in _SHOWN
            if done and (folder / MANIFEST).is_file() and (folder / name).is_file()
        }
        given = self._pictures(training.model)
        there = {(one.file, one.label) for one in given.corrections()}  # forgotten or corrected since, it is settled
        doubtful = [one.model_dump() for one in training.doubtful if (one.file, one.label) in there]
        told = {
            "kind": self._kind(training.model),
            "doubtful": doubtful,
            "counts": dict(given.counts().most_common()),
            "nothing": given.showing_nothing(),
            "pictures": pictures,
        }
        return training.model_dump() | told


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _hear(training: Training, line: bytes) -> None:
    try:
        said = json.loads(line)
    except ValueError:
        return  # a library's own words
    match said:
        case {"stage": stage, "share": share, "epoch": epoch, "of_epochs": of_epochs}:
            training.stage, training.share = stage, share
            training.epoch, training.of_epochs = epoch, of_epochs
        case {"line": str(text)}:
            training.lines = [*training.lines, text][-_MOST_LINES:]
        case {"error": str(error), "fault": {"name": str(name), "values": dict(values)}}:
            training.state, training.error, training.fault = "failed", error, Fault(name, values)
        case {"measured": dict(measured), "compared": compared, "doubtful": list(doubtful)}:
            training.state, training.measured, training.compared = "done", measured, compared
            training.doubtful = [Doubt.model_validate(one) for one in doubtful]
