"""Every figure about grading in one command: `python -m bench.grading_evaluate [FOLDER] [--pack COURSE]`.

FOLDER holds development answers with teachers' grades, a `*.json.gz` for each set (also under `data/`):
`{"questions": {id: {"question", "reference", "alternatives"}}, "rows": [[id, answer, score, split, label], ...]}`.
No sentence of them is printed or kept. Without FOLDER only the figures about the packs' own examples are taken.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import statistics
import sys
import time
import zlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from study.grading import ACCEPT, Grade, Rubric, draft, grade
from study.grading.similarity.measure import DRAFT_ACCEPT
from study.grading.verdict import DRAFT_DOUBT

SMALL = frozenset(("a", "an", "the", "and", "or", "of", "to", "in", "on", "at", "for", "from", "with", "by", "as"))
SMALL |= {"is", "are", "was", "were", "be", "it", "its", "this", "that"}
KEYS = ("r", "r_q", "auc_q", "cal")
DRAWN = 200
"""How often the questions of a set are divided at random."""
VERB = re.compile(r"\b(is|are|was|were|can|will|does|do|has|have|must|should)\b")


def pearson(x: Sequence[float], y: Sequence[float]) -> float:
    """Correlation; 0 where one side does not vary."""
    try:
        return statistics.correlation(x, y)
    except statistics.StatisticsError:
        return 0.0


def auc(scores: Sequence[float], right: Sequence[bool]) -> float | None:
    """The chance that a right answer scores above one that is not; ties count half."""
    good = [s for s, r in zip(scores, right, strict=True) if r]
    bad = [s for s, r in zip(scores, right, strict=True) if not r]
    if not good or not bad:
        return None
    return sum((g > b) + 0.5 * (g == b) for g in good for b in bad) / (len(good) * len(bad))


def isotonic(x: Sequence[float], y: Sequence[float]) -> list[tuple[float, float]]:
    """The rising steps that fit y best, as (x, value)."""
    blocks: list[list[Any]] = []
    for a, b in sorted(zip(x, y, strict=True)):
        blocks.append([b, 1.0, [a]])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            last, before = blocks.pop(), blocks.pop()
            weight = last[1] + before[1]
            blocks.append([(last[0] * last[1] + before[0] * before[1]) / weight, weight, before[2] + last[2]])
    return [(a, block[0]) for block in blocks for a in block[2]]


def calibrated_error(questions: Sequence[str], scores: Sequence[float], truth: Sequence[float]) -> float:
    """Root mean squared error after a calibration fitted on other questions, in five folds."""
    keys = sorted(set(questions))
    small = {key: i % min(5, len(keys)) for i, key in enumerate(keys)} if len(keys) <= 8 else None
    fold = [small[q] if small else zlib.crc32(q.encode()) % 5 for q in questions]
    total = 0.0
    for f in set(fold):
        train = [i for i, one in enumerate(fold) if one != f]
        steps = isotonic([scores[i] for i in train], [truth[i] for i in train])
        for i in (i for i, one in enumerate(fold) if one == f):
            total += (_at(steps, scores[i]) - truth[i]) ** 2
    return float((total / len(scores)) ** 0.5)


def _at(steps: list[tuple[float, float]], x: float) -> float:
    i = bisect_left(steps, (x, -1.0))
    if i == 0:
        return steps[0][1]
    if i == len(steps):
        return steps[-1][1]
    (a, p), (b, q) = steps[i - 1], steps[i]
    return q if b == a else p + (q - p) * (x - a) / (b - a)


def macro_f1(right: Sequence[bool], said: Sequence[bool]) -> float:
    """The mean of the F1 of right and of not right."""
    out = []
    for value in (True, False):
        both = sum(r == value and s == value for r, s in zip(right, said, strict=True))
        out.append(2 * both / max(1, sum(r == value for r in right) + sum(s == value for s in said)))
    return statistics.mean(out)


def measure(name: str, data: dict[str, Any]) -> dict[str, Any]:
    """The figures of one set."""
    questions, rows = data["questions"], [tuple(row) for row in data["rows"]]
    rubrics = {
        key: [draft(one["question"], reference) for reference in [one["reference"], *one.get("alternatives", [])]]
        for key, one in questions.items()
    }
    scores: list[float] = []
    asked: list[bool] = []
    times: list[float] = []
    for key, answer, *_ in rows:
        grades: list[Grade] = []
        for rubric in rubrics[key]:
            began = time.process_time()
            grades.append(grade(rubric, answer))
            times.append((time.process_time() - began) * 1e6)
        best = max(grades, key=lambda one: one.score)
        scores.append(best.score)
        asked.append(best.verdict == "needs_review")
    judged = [i for i, row in enumerate(rows) if row[3] != "train"]
    p, y, q = [scores[i] for i in judged], [float(rows[i][2]) for i in judged], [rows[i][0] for i in judged]
    right = [value >= 0.75 for value in y]
    groups: dict[str, list[int]] = defaultdict(list)
    for i, key in enumerate(q):
        groups[key].append(i)
    varied = [g for g in groups.values() if len(g) >= 5 and len({y[i] for i in g}) > 1]
    per_r = [pearson([p[i] for i in g], [y[i] for i in g]) for g in varied]
    per_auc = [a for g in groups.values() if (a := auc([p[i] for i in g], [right[i] for i in g])) is not None]
    out: dict[str, Any] = {
        "n": len(judged),
        "r": pearson(p, y),
        "r_q": statistics.mean(per_r),
        "auc_q": statistics.mean(per_auc),
        "cal": calibrated_error(q, p, y),
        "us": statistics.median(times),
        "decided": [(s, r, asked[i]) for i, s, r in zip(judged, p, right, strict=True)],
    }
    marked = [
        Marked(key, score, float(truth) >= 0.75, label)
        for (key, _, truth, _, label), score in zip(rows, scores, strict=True)
    ]
    train = [marked[i] for i, row in enumerate(rows) if row[3] == "train"]
    if train and judged:
        test = [marked[i] for i in judged]
        out["line"] = accepted(test, best_line(train))
        out["divided"] = divided(marked, len({one.question for one in train}))
        right_ones = sorted((one.score for one in test if one.label == "correct"), reverse=True)
        out["passing"] = {share: accepted(test, right_ones[int(len(right_ones) * share)])[1] for share in (0.65, 0.75)}
    return out


class Marked(NamedTuple):
    """An answer graded by a draft and by a teacher."""

    question: str
    score: float
    right: bool
    label: str


def best_line(answers: Sequence[Marked]) -> float:
    """The score from which on accepting agrees best with the teachers, by macro F1; of a hundred tried."""
    good = sorted(one.score for one in answers if one.right)
    bad = sorted(one.score for one in answers if not one.right)
    lines = sorted({*good, *bad})

    def f1(line: float) -> float:
        below, refused = bisect_left(good, line), bisect_left(bad, line)
        taken = len(answers) - below - refused
        of_right = 2 * (len(good) - below) / max(1, taken + len(good))
        return of_right + 2 * refused / max(1, below + refused + len(bad))

    return max(lines[:: max(1, len(lines) // 99)], key=lambda line: (f1(line), line))


def accepted(answers: Sequence[Marked], line: float) -> tuple[float, float, float]:
    """Macro F1 of a line, and the shares of contradicting and of right answers it accepts."""
    shares = []
    for label in ("contradictory", "correct"):
        mine = [one.score >= line for one in answers if one.label == label]
        shares.append(sum(mine) / max(1, len(mine)))
    return macro_f1([one.right for one in answers], [one.score >= line for one in answers]), shares[0], shares[1]


def divided(answers: Sequence[Marked], lining: int) -> list[float]:
    """What `accepted` is in the mean where `lining` questions drawn at random set the line for the others."""
    rng = random.Random(1)  # noqa: S311 - a seed makes the figures repeatable
    questions = sorted({one.question for one in answers})
    rounds = []
    for _ in range(DRAWN):
        drawn = set(rng.sample(questions, lining))
        line = best_line([one for one in answers if one.question in drawn])
        rounds.append(accepted([one for one in answers if one.question not in drawn], line))
    return [statistics.mean(column) for column in zip(*rounds, strict=True)]


def doubt(sets: dict[str, dict[str, Any]], low: float, high: float, conflicts: bool = False) -> tuple[float, float]:
    """Share of answers in the band, and share of the others that are decided rightly; sets weigh the same.

    `conflicts`: whether answers above the band that conflict with their reference are shown too.
    """
    band = rightly = decided = 0.0
    for one in sets.values():
        weight = 1 / len(one["decided"]) / len(sets)
        for score, right, asked in one["decided"]:
            if low <= score < high or (conflicts and asked):
                band += weight
            else:
                decided += weight
                rightly += weight * ((score >= high) == right)
    return band, rightly / decided if decided else 0.0


def gaming(sets: dict[str, dict[str, Any]]) -> dict[str, float]:
    """How often attacks on a draft are held at bay."""
    rng = random.Random(7)  # noqa: S311 - a seed makes the figures repeatable
    passed: dict[str, list[bool]] = defaultdict(list)
    for data in sets.values():
        items = [(one["question"], one["reference"]) for one in data["questions"].values()]
        for question, reference in items:
            rubric = draft(question, reference)

            def score(answer: str, rubric: Rubric = rubric) -> float:
                return grade(rubric, answer).score

            passed["reference itself"].append(score(reference) >= 0.95)
            passed["echo"].append(score(question) <= 0.3)
            turned = VERB.sub(r"\1 not", reference, count=1)
            if turned != reference:
                passed["negated"].append(score(turned) <= 0.5)
            words = sorted({w for w in re.findall(r"[a-z0-9]+", reference.lower()) if w not in SMALL})
            if len(words) >= 4:
                passed["salad"].append(score(" ".join(words)) <= 0.5)
            others = [r for _, r in items if r != reference]
            padded = " ".join([reference, *rng.sample(others, min(6, len(others)))])
            passed["everything"].append(score(padded) <= 0.7)
    return {name: statistics.mean(values) for name, values in passed.items()}


def packs(course: str) -> None:
    """The figures on a pack's own examples."""
    from bot.packs.library import find_pack, packs_folder, read_pack

    right = wrong = taken = undue = asked = total = 0
    times: list[float] = []
    for item in read_pack(find_pack(packs_folder(), course)).course.items():
        for one in item.rubric.examples if item.rubric is not None else ():
            assert item.rubric is not None
            began = time.process_time()
            got = grade(item.rubric, one.answer, question=item.ask)
            times.append((time.process_time() - began) * 1e6)
            total += 1
            asked += got.verdict == "needs_review"
            if one.score >= ACCEPT:
                right += 1
                taken += got.score >= ACCEPT
            else:
                wrong += 1
                undue += got.score >= ACCEPT
    decided = f"right ones accepted {taken}/{right}, others accepted {undue}/{wrong}"
    print(f"pack {course}: {total} examples; {decided}, asked {asked}; median {statistics.median(times):.0f} µs")


