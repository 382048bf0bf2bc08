"""Cleaning a folder after a first model: the labels it doubts most first, in a page to keep, relabel or drop."""

from __future__ import annotations

import base64
import html
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models.predictor import Predictor
from models.prepare import prepare
from models.training_data import Data, DataFault, open_file

DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A picture with its label, what the model says it is, and how likely the model finds the label."""

    path: Path
    label: str
    said: str
    chance: float


def doubts(data: Data, predictor: Predictor, tell: Callable[[str, float], None]) -> list[Doubt]:
    """Every picture, the least likely label first."""
    if data.kind != "single-label":
        raise DataFault("Only folders with one label a picture can be cleaned this way.")
    found = []
    for at, example in enumerate(data.examples):
        tell("asking the model", at / len(data.examples))
        array, notes = prepare(open_file(example.path), predictor.manifest.input)
        answer = predictor.answer([array], [notes])[0]
        chances = {one.label: one.probability for one in answer.predictions}
        found.append(Doubt(example.path, example.answer, answer.predictions[0].label, chances.get(example.answer, 0.0)))
    return sorted(found, key=lambda one: (one.chance, str(one.path)))


def page(folder: Path, found: list[Doubt], labels: list[str]) -> str:
    """One page that needs nothing else: choose for each picture, and save the choices as a file."""
    rows = []
    for at, doubt in enumerate(found):
        name = html.escape(str(doubt.path.relative_to(folder)))
        choices = [f'<option value="" selected>keep {html.escape(doubt.label)}</option>']
        choices += [
            f'<option value="={html.escape(label)}">it is {html.escape(label)}</option>'
            for label in labels
            if label != doubt.label
        ]
        shown = html.escape(doubt.label)
        rows.append(
            f'<li><img alt="{name}" src="{_thumb(doubt.path)}"><div><p><b>{shown}</b>, but'
            f" the model says {html.escape(doubt.said)} ({doubt.chance:.0%} for {shown})</p><p>{name}</p>"
            f'<label for="c{at}">What to do</label> <select id="c{at}" data-file="{name}">{"".join(choices)}'
            '<option value="-">drop it</option></select></div></li>'
        )
    return _PAGE.replace("{rows}", "\n".join(rows))


_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Clean the pictures</title><style>body{font:16px/1.4 system-ui;max-width:50rem;margin:auto;padding:1rem}
li{display:flex;gap:1rem;margin:1rem 0}img{width:128px;height:128px;object-fit:contain;background:#eee}
button{font:inherit;padding:.5rem 1rem;position:sticky;bottom:1rem}</style>
<h1>Clean the pictures</h1><p>The labels the model doubts most come first. Choose what to do, save the choices, then run
<code>clean</code> again with <code>--apply choices.json</code>.</p><ol>
{rows}
</ol><button id="save">Save the choices</button><script>
document.getElementById("save").onclick = () => {
  const made = {};
  document.querySelectorAll("select").forEach(s => { if (s.value) made[s.dataset.file] = s.value; });
  const a = document.createElement("a");
  a.href = URL.createObjectURL(new Blob([JSON.stringify(made, null, 1)], {type: "application/json"}));
  a.download = "choices.json";
  a.click();
};
</script></html>
"""


def apply(folder: Path, choices: Path) -> tuple[int, int]:
    """Do what was chosen: move relabelled pictures, set dropped ones aside beside the folder. Counts of both."""
    try:
        asked = json.loads(choices.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise DataFault(f"{choices} cannot be read as the choices saved from the page: {fault}.") from None
    if not isinstance(asked, dict) or not all(isinstance(one, str) for one in asked.values()):
        raise DataFault(f"{choices} does not hold the choices saved from the page.")
    moves = [_move(folder.resolve(), name, choice) for name, choice in asked.items()]
    for source, target in moves:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(source, target)
    dropped = sum(choice == "-" for choice in asked.values())
    return len(moves) - dropped, dropped


def _move(folder: Path, name: str, choice: str) -> tuple[Path, Path]:
    source = (folder / name).resolve()
    if not source.is_relative_to(folder) or not source.is_file():
        raise DataFault(f"There is no picture {name} in {folder}; nothing was changed.")
    if choice == "-":
        return source, folder.with_name(f"{folder.name}-{DROPPED}") / name
    target = (folder / choice.removeprefix("=") / source.name).resolve()
    if not choice.startswith("=") or target.parent.parent != folder or target.exists():
        raise DataFault(f"{name} cannot be moved as {choice!r} says; nothing was changed.")
    return source, target


def _thumb(path: Path) -> str:
    image = open_file(path)
    image.thumbnail((128, 128))
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=70)
    return f"data:image/jpeg;base64,{base64.b64encode(kept.getvalue()).decode()}"
