"""What a training on a table leaves to read: the card, which columns decide, how the answer follows them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import matplotlib as mpl
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from models.bundles.input_spec import CategoryColumn, NumberColumn, TableInput
from models.bundles.manifest import Calibration
from models.inference.prepare import Array
from models.inference.rows.networks import item_weights
from models.training.calibrate import expected_calibration_error, wilson
from models.training.report import as_png, counted, draw_confusion
from models.training.rows.table import Table

Outputs = Callable[[Sequence[Array]], Tensor]
Importance = list[tuple[str, float]]
_SHUFFLES: Final = 3
_ASKED: Final = 400  # rows that a column's influence is averaged over
_STEPS: Final = 20
_SHOWN: Final = 4  # columns whose influence is drawn
_ITEMS: Final = 10  # at either end of the biases
_FEWEST_RATINGS: Final = 3


@dataclass(frozen=True, slots=True)
class RowEvaluation:
    """The prepared rows held back, their true answers (a label's place, or the number) and the network's outputs."""

    arrays: list[Array]
    targets: Tensor
    outputs: Tensor


def summary(table: Table) -> str:
    """What the model tells, in a line."""
    if table.way == "collaborative":
        who, what = table.categories
        return f"how high {who} rates {what} ({table.target}), from {len(table.frame)} ratings"[:300]
    from_columns = ", ".join([*table.categories, *table.numbers][:8])
    labels = f": {', '.join(table.labels[:6])}" if table.labels else ""
    return f"{table.target}{labels}, from {from_columns}"[:300]


def figures(
    table: Table, evaluation: RowEvaluation, calibration: Calibration, learned: list[int]
) -> dict[str, float | int]:
    """The figures of the bundle's `measured`; `usual` is what always giving the commonest or mean answer comes to."""
    answers = table.frame[table.target]
    count: dict[str, float | int] = {"rows": len(table.frame), "validation_rows": len(evaluation.arrays)}
    if table.labels:
        top, chosen = (evaluation.outputs / calibration.temperature).softmax(1).max(1)
        right = chosen == evaluation.targets
        commonest = table.labels.index(answers.iloc[learned].mode().iloc[0])
        return count | {
            "right": int(right.sum()),
            "accuracy": round(float(right.float().mean()), 4),
            "calibration_error": round(expected_calibration_error(top, right), 4),
            "usual": round(float((evaluation.targets == commonest).float().mean()), 4),
        }
    off = evaluation.outputs[:, 0] - evaluation.targets
    mean = float(answers.iloc[learned].mean())
    spread = float((evaluation.targets - mean).square().sum())
    return count | {
        "mean_absolute_error": _rounded(float(off.abs().mean())),
        "explained": round(1 - float(off.square().sum()) / spread, 4) if spread else 0.0,
        "usual": _rounded(float((evaluation.targets - mean).abs().mean())),
    }


def _rounded(number: float) -> float:
    return float(f"{number:.4g}")


def summary_lines(table: Table, measured: dict[str, float | int]) -> list[str]:
    """How well it did, in a line or two for whoever trained it."""
    seen = int(measured["validation_rows"])
    if not table.labels:
        line = (
            f"Off by {measured['mean_absolute_error']:g} on average on the {seen} rows held back, where always saying"
            f" the mean is off by {measured['usual']:g}."
        )
        worse = measured["mean_absolute_error"] >= measured["usual"]
        return [line, *(["It has learned nothing yet: give it more rows, columns or --epochs."] if worse else [])]
    right = int(measured["right"])
    low, high = wilson(right, seen)
    line = (
        f"Right on {right} of the {seen} rows held back: {right / seen:.1%} (95% interval {low:.1%} to {high:.1%});"
        f" always saying the commonest would be right on {measured['usual']:.1%}."
    )
    alike = low <= measured["usual"]
    return [line, *(["That cannot be told apart from it: give it more rows, columns or --epochs."] if alike else [])]


# --- which columns decide ----------------------------------------------------------------------------------------


def by_importance(evaluation: RowEvaluation, spec: TableInput, outputs: Outputs) -> Importance:
    """Each column with how much the loss rises when its cells are shuffled among the rows, the most first."""
    rows = np.stack(evaluation.arrays)
    before, shuffle = _loss(evaluation.outputs, evaluation.targets), np.random.default_rng(0)
    found = []
    for name, channels in _channels(spec).items():
        rises = []
        for _ in range(_SHUFFLES):
            mixed = rows.copy()
            mixed[..., channels] = rows[shuffle.permutation(len(rows))][..., channels]
            rises.append(_loss(outputs(list(mixed)), evaluation.targets) - before)
        found.append((name, max(0.0, float(np.mean(rises)))))
    return sorted(found, key=lambda one: -one[1])


def _loss(outputs: Tensor, targets: Tensor) -> float:
    if targets.dtype == torch.int64:
        return float(functional.cross_entropy(outputs, targets))
    return float((outputs[:, 0] - targets).abs().mean())


def _channels(spec: TableInput) -> dict[str, list[int]]:
    """The places of each column in a prepared row: its code or number, and the mark of its gaps."""
    places = {column.name: [at] for at, column in enumerate(spec.categories)}
    codes, mark = len(spec.code_counts), len(spec.categories)
    for at, column in enumerate(spec.numbers):
        places[column.name] = [codes + at]
        if column.learned_gaps:
            places[column.name].append(mark)
            mark += 1
    return places


# --- the card ----------------------------------------------------------------------------------------------------


def card(
    name: str,
    table: Table,
    evaluation: RowEvaluation,
    calibration: Calibration,
    facts: dict[str, Any],
    measured: dict[str, float | int],
    order: Importance,
    spec: TableInput,
    network: nn.Module,
) -> str:
    """The model card as Markdown."""
    learner = "collaborative filtering" if table.way == "collaborative" else "a tabular model"
    lines = [f"# {name}", "", f"{learner.capitalize()}, trained with fastai: {summary(table)}.", ""]
    lines += [
        "## What it learned from",
        "",
        f"{len(table.frame)} rows, of which {len(evaluation.arrays)} were held back.",
    ]
    lines += _columns(spec)
    if table.passed_over:
        lines += ["", "Not learned from:", "", *[f"- {_cell(one)}" for one in table.passed_over]]
    lines += ["", "## How well it did on the rows held back", "", *summary_lines(table, measured), ""]
    if table.labels:
        lines += [
            f"Probabilities are taken at temperature {calibration.temperature}, measured on what was held back; under"
            f" {calibration.confident_from:.0%} the model says that it is not sure. Calibration error:"
            f" {measured['calibration_error']:.3f}.",
            "",
            "![Confusion matrix](confusion.png)",
        ]
    else:
        lines.append("![What it said beside what was true](answers.png)")
    if table.way == "collaborative":
        lines += _nearest(table, spec, network)
    else:
        lines += [
            "",
            "## Which columns decide",
            "",
            "The loss rises by so much when a column's cells are shuffled:",
            "",
        ]
        lines += [f"- {_cell(column)}: {rise:.4g}" for column, rise in order[:20]]
        lines += ["", "![How the answer follows the columns that decide most](dependence.png)"]
    lines += ["", "## How it was made", "", *[f"- {key.replace('_', ' ')}: {value}" for key, value in facts.items()]]
    return "\n".join([*lines, ""])


def _columns(spec: TableInput) -> list[str]:
    """What each column holds, and what is taken for a cell that is not given."""
    lines = ["", "| column | holds | not given |", "| --- | --- | --- |"]
    for category in spec.categories:
        gaps = "learned as a value of its own" if category.learned_gaps else f"{_cell(category.usual)} is taken"
        lines.append(f"| {_cell(category.name)} | {len(category.values)} values | {gaps} |")
    for number in spec.numbers:
        gaps = "learned" if number.learned_gaps else f"{number.usual:.6g} is taken"
        lines.append(f"| {_cell(number.name)} | {number.least:.6g} to {number.most:.6g} | {gaps} |")
    return lines


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _nearest(table: Table, spec: TableInput, network: nn.Module) -> list[str]:
    """What is rated most, each with what is most like it by its factors."""
    what = spec.categories[1]
    factors, _ = item_weights(network)
    known = functional.normalize(factors[1:], dim=1)
    counts = table.frame[what.name].value_counts()
    often = [value for value in counts.index if value in set(what.values)][:12]
    lines = [
        "",
        f"## Alike by their factors: {_cell(what.name)}",
        "",
        "| the most rated | most alike |",
        "| --- | --- |",
    ]
    for value in often:
        at = what.values.index(value)
        alike = (known @ known[at]).argsort(descending=True).tolist()
        others = [what.values[one] for one in alike if one != at][:3]
        lines.append(f"| {_cell(value)} | {_cell(', '.join(others))} |")
    return [*lines, "", "![Biases: what is liked more, and less, than its ratings alone say](biases.png)"]


# --- pictures ----------------------------------------------------------------------------------------------------


def plots(
    table: Table, evaluation: RowEvaluation, spec: TableInput, order: Importance, network: nn.Module, outputs: Outputs
) -> dict[str, bytes]:
    """The PNG files that go with the card."""
    mpl.use("Agg")
    pictures = {"confusion.png": _confusion(table, evaluation)} if table.labels else {"answers.png": _said(evaluation)}
    if table.way == "collaborative":
        pictures["biases.png"] = _biases(table, spec, network)
    else:
        pictures["dependence.png"] = _dependence(table, evaluation, spec, order, outputs)
    return pictures


def _confusion(table: Table, evaluation: RowEvaluation) -> bytes:
    from matplotlib import pyplot

    side = min(16.0, 2.5 + 0.45 * len(table.labels))
    figure, axes = pyplot.subplots(figsize=(side, side))
    matrix = counted(evaluation.targets.numpy(), evaluation.outputs.argmax(1).numpy(), len(table.labels))
    draw_confusion(axes, table.labels, matrix)
    return as_png(figure)


def _said(evaluation: RowEvaluation) -> bytes:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(4.5, 4.5))
    true, said = evaluation.targets.numpy(), evaluation.outputs[:, 0].numpy()
    axes.scatter(true, said, s=8, alpha=0.4)
    ends = [float(min(true.min(), said.min())), float(max(true.max(), said.max()))]
    axes.plot(ends, ends, color="black", linewidth=1)
    axes.set_xlabel("true")
    axes.set_ylabel("what the model said")
    return as_png(figure)


