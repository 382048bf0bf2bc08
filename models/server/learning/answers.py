"""What somebody says a picture shows, as text, for each kind of model: checked, counted and read back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from models.bundles.manifest import Kind
from models.errors import FeedbackError

MOST_LABEL: Final = 100
MOST_ANSWER: Final = 2_000
JUDGED: Final = ("right", "wrong")
"""What is said of a mask: nobody draws one in a chat."""


def checked(kind: Kind, text: str, names: Sequence[str]) -> str:
    """The answer as it is kept; empty where it is none of what the model knows. Raises FeedbackError.

    Single label: one. Several: parted by semicolons. Numbers: `name = value`, parted by semicolons, of the model's
    `names`. Masks: right or wrong. A label that the model does not know is as good as any.
    """
    if len(text) > MOST_ANSWER:
        raise FeedbackError(f"That is too much to be said of one picture: at most {MOST_ANSWER} letters.")
    match kind:
        case "single-label":
            return _label(text) if text.strip() else ""
        case "multi-label":
            return "; ".join(dict.fromkeys(_label(one) for one in text.split(";") if one.strip()))
        case "regression":
            found = numbers(text)
            if set(found) != set(names):
                raise FeedbackError(f"Say a number for each of {', '.join(names)}, as in {names[0]} = 1.5.")
            return "; ".join(f"{name} = {found[name]:.10g}" for name in names)
        case "segmentation":
            if text not in JUDGED:
                raise FeedbackError("Say whether the mask is right or wrong.")
            return text


def _label(text: str) -> str:
    label = " ".join(text.split())
    if len(label) > MOST_LABEL or not label.isprintable():
        raise FeedbackError(f"A label must have 1 to {MOST_LABEL} letters.")
    return label


def labels(text: str) -> list[str]:
    """The labels of an answer with several."""
    return [one.strip() for one in text.split(";") if one.strip()]


def numbers(text: str) -> dict[str, float]:
    """The numbers of an answer, by their names. Raises FeedbackError."""
    found: dict[str, float] = {}
    for part in labels(text):
        name, equals, value = part.rpartition("=")
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not equals or not math.isfinite(number) or name.strip() in found:
            raise FeedbackError(f"{part!r} is no number with its name, as in width = 1.5.")
        found[name.strip()] = number
    return found
