"""Moodle's own export: XML with a question in each element."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

from study.course import Option
from study.notes.banks.bank import FULL, Bank, right_of, words_of
from study.notes.encoding import NotesError
from study.notes.entries import Notes
from study.texts import _, noop

_DECLARATION = re.compile(r"^\s*<\?xml[^<>]*\?>")
_NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,12})?")
_WORDLESS = {
    "cloze": noop("A question with answers within its text was left out."),
    "calculated": noop("A question to calculate was left out."),
}
_UNKNOWN = noop("A question of the kind “{kind}” was left out.")


def is_moodle(text: str) -> bool:
    """Whether a text is such an export."""
    return text.lstrip().startswith("<") and "<quiz" in text[:5000]


def read_moodle(text: str) -> Notes:
    """The questions of an export. Raises NotesError."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise NotesError(_("It declares entities of its own, which no export of Moodle does; it was not opened."))
    try:
        quiz = Xml.fromstring(_DECLARATION.sub("", text))  # noqa: S314 - see above
    except Xml.ParseError as error:
        line, _column = error.position
        raise NotesError(_("It is no complete XML file: line {line} cannot be read.", line=line)) from None
    bank = Bank()
    for number, question in enumerate(quiz.iter("question"), start=1):
        if (kind := question.get("type", "")) != "category":
            _question(bank, question, kind, number)
    return bank.notes


def _question(bank: Bank, question: Xml.Element, kind: str, number: int) -> None:
    words = _text(question.find("questiontext"))
    answers = question.findall("answer")
    explanation = _text(question.find("generalfeedback"))
    shares = [_share(each) for each in answers]
    options = tuple(
        Option(_text(each), right, _text(each.find("feedback")))
        for each, right in zip(answers, right_of(shares), strict=True)
    )
    texts = [option.text for option in options]
    match kind:
        case "multichoice" | "truefalse":
            if any(share >= FULL for share in shares):
                bank.tell_shares(number, texts, shares)
            bank.ask(words, "", number, options, explanation)
        case "shortanswer" | "numerical":
            bank.tell_others(number, texts, shares)
            bank.ask(words, next((option.text for option in options if option.right), ""), number, (), explanation)
        case "essay":
            bank.ask(words, _text(question.find("graderinfo")), number)
        case "matching":
            pairs = ((_text(each), _text(each.find("answer"))) for each in question.findall("subquestion"))
            bank.ask(words, "\n".join(f"{left} – {right}" for left, right in pairs if left), number)  # noqa: RUF001
        case "description":
            pass
        case _:
            bank.tell(number, _(_WORDLESS.get(kind, _UNKNOWN), kind=kind))


def _share(answer: Xml.Element) -> float:
    """What an answer earns, in percent; nothing where that is no number."""
    said = answer.get("fraction", "0")
    return float(said) if _NUMBER.fullmatch(said.strip()) else 0.0


def _text(element: Xml.Element | None) -> str:
    return words_of(element.findtext("text", "") or "") if element is not None else ""
