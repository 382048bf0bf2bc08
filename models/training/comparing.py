"""Whether a new model is better than the old one: both asked about the same pictures, and what may be said of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from models.errors import DataError, PictureError
from models.inference.predictor import Predictor
from models.inference.prepare import prepare
from models.training.calibrate import wilson
from models.training.folder import Example, open_file
from models.training.report import as_png, counted, draw_confusion
from models.training.step import Progress, Step

CHANCE = 0.05
_MOST_NAMED = 20
_MOST_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """One picture, what it shows, and what the old and the new model call it."""

    path: Path
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models before the same pictures. `broken` names each picture that could not be opened, with the reason."""

    asked: tuple[Asked, ...]
    broken: tuple[tuple[Path, str], ...]
    old_name: str
    new_name: str

    @property
    def labels(self) -> list[str]:
        """Every label shown or said."""
        return sorted({label for one in self.asked for label in (one.label, one.old, one.new)})

    @property
    def fixed(self) -> list[Asked]:
        """What only the new model gets right."""
        return [one for one in self.asked if one.new == one.label != one.old]

    @property
    def regressed(self) -> list[Asked]:
        """What only the old model gets right."""
        return [one for one in self.asked if one.old == one.label != one.new]

    def right(self, answer: Callable[[Asked], str]) -> int:
        """How many pictures are called what they show."""
        return sum(answer(one) == one.label for one in self.asked)

    def p_value(self) -> float:
        """How likely so uneven a result would be if both were equally good: McNemar's exact test, two-sided."""
        total = len(self.fixed) + len(self.regressed)
        return float(binomtest(len(self.fixed), total).pvalue) if total else 1.0

    def verdict(self) -> str:
        """One sentence that says which is better, or that nothing may be said."""
        fixed, regressed = len(self.fixed), len(self.regressed)
        changed = f"{fixed} fixed, {regressed} regressed; p = {self.p_value():.2g}"
        if not fixed and not regressed:
            return f"Both are right on the same pictures: neither is better ({changed})."
        if self.p_value() >= CHANCE:
            return f"The difference is within chance: these pictures do not tell which is better ({changed})."
        return f"{self.new_name if fixed > regressed else self.old_name} is better ({changed})."


def compare(examples: Sequence[Example], old: Predictor, new: Predictor, progress: Progress) -> Comparison:
    """Ask both models about every picture. Raises DataError where that cannot be done."""
    for predictor in (old, new):
        if predictor.manifest.kind != "single-label":
            raise DataError(
                f"{display_name(predictor)} is a {predictor.manifest.kind} model: only single-label ones compare."
            )
    asked, broken = [], []
    for at, example in enumerate(examples):
        progress(Step("comparing", at / len(examples)))
        try:
            picture = open_file(example.path)
        except (PictureError, OSError) as error:
            broken.append((example.path, str(error)))
            continue
        labels = []
        for predictor in (old, new):
            array, notes = prepare(picture, predictor.manifest.pictures)
            labels.append(predictor.answer([array], [notes])[0].predictions[0].label)
        asked.append(Asked(example.path, str(example.answer), *labels))
    if not asked:
        raise DataError("There are no pictures to compare the models on.")
    return Comparison(tuple(asked), tuple(broken), display_name(old), display_name(new))


def display_name(predictor: Predictor) -> str:
    """A model by name and version."""
    return f"{predictor.manifest.name} {predictor.manifest.version}"


def report_text(found: Comparison) -> str:
    """All of it as text: both accuracies, both matrices side by side, what changed, and the verdict."""
    lines = []
    for name, answer in ((found.old_name, _old), (found.new_name, _new)):
        right, seen = found.right(answer), len(found.asked)
        low, high = wilson(right, seen)
        lines.append(f"{name}: right on {right} of {seen}: {right / seen:.1%} (95% interval {low:.1%} to {high:.1%})")
    lines += ["", *_matrices(found)]
    for what, changed in (("Fixed", found.fixed), ("Regressed", found.regressed)):
        if changed:
            lines += [
                "",
                f"{what}: {len(changed)}",
                *(f"  {one.path}: {one.label}; was {one.old}, now {one.new}" for one in changed[:_MOST_NAMED]),
            ]
            if len(changed) > _MOST_NAMED:
                lines.append(f"  and {len(changed) - _MOST_NAMED} more")
    return "\n".join([*lines, "", found.verdict()])


def _old(one: Asked) -> str:
    return one.old


def _new(one: Asked) -> str:
    return one.new


def _matrix(found: Comparison, answer: Callable[[Asked], str]) -> NDArray[np.int64]:
    place = {label: at for at, label in enumerate(found.labels)}
    targets = np.array([place[one.label] for one in found.asked])
    return counted(targets, np.array([place[answer(one)] for one in found.asked]), len(place))


def _matrices(found: Comparison) -> list[str]:
    labels = found.labels
    if len(labels) > _MOST_COLUMNS:
        return [f"The confusion matrices of {len(labels)} labels are too wide for text: see the picture."]
    wide = max(5, *(len(label) for label in labels)) + 1
    heads = "".join(label.rjust(wide) for label in labels)
    across = len(heads)
    lines = [
        f"{'true ↓ said →':<{wide + 10}}{found.old_name:<{across}}   {found.new_name}",
        f"{'':<{wide + 10}}{heads}   {heads}",
    ]
    for label, old, new in zip(labels, _matrix(found, _old), _matrix(found, _new), strict=True):
        rows = ("".join(str(count).rjust(wide) for count in row) for row in (old, new))
        lines.append(f"{label:<{wide + 10}}{'   '.join(rows)}")
    return lines


def picture(found: Comparison) -> bytes:
    """Both confusion matrices side by side, as PNG."""
    mpl.use("Agg")
    from matplotlib import pyplot

    side = min(12.0, 2.5 + 0.45 * len(found.labels))
    figure, places = pyplot.subplots(1, 2, figsize=(2 * side, side), layout="constrained")
    for axes, name, answer in zip(places, (found.old_name, found.new_name), (_old, _new), strict=True):
        draw_confusion(axes, found.labels, _matrix(found, answer))
        axes.set_title(f"{name}: {found.right(answer)} of {len(found.asked)}")
    return as_png(figure)
