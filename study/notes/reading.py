"""Reading a note: which of its blocks ask, which answer, which recap, and which belong to none of these."""

# ruff: noqa: RUF001 - the full-width colon is meant

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise, takewhile
from typing import Literal

from study.notes.blocks import Block, read_blocks
from study.notes.choices import choice_in
from study.notes.entries import Entry, Kind, Notes, Remark
from study.notes.inline import Line, joined
from study.notes.markers import (
    ANSWER,
    GERMAN_QUESTION,
    NUMBER,
    OPTION_A,
    OPTION_B,
    QUESTION,
    Section,
    asks,
    begins_as_question,
    holds_question,
    is_likely_question,
    names_section,
    section_of,
)
from study.notes.numbering import Found, numbered
from study.notes.plan import Plan, plan_region
from study.notes.source import prepare
from study.notes.words import (
    CALLOUT,
    asks_within,
    children,
    first_lines,
    first_text,
    is_marked_run_in,
    options_chosen,
    plain,
    question_end,
    run_in,
)

Form = Literal["marked", "numbered", "heading", "bullet", "bold", "plain", "quote"]


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


@dataclass(slots=True)
class _Question:
    """A question whose answer is still being read."""

    line: int
    form: Form
    number: int | None
    section: int
    level: int = 0
    lines: list[Line] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    answered: bool = False
    marked: bool = False


@dataclass(frozen=True, slots=True)
class _Level:
    """A heading that stands above what is being read."""

    level: int
    kind: Section
    title: str
    line: int


