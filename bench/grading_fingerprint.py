"""Whether grading changed: `python -m bench.grading_fingerprint [FOLDER] [--keep FILE | --since FILE]`.

All marked answers of the shipped pack are graded, without and with the pack's own marks, and with FOLDER, as in
`bench.grading_evaluate`, those of its sets by drafts. `--keep` writes every grade into FILE, `--since` compares with it
and prints what differs. A hash of all grades is printed in any case, and the processor time that grading an answer
takes beside rapidfuzz's token-set ratio of the same answers.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rapidfuzz.fuzz import token_set_ratio

from bench.grading_evaluate import read_sets
from study.grading import NO_MARKS, Marks, Rubric, draft, grade, marks_of

SHOWN = 30
"""Differences that are printed."""

ROUNDS = 3
"""How often everything is graded for the time that it takes."""


class Case(NamedTuple):
    """An answer with all that it is graded by, and the mark that a human gave it."""

    kind: str
    rubric: Rubric
    question: str
    marks: Marks
    reference: str
    answer: str
    mark: float


def of_pack(course: str) -> Iterator[Case]:
    """The marked answers of a shipped pack, graded without and with its examples."""
    from bot.packs.library import find_pack, packs_folder, read_pack

    items = {item.id: item for item in read_pack(find_pack(packs_folder(), course)).course.items()}
    marks = {item.id: marks_of(item.rubric) for item in items.values() if item.rubric is not None}
    worth = {"right": 1.0, "partial": 0.5, "wrong": 0.0}
    for path in sorted(Path("tests/content").glob("marked-week-*.jsonl")):
        for one in map(json.loads, path.read_text("utf-8").splitlines()):
            item = items[one["item"]]
            assert item.rubric is not None
            about = (item.answer, one["answer"], worth[one["verdict"]])
            yield Case("written", item.rubric, item.ask, NO_MARKS, *about)
            yield Case("written, with marks", item.rubric, item.ask, marks[item.id], *about)


def of_sets(folder: Path) -> Iterator[Case]:
    """The answers of other sets, graded by drafts of each reference."""
    for name, data in read_sets(folder).items():
        drafts: dict[tuple[str, str], Rubric] = {}
        for key, answer, mark, *_ in data["rows"]:
            one = data["questions"][key]
            for reference in (one["reference"], *one.get("alternatives", [])):
                rubric = drafts.setdefault((key, reference), draft(one["question"], reference))
                yield Case(f"drafts, {name}", rubric, one["question"], NO_MARKS, reference, answer, float(mark))


def told(case: Case) -> list[object]:
    """All that the grade of an answer says."""
    given = grade(case.rubric, case.answer, question=case.question, marks=case.marks)
    points = [[one.earned, *one.words, one.feedback] for one in given.results]
    against = [[one.kind, str(one), *one.words] for one in given.against]
    likened = None if given.likened is None else [given.likened.mark, given.likened.nearness]
    return [given.score, given.verdict, given.confidence, points, against, likened]


def cost(cases: Sequence[Case]) -> tuple[float, float]:
    """Microseconds of processor time that grading an answer takes, and the ratio; the least of some rounds."""
    graded, compared = [], []
    for _ in range(ROUNDS):
        began = time.process_time()
        for one in cases:
            grade(one.rubric, one.answer, question=one.question, marks=one.marks)
        between = time.process_time()
        for one in cases:
            token_set_ratio(one.answer, one.reference)
        compared.append(time.process_time() - between)
        graded.append(between - began)
    return min(graded) * 1e6 / len(cases), min(compared) * 1e6 / len(cases)


def changed(kept: Sequence[Any], now: Sequence[Any]) -> None:
    """Print how many grades differ by kind, whether for better, and some of them."""
    for kind in dict.fromkeys(one[0] for one in now):
        pairs = [(a, b) for a, b in zip(kept, now, strict=True) if b[0] == kind]
        differ = [(a, b) for a, b in pairs if a != b]
        nearer = sum(abs(b[3][0] - b[2]) < abs(a[3][0] - a[2]) for a, b in differ)
        further = sum(abs(b[3][0] - b[2]) > abs(a[3][0] - a[2]) for a, b in differ)
        print(f"{kind}: {len(differ)} of {len(pairs)} differ; score nearer to the mark {nearer}, further {further}")
        for (_, answer, mark, before), (*_, after) in differ[:SHOWN]:
            print(f"  mark {mark}: {answer[:150]!r}\n    {before}\n    {after}")


def main() -> int:
    """Grade everything, and say what it comes to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--pack", default="fastbook")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--since", type=Path)
    given = parser.parse_args()
    cases = [*of_pack(given.pack), *(of_sets(given.folder) if given.folder else ())]
    now = [[one.kind, one.answer, one.mark, told(one)] for one in cases]
    written = [json.dumps(one, ensure_ascii=False) for one in now]
    print(f"{len(now)} grades: {hashlib.sha256(chr(10).join(written).encode()).hexdigest()[:16]}")
    if given.keep:
        given.keep.write_text("\n".join(written) + "\n", "utf-8")
    if given.since:
        changed([json.loads(line) for line in given.since.read_text("utf-8").splitlines()], json.loads(json.dumps(now)))
    for kind in dict.fromkeys(one.kind for one in cases):
        graded, compared = cost([one for one in cases if one.kind == kind])
        print(f"{kind}: {graded:.0f} µs an answer, {graded / compared:.1f} times the token-set ratio")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
