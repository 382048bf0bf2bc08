"""Counts which classes of words follow one another, for `study.grading.guards.order`: `python -m bench.word_order`.

The text counted is this project's own: its pages, its packs and the answers marked by hand that are no tricks. With a
folder of students' answers (see `bench.grading_evaluate`), it says instead how often the table in use takes an answer
for shuffled, as written and with its words shuffled.
"""

from __future__ import annotations

import gzip
import json
import math
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.packs.library import packs_folder, read_courses
from study.grading.guards.order import CLASSES, LEAST, STEP, runs, scrambled
from study.grading.language.languages import language_of
from study.grading.language.text import Text

ROOT = Path(__file__).parents[1]
ENGLISH = language_of("en")
TABLES = ROOT / "study" / "grading" / "word_order.py"
HEAD = '''# ruff: noqa: E501
"""How much more often than by chance each class of words follows each, in the steps of `study.grading.guards.order`.

A row for each class, a number for each that follows: next, and next but one. Written by `python -m bench.word_order`.
"""
'''
FARTHEST = 12
"""Steps from chance, at most."""
SMOOTH = 2
"""Pairs counted beside those seen, so that a pair seen once or never tells little."""


def own_text() -> Iterator[str]:
    """Paragraphs and answers of this project."""
    for page in (*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md", ROOT / "content" / "README.md"):
        prose = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
        prose = "\n".join(line for line in prose.splitlines() if not line.startswith("|"))
        yield from (" ".join(part.split()) for part in re.sub(r"`|\*\*", "", prose).split("\n\n"))
    for course in read_courses(packs_folder()).values():
        for item in course.items():
            yield from (item.ask, item.answer)
            if item.rubric is not None:
                yield from (example.answer for example in item.rubric.examples)
                yield from (wrong.feedback for wrong in item.rubric.wrong)
    for path in sorted((ROOT / "tests" / "content").glob("marked-week-*.jsonl")):
        rows = map(json.loads, path.read_text("utf-8").splitlines())
        yield from (row["answer"] for row in rows if row["kind"] != "subtle")


def table(apart: int) -> list[list[int]]:
    """For each class and each that follows: the logarithm of how much more often than by chance, in steps."""
    read = (Text(text, ENGLISH) for text in own_text())
    seen = (run for text in read if text.words for run in runs(text))
    both = Counter(pair for run in seen for pair in zip(run, run[apart:], strict=False))
    first, second = Counter[int](), Counter[int]()
    for (one, two), times in both.items():
        first[one] += times
        second[two] += times
    total = sum(both.values())

    def steps(one: int, two: int) -> int:
        chance = first[one] * second[two] / total
        found = round(math.log((both[one, two] + SMOOTH) / (chance + SMOOTH)) / STEP)
        return max(-FARTHEST, min(FARTHEST, found))

    return [[steps(one, two) for two in range(CLASSES)] for one in range(CLASSES)]


def module(tables: dict[str, list[list[int]]]) -> str:
    """The text of the module that holds the tables, a row on a line."""
    rows = {name: "\n".join(" ".join(map(str, row)) for row in table) for name, table in tables.items()}
    return HEAD + "".join(f'\n{name} = """\n{text}\n"""\n' for name, text in rows.items())


def shuffled(answer: str, seed: int) -> str:
    """The same words in another order."""
    words = answer.split()
    random.Random(seed).shuffle(words)  # noqa: S311 - a seed makes the run repeatable
    return " ".join(words)


def main() -> None:
    """Write both tables, or say, for a folder of answers, how often they raise an alarm."""
    if len(sys.argv) < 2:
        tables = {name: table(apart) for name, apart in (("NEXT", 1), ("NEXT_BUT_ONE", 2))}
        TABLES.write_text(module(tables), "utf-8")
        print(f"Written: {TABLES.relative_to(ROOT)}.")
        return
    for path in sorted(Path(sys.argv[1]).glob("**/*.json.gz")):
        rows = json.loads(gzip.decompress(path.read_bytes()))["rows"]
        answers = [row[1] for row in rows if len(row[1].split()) >= LEAST]
        alarms = sum(scrambled(Text(one, ENGLISH), {}) for one in answers)
        caught = sum(scrambled(Text(shuffled(one, i), ENGLISH), {}) for i, one in enumerate(answers))
        share = (
            f"{100 * alarms / len(answers):.1f}% taken for shuffled, {100 * caught / len(answers):.0f}% once shuffled"
        )
        print(f"{path.stem.split('.')[0]}: {len(answers)} answers, {share}")


if __name__ == "__main__":
    main()
