"""Whether a rubric pays for what answers another question: each is tried on the reference answers of all the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from study.grading.grader import grader
from study.grading.language.languages import language_of
from study.grading.language.numbers import Quantity, quantities
from study.grading.language.small_talk import read
from study.grading.language.text import Text
from study.grading.rubric import Grade, Rubric, RubricFault
from study.grading.rubric_grader import RubricGrader

ALLOWED = 0.125
"""Share of the other questions' answers up to which a rubric may accept them by chance, as they are of one subject."""
NAMED = 4
"""Answers that are named, at most."""


_Read = tuple[Text, list[Quantity]]
"""An answer as it is read, and its numbers."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is asked in a course."""

    name: str
    question: str
    reference: str
    rubric: Rubric


@dataclass(frozen=True, slots=True)
class Passed:
    """The answers to other questions that would be accepted by a rubric. `often`: by more than chance."""

    name: str
    fault: RubricFault
    often: bool


def check_others(asked: Sequence[Asked]) -> Iterator[Passed]:
    """The rubrics of a course that accept what answers another question, in the order of the course.

    Two questions each of whose answers passes the other's rubric ask alike, and are not told. Drafts are not tried, as
    everything in them is still to be looked at.
    """
    texts = list(map(_read, asked))
    tried = [(i, grader(one.rubric, one.question)) for i, one in enumerate(asked)]
    by_rubric = {i: _accepted(i, by, asked, texts) for i, by in tried if isinstance(by, RubricGrader)}
    for i, passed in by_rubric.items():
        others = {j: given for j, given in passed.items() if i not in by_rubric.get(j, {})}
        if others:
            often = len(others) > max(1.0, ALLOWED * (len(asked) - 1))
            yield Passed(asked[i].name, _fault(others, asked), often)


def _read(one: Asked) -> _Read:
    language = language_of(one.rubric.language)
    text = read(one.reference, language)
    return text, quantities(text, language)


def _accepted(i: int, by: RubricGrader, asked: Sequence[Asked], texts: Sequence[_Read]) -> dict[int, Grade]:
    """The answers to other questions that a rubric accepts, by their places."""
    out: dict[int, Grade] = {}
    for j, one in enumerate(asked):
        if j != i and one.reference != asked[i].reference and by.may_accept(*texts[j]):
            given = by.grade(one.reference)
            if given.verdict == "accept":
                out[j] = given
    return out


def _fault(passed: dict[int, Grade], asked: Sequence[Asked]) -> RubricFault:
    """What passes, and by which words; those with the fewest words first."""
    said = {j: [phrase for one in given.results for phrase in one.phrases] for j, given in passed.items()}
    first = sorted(said, key=lambda j: (len(" ".join(said[j])), j))[:NAMED]
    named = ", ".join(f"{asked[j].name} (by “{' … '.join(dict.fromkeys(said[j]))}”)" for j in first)
    more = f" and {len(passed) - len(first)} more" if len(passed) > len(first) else ""
    return RubricFault(
        ("points",),
        f"The reference {'answer' if len(passed) == 1 else 'answers'} of {named}{more} would be accepted here.",
        "Narrow the alternatives that are met, or ask for a second point.",
    )
