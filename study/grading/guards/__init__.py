"""What must not earn credit. Both graders ask these guards, in this order; the first that tells decides.

A guard is kept only while it gains on answers that its author did not write; `docs/results/grading.md` says how much.
A new one is a file here with a class that has `check(answer) -> Against | None`, and a place in this list.
"""

from __future__ import annotations

from study.grading.guards.answer import NOTHING_SAID, Answer, Guard, Question, Reference
from study.grading.guards.beside import Beside
from study.grading.guards.contradiction import Contradiction
from study.grading.guards.echo import Echo
from study.grading.guards.everything import Everything
from study.grading.guards.exchange import Exchange
from study.grading.guards.retraction import Retraction
from study.grading.guards.salad import Salad
from study.grading.rubric import Against

GUARDS: tuple[Guard, ...] = (Echo(), Retraction(), Contradiction(), Exchange(), Everything(), Salad(), Beside())

REMAINS = {
    "nothing": 0.0,
    "echo": 0.0,
    "negated": 0.0,
    "contradiction": 0.25,
    "salad": 0.4,
    "shotgun": 0.4,
    "beside": 1.0,
}
"""What remains of a score that one of these tells against; what is beside the question is only kept below the line."""


def check(answer: Answer) -> Against | None:
    """What tells against an answer as a whole; None where nothing does, or where it is the reference itself."""
    if not answer.used or answer.text.words == answer.reference.text.words:
        return None
    return next((found for guard in GUARDS if (found := guard.check(answer)) is not None), None)


__all__ = ["GUARDS", "NOTHING_SAID", "REMAINS", "Answer", "Guard", "Question", "Reference", "check"]
