"""What marks teach: `python -m bench.grading_marks [FOLDER]`.

FOLDER as in `bench.grading_evaluate`. So many answers of each question, drawn at random, are given as marks; the others
are graded without and with them. A question that has several references is scored by the best of them, and that score
is put right. Without FOLDER only the marked answers of the shipped pack are measured.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from bench.grading_evaluate import auc, pearson, read_sets
from study.grading import ACCEPT, MarkedAnswer, Marks, draft, grade
from study.grading.language.languages import language_of
from study.grading.marks import Precedents
from study.grading.similarity.measure import DRAFT_ACCEPT

DRAWN = 20
"""Answers of a question that may be marks; the others are graded, however many marks there are."""
DRAWS = 3
LEAST = 5
"""Answers left to be graded, below which a question is left out."""

Row = tuple[str, float, float]
"""An answer, its score without marks, and its mark."""


def of_set(data: dict[str, Any]) -> list[list[Row]]:
    """The answers of a set, question by question, scored by drafts."""
    questions: dict[str, list[Row]] = defaultdict(list)
    rubrics = {
        key: [draft(one["question"], reference) for reference in [one["reference"], *one.get("alternatives", [])]]
        for key, one in data["questions"].items()
    }
    for key, answer, mark, *_ in data["rows"]:
        questions[key].append((answer, max(grade(rubric, answer).score for rubric in rubrics[key]), float(mark)))
    return list(questions.values())


def divided(rows: Sequence[Row], marked: int) -> Iterator[tuple[list[Row], list[Row]]]:
    """Marks and the answers that are graded, as often as they are drawn."""
    for draw in range(DRAWS):
        order = list(rows)
        random.Random(f"{draw} {rows[0][0]}").shuffle(order)  # noqa: S311 - a seed makes the figures repeatable
        rest = order[DRAWN:] if len(order) >= DRAWN + LEAST else order[marked:]
        if len(rest) >= LEAST:
            yield order[:marked], rest


def put_right(marks: Sequence[Row]) -> Callable[[Row], float]:
    """What gives an answer its score with these marks."""
    off = [mark - score for _, score, mark in marks]
    made = Precedents(Marks(tuple(MarkedAnswer(answer, mark) for answer, _, mark in marks)), off, language_of("en"))
    return lambda row: made.put_right(row[1], row[0])[0]


def measured(questions: Sequence[Sequence[Row]], marked: int, line: float) -> tuple[float, float, float]:
    """Mean r and AUC per question, and the share decided rightly at a line."""
    correlations, areas, rightly = [], [], []
    for rows in questions:
        for marks, rest in divided(rows, marked):
            scores = list(map(put_right(marks), rest))
            truth = [mark for _, _, mark in rest]
            if len(set(truth)) > 1:
                correlations.append(pearson(scores, truth))
            area = auc(scores, [mark >= 0.75 for mark in truth])
            if area is not None:
                areas.append(area)
            rightly += [(score >= line) == (mark >= 0.75) for score, mark in zip(scores, truth, strict=True)]
    return statistics.mean(correlations), statistics.mean(areas), statistics.mean(rightly)


def of_pack() -> Iterator[tuple[str, list[list[Row]]]]:
    """The marked answers of the shipped pack, by its rubrics and by drafts of its references."""
    from bot.packs.library import find_pack, packs_folder, read_pack

    items = {item.id: item for item in read_pack(find_pack(packs_folder(), "fastbook")).course.items()}
    written: dict[str, list[Row]] = defaultdict(list)
    drafted: dict[str, list[Row]] = defaultdict(list)
    drafts = {item.id: draft(item.ask, item.answer) for item in items.values()}
    worth = {"right": 1.0, "partial": 0.5, "wrong": 0.0}
    for path in sorted(Path("tests/content").glob("marked-week-*.jsonl")):
        for one in map(json.loads, path.read_text("utf-8").splitlines()):
            item, mark = items[one["item"]], worth[one["verdict"]]
            assert item.rubric is not None
            score = grade(item.rubric, one["answer"], question=item.ask).score
            written[item.id].append((one["answer"], score, mark))
            drafted[item.id].append((one["answer"], grade(drafts[item.id], one["answer"]).score, mark))
    yield "pack", list(written.values())
    yield "pack, drafted", list(drafted.values())


def main() -> int:
    """Print a line for each set and number of marks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    given = parser.parse_args()
    sets = {name: of_set(data) for name, data in read_sets(given.folder).items()} if given.folder else {}
    for marked in (0, 5, 10, 20):
        got = [measured(one, marked, DRAFT_ACCEPT) for one in sets.values()]
        for name, figures in zip(sets, got, strict=True):
            print(f"{marked:3} marks {name:14}" + "".join(f"{one:7.3f}" for one in figures))
        if got:
            print(
                f"{marked:3} marks {'mean':14}"
                + "".join(f"{statistics.mean(one):7.3f}" for one in zip(*got, strict=True))
            )
    for name, questions in of_pack():
        line = ACCEPT if name == "pack" else DRAFT_ACCEPT
        for marked in (0, 5, 20):
            figures = measured(questions, marked, line)
            taken: Counter[tuple[bool, bool]] = Counter()
            for rows in questions:
                for marks, rest in divided(rows, marked):
                    score = put_right(marks)
                    taken.update((row[2] >= ACCEPT, score(row) >= line) for row in rest)
            right = taken[True, True] / (taken[True, True] + taken[True, False])
            wrong = taken[False, True] / (taken[False, True] + taken[False, False])
            print(
                f"{marked:3} marks {name:14}"
                + "".join(f"{one:7.3f}" for one in figures)
                + f"   accepted: {right:.1%} of right, {wrong:.1%} of others"
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
