"""A block of a note: a heading, a paragraph, an item of a list, and what else Markdown knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from study.notes.markdown.lines import Line, joined

Kind = Literal["heading", "text", "item", "quote", "code", "table", "rule", "folded"]


@dataclass(frozen=True, slots=True)
class Block:
    """A block. An item's `marker` is its own number, or empty for a bullet.

    An item's `level` is the line its list begins on, a heading's is Markdown's own; `rows` are a table's cells,
    each with its lines. Something folded has its summary's `lines`.
    """

    kind: Kind
    line: int
    lines: tuple[Line, ...] = ()
    blocks: tuple[Block, ...] = ()
    level: int = 0
    marker: str = ""
    code: str = ""
    rows: tuple[tuple[tuple[Line, ...], ...], ...] = ()

    @property
    def first_lines(self) -> tuple[Line, ...]:
        """The lines an item, quotation or text begins with."""
        if self.kind in ("text", "heading"):
            return self.lines
        if self.kind in ("item", "quote") and self.blocks:
            return self.blocks[0].first_lines
        return ()

    @property
    def first_text(self) -> str:
        """The plain text a block begins with."""
        return joined(self.first_lines)

    @property
    def beneath(self) -> tuple[Block, ...]:
        """What an item holds beneath its own text."""
        return self.blocks[1:] if self.blocks and self.blocks[0].kind in ("text", "heading") else self.blocks

    @property
    def own_number(self) -> int | None:
        """An item's number as its author wrote it."""
        return int(self.marker) if self.marker else None

    @property
    def all_lines(self) -> Iterator[Line]:
        """Every line within, code apart."""
        if self.kind != "code":
            yield from self.lines
            for block in self.blocks:
                yield from block.all_lines