def _dependence(
    table: Table, evaluation: RowEvaluation, spec: TableInput, order: Importance, outputs: Outputs
) -> bytes:
    """Partial dependence: the mean answer when every row is given the same value in one column."""
    from matplotlib import pyplot

    columns = {column.name: column for column in spec.columns}
    shown = [columns[name] for name, _ in order[:_SHOWN]]
    figure, places = pyplot.subplots(1, len(shown), figsize=(3.4 * len(shown), 3.2), squeeze=False, sharey=True)
    rows = np.stack(evaluation.arrays[:_ASKED])
    for axes, column in zip(places.flat, shown, strict=True):
        channel = _channels(spec)[column.name][0]
        values, ticks = _steps(table, column)
        answers = np.stack([_mean_answer(table, outputs, rows, channel, value) for value in values])
        at = range(len(ticks)) if isinstance(column, CategoryColumn) else ticks
        for label, line in zip(table.labels[:4] or (table.target,), answers.T, strict=False):
            points = {"marker": "o", "linestyle": ""} if isinstance(column, CategoryColumn) else {}
            axes.plot(at, line, label=label, **points)
        if isinstance(column, CategoryColumn):
            axes.set_xticks(range(len(ticks)), [str(one)[:14] for one in ticks], rotation=60, ha="right")
        axes.set_xlabel(column.name)
    places.flat[0].set_ylabel("probability" if table.labels else table.target)
    if table.labels:
        places.flat[0].legend(fontsize=8)
    return as_png(figure)


