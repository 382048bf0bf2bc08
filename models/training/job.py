"""One training, or one comparison, as a process of its own: an order in, lines of JSON out; it ends with its parent.

Each line is an object: the step it is at (`stage`, `share`, `epoch`, `of_epochs`), a `line` to be read, the `error`
that ended it with the `fault` it is, or at the end what it came to. Of a training: `measured` figures, `compared` where
another version answers now, and the pictures whose labels it finds `doubtful`. Of a comparison: its figures, `versus`.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Final

from pydantic import BaseModel, TypeAdapter

from models.bundles.manifest import Kind, Manifest
from models.errors import ModelsError, fault_of
from models.inference.limits import die_with_parent
from models.training.config import TrainingConfig
from models.training.folder import Data, Example, gather
from models.training.step import Progress, Step

FAILED: Final = 3  # exit code: the last line says why
COMPARED: Final = "compared.png"
_NICENESS: Final = 10
_MOST_DOUBTFUL: Final = 50


class Order(BaseModel):
    """What is to be trained, and from where to where; `old` is the bundle that answers now, if any."""

    name: str
    version: str
    kind: Kind
    pictures: Path
    into: Path
    old: Path | None = None
    arch: str
    epochs: int
    size: int
    from_scratch: bool

    def config(self) -> TrainingConfig:
        """As a training takes it. The pictures are deleted with their givers' data, so the bundle holds none."""
        return TrainingConfig(
            self.name,
            self.version,
            self.arch,
            self.epochs,
            self.size,
            from_scratch=self.from_scratch,
            shows_pictures=False,
        )


class Versus(BaseModel):
    """Two bundles to be compared, and what they are asked about with what it shows; where nothing is named, the
    handwriting that is held out. The picture is drawn in the folder `into`, as `compared.png`.
    """

    bundles: tuple[Path, Path]
    asked: list[tuple[Path, str]]
    into: Path


def tell(**what: object) -> None:
    """One line for whoever listens."""
    print(json.dumps(what), flush=True)


def progress(step: Step) -> None:
    """One line that says where it is."""
    tell(**asdict(step))


def train_as(order: Order) -> None:
    """Gather, train, measure, and compare with what answers now. Raises ModelsError."""
    from models.training.train import train

    found = gather(order.pictures, order.kind, progress=progress)
    manifest = train(found, order.config(), order.into, progress=progress, say=lambda line: tell(line=line))
    compared = _compared(order, found, manifest, progress)
    tell(measured=manifest.measured, compared=compared, doubtful=_doubtful(order, found, progress))


def _compared(order: Order, found: Data, manifest: Manifest, progress: Progress) -> dict[str, float] | None:
    """How it does beside the version that answers, on the pictures held back."""
    from models.inference.predictor import Predictor
    from models.training.comparing import comparison

    if order.old is None or order.kind != "single-label":
        return None
    old = Predictor(order.old)
    if old.manifest.kind != manifest.kind:
        return None
    _, held_back = found.split(order.config().valid, order.config().seed)
    both = comparison.compare(held_back, old, Predictor(order.into), progress)
    (order.into / COMPARED).write_bytes(comparison.picture(both, most_shown=0))
    return {"fixed": len(both.fixed), "regressed": len(both.regressed), "p": both.p_value()}


def _doubtful(order: Order, found: Data, progress: Progress) -> list[dict[str, str | float]]:
    """The pictures whose labels it doubts, the most doubtful first: it says otherwise, or is not sure."""
    from models.inference.predictor import Predictor
    from models.training.cleaning import label_issues

    if order.kind != "single-label":
        return []
    predictor = Predictor(order.into)
    threshold = predictor.manifest.calibration.confident_from
    issues = (one for one in label_issues(found, predictor, progress) if one.doubtful(threshold))
    return [
        {"file": one.path.name, "label": one.label, "predicted": one.predicted, "probability": one.probability}
        for one in islice(issues, _MOST_DOUBTFUL)
    ]


def compare_as(order: Versus) -> None:
    """Ask both about the same pictures, and draw it; what members gave is not shown in it. Raises ModelsError."""
    from models.inference.predictor import Predictor
    from models.training.calibrate import wilson
    from models.training.comparing import comparison
    from models.training.comparing.ground import handwritten, in_common, named

    old, new = (Predictor(folder) for folder in order.bundles)
    examples = [Example(path, label) for path, label in order.asked]
    if not examples:
        examples = handwritten(in_common(old.manifest, new.manifest), order.into)
    found = comparison.compare(examples, old, new, progress)
    most_shown = 0 if order.asked else comparison.MOST_SHOWN
    (order.into / COMPARED).write_bytes(comparison.picture(found, most_shown=most_shown))
    rights = (found.right(lambda one: one.old), found.right(lambda one: one.new))
    sides = []
    for predictor, right, alone in zip((old, new), rights, (found.regressed, found.fixed), strict=True):
        low, high = wilson(right, len(found.asked))
        counts = {"right": right, "low": low, "high": high, "alone": len(alone)}
        manifest = predictor.manifest
        better = found.better == named(manifest)
        sides.append({"model": manifest.name, "version": manifest.version, **counts, "better": better})
    tell(versus={"models": sides, "seen": len(found.asked), "p": found.p_value()})


def do(path: Path) -> int:
    """Do what the order's file says; the exit code."""
    order = TypeAdapter[Order | Versus](Order | Versus).validate_json(path.read_bytes())
    try:
        if isinstance(order, Order):
            train_as(order)
        else:
            compare_as(order)
    except (ModelsError, OSError) as error:
        said = str(error)
        if isinstance(order, Order):
            said = said.replace(str(order.pictures), order.name)  # people read it who know no folders
        tell(error=said, fault=asdict(fault_of(error)))
        return FAILED
    return 0


if __name__ == "__main__":
    die_with_parent()
    os.nice(_NICENESS)
    raise SystemExit(do(Path(sys.argv[1])))
