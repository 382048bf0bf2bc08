"""fastai's tabular and collaborative learners on a table, and the bundle that comes of it."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn

from models.bundles.input_spec import CategoryColumn, NumberColumn, TableInput
from models.bundles.manifest import Calibration, Cells, Manifest
from models.bundles.network_spec import CollaborativeSpec, RowNetwork, TabularSpec
from models.errors import DataError
from models.inference.batch import Batching
from models.inference.fastai_import import import_fastai
from models.inference.prepare import Array
from models.inference.rows import networks as row_networks
from models.inference.rows.prepare import RowReader
from models.training import calibrate, learning
from models.training.bundle_writer import made_with, write_bundle
from models.training.config import RowTraining
from models.training.learning import Say
from models.training.rows import report
from models.training.rows.report import Outputs, RowEvaluation
from models.training.rows.table import Table
from models.training.step import Progress, Step

_LAYERS: Final = (200, 100)  # as fastai's tabular_learner
_FACTORS: Final = 50  # as fastai's collab_learner
_WEIGHT_DECAY: Final = 0.1  # as the book takes it for factors
_ENOUGH: Final = 2000  # rows to find a learning rate on
_USUAL_RATE: Final = 0.01  # with fewer rows
_MOST_MEASURED: Final = 20_000  # rows held back that are asked about
_ROOM: Final = 0.05  # of the span of the answers, above and below it, as the book gives `y_range`


def train_rows(table: Table, config: RowTraining, into: Path, *, progress: Progress, say: Say) -> Manifest:
    """Train, measure and write the bundle to `into`. Raises DataError where it cannot be done."""
    import_fastai()
    began = time.perf_counter()
    sides = table.split(config.valid, config.seed)
    if not all(sides):
        raise DataError("All rows are the same, or nearly: there is nothing to measure the model on.")
    learner, rate, batch = learned(table, config, *sides, progress=progress, say=say)
    progress(Step("measuring"))
    facts = {
        "epochs": config.epochs,
        "learning_rate": f"{rate:.2g}",
        "rows_at_a_time": batch,
        "seed": config.seed,
        **made_with(),
        "minutes": round((time.perf_counter() - began) / 60, 2),
    }
    return write(table, config, into, learner, sides, facts)


def write(
    table: Table,
    config: RowTraining,
    into: Path,
    learner: Any,  # noqa: ANN401
    sides: tuple[list[int], list[int]],
    facts: dict[str, str | int | float],
) -> Manifest:
    """Measure fastai's learner on the rows held back, as the service would see them, and write its bundle."""
    learned_from, held_back = sides
    reader = RowReader(_input(table, learner, learned_from))
    network = _as_rows(learner.model.cpu().eval(), reader.spec)
    outputs = partial(outputs_for, network, reader.spec)
    evaluation = _evaluated(table, reader, outputs, held_back[:_MOST_MEASURED])
    calibration = _calibration(table, evaluation)
    order = report.by_importance(evaluation, reader.spec, outputs)
    important = [name for name, _ in order] if table.way == "tabular" else []
    spec = reader.spec.model_copy(update={"important": important})
    figures = report.figures(table, evaluation, calibration, learned_from)
    return write_bundle(
        into,
        network,
        cells(table, held_back[0]),
        report.card(config.name, table, evaluation, calibration, facts, figures, order, spec, network),
        network_spec=_network_spec(learner.model, table),
        files=report.plots(table, evaluation, spec, order, network, outputs),
        name=config.name,
        version=config.version,
        kind="single-label" if table.labels else "regression",
        summary=report.summary(table),
        labels=list(table.labels) or [table.target],
        input=spec,
        calibration=calibration,
        measured=figures,
        made_with=facts,
    )


