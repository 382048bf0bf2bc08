"""The way to have models trained and compared by the model service, with a sentence for each refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal
from urllib.parse import quote

from pydantic import Field

from bot.vision.client import drawn, refused, seen
from bot.vision.pictures import kind_of
from bot.vision.transport import SECONDS, Sent, Transport, check, read
from cogs.messages import Picture
from cogs.recent import ModelKind
from cogs.services import (
    ClassifierError,
    Compared,
    Contender,
    Doubt,
    Fault,
    Step,
    Training,
    TrainingState,
    VisionResult,
)
from study.texts import _

_TRIAL_SECONDS = 300.0  # bundles are loaded in a process of their own: one before it is published, two to compare


class _Changed(Sent):
    fixed: int = 0
    regressed: int = 0


class _Fault(Sent):
    name: str = ""
    values: dict[str, str | int] = Field(default_factory=dict)


class _Doubt(Sent):
    file: str = Field(pattern=r"^[0-9a-f]{24}\.png$")
    label: str
    predicted: str
    probability: float


class _Training(Sent):
    model: str
    state: TrainingState
    version: str = ""
    stage: str = ""
    share: float = Field(default=0, ge=0, le=1)
    epoch: int = 0
    of_epochs: int = 0
    error: str = ""
    fault: _Fault = _Fault()
    measured: dict[str, float] = Field(default_factory=dict)
    compared: _Changed | None = None
    counts: dict[str, int] = Field(default_factory=dict)
    pictures: dict[str, str] = Field(default_factory=dict)
    doubtful: tuple[_Doubt, ...] = ()
    kind: ModelKind = "single-label"
    nothing: int = 0


class _Comparable(Sent):
    offered: dict[str, tuple[str, ...]]


class _Contender(Sent):
    model: str
    version: str
    right: int = Field(ge=0)
    low: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)
    alone: int = Field(ge=0)
    better: bool


class _Compared(Sent):
    models: tuple[_Contender, _Contender]
    seen: int = Field(ge=1)
    p: float = Field(ge=0, le=1)
    on: Literal["handwriting", "given"]
    picture: str


class _Version(Sent):
    version: str


class HttpTrainer:
    """A `cogs.services.Trainer` over HTTP. `where` is the address, or says it when asked, or why there is none."""

    def __init__(self, where: str | Callable[[], str], *, token: str = "") -> None:
        self._transport = Transport(where, token=token, at_once=4)

    async def close(self) -> None:
        """Let the connections go."""
        await self._transport.close()

    async def collect(self, model: str, label: str, picture: Picture, giver: str) -> Training:
        """Keep a picture that somebody agreed to give. Raises ClassifierError."""
        check(picture)
        query = {"label": label, "giver": giver}
        return _training(await self._ask("POST", f"{_of(model)}/pictures", data=picture.data, query=query))

    async def training(self, model: str) -> Training:
        """How far it is. Raises ClassifierError."""
        return _training(await self._ask("GET", _of(model)))

    async def start(self, model: str) -> Training:
        """Train from all that was collected and corrected. Raises ClassifierError."""
        busy = _("Another model is being trained just now: try again when it is done.")
        return _training(await self._ask("POST", _of(model), conflict=busy))

    async def stop(self, model: str) -> Training:
        """Call it off. Raises ClassifierError."""
        return _training(
            await self._ask("DELETE", _of(model), conflict=_("{model} is not being trained.", model=model))
        )

    async def attempt(self, model: str, picture: Picture) -> VisionResult:
        """What the model sees that was trained, and may wait to be published. Raises ClassifierError."""
        check(picture)
        gone = _("There is nothing of {model} to try: train it first.", model=model)
        where, query = f"{_of(model)}/predict", {"top_k": "10"}
        return seen(
            await self._ask("POST", where, data=picture.data, query=query, conflict=gone, seconds=_TRIAL_SECONDS)
        )

    async def picture(self, model: str, picture: str) -> Picture:
        """One of the pictures that were given. Raises ClassifierError."""
        data = await self._ask("GET", _picture(model, picture))
        if kind_of(data) != "image/png":
            raise ClassifierError(_("The model service gave an answer that cannot be understood: is it the right one?"))
        return Picture(data, f"{picture}.png", "image/png")

    async def settle(self, model: str, picture: str, label: str) -> Training:
        """A picture was looked at, and shows this; without a label it goes. Raises ClassifierError."""
        if not label:
            return _training(await self._ask("DELETE", _picture(model, picture)))
        return _training(await self._ask("POST", _picture(model, picture), query={"label": label}))

    async def publish(self, model: str) -> Training:
        """Let what was trained answer. Raises ClassifierError."""
        gone = _("Nothing new of {model} can be published: train it again.", model=model)
        return _training(await self._ask("POST", f"{_of(model)}/publish", conflict=gone, seconds=_TRIAL_SECONDS))

    async def roll_back(self, model: str) -> str:
        """Let the version answer that answered before; which one. Raises ClassifierError."""
        none = _("{model} has no earlier version to go back to.", model=model)
        return read(_Version, await self._ask("POST", f"{_of(model)}/rollback", conflict=none)).version

    async def comparable(self) -> Mapping[str, Sequence[str]]:
        """With which others each model can be compared. Raises ClassifierError."""
        return read(_Comparable, await self._ask("GET", "/v1/comparisons")).offered

    async def compare(self, model: str, other: str) -> Compared:
        """How two models do before the same pictures. Raises ClassifierError."""
        where = f"/v1/comparisons/{quote(model, safe='')}/{quote(other, safe='')}"
        failed = _(
            "{model} and {other} could not be compared just now: try again in a moment.", model=model, other=other
        )
        sent = read(_Compared, await self._ask("POST", where, conflict=failed, seconds=_TRIAL_SECONDS))
        first, second = (Contender(**one.model_dump()) for one in sent.models)
        return Compared((first, second), sent.seen, sent.p, sent.on, drawn(sent.picture, "compared", ""))

    async def forget(self, giver: str) -> None:
        """Remove all that somebody gave. Raises ClassifierError."""
        await self._ask("DELETE", f"/v1/givers/{giver}")

    async def _ask(
        self,
        method: str,
        path: str,
        *,
        data: bytes = b"",
        query: dict[str, str] | None = None,
        conflict: str = "",
        seconds: float = SECONDS,
    ) -> bytes:
        headers = {"Content-Type": "application/octet-stream"} if data else {}
        status, said = await self._transport.ask(method, path, seconds, data, query, headers)
        if status == 200:
            return said
        raise ClassifierError(conflict if conflict and status == 409 else refused(status, said))


def _of(model: str) -> str:
    return f"/v1/trainings/{quote(model, safe='')}"


def _picture(model: str, picture: str) -> str:
    return f"{_of(model)}/pictures/{quote(picture, safe='')}.png"


def _training(said: bytes) -> Training:
    sent = read(_Training, said)
    alts = {
        "confusion.png": _("How often each thing was taken for which, on the pictures held back."),
        "curve.png": _("How the errors fell while it learned."),
        "compared.png": _("The version that answers now, and the new one, on the same pictures."),
    }
    drawings = (drawn(sent.pictures.get(name), name.removesuffix(".png"), alt) for name, alt in alts.items())
    return Training(
        sent.model,
        sent.state,
        sent.version,
        Step(sent.stage, sent.share, sent.epoch, sent.of_epochs),
        Fault(sent.error, sent.fault.name, sent.fault.values),
        sent.measured.get("accuracy"),
        (sent.compared.fixed, sent.compared.regressed) if sent.compared else None,
        sent.counts,
        tuple(one for one in drawings if one is not None),
        tuple(Doubt(one.file.removesuffix(".png"), one.label, one.predicted, one.probability) for one in sent.doubtful),
        sent.kind,
        sent.nothing,
    )
