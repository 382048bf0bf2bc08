"""Reading a note: which of its blocks ask, which answer, which recap, and which belong to none of these.

The way of a note: `markdown` makes it a tree of blocks; the reader walks it region by region and gives each block to
the form that reads its kind; the forms tell the collector what they find; `numbering` counts the entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import assert_never

from study.notes.entries import Entry, Notes, Remark
from study.notes.forms.answer_key import AnswerKey
from study.notes.forms.folded import Folded
from study.notes.forms.headings import Headings
from study.notes.forms.lists import Lists
from study.notes.forms.paragraphs import Paragraphs
from study.notes.forms.plan import Place, plan_region
from study.notes.forms.quotations import Quotations
from study.notes.forms.tables import Tables
from study.notes.forms.unmarked import Unmarked
from study.notes.markdown.block import Block
from study.notes.markdown.blocks import read_blocks
from study.notes.markdown.prepare import prepare
from study.notes.marked import marked_questions
from study.notes.numbering import numbered
from study.notes.questions.collector import Collector
from study.notes.questions.conventions import Conventions
from study.notes.questions.plain import plain
from study.texts import _


def read_notes(text: str) -> Notes:
    """The questions, recap lines and prompts of a Markdown note, and remarks on whatever could not be read."""
    source = prepare(text)
    tree = read_blocks(source.text)
    reader = Reader(tree.blocks, source.title)
    reader.walk(tree.blocks)
    entries = reader.finish()
    left = (Remark(each.line, each.what) for each in (*source.left, *tree.left))
    remarks = sorted((*reader.collector.remarks, *left), key=lambda remark: remark.line)
    title = source.title or reader.collector.title
    return Notes(entries, tuple(remarks), title, marked_questions(source.text))


class Reader:
    """Walks a note, section by section, with one reader for each form."""

    def __init__(self, blocks: Sequence[Block], title: str) -> None:
        self.conventions = Conventions.of(blocks)
        self.collector = Collector(title, self.conventions)
        self.headings = Headings(self.collector, self.conventions)
        self.paragraphs = Paragraphs(self.collector, self.conventions, Unmarked(self.collector, self.conventions))
        self.quotations = Quotations(self.collector, self.conventions, self.walk)
        self.lists = Lists(self.collector, self.conventions, self.quotations, self.walk)
        self.answer_key = AnswerKey(self.collector)
        self.tables = Tables(self.collector)
        self.folded = Folded(self.collector, self.conventions, self.quotations, self.walk)

    def walk(self, blocks: Sequence[Block]) -> None:
        """Read blocks that stand at one level, region by region between headings."""
        titles = [self.headings.is_title(*pair) for pair in zip_longest(blocks, blocks[1:])]
        start = 0
        while start < len(blocks):
            end = start + 1
            while end < len(blocks) and blocks[end].kind != "heading" and not titles[end]:
                end += 1
            following = blocks[end] if end < len(blocks) else None
            self.region(blocks[start:end], following, titled=titles[start])
            start = end

    def region(self, blocks: Sequence[Block], following: Block | None, *, titled: bool) -> None:
        """Read what stands between two headings, the first of them included."""
        first = blocks[0]
        if first.kind in ("heading", "text") and self.answer_key.read(first.first_text, blocks[1:]):
            return
        if first.kind == "heading":
            blocks = blocks[1:]
            self.headings.read(first, blocks, following)
        elif titled:
            blocks = blocks[1:]
            self.collector.enter(7, first.first_text, first.line)
        plan = plan_region(blocks, self.collector.section, self.conventions)
        for index, block in enumerate(blocks):
            if block.kind == "text" and self.answer_key.read(block.first_text, blocks[index + 1 :]):
                return
            if not self.passes_over(block):
                self.block(block, Place(blocks, index, plan))

    def passes_over(self, block: Block) -> bool:
        """Whether a block stands in a section that holds no questions, and asks none all the same."""
        outside = self.collector.section == "other" and self.collector.open is None
        headed = block.kind == "item" and self.lists.is_headed_question(block)
        return outside and not headed and not self.conventions.marks_question(block)

    def block(self, block: Block, place: Place) -> None:
        """Give a block to the form that reads its kind."""
        match block.kind:
            case "text":
                self.paragraphs.read(block, place)
            case "item":
                self.lists.read(block, place)
            case "quote":
                self.quotations.read(block, place)
            case "table":
                self.tables.read(block)
            case "code":
                self.collector.add(block)
            case "folded":
                self.folded.read(block)
            case "heading" | "rule":
                pass
            case _:
                assert_never(block.kind)

    def finish(self) -> tuple[Entry, ...]:
        """All entries in the order of the note. Where nothing was answered or recapped, its lists are the recap."""
        collector = self.collector
        collector.close()
        if all(each.kind == "prompt" for each in collector.found):
            pending, collector.pending = collector.pending, []
            for block in pending:
                if block.kind == "item":
                    self.lists.recap(block)
                else:
                    collector.pending.append(block)
        for block in collector.pending:
            start = " ".join((plain([block]) or "something").split())
            shown = start if len(start) <= 60 else f"{start[:57]}…"
            collector.remark(block.line, _("“{words}” belongs to no question; it was left out.", words=shown))
        return numbered(collector.found)
