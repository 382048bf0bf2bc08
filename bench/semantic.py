"""What the optional second opinion is worth: `python -m bench.semantic [FOLDER [ANSWERS]]`.

FOLDER as in `bench.grading_evaluate`. For each share of answers shown to a human it prints how many of the others are
decided rightly: where the human sees what is nearest the line by score, and where the encoder has its say too. ANSWERS
of each set: 200 unless told.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from bot.opinions.encoder import Encoder, model_folder
from study.grading import draft, grade
from study.grading.similarity.measure import DRAFT_ACCEPT

SHARES = (0.0, 0.05, 0.1, 0.15, 0.25)
Seen = tuple[float, float, float]
"""A teacher's score, the draft's, and the encoder's nearness to the reference."""


def seen(folder: Path, many: int) -> list[Seen]:
    """Students' answers to questions that no weight was fitted to."""
    encoder = Encoder(model_folder())
    reference = cache(encoder.encode)
    found: list[Seen] = []
    for path in sorted(folder.glob("**/*.json.gz")):
        data = json.loads(gzip.decompress(path.read_bytes()))
        rows = [row for row in data["rows"] if row[3] in ("uq", "all")]
        random.Random(1).shuffle(rows)  # noqa: S311 - a seed makes the run repeatable
        for name, answer, score, *_ in rows[:many]:
            asked = data["questions"][name]
            given = grade(draft(asked["question"], asked["reference"]), answer, question=asked["question"])
            near = float(reference(asked["reference"]) @ encoder.encode(answer))
            found.append((score, given.score, near))
    return found


def decided(answers: list[Seen], doubt: Callable[[Seen], float], share: float) -> float:
    """How many are decided rightly when those of most doubt are shown to a human."""
    left = sorted(answers, key=doubt)[: round(len(answers) * (1 - share))]
    return sum((one[1] >= DRAFT_ACCEPT) == (one[0] >= 0.5) for one in left) / len(left)


def main() -> None:
    """Print the curve, with and without the encoder."""
    if len(sys.argv) < 2:
        print("left out: it needs a FOLDER of answers with teachers' grades, as python -m bench.grading_evaluate does")
        return
    answers = seen(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200)
    middle = sorted(near for *_, near in answers)[len(answers) // 2]

    def by_score(one: Seen) -> float:
        return -abs(one[1] - DRAFT_ACCEPT)

    def by_both(one: Seen) -> float:
        side = 1 if one[1] >= DRAFT_ACCEPT else -1
        return by_score(one) - 0.5 * side * (one[2] - middle)

    print(f"{len(answers)} answers")
    for share in SHARES:
        alone, both = decided(answers, by_score, share), decided(answers, by_both, share)
        print(f"{share:4.0%} shown to a human: {alone:.1%} of the others right; with the encoder's say {both:.1%}")


if __name__ == "__main__":
    main()