class _Reader:
    def __init__(self, blocks: Sequence[Block], title: str) -> None:
        self.found: list[Found] = []
        self.remarks: list[Remark] = []
        self.pending: list[Block] = []
        self.open: _Question | None = None
        self.section_count = 0
        self.title = ""
        kind = section_of(title)
        self.levels = [_Level(0, "" if kind == "other" else kind, title, 1)]
        raws = [line.raw for line in _lines(blocks)]
        answers = sum(ANSWER.match(raw) is not None for raw in raws)
        questions = sum(QUESTION.match(raw) is not None for raw in raws)
        self.german = not questions and answers >= 1 and any(GERMAN_QUESTION.match(raw) for raw in raws)
        if self.german:
            questions = sum(GERMAN_QUESTION.match(raw) is not None for raw in raws)
        self.answers_marked = answers > 0 and answers * 2 >= questions

    @property
    def section(self) -> Section:
        """What the innermost section that says so holds."""
        return next((level.kind for level in reversed(self.levels) if level.kind), "")

    # --- the walk --------------------------------------------------------------------------------------------------

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

    def begins_question(self, block: Block) -> bool:
        """Whether a block opens with a question of its own."""
        lines = first_lines(block)
        if not lines or block.kind == "quote":
            return False
        raw = lines[0].raw
        numbered_item = block.kind == "item" and bool(block.marker)
        return self.question_mark(raw) is not None or (
            (numbered_item or NUMBER.match(raw) is not None) and asks(first_text(block))
        )

    def question_mark(self, raw: str) -> re.Match[str] | None:
        """The mark by which a line declares itself a question."""
        return QUESTION.match(raw) or (GERMAN_QUESTION.match(raw) if self.german else None)

    def is_marked(self, block: Block) -> bool:
        """Whether a block holds a line that declares itself a question."""
        return any(self.question_mark(line.raw) for line in _lines([block]))

    # --- sections --------------------------------------------------------------------------------------------------

    def enter(self, level: int, title: str, line: int) -> None:
        """A section begins; what was being answered has ended."""
        self.close()
        while len(self.levels) > 1 and self.levels[-1].level >= level:
            self.levels.pop()
        self.section_count += 1
        self.title = self.title or title
        self.levels.append(_Level(level, section_of(title), title, line))
        if self.section == "other":
            self.remark(line, f"The section “{title}” holds no questions; it was left out.")

    def heading(self, block: Block, content: Sequence[Block], following: Block | None) -> None:
        """A heading: a question, the word “Answer”, a part of an answer, or a section."""
        text = joined(block.lines)
        line = block.lines[0]
        if (match := ANSWER.match(line.raw)) is not None and self.open is not None:
            self.answer(line, match.end())
            return
        match = self.question_mark(line.raw)
        if match is not None:
            self.begin("heading", line, _number(match), [line.after(match.end())], level=block.level)
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

    # --- questions and their answers ---------------------------------------------------------------------------------

    def begin(self, form: Form, at: Line, number: int | None, lines: Iterable[Line], level: int = 0) -> _Question:
        """A question opens; the one before has ended."""
        self.close()
        self.open = _Question(at.number, form, number, self.section_count, level)
        self.open.lines.extend(line for line in lines if line.raw.strip())
        return self.open

    def answer(self, line: Line, skip: int) -> None:
        """The open question's answer begins on this line; what stood before it unmarked was still the question."""
        assert self.open is not None
        question = self.open
        if not question.marked and all(block.kind in ("text", "item") for block in question.blocks):
            for block in question.blocks:
                question.lines.extend(_set_off(list(_lines([block]))))
            question.blocks.clear()
        question.marked = True
        self.open.answered = True
        rest = line.after(skip)
        if rest.raw.strip():
            self.open.blocks.append(Block("text", line.number, (rest,)))

    def add(self, block: Block) -> None:
        """A block of the open question's answer; with none open, something left over."""
        if self.open is None:
            self.pending.append(block)
        else:
            self.open.answered = True
            self.open.blocks.append(block)

    def close(self) -> None:
        """The open question is complete."""
        question, self.open = self.open, None
        if question is None:
            return
        text, answer = joined(question.lines, flowing=True), plain(question.blocks)
        options = options_chosen(question.blocks)
        if options is not None:
            text = "\n".join((text, *options[0]))
            answer = "\n".join(options[1])
        if not answer:
            choices = [choice for line in question.lines if (choice := choice_in(line)) is not None]
            told_apart = question.marked or (question.form == "marked" and self.answers_marked)
            split = None if told_apart else run_in(question.lines)
            if choices:
                answer = choices[0].chosen
            elif split is not None:
                text, answer = split
        if re.fullmatch(r"(?:\W|_)*(?:TODO|TBD|tbd|todo|N/?A)?(?:\W|_)*", answer) and "`" not in answer:
            if re.search(r"\w", answer):
                self.remark(question.line, f"The answer “{answer}” was read as none.")
            answer = answer if re.search(r"[\d=<>+]", answer) else ""
        if not text:
            self.remark(question.line, "A question without words was left out, with its answer.")
            return
        self.keep("question", question.number, text, answer, question.line, question.section)

    def keep(self, kind: Kind, number: int | None, question: str, answer: str, line: int, section: int) -> None:
        self.found.append(Found(kind, number, question, answer, line, section))

    def remark(self, line: int, what: str) -> None:
        self.remarks.append(Remark(line, what))

    # --- paragraphs --------------------------------------------------------------------------------------------------

    def text(self, block: Block, following: Block | None, plan: Plan) -> None:
        """A paragraph, which may hold several questions and answers, a line each."""
        held: list[Line] = []
        fresh = False
        for index, line in enumerate(block.lines):
            later = block.lines[index + 1] if index + 1 < len(block.lines) else None
            mark = self.question_mark(line.raw)
            if mark is not None:
                self.flush(held, fresh, following, plan)
                self.begin("marked", line, _number(mark), [])
                held, fresh = [line.after(mark.end())], True
            elif self.is_answer(line, later, following, held, fresh):
                self.flush(held, fresh, following, plan)
                match = ANSWER.match(line.raw)
                assert match is not None
                self.answer(line.until(0), 0)
                held, fresh = [line.after(match.end())], False
            elif (number := NUMBER.match(line.raw)) is not None and self.is_next(number, line, index == 0):
                self.flush(held, fresh, following, plan)
                self.begin("numbered", line, int(number["number"]), [])
                held, fresh = [line.after(number.end())], True
            elif line.text in ("?", "??") and held:
                asked, held = held, []
                self.begin("plain", asked[0], None, asked).answered = True
                fresh = False
            else:
                held.append(line)
        self.flush(held, fresh, following, plan)

    def is_answer(
        self, line: Line, later: Line | None, following: Block | None, held: Sequence[Line], fresh: bool
    ) -> bool:
        """Whether a line begins an answer: marked so, and not the first of several options to choose from."""
        if self.open is None or ANSWER.match(line.raw) is None:
            return False
        if OPTION_A.match(line.raw):
            after = (
                later.raw if later else (first_lines(following)[0].raw if following and first_lines(following) else "")
            )
            return not OPTION_B.match(after)
        return True

    def is_next(self, number: re.Match[str], line: Line, first: bool) -> bool:
        """Whether a number at the start of a line of plain text numbers a question."""
        rest = line.after(number.end()).text
        if (self.open is not None and self.open.form in ("marked", "heading")) or not is_likely_question(rest):
            return False
        last = self.open.number if self.open is not None else None
        return first or last is None or int(number["number"]) == last + 1

    def flush(self, lines: list[Line], fresh: bool, following: Block | None, plan: Plan) -> None:
        """Lines without a mark go where they belong: to the open question, to its answer, or to neither."""
        lines = [line for line in lines if line.raw.strip() and not _RULE.fullmatch(line.raw)]
        if not lines:
            return
        question = self.open
        if question is None or (not fresh and self.is_another(question, lines, following, plan)):
            self.loose(lines, following, plan)
        elif question.answered:
            self.add(Block("text", lines[0].number, tuple(lines)))
        elif question.form in ("marked", "heading") and self.answers_marked and (fresh or question.form == "marked"):
            question.lines.extend(_set_off(lines) if question.lines else lines)
        elif fresh or not question.lines:
            end = question_end(lines)
            question.lines.extend(lines[:end])
            if lines[end:]:
                self.add(Block("text", lines[end].number, tuple(lines[end:])))
        else:
            self.add(Block("text", lines[0].number, tuple(lines)))

    def is_another(self, question: _Question, lines: Sequence[Line], following: Block | None, plan: Plan) -> bool:
        """Whether lines without a mark, met while a question is open, are the next question."""
        if question.form in ("bold", "plain", "quote"):
            return self.is_weak(lines, following, plan)
        return question.form == "numbered" and plan.bold and self.is_bold_question(lines)

    def is_bold_question(self, lines: Sequence[Line]) -> bool:
        """Whether lines begin with a question set in bold, and nothing else on its line."""
        end = question_end(lines)
        return all(line.all_in("strong") for line in lines[:end]) and is_likely_question(joined(lines[:end]))

    def is_weak(self, lines: Sequence[Line], following: Block | None, plan: Plan) -> bool:
        """Whether unmarked lines ask by their style or their question mark alone."""
        if plan.bold and self.is_bold_question(lines):
            return True
        if plan.strong:
            return False
        if self.is_bold_question(lines) or (
            next(run for run in lines[0].runs if run.text.strip()).style == "strong" and is_marked_run_in(lines)
        ):
            return True
        text = joined(lines)
        if "::" in text and run_in(lines) is not None:
            return True
        end = question_end(lines)
        answered = end < len(lines) or (following is not None and following.kind != "rule")
        return asks(joined(lines[:end])) and len(text) <= 400 and answered and self.section != "prompts"

    def loose(self, lines: list[Line], following: Block | None, plan: Plan) -> None:
        """Lines that belong to no question yet: one of a less marked kind, a prompt, a recap, or nothing known."""
        text = joined(lines)
        quoted = following is not None and following.kind == "quote"
        if (quoted and asks(text)) or self.is_weak(lines, following, plan):
            each_asks = len(lines) > 1 and all(asks(line.text) for line in lines)
            if not each_asks or quoted:
                end = question_end(lines)
                bold = lines[0].all_in("strong")
                while end > 1 and _closes(lines[0].text) and begins_as_question(lines[1].text):
                    self.begin("plain", lines[0], None, lines[:1])
                    lines, end = lines[1:], end - 1
                split = run_in(lines) if end == len(lines) and is_marked_run_in(lines) else None
                question = self.begin("bold" if bold else "plain", lines[0], None, lines[:end])
                if split is None and lines[end:]:
                    question.answered = True
                    question.blocks.append(Block("text", lines[end].number, tuple(lines[end:])))
                return
        self.close()
        if self.section == "recap" and not text.endswith((":", "：")) and not plan.strong:
            self.keep("recap", None, text, "", lines[0].number, self.section_count)
        elif asks(text) and all(asks(line.text) for line in lines):
            kind: Kind = "question" if self.section == "questions" else "prompt"
            for line in lines:
                self.keep(kind, None, line.text, "", line.number, self.section_count)
        elif self.section == "prompts" and holds_question(text):
            self.keep("prompt", None, text, "", lines[0].number, self.section_count)
        else:
            self.pending.append(Block("text", lines[0].number, tuple(lines)))

    # --- lists -------------------------------------------------------------------------------------------------------

    def item(self, block: Block, region: Sequence[Block], index: int, plan: Plan) -> None:
        """An item of a list, which is read as its list is."""
        if not block.blocks:
            return
        if block.blocks[0].kind == "heading" or (len(block.blocks) == 1 and block.blocks[0].kind == "item"):
            self.walk(block.blocks)
            return
        if id(block) in plan.questions and not self.inside_marked(block):
            number = int(block.marker) if block.marker else None
            self.ask(block, "numbered", number)
            return
        if block.level not in plan.modes:
            group = list(
                takewhile(lambda each: each.kind == "item" and each.level == block.level, islice(region, index, None))
            )
            plan.modes[block.level] = self.mode(group, region, plan)
        match plan.modes[block.level]:
            case "marked":
                before = self.open
                self.walk(block.blocks)
                if children(block) and self.open is not None and self.open is not before and self.open.answered:
                    self.close()
            case "answer":
                self.answer_item(block)
            case "questions":
                self.question_item(block)
            case "prompts":
                self.close()
                text = "\n".join(filter(None, (first_text(block), plain(children(block)))))
                self.keep("prompt", _marker(block), text, "", block.line, self.section_count)
            case "sections":
                self.section_item(block)
            case "recap":
                self.recap_item(block)
            case _:
                self.close()
                self.pending.append(block)

    def inside_marked(self, block: Block) -> bool:
        """Whether a numbered item lies within an answer that ends only at the next marked question."""
        inside = self.open is not None and self.open.form in ("marked", "heading")
        return inside and not self.begins_question(block)

    def ask(self, block: Block, form: Form, number: int | None) -> None:
        """An item that is a question; what stands beneath it is the answer."""
        lines = list(first_lines(block)) if block.blocks[0].kind in ("text", "heading") else []
        mark = self.question_mark(lines[0].raw) if lines else None
        if lines and mark is not None:
            number = _number(mark) or number
            lines[0] = lines[0].after(mark.end())
        at = Line(block.line, ())
        answer_at = next((i for i, line in enumerate(lines) if i and ANSWER.match(line.raw)), None)
        end = answer_at if answer_at is not None else question_end(lines)
        question = self.begin(form, at, number, lines[:end])
        if answer_at is not None:
            match = ANSWER.match(lines[answer_at].raw)
            assert match is not None
            self.answer(lines[answer_at], match.end())
            end += 1
        if lines[end:]:
            self.add(Block("text", lines[end].number, tuple(lines[end:])))
        self.beneath(children(block), question)

    def beneath(self, blocks: Sequence[Block], question: _Question) -> None:
        """What an item holds under its question."""
        items = [each for each in blocks if each.kind == "item"]
        asking = len(items) > 1 and all(asks(first_text(each)) and not children(each) for each in items)
        for block in blocks:
            lines = first_lines(block)
            match = ANSWER.match(lines[0].raw) if lines and block.kind != "code" else None
            if match is not None and not OPTION_A.match(lines[0].raw):
                self.answer(lines[0], match.end())
                inner = block.blocks[0] if block.kind in ("item", "quote") else block
                if inner.lines[1:]:
                    self.add(Block("text", inner.lines[1].number, inner.lines[1:]))
                for each in block.blocks[1:]:
                    self.add(each)
            elif block.kind == "item" and asking and not question.answered and len(blocks) > len(items):
                question.lines.extend(_set_off(lines))
            elif block.kind == "quote":
                self.quoted(block)
            else:
                self.add(block)

    def mode(self, group: Sequence[Block], region: Sequence[Block], plan: Plan) -> str:
        """How to read a list, seen as a whole."""
        texts = [first_text(each) for each in group]
        raws = [lines[0].raw for each in group if (lines := first_lines(each))]
        asked = any(self.question_mark(raw) for raw in raws)
        if asked or (self.open is not None and any(ANSWER.match(raw) and not OPTION_A.match(raw) for raw in raws)):
            return "marked"
        asking = sum(holds_question(text) for text in texts)
        own = [asks(first_text(each)) and bool(kids := children(each)) and not asks_within(kids) for each in group]
        if self.open is not None:
            complete = bool(self.open.blocks) or self.open.form == "bullet"
            if complete and any(own):
                return "questions"
            listed = len(group) >= 3 and all(asks(text) for text in texts)
            return "prompts" if complete and listed and self.open.form != "marked" else "answer"
        choices = any(choice_in(line) for each in group for line in first_lines(each))
        run_ins = sum(is_marked_run_in(first_lines(each)) for each in group)
        tails = sum(run_in(first_lines(each)) is not None for each in group)
        quotes = any(
            before.kind == "item" and after.kind == "quote" and asks(first_text(before))
            for before, after in pairwise(region)
        )
        if any(own) or choices or run_ins * 2 > len(group) or tails * 5 >= len(group) * 4 or (quotes and asking):
            return "questions"
        if self.section == "questions" and any(is_likely_question(text) for text in texts):
            return "questions"
        if self.section == "prompts" or asking * 2 >= len(group):
            return "prompts"
        if any(asks_within(children(each)) for each in group):
            return "sections"
        return "recap" if self.section == "recap" else "pending"

    def answer_item(self, block: Block) -> None:
        question = self.open
        if question is None:
            self.pending.append(block)
            return
        self.add(block)

    def question_item(self, block: Block) -> None:
        """A bullet of a list of questions."""
        text, beneath = first_text(block), children(block)
        choice = any(choice_in(line) for line in first_lines(block))
        if not holds_question(text) and not choice and asks_within(beneath):
            self.section_item(block)
        elif is_likely_question(text) or beneath or choice or run_in(first_lines(block)):
            self.ask(block, "bullet", _marker(block))
            if beneath:
                self.close()
        else:
            self.close()
            self.pending.append(block)

    def section_item(self, block: Block) -> None:
        """A bullet that is a title to those beneath it."""
        beneath = children(block)
        self.close()
        if not beneath:
            self.pending.append(block)
            return
        levels = list(self.levels)
        if block.blocks[0].kind == "text":
            self.enter(self.levels[-1].level + 1, first_text(block), block.line)
        self.walk(beneath)
        self.close()
        self.levels = levels
        self.section_count += 1

    def recap_item(self, block: Block) -> None:
        """A line of a recap; the lines set out beneath it are its answer."""
        self.close()
        lines = first_lines(block)
        first = next((index for index, line in enumerate(lines) if index and _SUB.match(line.text)), len(lines))
        beneath = [Block("text", lines[first].number, lines[first:])] if lines[first:] else []
        answer = plain([*beneath, *children(block)])
        question = joined(lines[:first])
        if question or answer:
            self.keep(
                "recap", _marker(block), question or answer, answer if question else "", block.line, self.section_count
            )

    # --- quotes and tables -------------------------------------------------------------------------------------------

    def quote(self, block: Block, following: Block | None, plan: Plan) -> None:
        """A quotation: an answer most of the time; now and then the question, or a whole note."""
        lines = first_lines(block)
        callout = CALLOUT.match(lines[0].raw) if lines else None
        if callout is not None and callout["type"].lower() in ("question", "faq", "help"):
            self.ask_callout(block, callout.end())
        elif (self.open is None or self.open.form == "numbered") and self.is_marked(block):
            self.close()
            self.walk(block.blocks)
        elif self.quotes_question(block, following):
            self.begin("quote", Line(block.line, ()), None, [])
            assert self.open is not None
            own = list(_lines(block.blocks))
            number = NUMBER.match(own[0].raw)
            self.open.number = _marker(block.blocks[0]) or (int(number["number"]) if number else None)
            self.open.lines = [own[0].after(number.end()) if number else own[0], *own[1:]]
        elif self.open is None and any(each.kind in ("item", "heading") for each in block.blocks):
            self.walk(block.blocks)
        else:
            self.quoted(block)

    def quotes_question(self, block: Block, following: Block | None) -> bool:
        """Whether a quotation is a question that someone else put, answered below it."""
        if self.open is not None and self.open.form != "quote":
            return False
        number = _marker(block.blocks[0]) if len(block.blocks) == 1 else None
        if number is not None and self.open is not None:
            return is_likely_question(first_text(block)) or number == (self.open.number or 0) + 1
        return following is not None and asks(plain(block.blocks))

    def quoted(self, block: Block) -> None:
        """A quotation that answers; “A.” and a callout's label are no part of what it says."""
        lines = first_lines(block)
        inner = block.blocks[0] if block.blocks else None
        if inner is None or inner.kind != "text" or not lines:
            self.add(block)
            return
        callout = CALLOUT.match(lines[0].raw)
        skip = callout.end() if callout else 0
        match = ANSWER.match(lines[0].after(skip).raw)
        skip += match.end() if match and not OPTION_A.match(lines[0].raw) else 0
        kept = tuple(line for line in (lines[0].after(skip), *lines[1:]) if line.raw.strip())
        rest = block.blocks[1:]
        self.add(Block("quote", block.line, blocks=(Block("text", inner.line, kept), *rest) if kept else rest))

    def ask_callout(self, block: Block, skip: int) -> None:
        """A callout of the kind “question”: its title asks, the rest answers."""
        lines = list(first_lines(block))
        lines[0] = lines[0].after(skip)
        end = question_end(lines) if lines[0].raw.strip() else len(lines)
        self.begin("bold", Line(block.line, ()), None, lines[: max(1, end)])
        if lines[max(1, end) :]:
            self.add(Block("text", block.line, tuple(lines[max(1, end) :])))
        for each in block.blocks[1:]:
            self.add(each)

    def table(self, block: Block) -> None:
        """A table: questions with answers where its head says so, else part of an answer."""
        head = [cell.text.strip(" :").lower() for cell in block.rows[0]] if block.rows else []
        asked = next((i for i, cell in enumerate(head) if cell in _QUESTION_HEADS), None)
        told = next((i for i, cell in enumerate(head) if cell in _ANSWER_HEADS), None)
        if asked is None or told is None:
            self.add(block)
            return
        self.close()
        counted = next(
            (i for i, cell in enumerate(head) if cell in ("#", "no", "no.", "nr", "nr.", "number", "")), None
        )
        for row in block.rows[1:]:
            if max(asked, told) >= len(row):
                continue
            number = row[counted].text.strip(". ") if counted is not None else ""
            question = self.begin("marked", row[asked], int(number) if number.isdecimal() else None, [row[asked]])
            question.answered = True
            if row[told].raw.strip():
                question.blocks.append(Block("text", row[told].number, (row[told],)))
            self.close()

    # --- the end -----------------------------------------------------------------------------------------------------

    def finish(self) -> tuple[tuple[Entry, ...], tuple[Remark, ...]]:
        """All entries in the order of the note. Where nothing was asked or recapped, its lists are the recap."""
        self.close()
        if not self.found:
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


_QUESTION_HEADS = ("question", "questions", "q", "prompt", "frage", "fragen", "front", "问题", "pregunta")
_ANSWER_HEADS = ("answer", "answers", "a", "antwort", "antworten", "solution", "back", "答案", "回答", "respuesta")


def _closes(text: str) -> bool:
    """Whether a sentence ends with the text."""
    return text.endswith((".", "!", "?", "。", "？"))


_RULE = re.compile(r"\s*[-–—_*=~.]{2,}\s*")
_SUB = re.compile(r"\(?[a-zA-Z0-9]{1,2}[.)]\s|[-–—*+→]\s|->|=>")


def _lines(blocks: Iterable[Block]) -> Iterator[Line]:
    for block in blocks:
        if block.kind != "code":
            yield from block.lines
            yield from _lines(block.blocks)


def _number(match: re.Match[str]) -> int | None:
    digits = next((group for group in match.groupdict().values() if group), None)
    return int(digits) if digits else None


def _marker(block: Block) -> int | None:
    return int(block.marker) if block.marker else None


def _set_off(lines: Sequence[Line]) -> list[Line]:
    return [Line(lines[0].number, lines[0].runs, True), *lines[1:]]
