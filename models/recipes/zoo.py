"""Making the models that come with the project, by one command and with the same result each time."""

from __future__ import annotations

from pathlib import Path

from models.bundles.manifest import Manifest
from models.recipes.handwriting_models import make_network, make_similarity
from models.recipes.shapes_model import make_shapes
from models.training.step import Progress, no_progress

ZOO = Path(__file__).parents[1] / "zoo"
NAMES = ("digits", "three-or-seven", "pixel-similarity-l1", "pixel-similarity-l2", "shapes")


def make(
    name: str, into: Path = ZOO, *, variants: int = 20, epochs: int = 6, progress: Progress = no_progress
) -> Manifest:
    """Train one of the zoo's models and write its bundle to `into/name/1`."""
    folder = into / name / "1"
    match name:
        case "digits":
            return make_network(folder, tuple(range(10)), variants, epochs, progress)
        case "three-or-seven":
            return make_network(folder, (3, 7), variants, epochs, progress)
        case "pixel-similarity-l1":
            return make_similarity(folder, "l1", progress)
        case "pixel-similarity-l2":
            return make_similarity(folder, "l2", progress)
        case "shapes":
            return make_shapes(folder, progress=progress)
        case _:
            raise ValueError(f"The zoo has no model called {name}; it has {', '.join(NAMES)}.")
