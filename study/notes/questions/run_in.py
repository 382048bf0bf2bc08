"""Question and answer in one paragraph: where the one ends and the other begins."""

# ruff: noqa: RUF001 - the full-width question mark is meant

from __future__ import annotations

import re
from collections.abc import Sequence

from study.notes.markdown.lines import Line, joined
from study.notes.marks import asks, begins_as_question, tells


def question_end(lines: Sequence[Line]) -> int:
    """How many of a paragraph's lines are the question; the rest is already the answer."""
    bold = 0
    while bold < len(lines) and lines[bold].all_in("strong"):
        bold += 1
    if 0 < bold < len(lines):
        return bold
    for index, line in enumerate(lines):
        if asks(line.text):
            end = index + 1
            while end < len(lines) and asks(lines[end].text) and begins_as_question(lines[end].text):
                end += 1
            return end
    first = lines[0].text if lines else ""
    if len(lines) > 1 and first.endswith((".", ":", "!")) and begins_as_question(first):
        return 1 if not begins_as_question(lines[1].text) else len(lines)
    return len(lines)


def tells_alone(lines: Sequence[Line]) -> bool:
    """Whether the first of several lines tells the reader to do something, and was not broken off for want of room."""
    if len(lines) < 2:
        return False
    first, second = lines[0].text, lines[1].text.split()
    return tells(first) and bool(second) and len(first) + len(second[0]) < NARROW


NARROW = 60
"""Characters that fit into a line wherever long lines are broken."""
_ARROW = r"\?\s*(?:[-–—:]+>?|→|=>|>>+)\s"
_SEPARATOR = re.compile(rf"(?!^)(?:::+|;;+|{_ARROW})")
_SPACED = re.compile(rf"\?\s?(?:::|;;)|\s(?:::+|;;+)\s|{_ARROW}")
_TAILED = re.compile(r"^(?P<question>[^?？]+[?？])\s*(?P<answer>[^?？]+)$", re.DOTALL)
_SHORT = re.compile(r"\((?:yes|no|true|false|nope|yep|ja|nein)\b[^()]*\)", re.IGNORECASE)
_SENTENCE = re.compile(r"[\u3000-\u9fff]{2}|^\w+\.$")
_WORD = re.compile(r"\w")
_NO_ANSWER = re.compile(
    r"^[(\[]|^(?:hint|tip|note|see|cf|optional|bonus|e\.?g|i\.?e|answer in|in your|max)\b", re.IGNORECASE
)


def run_in(lines: Sequence[Line]) -> tuple[str, str] | None:
    """Question and answer where both stand in one paragraph with nothing but style, signs or a mark between them."""
    return (_led_by_bold(lines) or _separated(joined(lines)) or _tailed(joined(lines))) if lines else None


def is_card(lines: Sequence[Line]) -> bool:
    """Whether a sign of cards tells a question from its answer: `What moves left? :: the letter h`."""
    return _SEPARATOR.search(joined(lines)) is not None and run_in(lines) is not None


def is_spaced_card(lines: Sequence[Line]) -> bool:
    """Whether what tells them apart stands between spaces, or behind a question mark."""
    return _SPACED.search(joined(lines)) is not None


def _led_by_bold(lines: Sequence[Line]) -> tuple[str, str] | None:
    """A question in bold with its answer in plain words behind it."""
    runs = [run for run in lines[0].runs if run.text.strip()]
    if len(runs) < 2 or runs[0].style != "strong" or runs[1].style == "strong":
        return None
    lead = runs[0].text
    start = lines[0].raw.index(lead) + len(lead)
    rest = joined([lines[0].after(start), *lines[1:]]).lstrip(" :–—-")
    asking = asks(lead) or begins_as_question(lead)
    if asking and _WORD.search(rest) and not asks(rest) and not begins_as_question(rest):
        return lines[0].until(start).text, rest
    return None


def _separated(text: str) -> tuple[str, str] | None:
    """`Question :: answer` or `Question ;; answer`, or an arrow or a dash behind the question mark."""
    separator = _SEPARATOR.search(text)
    if separator is None:
        return None
    question, answer = text[: separator.start()].rstrip(), text[separator.end() :].strip()
    if not answer or question.endswith(":"):
        return None
    return question + "?" * text.startswith("?", len(question)), answer


def _tailed(text: str) -> tuple[str, str] | None:
    """An answer right behind the question mark, if it is long enough and no hint."""
    match = _TAILED.match(text)
    if match is None:
        return None
    question, answer = match["question"].strip(), match["answer"].strip()
    if _SHORT.fullmatch(answer):
        return question, answer[1:-1]
    long_enough = len(answer.split()) >= 2 or _SENTENCE.search(answer)
    if long_enough and not begins_as_question(answer) and not _NO_ANSWER.match(answer):
        return question, answer
    return None


def is_marked_run_in(lines: Sequence[Line]) -> bool:
    """Whether question and answer in one paragraph are told apart by more than a question mark."""
    if run_in(lines) is None:
        return False
    led_by_bold = bool(lines[0].runs) and lines[0].runs[0].style == "strong"
    return led_by_bold or _TAILED.match(joined(lines)) is None
