"""Reading a note: which of its blocks ask, which answer, which recap, and which belong to none of these."""

from __future__ import annotations

from collections.abc import Sequence

from study.notes.blocks import Block, read_blocks
from study.notes.choices import choice_in
from study.notes.entries import Entry, Notes, Remark
from study.notes.inline import joined
from study.notes.lists import Lists
from study.notes.markers import (
    ANSWER,
    NUMBER,
    asks,
    is_likely_question,
    names_section,
    section_of,
)
from study.notes.numbering import numbered
from study.notes.page import number_of
from study.notes.plan import plan_region
from study.notes.source import prepare
from study.notes.words import (
    children,
    first_text,
    plain,
)


def read_notes(text: str) -> Notes:
    """The questions, recap lines and prompts of a Markdown note, and remarks on whatever could not be read."""
    source = prepare(text)
    tree = read_blocks(source.text)
    reader = _Reader(tree.blocks, source.title)
    reader.walk(tree.blocks)
    entries, remarks = reader.finish()
    left = (Remark(each.line, f"{each.what} was left out.") for each in (*source.left, *tree.left))
    return Notes(
        entries, tuple(sorted((*remarks, *left), key=lambda remark: remark.line)), source.title or reader.title
    )


class _Reader(Lists):
    """Walks a note, section by section."""

    def walk(self, blocks: Sequence[Block]) -> None:
        """Read blocks that stand at one level, region by region between headings."""
        start = 0
        while start < len(blocks):
            end = start + 1
            while end < len(blocks) and blocks[end].kind != "heading" and not self.titles(blocks, end):
                end += 1
            self.region(blocks, start, end)
            start = end

    def region(self, blocks: Sequence[Block], start: int, end: int) -> None:
        """Read what stands between two headings, the first of them included."""
        inner = blocks[start:end]
        if inner[0].kind == "heading":
            self.heading(inner[0], inner[1:], blocks[end] if end < len(blocks) else None)
            inner = inner[1:]
        elif self.titles(blocks, start):
            self.enter(7, first_text(inner[0]), inner[0].line)
            inner = inner[1:]
        plan = plan_region(inner, self.section, self.question_mark)
        for index, block in enumerate(inner):
            following = inner[index + 1] if index + 1 < len(inner) else None
            if self.section == "other" and self.open is None and not self.is_marked(block):
                continue
            match block.kind:
                case "text":
                    self.text(block, following, plan)
                case "item":
                    self.item(block, inner, index, plan)
                case "quote":
                    self.quote(block, following, plan)
                case "table":
                    self.table(block)
                case "code":
                    self.add(block)
                case _:
                    pass

    def titles(self, blocks: Sequence[Block], index: int) -> bool:
        """Whether a paragraph is a title that its author did not mark as one."""
        block = blocks[index]
        if block.kind != "text" or len(block.lines) != 1:
            return False
        line = block.lines[0]
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        if self.question_mark(line.raw) or ANSWER.match(line.raw):
            return False
        if names_section(line.text):
            kind = section_of(line.text)
            return kind == "other" or following is None or following.kind in ("item", "text", "heading")
        bold = line.all_in("strong") and not is_likely_question(line.text) and len(line.text.split()) <= 8
        return bold and following is not None and self.begins_question(following)

    def heading(self, block: Block, content: Sequence[Block], following: Block | None) -> None:
        """A heading: a question, the word “Answer”, a part of an answer, or a section."""
        text = joined(block.lines)
        line = block.lines[0]
        if (match := ANSWER.match(line.raw)) is not None and self.open is not None:
            self.answer(line, match.end())
            return
        match = self.question_mark(line.raw)
        if match is not None:
            self.begin("heading", line, number_of(match), [line.after(match.end())], level=block.level)
            return
        number = NUMBER.match(line.raw)
        rest = line.after(number.end()) if number else line
        empty_title = not content and following is not None and following.level > block.level
        asking = asks(text) or (number is not None and is_likely_question(rest.text)) or choice_in(line) is not None
        if asking and not empty_title and not self.holds_questions(content) and section_of(text) != "other":
            self.begin(
                "heading", line, int(number["number"]) if number else None, [rest, *block.lines[1:]], block.level
            )
            return
        deeper = self.open is not None and self.open.form == "heading" and block.level > self.open.level
        if deeper and not section_of(text):
            self.add(Block("text", block.line, block.lines))
            return
        self.enter(block.level, text, block.line)

    def holds_questions(self, content: Sequence[Block]) -> bool:
        """Whether what stands under a heading asks and answers by itself."""
        if any(self.is_marked(block) for block in content if block.kind in ("text", "item")):
            return True
        asking = [index for index, block in enumerate(content) if block.kind == "item" and asks(first_text(block))]
        answered = [
            index
            for index in asking
            if children(content[index]) or (index + 1 < len(content) and content[index + 1].kind == "quote")
        ]
        return len(answered) >= 2

    def finish(self) -> tuple[tuple[Entry, ...], tuple[Remark, ...]]:
        """All entries in the order of the note. Where nothing was answered or recapped, its lists are the recap."""
        self.close()
        if all(each.kind == "prompt" for each in self.found):
            pending, self.pending = self.pending, []
            for block in pending:
                if block.kind == "item":
                    self.recap_item(block)
                else:
                    self.pending.append(block)
        for block in self.pending:
            text = plain([block]) or "something"
            start = " ".join(text.split())
            shown = start if len(start) <= 60 else f"{start[:57]}…"
            self.remark(block.line, f"“{shown}” belongs to no question; it was left out.")
        return numbered(self.found), tuple(self.remarks)