def read_sets(folder: Path) -> dict[str, dict[str, Any]]:
    """The sets of a folder, by name."""
    files = sorted([*folder.glob("*.json.gz"), *folder.glob("data/*.json.gz")])
    return {path.name.split(".")[0]: json.loads(gzip.decompress(path.read_bytes())) for path in files}


def main() -> int:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--pack", default="fastbook")
    given = parser.parse_args()
    packs(given.pack)
    if given.folder is None:
        print("No folder of development answers was given; the figures of drafted rubrics are left out.")
        return 0
    raw = read_sets(given.folder)
    if not raw:
        print(f"There is no *.json.gz in {given.folder}.", file=sys.stderr)
        return 1
    sets = {name: measure(name, data) for name, data in raw.items()}
    heads = f"{'set':14}{'n':>6}{'r':>7}{'r/q':>7}{'AUC/q':>7}{'error':>7}{'µs':>6}"
    print(f"{heads}   F1, accepted: contradictory, correct")
    for name, one in sets.items():
        f1 = "{:.3f}, {:.0%}, {:.0%}".format(*one["line"]) if "line" in one else ""
        figures = "".join(f"{one[key]:7.3f}" for key in KEYS)
        print(f"{name:14}{one['n']:6}{figures}{one['us']:6.0f}   {f1}")
    for name, one in sets.items():
        if "divided" in one:
            passing = ", ".join(f"{share:.0%} right: {taken:.1%}" for share, taken in one["passing"].items())
            drawn = "{:.3f}, {:.1%}, {:.1%}".format(*one["divided"])
            print(f"{name:14}questions divided at random: {drawn}; contradictory accepted with {passing}")
    mean = {key: statistics.mean(one[key] for one in sets.values()) for key in (*KEYS, "us")}
    print(f"{'mean':20}{''.join(f'{mean[key]:7.3f}' for key in KEYS)}{mean['us']:6.0f}")
    print("attacks held at bay: " + ", ".join(f"{name} {share:.0%}" for name, share in gaming(raw).items()))
    print("asking a human (drafts): band of scores, share of answers asked, decided rightly of the others")
    middle = (DRAFT_DOUBT + DRAFT_ACCEPT) / 2
    for low, high in (
        (middle, middle),
        (DRAFT_DOUBT, DRAFT_ACCEPT),
        (0.42, 0.6),
        (0.35, 0.65),
        (0.3, 0.75),
        (0.2, 0.8),
    ):
        band, rightly = doubt(sets, low, high)
        print(f"  {low:.2f} to {high:.2f}: {band:4.0%} {rightly:5.1%}")
    band, rightly = doubt(sets, DRAFT_DOUBT, DRAFT_ACCEPT, conflicts=True)
    print(f"  in use, with answers that conflict: {band:4.0%} {rightly:5.1%}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
