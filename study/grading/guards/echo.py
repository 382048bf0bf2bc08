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
        said: set[str] = set()
        words = answer.text.words
        if not (answer.language.yes | answer.language.no).isdisjoint(set(words) - set(answer.question.text.words)):
            return False
        for word, root in zip(words, answer.text.stems, strict=True):
            if word not in answer.language.stop:
                if root not in answer.question.roots:
                    return False
                said.add(root)
        return len(said) >= max(2.0, MOST * len(answer.question.roots))

    def _runs(self, answer: Answer) -> bool:
        text, runs = answer.text, answer.question.runs
        if not runs:
            return False
        repeated: set[int] = set()
        for i in range(len(text) - RUN + 1):
            if tuple(text.stems[i : i + RUN]) in runs:
                repeated.update(range(i, i + RUN))
        return answer.used <= repeated
