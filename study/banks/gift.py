"""GIFT, written: one paragraph a question, its signs escaped; HTML where a text has lines or looks like markup."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence

from study.banks.card import Card
from study.course import Option
from study.notes.banks.bank import is_markup

_SIGNS = re.compile(r"[~=#{}:\\]")


def write_gift(cards: Sequence[Card]) -> bytes:
    """A bank of these questions."""
    parts, week = [], ""
    for card in cards:
        if card.week != week:
            week = card.week
            parts.append(f"$CATEGORY: {' '.join(week.split()).replace('/', '//')}\n")
        parts.append(_question(card))
    return "\n".join(parts).encode()


def _question(card: Card) -> str:
    said = (card.question, card.answer, *(part for each in card.options for part in (each.text, each.feedback)))
    rich = any("\n" in text or "->" in text or is_markup(text) for text in said)

    def written(text: str) -> str:
        if rich:
            text = html.escape(text, quote=False).replace("\n", "<br>")
        return _SIGNS.sub(r"\\\g<0>", " ".join(text.split()))

    answers = (
        [f"={written(card.answer)}"] if not card.options else [_option(each, card, written) for each in card.options]
    )
    inside = "".join(f"\t{each}\n" for each in answers)
    kind = "html" if rich else "plain"
    return f"::{written(card.name)}::[{kind}]{written(card.question)} {{\n{inside}}}\n"


def _option(option: Option, card: Card, written: Callable[[str], str]) -> str:
    right = sum(each.right for each in card.options)
    several = right > 1 or right == len(card.options)
    share = f"{100 / right:.5f}".rstrip("0").rstrip(".") if option.right else "-100"
    weight = f"%{share}%" if several else "%100%" if option.right else "%0%"
    sign = "=" if option.right and not several else "~"
    feedback = f"#{written(option.feedback)}" if option.feedback else ""
    return f"{sign}{weight}{written(option.text)}{feedback}"
