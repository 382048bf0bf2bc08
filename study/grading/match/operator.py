"""What an operator of the rubric language is: how it is written, read, described to editors, and looked for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Protocol, Self

from study.grading.match.builder import Builder, Tolerance
from study.grading.match.matcher import Matcher

Path = tuple[str | int, ...]
"""Where something stands inside the mapping of a rubric."""

Schema = Mapping[str, Mapping[str, Any]]
"""JSON Schema of each of some keys."""
PART = {"$ref": "#/$defs/rubricMatch"}
"""JSON Schema of whatever an operator is made of."""
LONG = 500
"""Characters of a written alternative, formula or expression at most."""
TEXT = {"type": "string", "minLength": 1, "maxLength": LONG}


def parts_schema(least: int, description: str) -> dict[str, Any]:
    """JSON Schema of a list of so many parts at least."""
    return {"type": "array", "minItems": least, "items": PART, "description": description}


class Reader(Protocol):
    """What an operator may ask of the reader of a rubric."""

    builder: Builder

    def fault(self, path: Path, message: str, fix: str) -> None:
        """Note a fault: what is wrong, and how to put it right."""
        ...

    def part(self, data: object, path: Path) -> Operator:
        """Read what an operator is made of."""
        ...

    def parts(self, data: object, path: Path, least: int) -> tuple[tuple[Operator, ...], tuple[str, ...]]:
        """Read a list of such, with what feedback calls each."""
        ...


class Operator(ABC):
    """One thing that a point may look for: a frozen value, made of others perhaps.

    A file of `operators` with such a class is all that an operator is. `example` is one as an author writes it, with an
    answer that earns it.
    """

    __slots__ = ()

    example: ClassVar[tuple[object, str]]
    drafted: ClassVar[bool] = False
    """Whether it is what drafting writes, for a human to put into words."""

    @abstractmethod
    def write(self) -> object:
        """The shortest form that reads as this one."""

    @abstractmethod
    def compile(self, builder: Builder, how: Tolerance) -> Matcher:
        """What looks for it."""

    @property
    @abstractmethod
    def title(self) -> str:
        """What feedback calls it where it has no name of its own."""

    def alternatives(self) -> tuple[Operator, ...]:
        """What it is made of, where any one of them is enough."""
        return ()

    def phrases(self) -> Iterator[str]:
        """The words that it looks for, phrase by phrase."""
        yield from ()


class KeyedOperator(Operator):
    """An operator that is written as a mapping: one of `heads` names it; `keys` are all that may stand in the mapping,
    with the JSON Schema of each."""

    __slots__ = ()

    heads: ClassVar[tuple[str, ...]]
    keys: ClassVar[Schema]

    @classmethod
    @abstractmethod
    def read(cls, data: Mapping[str, Any], path: Path, reader: Reader) -> Self:
        """The operator as an author wrote it; `path` is that of its head."""
