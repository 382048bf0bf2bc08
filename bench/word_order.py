"""Counts which classes of words follow one another, for `study.grading.order`: `python -m bench.word_order`.

The text counted is this project's own: its pages, its packs and the right answers among those marked by hand. With a
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

from bot.library import packs_folder, read_courses
from study.grading.language import language_of
from study.grading.order import CLASSES, LEAST, MIDDLE, STEP, neighbours, scrambled
from study.grading.text import Text

ROOT = Path(__file__).parents[1]
ENGLISH = language_of("en")


def own_text() -> Iterator[str]:
    """Paragraphs and answers of this project."""
    for page in (*sorted(ROOT.glob("docs/**/*.md")), ROOT / "README.md", ROOT / "content" / "README.md"):
        prose = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
        prose = "\n".join(line for line in prose.splitlines() if not line.startswith("|"))
        yield from (" ".join(part.split()) for part in re.sub(r"`|\*\*", "", prose).split("\n\n"))
    for course in read_courses(packs_folder()).values():
        for item in course.items():
            yield item.answer
            yield from (example.answer for example in (item.rubric.examples if item.rubric else ()))
    for line in (ROOT / "tests" / "content" / "marked-week-01.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if row["verdict"] == "right":
            yield row["answer"]


def table() -> Iterator[str]:
    """The rows of the table: the logarithm of how much more often than by chance, in steps, from 0 to 8."""
    both: Counter[tuple[int, int]] = Counter(pair for text in own_text() for pair in neighbours(Text(text, ENGLISH)))
    first, second = Counter[int](), Counter[int]()
    for (one, two), times in both.items():
        first[one] += times
        second[two] += times
    total = sum(both.values())
    for one in range(CLASSES):
        row = ""
        for two in range(CLASSES):
            chance = first[one] * second[two] / total
            steps = round(math.log((both[one, two] + 1) / (chance + 1)) / STEP)
            row += str(max(0, min(2 * MIDDLE, MIDDLE + steps)))
        yield row


def shuffled(answer: str, seed: int) -> str:
    """The same words in another order."""
    words = answer.split()
    random.Random(seed).shuffle(words)  # noqa: S311 - a seed makes the run repeatable
    return " ".join(words)


def main() -> None:
    """Print the table, or, for a folder of answers, how often it raises an alarm."""
    if len(sys.argv) < 2:
        print("\n".join(f'    "{row}",' for row in table()))
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
