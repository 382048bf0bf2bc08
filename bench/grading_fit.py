"""How far the weights of drafted rubrics hold: `python -m bench.grading_fit [FOLDER] [--rounds N]`.

FOLDER as in `bench.grading_evaluate`. The weights are moved, one after another, to whatever step from where they
stand agrees best with teachers on all sets but one; then that set is measured. Nothing is written: who wants other
weights puts them into `study.grading` by hand.
"""

from __future__ import annotations

import argparse
import statistics
from collections import defaultdict
from pathlib import Path
from types import ModuleType
from typing import Any

from bench.grading_evaluate import auc, calibrated_error, pearson, read_sets
from study.grading import draft, grade
from study.grading.grader import grader
from study.grading.similarity import measure, vocabulary

STEPS = (0.5, 0.75, 1.33, 2.0)
WEIGHTS: tuple[tuple[ModuleType, str], ...] = (
    *((measure, name) for name in ("LETTERS", "SPOKEN", "DENIED", "CURVE", "MEANT", "NEGATED", "LONG")),
    *((vocabulary, name) for name in ("ASKED", "ASKED_OTHERWISE", "SMALL", "LIGHT")),
)
"""What is fitted. How surely one word stands for another is left alone."""
AT_MOST = {"DENIED": 0.9, "LONG": 0.9, "MEANT": 1.0, "NEGATED": 1.0, "CURVE": 1.2}


def measured(data: dict[str, Any]) -> tuple[float, float, float, float]:
    """Of all answers of a set: r, mean r per question, mean AUC per question, calibrated error."""
    rubrics = {
        key: [draft(one["question"], reference) for reference in [one["reference"], *one.get("alternatives", [])]]
        for key, one in data["questions"].items()
    }
    asked = [row[0] for row in data["rows"]]
    truth = [float(row[2]) for row in data["rows"]]
    scores = [max(grade(rubric, row[1]).score for rubric in rubrics[row[0]]) for row in data["rows"]]
    groups: dict[str, list[int]] = defaultdict(list)
    for i, key in enumerate(asked):
        groups[key].append(i)
    pairs = [([scores[i] for i in group], [truth[i] for i in group]) for group in groups.values()]
    areas = [area for p, y in pairs if (area := auc(p, [one >= 0.75 for one in y])) is not None]
    return (
        pearson(scores, truth),
        statistics.mean(pearson(p, y) for p, y in pairs if len(set(y)) > 1),
        statistics.mean(areas),
        calibrated_error(asked, scores, truth),
    )


class Fit:
    """Weights tried and what came of them; every set is measured once for each."""

    def __init__(self, sets: dict[str, dict[str, Any]]) -> None:
        self.sets = sets
        self.start = tuple(float(getattr(module, name)) for module, name in WEIGHTS)
        self.known: dict[tuple[float, ...], dict[str, tuple[float, float, float, float]]] = {}

    def at(self, weights: tuple[float, ...]) -> dict[str, tuple[float, float, float, float]]:
        """What each set measures with these weights."""
        if weights not in self.known:
            for (module, name), value in zip(WEIGHTS, weights, strict=True):
                setattr(module, name, value)
            grader.cache_clear()
            self.known[weights] = {name: measured(data) for name, data in self.sets.items()}
        return self.known[weights]

    def goodness(self, weights: tuple[float, ...], names: list[str]) -> float:
        """What is made large: AUC, and for a third of it the two correlations, in the mean of some sets."""
        got = self.at(weights)
        return statistics.mean(got[name][2] + 0.3 * (got[name][0] + got[name][1]) for name in names)

    def best(self, names: list[str], rounds: int) -> tuple[float, ...]:
        """The weights found best on some sets."""
        weights = self.start
        for _ in range(rounds):
            before = weights
            for k, (_, name) in enumerate(WEIGHTS):
                tried = [weights] + [
                    (*weights[:k], min(weights[k] * step, AT_MOST.get(name, 9.0)), *weights[k + 1 :]) for step in STEPS
                ]
                weights = max(tried, key=lambda one: self.goodness(one, names))
            if weights == before:
                break
        return weights


def main() -> int:
    """Fit on all sets but one, measure on that one, for each; print the means."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    if given.folder is None:
        print("left out: it needs a FOLDER of answers with teachers' grades, as python -m bench.grading_evaluate does")
        return 0
    fit = Fit(read_sets(given.folder))
    names = list(fit.sets)
    rows = []
    for name in names:
        weights = fit.best([one for one in names if one != name], given.rounds)
        rows.append(fit.at(weights)[name])
        moved = ", ".join(
            f"{what} {old:g} -> {new:.2g}"
            for (_, what), old, new in zip(WEIGHTS, fit.start, weights, strict=True)
            if new != old
        )
        print(f"{name:14}" + "".join(f"{one:7.3f}" for one in rows[-1]) + f"   {moved}", flush=True)
    print(f"{'mean, left out':14}" + "".join(f"{statistics.mean(column):7.3f}" for column in zip(*rows, strict=True)))
    here = [fit.at(fit.start)[name] for name in names]
    print(f"{'mean, in use':14}" + "".join(f"{statistics.mean(column):7.3f}" for column in zip(*here, strict=True)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
