"""What a point looks for, read from the file of an author: alternatives and the mappings of operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from study.grading.language.languages import language_of
from study.grading.match.builder import Builder
from study.grading.match.operator import Operator, Path
from study.grading.match.operators.any_of import AnyOf
from study.grading.match.operators.words import Words
from study.grading.match.registry import BY_HEAD, KEYS
from study.grading.rubric import RubricFault

_UNREAD = Words("")
"""What stands for a part with a fault."""


class PartReader:
    """Reads parts, and notes every fault."""

    def __init__(self, language: str, synonyms: tuple[tuple[str, ...], ...]) -> None:
        self.faults: list[RubricFault] = []
        self.builder = Builder(language_of(language), synonyms)

    def fault(self, path: Path, message: str, fix: str) -> None:
        """Note a fault: what is wrong, and how to put it right."""
        self.faults.append(RubricFault(path, message, fix))

    def part(self, data: object, path: Path) -> Operator:
        """What is looked for: words, alternatives, or what an operator's keys say."""
        return self._titled(data, path)[0]

    def parts(self, data: object, path: Path, least: int) -> tuple[tuple[Operator, ...], tuple[str, ...]]:
        """A list of so many parts at least, with what feedback calls each."""
        if isinstance(data, str) or not isinstance(data, Sequence) or len(data) < least:
            self.fault(path, f"This is not a list of at least {least}.", "Write each thing on its own line with `- `.")
            return (), ()
        read = [self._titled(one, (*path, i)) for i, one in enumerate(data)]
        return tuple(part for part, _ in read), tuple(title for _, title in read)

    def _titled(self, data: object, path: Path) -> tuple[Operator, str]:
        """A part, and what feedback calls it: its name, or the title of what it looks for first."""
        if isinstance(data, bool):
            self.fault(path, f"“{data}” was read as true or false.", "Put it in quotes.")
            return _UNREAD, ""
        if isinstance(data, str | int | float):
            words = Words.read(str(data), path, self)
            return words, words.title
        if isinstance(data, Mapping):
            if len(data) == 1 and next(iter(data)) not in KEYS:
                name, inside = next(iter(data.items()))
                return self.part(inside, (*path, name)), str(name)
            operator = self.operator(data, path)
            return operator, operator.title
        if isinstance(data, Sequence) and data:
            read = [self._titled(one, (*path, i)) for i, one in enumerate(data)]
            return read[0][0] if len(read) == 1 else AnyOf(tuple(part for part, _ in read)), read[0][1]
        self.fault(path, "There are no alternatives.", "Write at least one way of saying it.")
        return _UNREAD, ""

    def operator(self, data: Mapping[str, Any], path: Path) -> Operator:
        """What the keys of a mapping say."""
        for key in data:
            if key not in KEYS:
                self.fault((*path, key), f"`{key}` is not known here.", f"Known are {', '.join(KEYS)}.")
        heads = [head for head in BY_HEAD if head in data]
        if not heads:
            self.fault(path, "Nothing says what to look for.", f"Write alternatives, or one of {', '.join(BY_HEAD)}.")
            return _UNREAD
        if len(heads) > 1:
            self.fault(path, f"{' and '.join(f'`{head}`' for head in heads)} stand side by side.", "Keep one.")
            return _UNREAD
        head = heads[0]
        operator = BY_HEAD[head]
        for key in data:
            if key in KEYS and key not in operator.keys:
                self.fault((*path, key), f"`{key}` does not belong with `{head}`.", "Take it out.")
        return operator.read(data, (*path, head), self)
