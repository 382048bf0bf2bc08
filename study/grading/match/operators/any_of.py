"""Alternatives, of which one is enough: a list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from study.grading.match.alternatives import any_of
from study.grading.match.builder import Builder, Tolerance
from study.grading.match.matcher import Matcher
from study.grading.match.operator import Operator


@dataclass(frozen=True, slots=True)
class AnyOf(Operator):
    """Alternatives: one of them is enough."""

    of: tuple[Operator, ...]

    example = ["held out", "set aside"], "some pictures are set aside"

    def write(self) -> list[object]:
        """A list."""
        return [one.write() for one in self.of]

    def compile(self, builder: Builder, how: Tolerance) -> Matcher:
        """What looks for all of them at once; the same for the same list."""
        known = builder.made.get((self, how))
        if known is None:
            known = builder.made[self, how] = any_of([one.compile(builder, how) for one in self.of])
        return known

    @property
    def title(self) -> str:
        """That of the first."""
        return self.of[0].title if self.of else ""

    def alternatives(self) -> tuple[Operator, ...]:
        """All of them."""
        return self.of

    def phrases(self) -> Iterator[str]:
        """Those of all."""
        for one in self.of:
            yield from one.phrases()
