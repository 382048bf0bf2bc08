"""The proof of a rubric: its examples earn their scores, its reference answer full marks, and giving up nothing."""

from __future__ import annotations

from collections.abc import Iterator

from study.grading.grader import grade
from study.grading.rubric import REFUSE, Grade, Rubric, RubricFault
from study.marking import FULL

TOLERANCE = 0.1
"""How far an example's score may be from what it says."""


def check_examples(rubric: Rubric, reference: str, question: str = "") -> list[RubricFault]:
    """What the examples and the reference answer show to be wrong with a rubric; nothing, where all is well."""
    faults: list[RubricFault] = []
    whole = grade(rubric, reference, question=question)
    if whole.score < FULL:
        faults.append(
            RubricFault(
                ("points",),
                f"The reference answer earns {_points(whole)}: {_why(whole)}.",
                "Widen the alternatives, or let the answer say it.",
            )
        )
    for i, example in enumerate(rubric.examples):
        got = grade(rubric, example.answer, question=question)
        if abs(got.score - example.score) > TOLERANCE + 1e-9:
            faults.append(
                RubricFault(
                    ("examples", i),
                    f"“{_short(example.answer)}” should earn {example.score:g} and earns {got.score:.2g}: {_why(got)}.",
                    "Correct the points, or the score.",
                )
            )
    return faults


GIVEN_UP = ("no idea really", "never heard of it", "no clue, sorry", "I don't know", "pass", "idk", "can't remember")


def check_attacks(rubric: Rubric, reference: str, question: str) -> list[RubricFault]:
    """What a rubric would pay for though nothing was answered; nothing, where all is well."""
    plain = reference.strip().rstrip(".").lower()
    tried = [(phrase, 0.0) for phrase in GIVEN_UP if phrase.lower() != plain]
    if question.strip().lower() != reference.strip().lower():
        tried.append((question, REFUSE))
    faults: list[RubricFault] = []
    for answer, most in tried:
        got = grade(rubric, answer, question=question)
        if got.score > most:
            said = "The bare question" if answer == question else f"“{answer}”"
            faults.append(
                RubricFault(
                    ("points",), f"{said} earns {_points(got)}: {_why(got)}.", "Narrow the alternatives that it meets."
                )
            )
    return [*faults, *_hints_that_earn(rubric, question)]


def _hints_that_earn(rubric: Rubric, question: str) -> Iterator[RubricFault]:
    """The author's own hints that could be handed in for credit, and so are never shown."""
    for i, point in enumerate(rubric.points):
        got = grade(rubric, point.hint, question=question) if point.hint else None
        if got is not None and any(one.earned for one in got.results):
            told = f"The hint of “{point.name}” earns {_points(got)}, so learners are told a neutral sentence"
            yield RubricFault(("points", i), f"{told}: {_why(got)}.", "Say it in words that no point looks for.")


def _points(grade: Grade) -> str:
    return f"{grade.points:g} of {grade.possible:g}"


def _why(got: Grade) -> str:
    said = [f"hit “{one.name}” by {' '.join(one.words)!r}" for one in got.results if one.verdict != "missed"]
    said += [f"missed “{one.name}”" for one in got.results if one.verdict == "missed" and not one.bonus]
    said += [f"against it: {str(one).rstrip('.')}" for one in got.against]
    return "; ".join(said) or "nothing was found"


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 60 else plain[:59] + "…"
