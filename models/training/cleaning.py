"""Cleaning a folder after a first model: the labels it doubts most first, in a page to keep, relabel or drop."""

from __future__ import annotations

import base64
import html
import io
import json
import shutil
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path

from models.errors import DataError
from models.inference.predictor import Predictor
from models.inference.prepare import prepare
from models.training.folder import Data, open_file
from models.training.step import Progress, Step

DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class LabelIssue:
    """A picture with its label, what the model says it is, and how likely the model finds the label."""

    path: Path
    label: str
    predicted: str
    probability: float

    def doubtful(self, threshold: float) -> bool:
        """Whether the model says otherwise, or says the same and finds that less likely than the threshold."""
        return self.predicted != self.label or self.probability < threshold


def label_issues(data: Data, predictor: Predictor, progress: Progress) -> list[LabelIssue]:
    """Every picture, the least likely label first."""
    manifest = predictor.manifest
    if manifest.kind != "single-label":
        raise DataError(f"{manifest.name} is a {manifest.kind} model: only a single-label one can doubt a label.")
    if not set(data.labels) & set(manifest.labels):
        raise DataError(
            f"{manifest.name} knows none of these folders' labels ({', '.join(data.labels[:5])}); it knows"
            f" {', '.join(manifest.labels[:5])}."
        )
    found = []
    for at, example in enumerate(data.examples):
        progress(Step("asking", at / len(data.examples)))
        array, notes = prepare(open_file(example.path), manifest.pictures)
        predictions = predictor.answer([array], [notes])[0].predictions
        probabilities = {one.label: one.probability for one in predictions}
        probability = probabilities.get(example.answer, 0.0)
        found.append(LabelIssue(example.path, example.answer, predictions[0].label, probability))
    return sorted(found, key=lambda one: (one.probability, str(one.path)))


def page(folder: Path, found: list[LabelIssue], labels: list[str], most: int) -> str:
    """One page that needs nothing else: choose for each of the first pictures, and save the choices as a file."""
    rows = []
    for at, issue in enumerate(found[:most]):
        name = html.escape(issue.path.relative_to(folder).as_posix())
        choices = [f'<option value="" selected>keep {html.escape(issue.label)}</option>']
        choices += [
            f'<option value="={html.escape(label)}">it is {html.escape(label)}</option>'
            for label in labels
            if label != issue.label
        ]
        label, predicted = html.escape(issue.label), html.escape(issue.predicted)
        verdict = (
            f"the model agrees ({issue.probability:.0%})"
            if issue.predicted == issue.label
            else f"but the model says <b>{predicted}</b> ({issue.probability:.0%} for {label})"
        )
        rows.append(
            f'<li><img alt="" src="{_thumb(issue.path)}"><div><p><b>{label}</b>, {verdict}<br><small>{name}</small></p>'
            f'<label for="c{at}">What to do with {name}</label><select id="c{at}" data-file="{name}">{"".join(choices)}'
            '<option value="-">drop it</option></select></div></li>'
        )
    otherwise = sum(issue.predicted != issue.label for issue in found)
    summary = f"The model calls {otherwise} of {len(found)} pictures otherwise than their folder does."
    if len(found) > most:
        summary += f" Only the first {most} are shown."
    page = Path(__file__).with_name("cleaning.html").read_text(encoding="utf-8")
    return page.replace("{summary}", summary).replace("{rows}", "\n".join(rows))


def apply(folder: Path, choices: Path) -> tuple[int, int]:
    """Do what was chosen: move relabelled pictures, set dropped ones aside beside the folder. Counts of both."""
    if not choices.is_file():
        raise DataError(f"There is no file {choices}: name the one that the page saved.")
    try:
        asked = json.loads(choices.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{choices} cannot be read as the choices saved from the page: {error}.") from None
    if not isinstance(asked, dict) or not all(isinstance(one, str) for one in asked.values()):
        raise DataError(f"{choices} does not hold the choices saved from the page.")
    moves = [_move(folder.resolve(), name, choice) for name, choice in asked.items()]
    for source, target in moves:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, _free(target, source.parent.name))
    dropped = sum(choice == "-" for choice in asked.values())
    return len(moves) - dropped, dropped


def _move(folder: Path, name: str, choice: str) -> tuple[Path, Path]:
    source = (folder / name).resolve()
    if not source.is_relative_to(folder) or not source.is_file():
        raise DataError(f"There is no picture {name} in {folder}; nothing was changed.")
    if choice == "-":
        return source, folder.with_name(f"{folder.name}-{DROPPED}") / source.relative_to(folder)
    target = (folder / choice.removeprefix("=") / source.name).resolve()
    if not choice.startswith("=") or target.parent.parent != folder or target.parent == source.parent:
        raise DataError(f"{name} cannot be moved as {choice!r} says; nothing was changed.")
    return source, target


def _free(target: Path, origin: str) -> Path:
    """A name beside `target` that no other picture has."""
    second = f"{target.stem}-from-{origin}"
    stems = chain((target.stem, second), (f"{second}-{at}" for at in count(2)))
    return next(path for stem in stems if not (path := target.with_stem(stem)).exists())


def _thumb(path: Path) -> str:
    image = open_file(path)
    image.thumbnail((128, 128))
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=70)
    return f"data:image/jpeg;base64,{base64.b64encode(kept.getvalue()).decode()}"
