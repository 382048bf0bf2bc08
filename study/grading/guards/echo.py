"""Repeating the question earns nothing."""

from __future__ import annotations

from study.grading.guards.answer import RUN, Answer
from study.grading.rubric import Against
from study.texts import noop

MOST = 0.6
"""Share of the question's words, and no other, from which on an answer repeats it."""


class Echo:
    """Nothing but the question's words, or what earns stands in whole runs of them."""

    def check(self, answer: Answer) -> Against | None:
        """See `Guard`."""
        if self._nothing_else(answer) or self._runs(answer):
            return Against("echo", noop("It repeats the question."))
        return None

    def _nothing_else(self, answer: Answer) -> bool:
        """Whether an answer has nothing but the question's words, and most of them."""
        text, asked, language = answer.text, answer.question.text, answer.language
        if not text.content <= asked.content or len(text.content) < max(2.0, MOST * len(asked.content)):
            return False
        return (language.yes | language.no).isdisjoint(set(text.words) - set(asked.words))

    def _runs(self, answer: Answer) -> bool:
        text, runs = answer.text, answer.question.runs
        if not runs or not all(text.stems[place] in answer.question.stems for place in answer.used):
            return False
        repeated: set[int] = set()
        for i in range(len(text) - RUN + 1):
            if tuple(text.stems[i : i + RUN]) in runs:
                repeated.update(range(i, i + RUN))
        return answer.used <= repeated
