"""GIFT, in which Moodle and others exchange questions: `::Title:: Question { =right ~wrong #feedback }`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from study.course import Option
from study.notes.banks.bank import FULL, Bank, right_of, words_of
from study.notes.entries import Notes
from study.texts import _

_COMMENT = re.compile(r"^[ \t]*//.*$", re.MULTILINE)
_CATEGORY = re.compile(r"^[ \t]*\$CATEGORY:.*$", re.MULTILINE)
_BLANK = re.compile(r"\n[ \t]*\n")
_ANSWERS = re.compile(r"\{(?P<inside>[^{}]*)\}")
_TELLING = re.compile(r"(?:^|[\s?.:!])\{\s*(?:[=~]\s*[^\s{}][^{}]*|#\s*=?-?\d[^{}]*|(?:T|F|TRUE|FALSE)(?:#[^{}]*)?)\}")
_ESCAPED = re.compile(r"\\(?:([~=#{}:\\])|n(?![a-z]))")
_HIDDEN = re.compile("\ue100([0-9a-f]{4})")
_SIGN = re.compile(r"[=~]|#+")
_WORD = re.compile(r"\w")
_DECIMAL = re.compile(r"-?\d{1,12}(?:\.\d{1,12})?")
_SOME = re.compile(r"[1-9]")
_TITLE = re.compile(r"::(?P<title>[^:]*)::")
_FORMAT = re.compile(r"\s*\[(?:html|moodle|plain|markdown)\]", re.IGNORECASE)
_WEIGHT = re.compile(r"\s*%(?P<weight>-?\d+(?:\.\d+)?)%")
_MARKDOWN = frozenset({"md", "markdown", "mdown", "mkd", "mdx", "qmd", "rmd"})
_NEW_LINE = "\n"
_TRUE, _FALSE = ("t", "true"), ("f", "false")


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer within braces."""

    words: str
    share: float
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
    text = _BLANK.sub("\n\n", text.replace("\r\n", "\n"))
    text = _hidden(_CATEGORY.sub("", _COMMENT.sub("", text)))
    at, line = 0, 1
    for answers in _ANSWERS.finditer(text):
        line += text.count("\n", at, answers.start())
        passed, _blank, before = text[at : answers.start()].rpartition("\n\n")
        if _WORD.search(passed.partition("\n\n")[2] if at else passed):
            bank.tell(line, _("A text before it that asks nothing was left out."))
        after = text[answers.end() : answers.end() + 500].partition("\n")[0].strip()
        titled = _TITLE.search(before)
        question = before[titled.end() :] if titled else before
        question = question[_end(_FORMAT, question) :].strip()
        _ask(bank, _plain(_with_gap(question, after)), answers["inside"].strip(), line)
        line += text.count("\n", answers.start(), answers.end())
        at = answers.end()
    return bank.notes


def _with_gap(question: str, after: str) -> str:
    """A question with a gap where its answer stands, if its sentence goes on behind that."""
    if _WORD.search(after):
        return f"{question} ____ {after}"
    goes_on = after[:1] in (".", "?", "!") and not question.endswith((".", "?", "!", ":"))
    return f"{question} ____{after[0]}" if after and goes_on else question


def _ask(bank: Bank, question: str, inside: str, line: int) -> None:
    """A question with what stands in its braces."""
    inside, _, general = inside.partition("####")
    why = _plain(general)
    truth, *said = (each.strip() for each in inside.split("#"))
    if truth.casefold() in (*_TRUE, *_FALSE):
        right = truth.casefold() in _TRUE
        wrongly, rightly, *_ = (*map(_plain, said), "", "")
        told = {right: rightly, not right: wrongly}
        bank.ask(question, "", line, (Option("True", right, told[True]), Option("False", not right, told[False])), why)
    elif inside.startswith("#"):
        _number(bank, question, inside[1:], line, why)
    else:
        _answered(bank, question, list(_answers(inside)), line, why)


def _answered(bank: Bank, question: str, answers: Sequence[_Answer], line: int, why: str) -> None:
    """A question whose answers are words."""
    if any(each.paired for each in answers):
        sides = (each.words.partition("->") for each in answers)
        pairs = [(one.strip(), other.strip()) for one, _, other in sides]
        bank.ask(question, "\n".join(f"{one} – {other}" for one, other in pairs if one), line, (), why)  # noqa: RUF001
        return
    shares = [each.share for each in answers]
    rights = right_of(shares)
    if any(each.offered for each in answers):
        if any(share >= FULL for share in shares):
            bank.tell_shares(line, [each.words for each in answers], shares)
        offered = zip(answers, rights, strict=True)
        bank.ask(question, "", line, tuple(Option(each.words, right, each.feedback) for each, right in offered), why)
        return
    bank.tell_others(line, [each.words for each in answers], shares)
    first = next((each.words for each, right in zip(answers, rights, strict=True) if right), "")
    bank.ask(question, first, line, (), why)


def _number(bank: Bank, question: str, inside: str, line: int, why: str) -> None:
    """A question whose answer is a number, of which only what is exactly right is kept."""
    said = next((each.words for each in _answers(inside) if each.share == FULL), _plain(_SIGN.split(inside)[0]))
    number, _colon, tolerance = said.partition(":")
    least, _dots, most = number.partition("..")
    if most and (between := _middle(least, most)):
        number, tolerance = between, f"{least} to {most}"
    if _SOME.search(tolerance):
        accepted, kept = said.strip(), number.strip()
        bank.tell(line, _("The bank accepts {accepted}; the draft looks for {kept}.", accepted=accepted, kept=kept))
    bank.ask(question, number.strip(), line, (), why)


def _middle(least: str, most: str) -> str:
    """The number between two; empty where they are none."""
    if not (_DECIMAL.fullmatch(least.strip()) and _DECIMAL.fullmatch(most.strip())):
        return ""
    return f"{(Decimal(least.strip()) + Decimal(most.strip())) / 2:f}"


def _answers(inside: str) -> Iterator[_Answer]:
    """The answers within braces, each with the share in percent that it earns."""
    signs = list(_SIGN.finditer(inside))
    if not signs:
        return
    ends = [*(sign.start() for sign in signs[1:]), len(inside)]
    held: _Answer | None = None
    for sign, end in zip(signs, ends, strict=True):
        said = inside[sign.end() : end]
        if sign[0].startswith("#"):
            told = _plain(said[_end(_FORMAT, said) :])
            held = replace(held, feedback=held.feedback or told) if held else None
            continue
        if held is not None:
            yield held
        weight = _WEIGHT.match(said)
        share = float(weight["weight"]) if weight else FULL if sign[0] == "=" else 0.0
        words = said[_end(_WEIGHT, said) :]
        held = _Answer(_plain(words[_end(_FORMAT, words) :]), share, sign[0] == "~", "->" in said)
    if held is not None:
        yield held


def _plain(text: str) -> str:
    """A text with its escaped signs back, as its words."""
    return words_of(_HIDDEN.sub(lambda match: chr(int(match[1], 16)), " ".join(text.split())))


def _hidden(text: str) -> str:
    """A text whose escaped signs are none for a while."""
    return _ESCAPED.sub(lambda match: f"\ue100{ord(match[1] or _NEW_LINE):04x}", text)


def _end(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match else 0
