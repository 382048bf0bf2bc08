"""A sentence by its words, whatever their order: what drafting writes, for a human to mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from study.grading.match.builder import Builder, Tolerance
from study.grading.match.judged import NOTHING, Found, Judged
from study.grading.match.matcher import Matcher
from study.grading.match.operator import TEXT, KeyedOperator, Path, Reader, Schema
from study.grading.match.reading import Reading
from study.grading.similarity.measure import DRAFT_ACCEPT, Evidence, Similarity


@dataclass(frozen=True, slots=True)
class Like(KeyedOperator):
    """A sentence whose meaning is looked for by its words: what a drafted rubric has before a human mends it."""

    text: str

    heads = ("like",)
    keys: ClassVar[Schema] = {
        "like": {**TEXT, "description": "A sentence whose words are looked for; what drafting writes."}
    }
    example = {"like": "The terminals are not separated by a gap."}, "The terminals are not separated by a gap"
    drafted = True

    @classmethod
    def read(cls, data: Mapping[str, Any], path: Path, reader: Reader) -> Self:
        """From `like`."""
        text = str(data["like"]).strip()
        if not text:
            reader.fault(path, "The sentence is empty.", "Write what an answer should say.")
        return cls(text)

    def write(self) -> dict[str, object]:
        """A mapping."""
        return {"like": self.text}

    def compile(self, builder: Builder, how: Tolerance) -> Matcher:
        """What measures how near an answer is to it."""
        return _LikeMatcher(Similarity(self.text, builder.asked, builder.language), how.whole)

    @property
    def title(self) -> str:
        """The sentence itself."""
        return self.text


@dataclass(slots=True)
class _LikeMatcher(Matcher):
    """How near an answer is to a sentence; where `whole`, whether it says it, as a draft would accept it."""

    similarity: Similarity
    whole: bool

    def judge(self, reading: Reading) -> Judged:
        """As much of it as an answer is near it."""
        seen = self.similarity.evidence(reading.text)
        if self.whole:
            return Judged(1.0, _positions(seen)) if seen.score >= DRAFT_ACCEPT else NOTHING
        return Judged(seen.score, _positions(seen))

    def find(self, reading: Reading) -> list[Found]:
        """Where its words stand, in an answer that says it."""
        seen = self.similarity.evidence(reading.text)
        positions = _positions(seen)
        if seen.score < DRAFT_ACCEPT or not positions:
            return []
        return [Found(positions[0], positions[-1], positions, True)]


def _positions(seen: Evidence) -> tuple[int, ...]:
    return tuple(sorted(seen.positions.values()))
