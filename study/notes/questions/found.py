"""An entry as it was found, before it has its final number and, maybe, before its answer is known."""

from __future__ import annotations

from dataclasses import dataclass, replace

from study.course import Option
from study.notes.entries import Kind
from study.notes.questions.options import choose


@dataclass(frozen=True, slots=True)
class Offer:
    """The words of a question and the options it lists, as long as nothing says which of them is right."""

    stem: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An entry before it has its final number; `section` tells the stretches between headings apart."""

    kind: Kind
    number: int | None
    question: str
    answer: str
    line: int
    section: int
    options: tuple[Option, ...] = ()
    explanation: str = ""
    offer: Offer | None = None

    @property
    def waits(self) -> bool:
        """Whether nothing yet says what is right."""
        return not self.answer or self.offer is not None

    def answered(self, answer: str) -> Found:
        """The question with an answer that was found elsewhere."""
        found = choose(self.offer.options, answer) if self.offer is not None else None
        if self.offer is None or found is None:
            return replace(self, answer=answer)
        options, explanation = found
        right = "\n".join(option.text for option in options if option.right)
        return replace(self, question=self.offer.stem, answer=right, options=options, explanation=explanation)
