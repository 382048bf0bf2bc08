"""Moodle XML, written: questions to choose from, and essays whose answer stands where the grader reads it."""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Sequence
from xml.etree import ElementTree as Xml

from study.banks.card import Card, Pictures

_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_moodle(_: str, cards: Sequence[Card], pictures: Pictures) -> bytes:
    """A bank of these questions, a category for each week."""
    quiz, week = Xml.Element("quiz"), ""
    for card in cards:
        if card.week != week:
            week = card.week
            category = Xml.SubElement(quiz, "question", type="category")
            _plain(category, "category", f"$course$/top/{week.replace('/', '//')}")
        _question(quiz, card, pictures)
    Xml.indent(quiz)
    return bytes(Xml.tostring(quiz, encoding="utf-8", xml_declaration=True))


def _question(quiz: Xml.Element, card: Card, pictures: Pictures) -> None:
    made = Xml.SubElement(quiz, "question", type="multichoice" if card.options else "essay")
    _plain(made, "name", card.name)
    asked = _rich(made, "questiontext", card.question)
    if card.picture in pictures:
        text = asked.find("text")
        assert text is not None
        text.text = f'{text.text}<p><img src="@@PLUGINFILE@@/{card.picture}" alt="{html.escape(card.alt)}"></p>'
        file = Xml.SubElement(asked, "file", name=card.picture, path="/", encoding="base64")
        file.text = base64.b64encode(pictures[card.picture]).decode()
    if not card.options:
        _rich(made, "graderinfo", card.answer)
        return
    right = sum(option.right for option in card.options)
    Xml.SubElement(made, "single").text = "true" if right == 1 else "false"
    for option in card.options:
        answer = _rich(made, "answer", option.text)
        answer.set("fraction", f"{100 / right:.5f}".rstrip("0").rstrip(".") if option.right else "0")
        if option.feedback:
            _rich(answer, "feedback", option.feedback)


def _plain(parent: Xml.Element, name: str, text: str) -> None:
    Xml.SubElement(Xml.SubElement(parent, name), "text").text = _UNWRITABLE.sub("", text)


def _rich(parent: Xml.Element, name: str, text: str) -> Xml.Element:
    made = Xml.SubElement(parent, name, format="html")
    lines = html.escape(_UNWRITABLE.sub("", text), quote=False).replace("\n", "<br>")
    Xml.SubElement(made, "text").text = f"<p>{lines}</p>"
    return made
