"""What a picture really shows, for every kind of model: what is asked for, and what is kept of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from cogs.messages import BETWEEN, Ask, Choice, FormField
from cogs.recent import Look
from cogs.services import VisionResult
from study.texts import _

LIKELY: Final = 0.5
"""From here on a model for several labels means that the picture shows one."""
RIGHT, WRONG = "right", "wrong"
"""What is said of a mask."""
NONE: Final = ":none:"
"""The choice that the picture shows none of the labels; no label holds a colon, for it names a folder."""
MOST_CHOICES, MOST_OPTIONS = 24, 10
"""So many labels are offered to choose one from, or several."""
MOST_LABEL: Final = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """What a field of the form cannot be."""

    field: str
    sentence: str


def as_correction(seen: VisionResult) -> str:
    """What the model said, as somebody would say it who agrees."""
    match seen.kind:
        case "single-label":
            return seen.predictions[0][0]
        case "multi-label":
            return "; ".join(label for label, share in seen.predictions if share >= LIKELY)
        case "regression":
            return "; ".join(f"{name} = {value:.6g}" for name, value in seen.values)
        case "segmentation":
            return RIGHT


def fields_for(look: Look) -> tuple[FormField, ...]:
    """What to fill in. Something that the model does not know has a field of its own."""
    shows = _("The picture shows")
    if look.kind == "regression":
        lines, hint = look.label.replace("; ", "\n"), _("One a line, as they stand here.")
        return (FormField("numbers", _("The numbers"), "paragraph", value=lines, hint=hint, max_length=2000),)
    hint = _("It is counted, and can be learned at the next training.")
    new = _("Or something it does not know")
    other = FormField("other", new, required=False, max_length=MOST_LABEL, hint=hint)
    choices = tuple(Choice(label, label) for label in look.labels)
    if look.kind == "multi-label":
        if not 2 <= len(choices) <= MOST_OPTIONS:
            said, hint = look.label.replace(";", ","), _("With commas between; nothing where it shows none of them.")
            return (FormField("label", shows, required=False, value=said, hint=hint, max_length=2000),)
        picked, hint = BETWEEN.join(filter(None, look.label.split("; "))), _("Nothing where it shows none of them.")
        return (FormField("label", shows, "options", False, picked, hint, choices=choices, several=True), other)
    if not 2 <= len(choices) <= MOST_CHOICES:
        return (FormField("label", shows, max_length=MOST_LABEL),)
    choices += (Choice(_("None of these"), NONE),)
    return (FormField("label", shows, "choice", required=False, choices=choices), other)


def correction(look: Look, ask: Ask) -> str | Fault:
    """What was filled in, as it is kept; empty for none of what the model knows."""
    if look.kind == "regression":
        return _numbers(look, ask.text("numbers"))
    picked, other = ask.text("label").strip(), " ".join(ask.text("other").split())
    if look.kind == "multi-label":
        labels = (" ".join(one.split()) for one in (*picked.split(","), other))
        return "; ".join(dict.fromkeys(filter(None, labels)))
    if picked == NONE and not other:
        return ""
    return other or picked or Fault("label", _("Say in a word or two what the picture shows."))


def _numbers(look: Look, text: str) -> str | Fault:
    """A number for each of the model's, written "name = number" a line; a comma may stand before decimals."""
    names = [one.partition(" = ")[0] for one in look.label.split("; ")]
    found: dict[str, float] = {}
    for line in filter(str.strip, text.replace(";", "\n").splitlines()):
        name, _equals, value = line.rpartition("=")
        try:
            number = float(value.strip().replace(",", "."))
        except ValueError:
            number = math.nan
        if name.strip() not in names or not math.isfinite(number):
            return Fault("numbers", _("This line is no number of the model's: {line}", line=line.strip()[:60]))
        found[name.strip()] = number
    if missing := [name for name in names if name not in found]:
        return Fault("numbers", _("A number is missing for: {names}.", names=", ".join(missing)))
    return "; ".join(f"{name} = {found[name]:.10g}" for name in names)


def unknown(look: Look, label: str) -> str:
    """What of it the model does not know."""
    if look.kind not in ("single-label", "multi-label") or not look.labels:
        return ""
    said = label.split("; ") if look.kind == "multi-label" else [label]
    return ", ".join(one for one in said if one and one not in look.labels)
