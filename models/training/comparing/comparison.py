"""Whether a new model is better than the old one: both asked about the same pictures, and what may be said of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.stats import binomtest

from models.errors import DataError, PictureError
from models.inference.predictor import Predictor
from models.inference.prepare import prepare
from models.training.calibrate import wilson
from models.training.comparing.ground import in_common, named
from models.training.folder import Example, open_file
from models.training.report import as_picture, counted, draw_confusion
from models.training.step import Progress, Step

CHANCE = 0.05
_MOST_NAMED = 20
_MOST_COLUMNS = 12
MOST_SHOWN, _COLUMNS = 18, 6
"""Pictures that are shown of those on which two models differ, and how many side by side."""


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

    @property
    def apart(self) -> list[Asked]:
        """What the models call differently, whichever is right: those that one of them gets right first."""
        differing = [one for one in self.asked if one.old != one.new]
        return sorted(differing, key=lambda one: one.label not in (one.old, one.new))

    def right(self, answer: Callable[[Asked], str]) -> int:
        """How many pictures are called what they show."""
        return sum(answer(one) == one.label for one in self.asked)

    def p_value(self) -> float:
        """How likely so uneven a result would be if both were equally good: McNemar's exact test, two-sided."""
        total = len(self.fixed) + len(self.regressed)
        return float(binomtest(len(self.fixed), total).pvalue) if total else 1.0

    @property
    def better(self) -> str:
        """The better model's name; empty where nothing may be said."""
        if self.p_value() >= CHANCE:
            return ""
        return self.new_name if len(self.fixed) > len(self.regressed) else self.old_name

    def verdict(self) -> str:
        """One sentence that says which is better, or that nothing may be said."""
        fixed, regressed = len(self.fixed), len(self.regressed)
        changed = f"{fixed} fixed, {regressed} regressed; p = {self.p_value():.2g}"
        if not fixed and not regressed:
            return f"Both are right on the same pictures: neither is better ({changed})."
        if not self.better:
            return f"The difference is within chance: these pictures do not tell which is better ({changed})."
        return f"{self.better} is better ({changed})."


def compare(examples: Sequence[Example], old: Predictor, new: Predictor, progress: Progress) -> Comparison:
    """Ask both models about every picture. Raises DataError where that cannot be done."""
    in_common(old.manifest, new.manifest)
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
    return Comparison(tuple(asked), tuple(broken), named(old.manifest), named(new.manifest))


def report_text(found: Comparison) -> str:
    """All of it as text: both accuracies, both matrices side by side, what changed, and the verdict."""
    lines = [*_accuracies(found), "", *_matrices(found)]
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


def _accuracies(found: Comparison) -> list[str]:
    """How often each model is right, in a line each."""
    lines = []
    for name, answer in ((found.old_name, _old), (found.new_name, _new)):
        right, seen = found.right(answer), len(found.asked)
        low, high = wilson(right, seen)
        lines.append(f"{name}: right on {right} of {seen}: {right / seen:.1%} (95% interval {low:.1%} to {high:.1%})")
    return lines


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


def alt_text(found: Comparison) -> str:
    """The picture in words, for whoever cannot see it."""
    apart = len(found.apart)
    differ = f"They differ on {apart} picture{'s' * (apart != 1)}."
    return " ".join(
        [f"{'. '.join(_accuracies(found))}.", "Their confusion matrices side by side.", differ, found.verdict()]
    )


def picture(found: Comparison, form: Literal["png", "svg"] = "png", *, most_shown: int = MOST_SHOWN) -> bytes:
    """Both accuracies with their intervals, both confusion matrices, and pictures on which the models differ.

    The alternative text is in it: of a PNG as its description, of an SVG too.
    """
    mpl.use("Agg")
    from matplotlib import pyplot

    shown = [thumb for one in found.apart[:most_shown] if (thumb := _thumb(one)) is not None]
    side = min(12.0, 2.5 + 0.45 * len(found.labels))
    rows = -(-len(shown) // _COLUMNS)
    heights = [1.3, side] + [1.9 * rows] * bool(rows)
    figure = pyplot.figure(figsize=(max(7.0, 2 * side), sum(heights)), layout="constrained")
    parts = figure.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    _draw_accuracies(parts[0].subplots(), found)
    for axes, name, answer in zip(parts[1].subplots(1, 2), (found.old_name, found.new_name), (_old, _new), strict=True):
        draw_confusion(axes, found.labels, _matrix(found, answer))
        axes.set_title(f"{name}: {found.right(answer)} of {len(found.asked)}")
    if rows:
        parts[2].suptitle(f"What they call differently: what it shows, {found.old_name} | {found.new_name}", fontsize=9)
        places = parts[2].subplots(rows, _COLUMNS, squeeze=False).flat
        for axes in places:
            axes.axis("off")
        for axes, (image, one) in zip(parts[2].axes, shown, strict=False):
            axes.imshow(image)
            axes.set_title(f"{one.label}: {one.old} | {one.new}", fontsize=8)
    return as_picture(figure, form, alt_text(found))


def _draw_accuracies(axes: Any, found: Comparison) -> None:  # noqa: ANN401 - matplotlib's
    """How often each is right, with its 95% interval."""
    named = []
    for at, (name, answer) in enumerate(((found.new_name, _new), (found.old_name, _old))):
        right, seen = found.right(answer), len(found.asked)
        share, (low, high) = right / seen, wilson(right, seen)
        axes.errorbar([share], [at], xerr=[[max(0.0, share - low)], [max(0.0, high - share)]], fmt="o", capsize=4)
        named.append(f"{name}: {share:.1%}")
    axes.set(ylim=(-0.6, 1.6), xlim=(0, 1.02), xlabel="right, with the 95% interval")
    axes.set_yticks([0, 1], named)


def _thumb(one: Asked) -> tuple[Image.Image, Asked] | None:
    """The picture, small; None where it cannot be opened any more."""
    try:
        image = open_file(one.path)
    except (PictureError, OSError):
        return None
    image.thumbnail((96, 96))
    return image, one
