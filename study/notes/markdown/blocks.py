"""A note as a tree of blocks, made from Markdown's token stream, every block and line knowing its place."""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it.tree import SyntaxTreeNode

from study.notes.markdown.block import Block
from study.notes.markdown.dialect import parser
from study.notes.markdown.folds import Folds
from study.notes.markdown.html import parts_of
from study.notes.markdown.left import Left
from study.notes.markdown.lines import Line
from study.notes.markdown.tokens import lines_of
from study.notes.marks import ANSWER
from study.texts import _


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole note's blocks, and what could not become part of any."""

    blocks: tuple[Block, ...]
    left: tuple[Left, ...]


def read_blocks(text: str) -> Tree:
    """The blocks of a prepared note."""
    builder = _Builder(text)
    blocks = builder.read(text, 0)
    return Tree(blocks, tuple(builder.left) + builder.uncovered())


_WORD = re.compile(r"\w")
_NUMBER_ALONE = re.compile(r"\s*\d+[.)]\s*")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_CODE = re.compile(r"[{};=]|\w\(|^\s*(def|class|import|from|for|if|return|print|>>>|\$)\b")


class _Builder:
    def __init__(self, text: str) -> None:
        self.parser = parser()
        self.left: list[Left] = []
        self.source = text.split("\n")
        self.covered: set[int] = set()

    def read(self, text: str, offset: int) -> tuple[Block, ...]:
        return self.blocks(SyntaxTreeNode(self.parser.parse(text)).children, offset)

    def blocks(self, nodes: list[SyntaxTreeNode], offset: int) -> tuple[Block, ...]:
        folds = Folds()
        for node in nodes:
            if node.type == "html_block":
                self.html(node, offset, folds)
            else:
                folds.extend(self.block(node, offset))
        return folds.finish()

    def block(self, node: SyntaxTreeNode, offset: int) -> tuple[Block, ...]:
        first, last = node.map or (0, 0)
        line = first + offset + 1
        match node.type:
            case "heading":
                return self.heading(node, line, offset)
            case "paragraph":
                lines = self.inline(node, line, offset)
                return (Block("text", line, lines),) if lines else ()
            case "bullet_list" | "ordered_list":
                return tuple(self.item(each, line, offset) for each in node.children)
            case "blockquote":
                return (Block("quote", line, blocks=self.blocks(node.children, offset)),)
            case "fence":
                self.cover(line, last + offset)
                return (Block("code", line, code=node.content.rstrip("\n")),)
            case "code_block":
                return self.indented(node, line, last + offset)
            case "table":
                return (self.table(node, line, offset),)
            case "hr":
                return (Block("rule", line),)
            case _:
                return self.blocks(node.children, offset)

    def heading(self, node: SyntaxTreeNode, line: int, offset: int) -> tuple[Block, ...]:
        lines = self.inline(node, line, offset)
        level = int(node.tag[1:])
        underlined = node.markup[:1] in "-="
        words = sum(len(each.raw.split()) for each in lines)
        if underlined and lines and (len(lines) > 1 or words > 14 or ANSWER.match(lines[0].raw)):
            # A rule drawn right under a paragraph: Markdown takes the paragraph for a heading, its author did not.
            return Block("text", line, lines), Block("rule", line)
        return (Block("heading", line, lines, level=level),) if lines else ()

    def item(self, node: SyntaxTreeNode, group: int, offset: int) -> Block:
        line = (node.map or (0, 0))[0] + offset + 1
        blocks = self.blocks(node.children, offset)
        if not blocks:
            self.left.append(Left(line, _("an empty list item was left out.")))
        return Block("item", line, blocks=blocks, level=group, marker=node.info if node.info.isdecimal() else "")

    def indented(self, node: SyntaxTreeNode, line: int, last: int) -> tuple[Block, ...]:
        content = node.content.rstrip("\n")
        written = [each for each in content.split("\n") if each.strip()]
        if sum(bool(_CODE.search(_TAG.sub("", each))) for each in written) * 2 >= len(written):
            self.cover(line, last)
            return (Block("code", line, code=content),)
        dedented = "\n".join((each.lstrip(" \t") or each) for each in content.split("\n"))
        return self.read(dedented, line - 1)

    def table(self, node: SyntaxTreeNode, line: int, offset: int) -> Block:
        rows = []
        for row in (each for each in node.walk() if each.type == "tr"):
            at = (row.map or (line - 1 - offset, 0))[0] + offset + 1
            rows.append(tuple(self.inline(cell, at, offset, fixed=at) for cell in row.children))
        self.cover(line, (node.map or (0, line))[1] + offset)
        return Block("table", line, rows=tuple(rows))

    def html(self, node: SyntaxTreeNode, offset: int, folds: Folds) -> None:
        first, last = node.map or (0, 0)
        line = first + offset + 1
        self.cover(line, last + offset)
        parts, pictures = parts_of(node.content)
        if pictures:
            self.left.append(Left(line, _("a picture ({where}) was left out.", where="HTML")))
        for part in parts:
            folds.part(part, line)

    def inline(self, node: SyntaxTreeNode, line: int, offset: int, fixed: int | None = None) -> tuple[Line, ...]:
        token = next((child.token for child in node.children if child.type == "inline" and child.token), None)
        if token is None:
            return ()
        first = (token.map[0] + offset + 1) if token.map else line
        lines, left = lines_of(token, fixed or first)
        self.left.extend(left)
        if token.map:
            self.cover(first, token.map[1] + offset)
        return tuple(lines)

    def cover(self, first: int, last: int) -> None:
        self.covered.update(range(first, last + 1))

    def uncovered(self) -> tuple[Left, ...]:
        """Lines with words that became part of nothing: definitions of links and footnotes, and the like."""
        return tuple(
            Left(number, _("“{words}” was left out.", words=_start(line)))
            for number, line in enumerate(self.source, start=1)
            if number not in self.covered and _WORD.search(line) and not _NUMBER_ALONE.fullmatch(line)
        )


def _start(line: str) -> str:
    line = line.strip()
    return line if len(line) <= 60 else f"{line[:57]}…"
