"""Whether a new model is better than the old one: both asked about the same pictures, and what may be said of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray

from models.inference.pictures import PictureFault
from models.inference.predictor import Predictor
from models.inference.prepare import prepare
from models.training.calibrate import wilson
from models.training.data import DataFault, Example, open_file
from models.training.report import counted, draw_confusion, saved

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
    def mended(self) -> list[Asked]:
        """What only the new model gets right."""
        return [one for one in self.asked if one.new == one.label != one.old]

    @property
    def spoiled(self) -> list[Asked]:
        """What only the old model gets right."""
        return [one for one in self.asked if one.old == one.label != one.new]

    def right(self, said: Callable[[Asked], str]) -> int:
        """How many pictures are called what they show."""
        return sum(said(one) == one.label for one in self.asked)

    def chance(self) -> float:
        """How likely so uneven a result would be if both were equally good: McNemar's exact test, two-sided."""
        fewer, total = min(len(self.mended), len(self.spoiled)), len(self.mended) + len(self.spoiled)
        tail = sum(math.comb(total, count) for count in range(fewer + 1))
        return min(1.0, float(2 * tail / 2**total))

    def verdict(self) -> str:
        """One sentence that says which is better, or that nothing may be said."""
        mended, spoiled = len(self.mended), len(self.spoiled)
        changed = f"{mended} mended, {spoiled} spoiled; p = {self.chance():.2g}"
        if not mended and not spoiled:
            return f"Both are right on the same pictures: neither is better ({changed})."
        if self.chance() >= CHANCE:
            return f"The difference is within chance: these pictures do not tell which is better ({changed})."
        return f"{self.new_name if mended > spoiled else self.old_name} is better ({changed})."


def compare(
    examples: Sequence[Example], old: Predictor, new: Predictor, tell: Callable[[str, float], None]
) -> Comparison:
    """Ask both models about every picture. Raises DataFault where that cannot be done."""
    for predictor in (old, new):
        if predictor.manifest.kind != "single-label":
            raise DataFault(f"{named(predictor)} is a {predictor.manifest.kind} model: only single-label ones compare.")
    asked, broken = [], []
    for at, example in enumerate(examples):
        tell("asking both models", at / len(examples))
        try:
            picture = open_file(example.path)
        except (PictureFault, OSError) as fault:
            broken.append((example.path, str(fault)))
            continue
        said = []
        for predictor in (old, new):
            array, notes = prepare(picture, predictor.manifest.input)
            said.append(predictor.answer([array], [notes])[0].predictions[0].label)
        asked.append(Asked(example.path, str(example.answer), *said))
    if not asked:
        raise DataFault("There are no pictures to compare the models on.")
    return Comparison(tuple(asked), tuple(broken), named(old), named(new))


def named(predictor: Predictor) -> str:
    """A model by name and version."""
    return f"{predictor.manifest.name} {predictor.manifest.version}"


def told(found: Comparison) -> str:
    """All of it as text: both accuracies, both matrices side by side, what changed, and the verdict."""
    lines = []
    for name, said in ((found.old_name, _old), (found.new_name, _new)):
        right, seen = found.right(said), len(found.asked)
        low, high = wilson(right, seen)
        lines.append(f"{name}: right on {right} of {seen}: {right / seen:.1%} (95% interval {low:.1%} to {high:.1%})")
    lines += ["", *_matrices(found)]
    for what, changed in (("Mended", found.mended), ("Spoiled", found.spoiled)):
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


def _matrix(found: Comparison, said: Callable[[Asked], str]) -> NDArray[np.int64]:
    place = {label: at for at, label in enumerate(found.labels)}
    targets = np.array([place[one.label] for one in found.asked])
    return counted(targets, np.array([place[said(one)] for one in found.asked]), len(place))


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
    for axes, name, said in zip(places, (found.old_name, found.new_name), (_old, _new), strict=True):
        draw_confusion(axes, found.labels, _matrix(found, said))
        axes.set_title(f"{name}: {found.right(said)} of {len(found.asked)}")
    return saved(figure)
