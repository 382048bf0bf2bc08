"""What a note folds away: the blocks between `<details>` and `</details>` put together with their summary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import assert_never

from study.notes.markdown.block import Block
from study.notes.markdown.html import Part
from study.notes.markdown.lines import Line, Run


@dataclass(slots=True)
class _Fold:
    """What is folded. `asks`: its summary has begun and not yet ended, `asked` are the blocks within that."""

    line: int
    summary: tuple[Line, ...] = ()
    blocks: list[Block] = field(default_factory=list)
    asks: bool = False
    asked: list[Block] = field(default_factory=list)


class Folds:
    """Collects the blocks of one level. A fold that is never closed folds nothing."""

    def __init__(self) -> None:
        self.open = [_Fold(0)]

    def extend(self, blocks: Iterable[Block]) -> None:
        """Blocks that stand here."""
        fold = self.open[-1]
        (fold.asked if fold.asks else fold.blocks).extend(blocks)

    def part(self, part: Part, line: int) -> None:
        """A part of a block of HTML."""
        kind, said = part
        match kind:
            case "fold":
                self.open.append(_Fold(line))
            case "unfold":
                self.unfold()
            case "opens" | "summary":
                self.summary(tuple(Line(line, (Run(each, "strong"),)) for each in said), line, ends=kind == "summary")
            case "text":
                self.extend(_text(line, tuple(Line(line, (Run(each),), hard=True) for each in said)))
            case _:
                assert_never(kind)

    def summary(self, lines: tuple[Line, ...], line: int, *, ends: bool) -> None:
        """Lines of a summary; what stands between its beginning and its end belongs to it."""
        fold = self.open[-1]
        if fold.asks:
            within = (each for block in fold.asked for each in _set_out(block))
            fold.summary += (*within, *lines)
            fold.asked.clear()
        elif len(self.open) > 1 and not fold.summary:
            fold.summary = lines
        else:
            self.extend(_text(line, lines))
            return
        fold.asks = not ends

    def unfold(self) -> None:
        """The innermost fold ends."""
        if len(self.open) > 1:
            fold = self.open.pop()
            self.extend([Block("folded", fold.line, fold.summary, (*fold.asked, *fold.blocks))])

    def finish(self) -> tuple[Block, ...]:
        """All blocks of the level."""
        first, *unclosed = self.open
        for fold in unclosed:
            first.blocks += (*_text(fold.line, fold.summary), *fold.asked, *fold.blocks)
        return tuple(first.blocks)


def _set_out(block: Block) -> Iterator[Line]:
    """The lines of a block, each standing by itself."""
    if block.kind == "code":
        yield from (Line(block.line, (Run(each, "code"),), hard=True) for each in block.code.split("\n"))
    else:
        yield from (replace(line, hard=True) for line in block.all_lines)


def _text(line: int, lines: tuple[Line, ...]) -> list[Block]:
    return [Block("text", line, lines)] if lines else []
