"""The lines of a note that declare a question by a mark, found without reading it: what a count can be held against."""

from __future__ import annotations

import re

from study.notes.entries import Remark
from study.notes.markdown.comments import FENCE
from study.notes.marks import NUMBER, QUESTION, asks

_BEFORE = re.compile(r"[ \t]*(?:>[ \t]*)*(?:[-*+][ \t]+)?")
_HEADING = re.compile(r"#{1,6}[ \t]+")
_SUMMARY = re.compile(r"[ \t]*(?:<details[^<>]*>[ \t]*)?<summary[^<>]*>(?P<said>[^<>]+)</summary>")
_BOLD = re.compile(r"(?:\*\*|__)(?P<said>[^*]+)(?:\*\*|__)\s*$")
_MARKS = re.compile(r"[*_`]+")


def marked_questions(text: str) -> tuple[Remark, ...]:
    """The lines that bear the mark of a question, and sentences that ask set apart: numbered, as a heading or summary,
    in bold on a line of their own."""
    found = []
    fence = ""
    for number, line in enumerate(text.split("\n"), start=1):
        mark = FENCE.match(line)
        if mark is not None and (not fence or mark[1][0] == fence[0]):
            fence = "" if fence else mark[1]
        if fence or mark is not None:
            continue
        if said := _marked(line):
            found.append(Remark(number, said))
    return tuple(found)


def _marked(line: str) -> str:
    """The words of a line that is marked as a question; none of another."""
    set_apart = _SUMMARY.match(line) or _BOLD.match(line)
    if set_apart is not None and asks(set_apart["said"]):
        return set_apart["said"].strip()
    said = _MARKS.sub("", line[_end(_BEFORE, line) :]).strip()
    heading = _end(_HEADING, said)
    said = said[heading:]
    counted = _end(NUMBER, said)
    counted += _end(_HEADING, said[counted:]) if counted else 0
    return said[counted:].strip() if QUESTION.match(said) or ((heading or counted) and asks(said)) else ""


def _end(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match else 0
