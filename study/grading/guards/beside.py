"""A few right words in a text about something else do not answer a question."""

from __future__ import annotations

from study.grading.guards.answer import Answer
from study.grading.rubric import Against
from study.texts import noop

LEAST = 8
"""Different words of an answer, small ones aside, from which on it may speak of something else."""
KNOWN = 0.2
"""Share of them below which rubric, reference and question know too few."""


class Beside:
    """An answer that would be accepted though hardly any of its words belongs to the question."""

    def check(self, answer: Answer) -> Against | None:
        """See `Guard`."""
        if not answer.accepted or len(answer.text) < LEAST:
            return None
        text = answer.text
        said = text.content
        if len(said) < LEAST:
            return None
        known = said & answer.question.text.content
        for places in (lambda: answer.used, answer.heard, lambda: answer.seen.positions.values()):
            known |= said & {text.stems[place] for place in places()}
            if len(known) >= KNOWN * len(said):
                return None
        return Against("beside", noop("Most of it speaks of something else."))