def learned(
    table: Table, config: RowTraining, learned_from: list[int], held_back: list[int], *, progress: Progress, say: Say
) -> tuple[Any, float, int]:
    """fastai's learner after training, its learning rate, and how many rows it took at a time."""
    from fastai.tabular.all import set_seed

    batch = min(config.batch, max(8, len(learned_from) // 8))
    set_seed(config.seed, reproducible=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        learner = _make_learner(table, config, learned_from, held_back, batch)
        learner.add_cb(learning.reporting(progress, say))
        usual = _USUAL_RATE if len(learned_from) < _ENOUGH else None
        rate = config.rate or usual or learning.found_rate(learner, len(learned_from), say).rate
        with learner.no_bar(), learner.no_logging():
            set_seed(config.seed, reproducible=True)
            decay = _WEIGHT_DECAY if table.way == "collaborative" else None
            learner.fit_one_cycle(config.epochs, rate, wd=decay)
    return learner, rate, batch


def _make_learner(table: Table, config: RowTraining, learned: list[int], held_back: list[int], batch: int) -> Any:  # noqa: ANN401
    """fastai's learner over the table: categories coded, gaps filled and marked, numbers normalised."""
    from fastai.collab import TabularCollab, collab_learner
    from fastai.tabular import all as ft

    frame = table.frame.copy()
    for name in table.numbers:  # fastai fills the gaps of those columns only that have some in what is learned from
        if not frame[name].iloc[learned].isna().any():
            frame[name] = frame[name].fillna(frame[name].iloc[learned].median())
    splits = (learned, held_back)
    device = learning.device_of(config.device)
    y_range = config.y_range or (None if table.labels else _y_range(table, learned))
    if table.way == "collaborative":
        to = TabularCollab(
            frame, [ft.Categorify], list(table.categories), y_names=[table.target],
            y_block=ft.TransformBlock(), splits=splits,
        )  # fmt: skip
        loaders = to.dataloaders(bs=batch, device=device)
        return collab_learner(loaders, n_factors=_FACTORS, y_range=y_range, metrics=[ft.mae])
    block = ft.CategoryBlock(vocab=list(table.labels), sort=False) if table.labels else ft.RegressionBlock(n_out=1)
    to = ft.TabularPandas(
        frame, [ft.Categorify, ft.FillMissing, ft.Normalize], list(table.categories), list(table.numbers),
        y_names=table.target, y_block=block, splits=splits,
    )  # fmt: skip
    loaders = to.dataloaders(bs=batch, device=device)
    metrics = [ft.accuracy] if table.labels else [ft.mae]
    how = ft.tabular_config(y_range=y_range, bn_cont=bool(table.numbers))
    return ft.tabular_learner(loaders, layers=list(_LAYERS), config=how, n_out=len(table.labels) or 1, metrics=metrics)


def _y_range(table: Table, learned: list[int]) -> tuple[float, float]:
    answers = table.frame[table.target].iloc[learned]
    least, most = float(answers.min()), float(answers.max())
    room = (most - least) * _ROOM or 1.0
    return least - room, most + room


def _input(table: Table, learner: Any, learned: list[int]) -> TableInput:  # noqa: ANN401
    """How a row is fed, read off fastai's own processing."""
    dls = learner.dls
    rows = table.frame.iloc[learned]
    categories = [
        CategoryColumn(
            name=name,
            values=[str(value) for value in list(dls.classes[name])[1:]],
            usual=str(rows[name].mode().iloc[0]),
            learned_gaps=bool(rows[name].isna().any()),
        )
        for name in table.categories
    ]
    numbers = []
    if table.numbers:
        medians, means, stds = dls.procs.fill_missing.na_dict, dls.procs.normalize.means, dls.procs.normalize.stds
        for name in table.numbers:
            column = rows[name]
            numbers.append(
                NumberColumn(
                    name=name,
                    mean=float(means[name]),
                    std=float(stds[name]),
                    least=float(column.min()),
                    most=float(column.max()),
                    usual=float(medians.get(name, column.median())),
                    learned_gaps=name in medians,
                )
            )
    return TableInput(categories=categories, numbers=numbers)


def _as_rows(model: nn.Module, spec: TableInput) -> row_networks.RowNetwork:
    from fastai.collab import EmbeddingDotBias

    return row_networks.RowNetwork(model, len(spec.code_counts), pairs=isinstance(model, EmbeddingDotBias)).eval()


def _network_spec(model: Any, table: Table) -> RowNetwork:  # noqa: ANN401
    if table.way == "collaborative":
        return CollaborativeSpec(factors=_FACTORS, y_range=model.y_range)
    ends = model.layers[-1]
    y_range = (float(ends.low), float(ends.high)) if hasattr(ends, "low") else None
    return TabularSpec(embeddings=[one.embedding_dim for one in model.embeds], layers=list(_LAYERS), y_range=y_range)


def outputs_for(network: nn.Module, spec: TableInput, arrays: Sequence[Array]) -> Tensor:
    """The network's outputs for prepared rows."""
    batching = Batching(spec)
    with torch.inference_mode():
        return torch.cat([network(batching(arrays[at : at + 512])).float() for at in range(0, len(arrays), 512)])


def cells(table: Table, at: int) -> Cells:
    """A row of the table as somebody would give it."""
    row = table.frame.iloc[at]
    found: Cells = {}
    for name in table.categories:
        found[name] = str(row[name]) if row[name] == row[name] else None
    for name in table.numbers:
        found[name] = None if np.isnan(row[name]) else float(row[name])
    return found


def _evaluated(table: Table, reader: RowReader, outputs: Outputs, places: list[int]) -> RowEvaluation:
    arrays = [reader(cells(table, at))[0] for at in places]
    answers = table.frame[table.target].iloc[places]
    if table.labels:
        targets = torch.tensor([table.labels.index(answer) for answer in answers])
    else:
        targets = torch.tensor(answers.to_numpy(np.float32))
    return RowEvaluation(arrays, targets, outputs(arrays))


def _calibration(table: Table, evaluation: RowEvaluation) -> Calibration:
    if not table.labels:
        return Calibration()
    temperature = calibrate.fit_temperature(evaluation.outputs, evaluation.targets)
    top, chosen = (evaluation.outputs / temperature).softmax(1).max(1)
    threshold = calibrate.confidence_threshold(top, chosen == evaluation.targets)
    return Calibration(temperature=temperature, confident_from=threshold)