def _steps(table: Table, column: CategoryColumn | NumberColumn) -> tuple[list[float], list[Any]]:
    """The values tried in a column, as they are fed, and as they are written under the plot."""
    if isinstance(column, CategoryColumn):
        often = [value for value in table.frame[column.name].value_counts().index if value in set(column.values)][:12]
        return [column.values.index(value) + 1.0 for value in often], often
    levels = table.frame[column.name].dropna().quantile(np.linspace(0.02, 0.98, _STEPS)).drop_duplicates().tolist()
    return [(level - column.mean) / column.std for level in levels], levels


def _mean_answer(table: Table, outputs: Outputs, rows: NDArray[Any], channel: int, value: float) -> NDArray[Any]:
    given = rows.copy()
    given[..., channel] = value
    found = outputs(list(given))
    if table.labels:
        found = found.softmax(1)[:, :4]
    mean: NDArray[Any] = found.mean(0).numpy()
    return mean


def _biases(table: Table, spec: TableInput, network: nn.Module) -> bytes:
    """The highest and lowest biases: what is liked although it should not suit, and the other way round."""
    from matplotlib import pyplot

    what = spec.categories[1]
    counts = table.frame[what.name].value_counts()
    _, biases = item_weights(network)
    rated = [at for at, value in enumerate(what.values) if counts.get(value, 0) >= _FEWEST_RATINGS]
    rated = rated or list(range(len(what.values)))
    order = sorted(rated, key=lambda at: float(biases[at + 1]))
    chosen = order if len(order) <= 2 * _ITEMS else [*order[:_ITEMS], *order[-_ITEMS:]]
    figure, axes = pyplot.subplots(figsize=(6, 0.8 + 0.26 * len(chosen)))
    axes.barh([what.values[at][:40] for at in chosen], [float(biases[at + 1]) for at in chosen])
    axes.set_xlabel("bias")
    return as_png(figure)
