"""What a note folds away: the blocks between `<details>` and `</details>` put together with their summary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import assert_never

from study.notes.markdown.block import Block
from study.notes.markdown.html import Part
from study.notes.markdown.lines import Line, Run


@dataclass(slots=True)
class _Fold:
    line: int
    summary: tuple[Line, ...] = ()
    blocks: list[Block] = field(default_factory=list)


class Folds:
    """Collects the blocks of one level. A fold that is never closed folds nothing."""

    def __init__(self) -> None:
        self.open = [_Fold(0)]

    def extend(self, blocks: Iterable[Block]) -> None:
        """Blocks that stand here."""
        self.open[-1].blocks += blocks

    def part(self, part: Part, line: int) -> None:
        """A part of a block of HTML."""
        kind, said = part
        match kind:
            case "fold":
                self.open.append(_Fold(line))
            case "unfold":
                self.unfold()
            case "summary":
                lines = tuple(Line(line, (Run(each, "strong"),)) for each in said)
                if len(self.open) > 1 and not self.open[-1].summary:
                    self.open[-1].summary = lines
                else:
                    self.extend(_text(line, lines))
            case "text":
                self.extend(_text(line, tuple(Line(line, (Run(each),), hard=True) for each in said)))
            case _:
                assert_never(kind)

    def unfold(self) -> None:
        """The innermost fold ends."""
        if len(self.open) > 1:
            fold = self.open.pop()
            self.extend([Block("folded", fold.line, fold.summary, tuple(fold.blocks))])

    def finish(self) -> tuple[Block, ...]:
        """All blocks of the level."""
        first, *unclosed = self.open
        for fold in unclosed:
            first.blocks += (*_text(fold.line, fold.summary), *fold.blocks)
        return tuple(first.blocks)


def _text(line: int, lines: tuple[Line, ...]) -> list[Block]:
    return [Block("text", line, lines)] if lines else []
