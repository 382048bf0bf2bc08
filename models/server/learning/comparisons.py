"""Two models that answer, compared for whoever asks: which pairs can be, and how they do before the same pictures."""

from __future__ import annotations

import asyncio
import base64
import json
import random
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ValidationError

from models.bundles.library import Library
from models.bundles.manifest import Manifest, read_manifest
from models.errors import BundleError, DataError, RequestError, UnknownModelError
from models.server.learning.child import followed
from models.server.learning.feedback import FeedbackSet
from models.training.comparing.ground import are_digits, in_common
from models.training.folder import Example
from models.training.job import COMPARED, Versus

MOST_ASKED: Final = 300
"""Pictures that were given: a photo takes two networks a tenth of a second on a slow machine."""


class Side(BaseModel):
    """A model: on how many pictures it is right with the 95% interval of that share, and on how many it `alone` is.

    `better` where more cannot be chance.
    """

    model: str
    version: str
    right: int
    low: float
    high: float
    alone: int
    better: bool


class Compared(BaseModel):
    """Two models before the same pictures, of which so many were `seen`.

    `p`: how likely so uneven a result would be if both were equally good. The picture is a PNG in base64.
    """

    models: tuple[Side, Side]
    seen: int
    p: float
    on: Literal["handwriting", "given"]
    picture: str = ""


def given(root: Path, names: Iterable[str], labels: Sequence[str]) -> list[Example]:
    """What members gave to teach one of these models, of these labels; of many a part, the same each time."""
    sets = [FeedbackSet(root, name) for name in names]
    corrections = [(each.folder, one) for each in sets for one in each.corrections()]
    shown = {
        one.file: Example(folder / one.file, one.label)
        for folder, one in corrections
        if one.kind == "single-label" and one.label in labels
    }
    found = [shown[file] for file in sorted(shown)]
    return found if len(found) <= MOST_ASKED else random.Random(0).sample(found, MOST_ASKED)  # noqa: S311


class Comparisons:
    """The pairs of a library, and comparing them: one at a time. `pictures` is where what members gave is kept."""

    def __init__(self, library: Library, pictures: Path | None) -> None:
        self._library, self._pictures = library, pictures
        self._one = asyncio.Lock()

    def offered(self) -> dict[str, list[str]]:
        """With which others each model can be compared."""
        found: dict[str, Manifest] = {}
        for name in self._library.entries():
            try:
                found[name] = read_manifest(self._library.find(name))
            except (BundleError, OSError):
                continue  # it cannot answer either
        pairs = {name: [other for other in found if self._fits(one, found[other])] for name, one in found.items()}
        return {name: others for name, others in pairs.items() if others}

    def _fits(self, one: Manifest, other: Manifest) -> bool:
        if one.name == other.name:
            return False
        try:
            labels = in_common(one, other)
        except DataError:
            return False
        return are_digits(labels) or bool(self._given(one.name, other.name, labels))

    def _given(self, one: str, other: str, labels: Sequence[str]) -> list[Example]:
        return given(self._pictures, (one, other), labels) if self._pictures else []

    async def compare(self, one: str, other: str) -> Compared:
        """How two models do before the same pictures. Raises RequestError where that cannot be."""
        async with self._one:
            with tempfile.TemporaryDirectory(prefix="compared-") as folder:
                order = await asyncio.to_thread(self._ordered, one, other, Path(folder))
                return await _done(order)

    def _ordered(self, one: str, other: str, into: Path) -> Versus:
        entries = self._library.entries()
        for name in (one, other):
            if name not in entries:
                raise UnknownModelError(f"There is no model called {name!r}; there are: {', '.join(entries)}.")
        if one == other:
            raise RequestError(409, f"{one} cannot be compared with itself: name another model.")
        folders = (self._library.find(one), self._library.find(other))
        try:
            labels = in_common(read_manifest(folders[0]), read_manifest(folders[1]))
        except (BundleError, DataError) as error:
            raise RequestError(409, str(error)) from None
        asked = [] if are_digits(labels) else self._given(one, other, labels)
        if not asked and not are_digits(labels):
            raise RequestError(409, f"Nobody gave a picture yet of what {one} and {other} know: {', '.join(labels)}.")
        return Versus(bundles=folders, asked=[(example.path, example.answer) for example in asked], into=into)


async def _done(order: Versus) -> Compared:
    """What a process of its own finds. Raises RequestError."""
    path = order.into / "order.json"
    path.write_text(order.model_dump_json(), encoding="utf-8")
    said: dict[str, Any] = {}

    def hear(line: bytes) -> None:
        try:
            said.update(json.loads(line))
        except ValueError:
            return  # a library's own words

    code = await followed(path, hear)
    if "error" in said:
        raise RequestError(409, str(said["error"]))
    try:
        found = Compared.model_validate({"on": "given" if order.asked else "handwriting", **said.get("versus", {})})
    except ValidationError:
        raise RequestError(409, f"The comparison ended by itself (exit code {code}).") from None
    return found.model_copy(update={"picture": base64.b64encode((order.into / COMPARED).read_bytes()).decode()})
