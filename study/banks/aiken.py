"""Aiken, written: a question on one line, options under letters, and the letter of the one that is right."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase

from study.banks.card import Card
from study.texts import noop

WHY = noop("Aiken holds questions to choose from, with one right option, and no feedback on it")


def fits_aiken(card: Card) -> bool:
    """Whether a question is one to choose from, with one right option."""
    return sum(option.right for option in card.options) == 1


def write_aiken(cards: Sequence[Card]) -> bytes:
    """A bank of these questions."""
    return "\n".join(map(_question, cards)).encode()


def _question(card: Card) -> str:
    lettered = list(zip(ascii_uppercase, card.options, strict=False))
    right = next(letter for letter, option in lettered if option.right)
    options = "".join(f"{letter}. {' '.join(option.text.split())}\n" for letter, option in lettered)
    return f"{' '.join(card.question.split())}\n{options}ANSWER: {right}\n"
