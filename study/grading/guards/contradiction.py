"""A thing said and denied is not said, and the reference with a "not" put in is its opposite."""

from __future__ import annotations

from study.grading.guards.answer import Answer
from study.grading.polarity.contradictions import contradicts_itself
from study.grading.polarity.negation import one_by_one
from study.grading.rubric import Against
from study.texts import noop


class Contradiction:
    """An answer that says a thing and its opposite, or that copies the reference but for its negations."""

    def check(self, answer: Answer) -> Against | None:
        """See `Guard`."""
        reference = answer.reference
        if not answer.denies and (reference.denies or not reference.negative):
            return None
        if not reference.contradictory and contradicts_itself(answer.text, answer.language):
            return Against("contradiction", noop("It says a thing and its opposite."))
        near = answer.negations != reference.similarity.negations and reference.similarity.may_be_refuted(answer.text)
        if near and answer.seen.refuted and not one_by_one(answer.text, answer.language):
            return Against("contradiction", noop("It says the opposite of the answer."))
        return None
