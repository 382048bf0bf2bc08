"""What a training leaves to read: the card, the confusion matrix, the pictures it was most wrong about, the curve."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, assert_never

import matplotlib as mpl
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from models.bundles.manifest import Calibration, Manifest
from models.training.calibrate import expected_calibration_error, wilson
from models.training.config import TrainingConfig
from models.training.folder import Data, Example, open_file
from models.training.learning import FoundRate


@dataclass(frozen=True, slots=True)
class Curve:
    """Losses by epoch, and the metric with its name."""

    training: list[float]
    validation: list[float]
    metric: list[float]
    metric_name: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was found on the pictures held back. `probabilities` are calibrated; for regression they are the values."""

    examples: list[Example]
    targets: Tensor
    probabilities: Tensor
    losses: Tensor


def figures(data: Data, evaluation: Evaluation, threshold: float) -> dict[str, float | int]:
    """The figures of the bundle's `measured`."""
    count = {"validation_pictures": len(evaluation.examples)}
    match data.kind:
        case "single-label":
            top, chosen = evaluation.probabilities.max(1)
            right = chosen == evaluation.targets
            return count | {
                "right": int(right.sum()),
                "accuracy": round(float(right.float().mean()), 4),
                "calibration_error": round(expected_calibration_error(top, right), 4),
            }
        case "multi-label":
            alike = (evaluation.probabilities > threshold) == (evaluation.targets > 0.5)
            return count | {"label_accuracy": round(float(alike.float().mean()), 4)}
        case "regression":
            off = (evaluation.probabilities - evaluation.targets).abs().mean()
            return count | {"mean_absolute_error": round(float(off), 4)}
        case "segmentation":
            return count | {"pixel_accuracy": round(float(1 - evaluation.losses.mean()), 4)}
        case _:
            assert_never(data.kind)


def summary_lines(data: Data, manifest: Manifest) -> list[str]:
    """How well it did, in a line or two for whoever trained it."""
    if data.kind != "single-label":
        return [f"{figure.replace('_', ' ')}: {value}" for figure, value in manifest.measured.items()]
    right, seen = int(manifest.measured["right"]), int(manifest.measured["validation_pictures"])
    low, high = wilson(right, seen)
    lines = [
        f"Right on {right} of the {seen} pictures held back: {right / seen:.1%} (95% interval {low:.1%} to {high:.1%})."
    ]
    label, count = data.counts().most_common(1)[0]
    if low <= count / len(data.examples):
        lines.append(
            f"That cannot be told apart from always saying {label!r}: give it more pictures, --epochs or --weights."
        )
    return lines


def card(
    config: TrainingConfig,
    data: Data,
    evaluation: Evaluation,
    calibration: Calibration,
    facts: dict[str, Any],
    figures: dict[str, float | int],
    found: FoundRate,
) -> str:
    """The model card as Markdown."""
    lines = [f"# {config.name}", "", f"A {data.kind} model, trained with fastai.", "", "## What it learned from", ""]
    lines += ["| label | pictures |", "| --- | --- |"]
    lines += [f"| {_cell(label)} | {count} |" for label, count in sorted(data.counts().items())]
    lines += ["", f"{len(evaluation.examples)} of {len(data.examples)} pictures were held back to measure it."]
    if data.broken:
        lines += ["", f"{len(data.broken)} pictures could not be opened and were set aside:", ""]
        lines += [f"- {_cell(path.name)}: {why}" for path, why in data.broken[:50]]
    lines += ["", "## How well it did on the pictures held back", ""]
    if data.kind == "single-label":
        low, high = wilson(int(figures["right"]), len(evaluation.examples))
        lines += [
            f"**Right on {figures['right']} of {len(evaluation.examples)}: {figures['accuracy']:.1%}**"
            f" (95% interval {low:.1%} to {high:.1%}); calibration error {figures['calibration_error']:.3f}.",
            "",
            *_scores(data.labels, evaluation),
            "",
            "![Confusion matrix](confusion.png)",
        ]
        if config.shows_pictures:
            lines += ["![The pictures it was most wrong about](top-losses.png)"]
    else:
        lines += [f"- {name.replace('_', ' ')}: {value}" for name, value in figures.items()]
    lines += ["", "![Training curve](curve.png)"]
    if found.rates:
        lines += ["![The loss by the learning rates that were tried](rate.png)"]
    lines += ["", "## How it was made", ""]
    lines += [f"- {key.replace('_', ' ')}: {value}" for key, value in facts.items()]
    if data.kind in {"single-label", "multi-label"}:
        lines += [
            "",
            f"Probabilities are taken at temperature {calibration.temperature}, measured on what was held back;",
            f"under {calibration.confident_from:.0%} "
            + ("the model says that it is not sure." if data.kind == "single-label" else "a label is not seen."),
        ]
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _scores(labels: Sequence[str], evaluation: Evaluation) -> list[str]:
    chosen = evaluation.probabilities.argmax(1)
    lines = [
        "| label | pictures | found (recall) | right when said (precision) | F1 |",
        "| --- | --- | --- | --- | --- |",
    ]
    for at, label in enumerate(labels):
        is_it, called = evaluation.targets == at, chosen == at
        hit, seen, times = int((is_it & called).sum()), int(is_it.sum()), int(called.sum())
        recall, precision = hit / max(1, seen), hit / max(1, times)
        both = 2 * recall * precision / max(1e-9, recall + precision)
        lines.append(f"| {_cell(label)} | {seen} | {recall:.1%} | {precision:.1%} | {both:.2f} |")
    return lines


