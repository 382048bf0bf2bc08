"""What /ask finds when the pack's questions are asked in other words: `python -m bench.asking [--fitted]`.

`tests/content/asked.yaml` has two ways of asking for each question, and questions that nothing answers. Without
`--fitted` the half is measured that nothing was fitted on; with it the other, and what went wrong there is printed.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.packs.live import LiveCourses
from study.asking import Known, Lookup, Offer, offer

ROOT = Path(__file__).parent.parent
FITTED, HELD_OUT = 0, 1
ASKED = yaml.safe_load((ROOT / "tests/content/asked.yaml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Measured:
    """Counts: questions with an answer, those that were offered it, those that were told it; questions, with an answer
    or without, that were told a wrong one; questions without an answer that were offered some; all questions."""

    answerable: int
    offered: int
    told: int
    wrong: int
    in_vain: int
    asked: int


def lookup() -> Lookup:
    """The questions of the file, once all are closed, and the course's list."""
    course = LiveCourses(ROOT / "content")["fastbook"]
    known = [Known(item.id, item.question, item.answer) for item in course.items() if item.id in ASKED["asked"]]
    names = {question: name for name, question in ASKED["knowledge"].items()}
    known += [Known(names[one.question], one.question, one.answer) for one in course.knowledge if one.question in names]
    return Lookup(known, course.language)


def offers(half: int) -> Sequence[tuple[str, str, Offer]]:
    """For each question the id that answers it, empty for none, its words, and what is offered."""
    where = lookup()
    cases = [(ref, both[half]) for ref, both in ASKED["asked"].items()]
    cases += [("", one) for one in ASKED["unanswered"][half::2]]
    return [(ref, question, offer(where.find(question))) for ref, question in cases]


def measured(made: Sequence[tuple[str, str, Offer]]) -> Measured:
    """The figures."""
    mine = [(ref, one) for ref, _, one in made if ref]
    return Measured(
        len(mine),
        sum(ref in {each.ref for each in one.all} for ref, one in mine),
        sum(one.answer is not None and one.answer.ref == ref for ref, one in mine),
        sum(one.answer is not None and one.answer.ref != ref for ref, _, one in made),
        sum(bool(one.all) for ref, _, one in made if not ref),
        len(made),
    )


def main() -> None:
    """Print the figures of one half."""
    made = offers(FITTED if "--fitted" in sys.argv else HELD_OUT)
    if "--fitted" in sys.argv:
        for ref, question, one in made:
            if (one.answer and one.answer.ref != ref) or (ref and ref not in {each.ref for each in one.all}):
                print(ref or "nothing", question, "->", one.answer and one.answer.ref, [each.ref for each in one.all])
    print(measured(made))


if __name__ == "__main__":
    main()
