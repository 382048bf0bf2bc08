"""Aiken: a question on a line, options under letters, and `ANSWER: B`, all of it plain text."""

from __future__ import annotations

import re

from study.course import Option
from study.notes.banks.bank import Bank
from study.notes.entries import Notes

_BLANK = re.compile(r"\n[ \t]*\n")
_OPTION = re.compile(r"(?P<letter>[A-Z])[.)] +(?P<text>\S.*)")
_ANSWER = re.compile(r"ANSWER: ?(?P<letter>[A-Z])[ \t]*")
_NUMBER = re.compile(r"(?P<number>[1-9]\d{0,3})[.)][ \t]+(?=\S)")
FEWEST = 4
"""Lines of a question: itself, two options and the answer."""


def is_aiken(text: str) -> bool:
    """Whether a text is wholly of this form, with nothing else in it."""
    found = _paragraphs(text)
    return bool(found) and all(map(_fits, found))


def read_aiken(text: str) -> Notes:
    """The questions of a bank of this form."""
    bank, line = Bank(), 1
    found = _paragraphs(text)
    numbered = _are_numbered([lines[0] for lines in found])
    for lines in found:
        question, *listed, answer = lines
        if numbered:
            question = question[_NUMBER.match(question).end() :]  # type: ignore[union-attr]
        right = answer[_ANSWER.fullmatch(answer).start("letter")]  # type: ignore[union-attr]
        options = (_OPTION.fullmatch(each) for each in listed)
        bank.ask(question, "", line, tuple(Option(one["text"], one["letter"] == right) for one in options if one))
        line += len(lines) + 1
    return bank.notes


def _paragraphs(text: str) -> list[list[str]]:
    return [[line.strip() for line in each.split("\n") if line.strip()] for each in _BLANK.split(text) if each.strip()]


def _are_numbered(questions: list[str]) -> bool:
    """Whether each question bears its number, 1 and up, which is none of its words."""
    numbers = [match["number"] for each in questions if (match := _NUMBER.match(each))]
    return numbers == [str(n + 1) for n in range(len(questions))] and len(numbers) > 1


def _fits(lines: list[str]) -> bool:
    """Whether these lines are a question: its options under A, B, C and so on, and the letter of one of them."""
    answer = _ANSWER.fullmatch(lines[-1])
    if len(lines) < FEWEST or answer is None:
        return False
    letters = [match["letter"] for line in lines[1:-1] if (match := _OPTION.fullmatch(line))]
    return letters == [chr(ord("A") + n) for n in range(len(lines) - 2)] and answer["letter"] in letters
