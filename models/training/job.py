"""One training as a process of its own: an order in, lines of JSON out, and it ends with whoever started it.

Each line is an object: the step it is at (`stage`, `share`, `epoch`, `of_epochs`), a `line` to be read, the `error`
that ended it with the `fault` it is, or at the end what it came to: `measured` figures, `compared` where another
version answers now, and the pictures whose labels it finds `doubtful`.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from models.bundles.manifest import Kind, Manifest
from models.errors import ModelsError, fault_of
from models.inference.limits import die_with_parent
from models.training.config import TrainingConfig
from models.training.folder import Data, gather
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


def tell(**what: object) -> None:
    """One line for whoever listens."""
    print(json.dumps(what), flush=True)


def work(order: Order) -> None:
    """Gather, train, measure, and compare with what answers now. Raises ModelsError."""
    from models.training.train import train

    def progress(step: Step) -> None:
        tell(**asdict(step))

    found = gather(order.pictures, order.kind, progress=progress)
    manifest = train(found, order.config(), order.into, progress=progress, say=lambda line: tell(line=line))
    compared = _compared(order, found, manifest, progress)
    tell(measured=manifest.measured, compared=compared, doubtful=_doubtful(order, found, progress))


def _compared(order: Order, found: Data, manifest: Manifest, progress: Progress) -> dict[str, float] | None:
    """How it does beside the version that answers, on the pictures held back."""
    from models.inference.predictor import Predictor
    from models.training import comparing

    if order.old is None or order.kind != "single-label":
        return None
    old = Predictor(order.old)
    if old.manifest.kind != manifest.kind:
        return None
    _, held_back = found.split(order.config().valid, order.config().seed)
    both = comparing.compare(held_back, old, Predictor(order.into), progress)
    (order.into / COMPARED).write_bytes(comparing.picture(both, most_shown=0))
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


def main(order: str) -> None:
    """Do what the order's file says."""
    die_with_parent()
    os.nice(_NICENESS)
    asked = Order.model_validate_json(Path(order).read_bytes())
    try:
        work(asked)
    except (ModelsError, OSError) as error:
        said = str(error).replace(str(asked.pictures), asked.name)  # people read it who know no folders
        tell(error=said, fault=asdict(fault_of(error)))
        raise SystemExit(FAILED) from None


if __name__ == "__main__":
    main(sys.argv[1])
