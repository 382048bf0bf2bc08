"""GIFT, in which Moodle and others exchange questions: `::Title:: Question { =right ~wrong #feedback }`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from study.course import Option
from study.notes.banks.bank import Bank, words_of
from study.notes.entries import Notes

_COMMENT = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
_CATEGORY = re.compile(r"^[ \t]*\$CATEGORY:.*$", re.MULTILINE)
_BLANK = re.compile(r"\n[ \t]*\n")
_ANSWERS = re.compile(r"\{(?P<inside>[^{}]*)\}")
_TELLING = re.compile(r"(?:^|[\s?.:!])\{\s*(?:[=~]\s*[^\s{}][^{}]*|#\s*=?-?\d[^{}]*|(?:T|F|TRUE|FALSE)(?:#[^{}]*)?)\}")
_ESCAPED = re.compile(r"\\([~=#{}:\\])")
_HIDDEN = re.compile("\ue100([0-9a-f]{4})")
_SIGN = re.compile(r"[=~]|#+")
_TITLE = re.compile(r"::(?P<title>[^:]*)::")
_FORMAT = re.compile(r"\s*\[(?:html|moodle|plain|markdown)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%(?P<weight>-?\d+(?:\.\d+)?)%")
_MARKDOWN = frozenset({"md", "markdown", "mdown", "mkd", "mdx", "qmd", "rmd"})
_TRUE, _FALSE = ("t", "true"), ("f", "false")


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer within braces."""

    words: str
    right: bool
    offered: bool
    paired: bool
    feedback: str = ""


def is_gift(name: str, text: str) -> bool:
    """Whether a file is a bank of this form: most of its paragraphs have braces that hold answers by its signs.

    Never where its name says that it is Markdown, in which braces hold what not; always where the name says so and any
    paragraph has them.
    """
    ending = name.rpartition(".")[2].casefold()
    if ending in _MARKDOWN:
        return False
    told = _hidden(_CATEGORY.sub("", _COMMENT.sub("", text)))
    paragraphs = [each for each in _BLANK.split(told) if each.strip()]
    telling = sum(_TELLING.search(each) is not None for each in paragraphs)
    return telling > 0 and (ending == "gift" or 2 * telling >= len(paragraphs))


def read_gift(text: str) -> Notes:
    """The questions of a bank of this form."""
    bank = Bank()
    text = _hidden(_CATEGORY.sub("", _COMMENT.sub("", text)))
    at, line = 0, 1
    for answers in _ANSWERS.finditer(text):
        line += text.count("\n", at, answers.start())
        before = text[at : answers.start()].rpartition("\n\n")[2]
        after = text[answers.end() : answers.end() + 500].partition("\n")[0].strip()
        titled = _TITLE.search(before)
        question = before[titled.end() :] if titled else before
        question = question[_end(_FORMAT, question) :].strip()
        _ask(bank, _plain(f"{question} ____ {after}" if after else question), answers["inside"].strip(), line)
        line += text.count("\n", answers.start(), answers.end())
        at = answers.end()
    return bank.notes


def _ask(bank: Bank, question: str, inside: str, line: int) -> None:
    """A question with what stands in its braces."""
    truth = inside.partition("#")[0].strip().casefold()
    answers = list(_answers(inside))
    if truth in (*_TRUE, *_FALSE):
        right = truth in _TRUE
        bank.ask(question, "", line, (Option("True", right), Option("False", not right)))
    elif inside.startswith("#"):
        bank.ask(question, inside.lstrip("#= ").partition(":")[0].partition("..")[0].strip(), line)
    elif any(each.paired for each in answers):
        bank.ask(question, "\n".join(each.words.replace("->", "–") for each in answers), line)  # noqa: RUF001
    elif any(each.offered for each in answers):
        bank.ask(question, "", line, tuple(Option(each.words, each.right, each.feedback) for each in answers))
    else:
        bank.ask(question, answers[0].words if answers else "", line)


def _answers(inside: str) -> Iterator[_Answer]:
    """The answers within braces; one that counts for something is right, whatever its sign."""
    signs = list(_SIGN.finditer(inside))
    if not signs:
        return
    ends = [*(sign.start() for sign in signs[1:]), len(inside)]
    held: _Answer | None = None
    for sign, end in zip(signs, ends, strict=True):
        said = inside[sign.end() : end]
        if sign[0].startswith("#"):
            held = replace(held, feedback=held.feedback or _plain(said)) if held else None
            continue
        if held is not None:
            yield held
        weight = _WEIGHT.match(said)
        right = sign[0] == "=" or (weight is not None and float(weight["weight"]) > 0)
        held = _Answer(_plain(said[_end(_WEIGHT, said) :]), right, sign[0] == "~", "->" in said)
    if held is not None:
        yield held


def _plain(text: str) -> str:
    """A text with its escaped signs back, as its words."""
    return words_of(_HIDDEN.sub(lambda match: chr(int(match[1], 16)), " ".join(text.split())))


def _hidden(text: str) -> str:
    """A text whose escaped signs are none for a while."""
    return _ESCAPED.sub(lambda match: f"\ue100{ord(match[1]):04x}", text)


def _end(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match else 0
