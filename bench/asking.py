"""What /ask finds if whole courses are asked about in other words: `python -m bench.asking [BATCH] [--wrong]`.

The batches are the files of `tests/content/asked/`. Every question of a course counts as asked and closed, so that all
of them can be confused. `--wrong` prints what was answered wrongly or not found.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from bot.packs.live import LiveCourses
from study.asking import Known, Lookup, Offer, offer

ROOT = Path(__file__).parent.parent
BATCHES = {path.stem: path for path in sorted((ROOT / "tests/content/asked").glob("*.yaml"))}


@dataclass(frozen=True, slots=True)
class Made:
    """A question, what answers it (empty for nothing), and what is offered."""

    course: str
    ref: str
    question: str
    offer: Offer

    @property
    def found(self) -> bool:
        """Whether what answers it is among what is offered."""
        return bool(self.ref) and self.ref in {each.ref for each in self.offer.all}

    @property
    def wrong(self) -> bool:
        """Whether a wrong answer is told."""
        return self.offer.answer is not None and self.offer.answer.ref != self.ref


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


@lru_cache
def lookup(name: str) -> Lookup:
    """All questions of a course, as if all were closed, and its list; an entry of the list is called by its words."""
    course = LiveCourses(ROOT / "content")[name]
    known = [Known(item.id, item.question, item.answer) for item in course.items() if item.rubric is not None]
    known += [Known(one.question, one.question, one.answer) for one in course.knowledge]
    return Lookup(known, course.language, course.synonyms)


def offers(batch: str) -> Sequence[Made]:
    """What is offered to each question of a batch."""
    made = []
    for name, asked in yaml.safe_load(BATCHES[batch].read_text(encoding="utf-8")).items():
        cases: list[tuple[str, str]] = [(ref, one) for ref, words in asked["asked"].items() for one in _ways(words)]
        cases += [("", one) for one in asked["unanswered"]]
        made += [Made(name, ref, question, offer(lookup(name).find(question))) for ref, question in cases]
    return made


def _ways(words: str | Sequence[str]) -> Sequence[str]:
    return [words] if isinstance(words, str) else words


def measured(made: Sequence[Made]) -> Measured:
    """The figures."""
    mine = [one for one in made if one.ref]
    return Measured(
        len(mine),
        sum(one.found for one in mine),
        sum(one.offer.answer is not None and not one.wrong for one in mine),
        sum(one.wrong for one in made),
        sum(bool(one.offer.all) for one in made if not one.ref),
        len(made),
    )


def by_course(made: Sequence[Made]) -> Mapping[str, Measured]:
    """The figures of each course."""
    return {
        name: measured([one for one in made if one.course == name]) for name in dict.fromkeys(m.course for m in made)
    }


def main() -> None:
    """Print the figures of one batch, or of all."""
    names = [word for word in sys.argv[1:] if not word.startswith("-")] or list(BATCHES)
    for name in names:
        made = offers(name)
        for one in made if "--wrong" in sys.argv else ():
            if one.wrong or (one.ref and not one.found):
                print(one.ref or "nothing", "|", one.question, "->", one.offer.answer and one.offer.answer.ref)
                print("      ", [each.ref for each in one.offer.all])
        print(name, measured(made))
        for course, figures in by_course(made).items():
            print("  ", course, figures)


if __name__ == "__main__":
    main()
