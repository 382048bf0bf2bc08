"""The way to have models trained by the model service, with a sentence for each refusal."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from pydantic import Field

from bot.vision.client import drawn, refused
from bot.vision.transport import SECONDS, Sent, Transport, check, read
from cogs.messages import Picture
from cogs.services import ClassifierError, Fault, Step, Training, TrainingState
from study.texts import _

_TRIAL_SECONDS = 300.0  # a bundle is loaded in a process of its own before it is published


class _Compared(Sent):
    fixed: int = 0
    regressed: int = 0


class _Fault(Sent):
    name: str = ""
    values: dict[str, str | int] = Field(default_factory=dict)


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
    compared: _Compared | None = None
    counts: dict[str, int] = Field(default_factory=dict)
    pictures: dict[str, str] = Field(default_factory=dict)


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

    async def publish(self, model: str) -> Training:
        """Let what was trained answer. Raises ClassifierError."""
        gone = _("Nothing new of {model} can be published: train it again.", model=model)
        return _training(await self._ask("POST", f"{_of(model)}/publish", conflict=gone, seconds=_TRIAL_SECONDS))

    async def roll_back(self, model: str) -> str:
        """Let the version answer that answered before; which one. Raises ClassifierError."""
        none = _("{model} has no earlier version to go back to.", model=model)
        return read(_Version, await self._ask("POST", f"{_of(model)}/rollback", conflict=none)).version

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
    )
