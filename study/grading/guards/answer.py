"""What a guard looks at: an answer with what it earned, the question it answers, and the reference it is held to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Protocol

from study.grading.language.characters import LIMIT, normalise
from study.grading.language.giving_up import gives_up_in
from study.grading.language.language import Language
from study.grading.language.numbers import only_value
from study.grading.language.small_talk import without_small_talk
from study.grading.language.text import Text
from study.grading.polarity.contradictions import contradicts_itself
from study.grading.polarity.retractions import on_truth
from study.grading.rubric import Against
from study.grading.similarity.measure import Evidence, Similarity
from study.texts import noop

NOTHING_SAID = Against("nothing", noop("It gives no answer."))
BRIEF = 100
"""Letters of an answer that may only give up."""
_AROUND = ".,;:!?\"'()"
_EDGES = f"{_AROUND} \n"
LEAST_ROOM = 20
"""Spaces by which an answer may be longer that is the reference."""
RUN = 5
"""So many words on end, the same as in the question, repeat it."""


class Question:
    """A question as it was read, to tell an answer from an echo; `yes_or_no`: whether it asks for one of these."""

    def __init__(self, question: str, language: Language) -> None:
        self.text = text = Text(question, language)
        self.yes_or_no = any(text.words[i] in language.auxiliaries for i in text.begins)
        self.stems = frozenset(text.stems)
        self.runs = frozenset(tuple(text.stems[i : i + RUN]) for i in range(len(text) - RUN + 1))


class Reference:
    """A reference answer and what matters of it here: whether it contradicts itself, opens with a no, or denies
    anything; whether it or its question is about what is false; the words that are looked for in an answer; and its
    value, where it is a number."""

    def __init__(
        self, reference: Similarity, question: Question, phrases: Sequence[Text], *, written: str, many: bool = False
    ) -> None:
        """`phrases`: what is looked for; `written`: the reference as it stands; `many`: whether many things are asked
        for, so that a bare list of them is an answer."""
        language, text = reference.language, reference.text
        self.similarity = reference
        self.text = text
        self.contradictory = contradicts_itself(text, language)
        self.negative = not language.negators.isdisjoint(text.words)
        self.denies = bool(text.words) and text.words[0] in language.no
        self.of_truth = on_truth(question.text.words) or on_truth(text.words)
        self.wanted = {tuple(phrase.words) for phrase in phrases}
        self.looked_for = frozenset(
            word for one in phrases for word in one.words if len(one) > 1 or word not in language.negators
        )
        self.many = many
        self.value = only_value(text, language)
        self.written = _bare(written, language)
        self.length = sum(map(len, self.written))
        self.room = len(written) // 4 + LEAST_ROOM

    def is_itself(self, answer: str) -> bool:
        """Whether an answer is the reference, capitals, spaces and stops aside."""
        if abs(self.length - len(answer)) > self.room or not self.written or self._opens_or_ends_otherwise(answer):
            return False
        return _bare(answer, self.similarity.language) == self.written

    def _opens_or_ends_otherwise(self, answer: str) -> bool:
        """Whether the first or the last letter tells that an answer is another: letters of ASCII, which all keep."""
        inner = answer.strip(_EDGES)
        if not inner or len(answer) > LIMIT or not answer.isascii():
            return False
        first, last = inner[0], inner[-1]
        otherwise = first.isalpha() and first.lower() != self.written[0][0]
        return otherwise or (last.isalpha() and last.lower() != self.written[-1][-1])

    def nothing_said(self, answer: str, text: Text) -> bool:
        """Whether an answer has no word, or only gives up, and this is not what is looked for.

        `text` is the answer as it is read, without small talk: "sorry, no idea" gives up before that is taken away.
        """
        if not text.words or text.words == self.text.words or tuple(text.words) in self.wanted:
            return not text.words
        language = self.similarity.language
        given_up = gives_up_in(text)
        if not given_up and len(answer) <= BRIEF and without_small_talk(answer, language) != answer:
            given_up = gives_up_in(Text(answer, language))
        return given_up and not self._looks_for(text.words)

    def _looks_for(self, words: Sequence[str]) -> bool:
        """Whether these words, which often give up, are looked for or are a sentence of the reference: "It's next"."""
        language, text = self.similarity.language, self.text
        sentences = [text.words[first : text.bounds(first)[1]] for first in text.begins if text.words]
        said = _without_glue(words, language)
        return bool(said) and any(_without_glue(one, language) == said for one in (*self.wanted, *sentences))


def _without_glue(words: Sequence[str], language: Language) -> list[str]:
    glue = language.glue or language.articles
    return [word for word in words if word.removesuffix("'s") not in glue]


def _bare(text: str, language: Language) -> list[str]:
    """What stands between spaces, without the stops, quotes and brackets around it."""
    return list(filter(None, (piece.strip(_AROUND) for piece in normalise(text[:LIMIT], language).split())))


class Answer:
    """An answer as a guard sees it.

    `used` are the places of the words that earn something, `spoken` for each point the places that speak of it, counted
    or not, `heard` those of all words that a point or the reference knows. `accepted`: whether it would be accepted if
    nothing told against it. `earns`: whether other words would be.
    """

    def __init__(
        self,
        text: Text,
        question: Question,
        reference: Reference,
        used: AbstractSet[int],
        *,
        accepted: bool,
        spoken: Callable[[], Sequence[AbstractSet[int]]],
        earns: Callable[[str], bool],
        heard: Callable[[], AbstractSet[int]],
        seen: Evidence | None = None,
    ) -> None:
        self.text = text
        self.language = reference.similarity.language
        self.question = question
        self.reference = reference
        self.used = used
        self.accepted = accepted
        self.spoken = spoken
        self.earns = earns
        self.heard = heard
        if seen is not None:
            self.seen = seen

    @cached_property
    def seen(self) -> Evidence:
        """How near it is to the reference."""
        return self.reference.similarity.evidence(self.text)

    @cached_property
    def denies(self) -> bool:
        """Whether it has any negation cue."""
        return not self.language.negators.isdisjoint(self.text.words)

    @property
    def negations(self) -> int:
        """How many it has."""
        return sum(map(self.language.negators.__contains__, self.text.words))


class Guard(Protocol):
    """Something that can tell against an answer as a whole."""

    def check(self, answer: Answer) -> Against | None:
        """What tells against the answer; None where nothing does."""
        ...
