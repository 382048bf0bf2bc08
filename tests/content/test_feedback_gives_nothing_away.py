"""While an answer may still be tried, nothing that is said of it can be handed in for credit, in any pack."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pytest

from study.grading import Rubric, grade, marks_of
from study.grading.feedback import FILLER, ROUNDING, before_the_end, in_full
from tests.content.packs import courses

JUNK = ("blah blah", "I was ill this week, sorry", "yes", "no", "4 of 10 points")


@dataclass(frozen=True)
class Asked:
    """A question or a recap of a pack."""

    name: str
    rubric: Rubric
    question: str
    reference: str

    @lru_cache(maxsize=1024)  # noqa: B019 - the questions live as long as the tests
    def grade(self, text: str):
        return grade(self.rubric, text, question=self.question, marks=marks_of(self.rubric))

    def tries(self):
        halves = (self.reference[: len(self.reference) // 2], self.reference[len(self.reference) // 2 :])
        return (*JUNK, *halves, *(example.answer for example in self.rubric.examples))


def asked() -> list[Asked]:
    found = []
    for course in courses().values():
        for item in course.items():
            if item.rubric is not None:
                found.append(Asked(item.id, item.rubric, item.ask, item.answer))
        for week in course.weeks:
            if week.recap is not None:
                name = f"{course.id}-recap-{week.number}"
                found.append(Asked(name, week.recap.rubric, week.recap.prompt, week.recap.answer))
    return found


ASKED = asked()
SHIPPED = [one for one in ASKED if one.name.startswith(("ch", "fastbook"))]
every_question = pytest.mark.parametrize("one", ASKED, ids=[one.name for one in ASKED])


@every_question
def test_what_is_said_before_the_end_pasted_back_earns_nothing_new(one):
    for answer in one.tries():
        given = one.grade(answer)
        followed = one.grade(f"{answer}\n{FILLER}").results  # blah may follow what contradicts itself, too
        said = [str(line) for line in before_the_end(one.rubric, given, answer, one.grade)]
        for pasted in (*said, "\n".join(said), " ".join(said)):
            assert one.grade(pasted).score < given.score + ROUNDING, (answer, pasted)
            added = one.grade(f"{answer}\n{pasted}").results
            for got, *had in zip(added, given.results, followed, strict=True):
                assert got.earned <= max(before.earned for before in had) + 1e-9, (answer, pasted, got.name)


@pytest.mark.parametrize("one", SHIPPED, ids=[one.name for one in SHIPPED])
def test_every_point_that_can_be_missed_has_a_hint_that_earns_nothing(one):
    for point in one.rubric.points:
        if point.bonus:
            continue
        assert point.hint, (one.name, point.name)
        got = one.grade(point.hint)
        assert got.score == 0 and not any(result.earned for result in got.results), (one.name, point.hint)


@every_question
def test_what_was_found_never_stands_beside_its_opposite_and_nothing_is_said_twice(one):
    for answer in one.tries():
        given = one.grade(answer)
        for lines in (in_full(one.rubric, given), before_the_end(one.rubric, given, answer, one.grade)):
            found = [line for line in lines if line.sign in ("hit", "partly")]
            assert not found or given.score > 0, (answer, found)
            assert len(lines) == len({str(line) for line in lines}), lines
        missed = {line.name for line in in_full(one.rubric, given) if line.sign == "miss"}
        assert missed.isdisjoint(point.name for point in one.rubric.points if point.bonus)


def test_the_packs_are_found():
    assert len(ASKED) > 50
