"""What an answer takes back again, it does not say: "... Scratch that.", "It is a myth that ...", "... is not so"."""

from __future__ import annotations

from study.grading.guards.answer import Answer
from study.grading.polarity.comments import rejected
from study.grading.polarity.predicates import negated_until
from study.grading.polarity.retractions import denied
from study.grading.rubric import Against
from study.texts import noop


class Retraction:
    """An answer that denies itself as a whole; where the right answer is a no, only one that denies a right answer."""

    def check(self, answer: Answer) -> Against | None:
        """See `Guard`."""
        taken = self._retracted(answer)
        if taken is None:
            return None
        text, language, reference = answer.text, answer.language, answer.reference
        plain = (language.negators | language.no).isdisjoint(taken)
        if reference.denies and plain and not answer.earns(" ".join(taken)):
            return None
        apart = len(text) - len(taken)
        words = text.words[:apart] if text.words[apart:] == taken else text.words[len(taken) :]
        return Against("negated", noop("It denies the answer as a whole."), tuple(words))

    def _retracted(self, answer: Answer) -> list[str] | None:
        """The words that are taken back; None where none are."""
        text, language, question, reference = answer.text, answer.language, answer.question, answer.reference
        taken = denied(text, language, reference.looked_for, reference.of_truth, reference.denies)
        if taken is not None:
            return taken
        end = negated_until(text, language, question.text.content, answer.used, reference.negative)
        if end is not None:
            return text.words[:end]
        return None if reference.of_truth else rejected(text, language, answer.used, question.yes_or_no)
