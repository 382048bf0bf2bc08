"""Rows in a request's body, and the models' answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.bundles.input_spec import CategoryColumn, TableInput
from models.bundles.manifest import Cells, Manifest
from models.bundles.network_spec import CollaborativeSpec
from models.errors import RequestError, RowError
from models.inference.predictor import Predictor
from models.inference.prepare import Array

MOST_ROWS: Final = 1000
_AT_ONCE: Final = 256
_VALUES_LISTED: Final = 25


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class RowsAsked(_Asked):
    """What `predict` is asked of a model that reads rows."""

    rows: Annotated[list[Cells], Field(min_length=1, max_length=MOST_ROWS)]


class RecommendationAsked(_Asked):
    """For whom something is wanted, how many, and what is known to them already."""

    who: Annotated[str, Field(min_length=1, max_length=200)]
    top_k: Annotated[int, Field(ge=1, le=1000)] = 5
    leave_out: Annotated[list[str], Field(max_length=10_000)] = []


Kind = TypeVar("Kind", bound=_Asked)


def read_body(kind: type[Kind], data: bytes) -> Kind:
    """The body as what was to be asked. Raises RequestError."""
    try:
        return kind.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"][:4])) or "the whole"
        raise RequestError(400, f"The request cannot be read: {where[:80]}: {first['msg'][:200]}.") from None


def prepared(predictor: Predictor, rows: Sequence[Cells]) -> tuple[list[Array], list[list[str]]]:
    """The rows as the network takes them, and what is to be said of each. Raises RequestError."""
    assert predictor.reader is not None
    arrays, notes = [], []
    for at, row in enumerate(rows):
        try:
            array, said = predictor.reader(row)
        except RowError as error:
            place = f"Row {at + 1}: " if len(rows) > 1 else ""
            raise RequestError(422, f"{place}{error}") from None
        arrays.append(array)
        notes.append(said)
    return arrays, notes


def most_at_once(predictor: Predictor) -> int:
    """How many rows may be asked about in one go: as many as its memory allows, and others do not wait long for."""
    return max(1, min(_AT_ONCE, predictor.most_at_once))


def candidates(predictor: Predictor, asked: RecommendationAsked) -> tuple[list[str], list[Array], list[str]]:
    """Everything that could be recommended, prepared for who asks; and what ought to be said. Raises RequestError."""
    who, what = _pair(predictor.manifest)
    assert predictor.reader is not None
    first, notes = predictor.reader({who.name: asked.who, what.name: what.usual})
    if notes:
        notes = [f"The model does not know {asked.who[:60]!r} as {who.name}: this is what most like."]
    without = {one.casefold() for one in asked.leave_out}
    values = [(code, value) for code, value in enumerate(what.values, 1) if value.casefold() not in without]
    arrays: list[Array] = [np.array([[[first[0, 0, 0], code]]], np.float32) for code, _ in values]
    return [value for _, value in values], arrays, notes


def _pair(manifest: Manifest) -> tuple[CategoryColumn, CategoryColumn]:
    if not isinstance(manifest.network, CollaborativeSpec):
        raise RequestError(400, f"{manifest.name} recommends nothing: it does not know who rates what.")
    who, what = manifest.rows.categories
    return who, what


def described(spec: TableInput, *, whole: bool) -> list[dict[str, Any]]:
    """The columns, those that decide most first; with `whole` every value of each, else the first few."""
    columns: dict[str, dict[str, Any]] = {}
    for one in spec.categories:
        values = one.values if whole else one.values[:_VALUES_LISTED]
        columns[one.name] = {"name": one.name, "values": values, "count": len(one.values), "usual": one.usual}
    for number in spec.numbers:
        columns[number.name] = {
            "name": number.name,
            "least": number.least,
            "most": number.most,
            "usual": number.usual,
        }
    return [columns[name] for name in (spec.important or spec.names)]