# --- pictures ----------------------------------------------------------------------------------------------------


def plots(
    config: TrainingConfig, data: Data, evaluation: Evaluation, curve: Curve, found: FoundRate
) -> dict[str, bytes]:
    """The PNG files that go with the card."""
    mpl.use("Agg")
    pictures = {"curve.png": _curve(curve)}
    if found.rates:
        pictures["rate.png"] = _rates(found)
    if data.kind == "single-label":
        pictures["confusion.png"] = _confusion(data.labels, evaluation)
        if config.shows_pictures:
            pictures["top-losses.png"] = _top_losses(data.labels, evaluation)
    return pictures


def as_png(figure: Any) -> bytes:  # noqa: ANN401 - matplotlib's figure
    """The figure as PNG."""
    return as_picture(figure, "png")


def as_picture(figure: Any, form: Literal["png", "svg"], alt: str = "") -> bytes:  # noqa: ANN401
    """The figure as a file, with words for whoever cannot see it."""
    from matplotlib import pyplot

    # Neither the time nor the version of the drawing program: the same figure is the same file.
    metadata: dict[str, str | None] = {"Software": None} if form == "png" else {"Date": None}
    if alt:
        metadata["Description"] = alt
    kept = io.BytesIO()
    figure.savefig(kept, format=form, dpi=90, bbox_inches="tight", metadata=metadata)
    pyplot.close(figure)
    return kept.getvalue()


def _curve(curve: Curve) -> bytes:
    from matplotlib import pyplot

    figure, losses = pyplot.subplots(figsize=(6, 3.5))
    epochs = range(1, len(curve.validation) + 1)
    losses.plot(epochs, curve.training[: len(curve.validation)], label="training loss", marker="o")
    losses.plot(epochs, curve.validation, label="validation loss", marker="o")
    losses.set_xlabel("epoch")
    losses.set_xticks(list(epochs))
    other = losses.twinx()
    other.plot(epochs, curve.metric, label=curve.metric_name, color="black", linestyle="--")
    other.set_ylabel(curve.metric_name)
    lines = [*losses.get_lines(), *other.get_lines()]
    losses.legend(lines, [str(line.get_label()) for line in lines])
    return as_png(figure)


def _rates(found: FoundRate) -> bytes:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 3.5))
    axes.plot(found.rates, found.losses[: len(found.rates)])
    axes.axvline(found.rate, color="black", linestyle="--", label=f"taken: {found.rate:.2g}")
    axes.set_xscale("log")
    axes.set_xlabel("learning rate")
    axes.set_ylabel("loss")
    axes.legend()
    return as_png(figure)


def _confusion(labels: Sequence[str], evaluation: Evaluation) -> bytes:
    from matplotlib import pyplot

    matrix = counted(evaluation.targets.numpy(), evaluation.probabilities.argmax(1).numpy(), len(labels))
    side = min(16.0, 2.5 + 0.45 * len(labels))
    figure, axes = pyplot.subplots(figsize=(side, side))
    draw_confusion(axes, labels, matrix)
    return as_png(figure)


def counted(targets: NDArray[np.int64], chosen: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """How often each label (row) was called each (column)."""
    matrix = np.zeros((count, count), np.int64)
    np.add.at(matrix, (targets, chosen), 1)
    return matrix


def draw_confusion(axes: Any, labels: Sequence[str], matrix: NDArray[np.int64]) -> None:  # noqa: ANN401 - matplotlib's
    """A confusion matrix with its counts, where there are not too many to read."""
    count = len(labels)
    axes.imshow(matrix, cmap="Blues")
    axes.set_xticks(range(count), labels, rotation=60, ha="right")
    axes.set_yticks(range(count), labels)
    axes.set_xlabel("predicted")
    axes.set_ylabel("true")
    if count <= 30:
        for row in range(count):
            for column in range(count):
                colour = "white" if matrix[row, column] > matrix.max() / 2 else "black"
                axes.text(column, row, str(matrix[row, column]), ha="center", va="center", color=colour)


def _top_losses(labels: Sequence[str], evaluation: Evaluation, most: int = 9) -> bytes:
    from matplotlib import pyplot

    order = torch.argsort(evaluation.losses, descending=True)[:most].tolist()
    columns = min(3, len(order))
    rows = -(-len(order) // columns)
    figure, places = pyplot.subplots(rows, columns, figsize=(2.6 * columns, 2.9 * rows), squeeze=False)
    for place in places.flat:
        place.axis("off")
    for place, at in zip(places.flat, order, strict=False):
        place.imshow(_thumb(evaluation.examples[at].path))
        called, true = int(evaluation.probabilities[at].argmax()), int(evaluation.targets[at])
        probability = float(evaluation.probabilities[at, true])
        place.set_title(f"{labels[called]}, is {labels[true]}\n{probability:.0%} for it", fontsize=9)
    return as_png(figure)


def _thumb(path: Path) -> Image.Image:
    image = open_file(path)
    image.thumbnail((160, 160))
    return image
