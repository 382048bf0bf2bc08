"""How far a question is proved: a draft, looked at, tested on examples, proven on answers that its author never saw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, Literal, get_args

from study.course import Course, Item, Proof
from study.grading import ACCEPT, REFUSE, MarkedAnswer, Rubric
from study.grading.authoring.evaluation import Marked, replay

Maturity = Literal["task", "draft", "looked at", "tested", "proven"]
MATURITIES: Final[tuple[Maturity, ...]] = get_args(Maturity)

EXAMPLES = 4
"""Examples that a test needs, at least; one of them to be accepted and one to be refused."""
UNSEEN = 10
"""Answers that its author had not seen, at least, for a rubric to be called proven."""
AGREED = 0.9
"""The share of them that must be graded as they were marked."""


def maturity(item: Item, proof: Proof | None = None) -> Maturity:
    """How far an item is proved.

    A draft is a rubric that nobody has looked at. It is tested once its examples, right and wrong ones among them, are
    graded as they should be; and proven by enough answers from elsewhere, as long as the rubric is the one that graded
    these.
    """
    if item.rubric is None:
        return "task"
    if item.draft:
        return "draft"
    if not _tested(item.rubric, item.rubric.examples, item.question):
        return "looked at"
    proven = (
        proof is not None
        and proof.rubric == item.rubric.version
        and proof.answers >= UNSEEN
        and proof.agreed >= AGREED * proof.answers
    )
    return "proven" if proven else "tested"


def maturities(course: Course) -> Mapping[str, Maturity]:
    """How far each item of a course is proved, by its id."""
    proofs = {proof.item: proof for proof in course.proofs}
    return {item.id: maturity(item, proofs.get(item.id)) for item in course.items()}


@lru_cache(maxsize=4096)
def _tested(rubric: Rubric, examples: Sequence[MarkedAnswer], question: str) -> bool:
    """Whether a rubric's examples test it. They are asked for by themselves, for a rubric is equal to one without."""
    enough = (
        len(examples) >= EXAMPLES
        and any(one.score >= ACCEPT for one in examples)
        and any(one.score < REFUSE for one in examples)
    )
    return enough and all(
        one.agrees for one in replay(rubric, [Marked(one.answer, one.score) for one in examples], question)
    )
