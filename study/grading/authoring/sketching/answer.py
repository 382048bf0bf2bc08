"""A reference answer, read: its lines, its sentences, and the words in them that decide."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from study.grading.authoring.draft import ITEM_MARK
from study.grading.authoring.sketching.parts import Part
from study.grading.language.languages import language_of
from study.grading.language.text import Text
from study.grading.polarity.negation import negated_words
from study.grading.similarity.vocabulary import ReferenceVocabulary

COMMON = 0.12
"""The share of a note's answers from which on a word that they have is common."""
FEWEST = 4
"""Answers that must have a word before it is common, however few there are in all."""
MOST = 12
"""Decisive words of one statement, at most."""

_SENTENCE_END = re.compile(r"(?<=[.;!?。])\s+|\n+")
_REMARK = re.compile(
    r"\b(?:as shown|we will see|later in|see (?:question|chapter|section|above|below)|hope this|hope that|but we can"
    r"|to be (?:\w+ )?honest|well spotted|good question|great question|maybe some(?:one|body)|thanks?"
    r"|i (?:think|guess|suggest|don['’]t|am)|i['’]m|you['’]re welcome)\b|https?://|\bnote:",  # noqa: RUF001
    re.IGNORECASE,
)
_WORD = re.compile(r"\w")


def common_words(answers: Iterable[str], *, language: str = "en") -> frozenset[str]:
    """The stems of words that many of these answers have: beside one another they tell little apart."""
    tables = language_of(language)
    counted: Counter[str] = Counter()
    total = 0
    for answer in answers:
        counted.update(set(Text(answer, tables).stems))
        total += 1
    return frozenset(root for root, count in counted.items() if count >= max(FEWEST, total * COMMON))


def sentences_of(text: str) -> list[str]:
    """The sentences of a text, and its lines."""
    return [ITEM_MARK.sub("", each).strip() for each in _SENTENCE_END.split(text)]


def _without_remarks(line: str) -> str:
    return " ".join(each for each in _SENTENCE_END.split(line) if not _REMARK.search(each))


class ReferenceAnswer:
    """A question with its reference answer; `common` are stems that tell little apart in its course."""

    def __init__(self, question: str, reference: str, language: str, common: frozenset[str]) -> None:
        self.question = question
        self.reference = reference
        self.language = language_of(language)
        self.common = common
        self.asked = Text(question, self.language)
        lines = (ITEM_MARK.sub("", line).strip() for line in reference.split("\n") if line.strip())
        self.lines = [kept for line in lines if (kept := _without_remarks(line))]
        said = [each for each in sentences_of(reference) if _WORD.search(each)]
        self.sentences = [each for each in said if not each.endswith("?") and not _REMARK.search(each)]

    def stems(self, text: str) -> list[str]:
        """The stems of a text's words."""
        return list(Text(text, self.language).stems)

    def decisive(self, text: str) -> list[str]:
        """The words of a text that the question does not have and that say something, as they are written."""
        return [word for word, _ in self._weighed(text)]

    def parts(self, text: str) -> list[Part]:
        """Its decisive words; those that many answers have are alternatives, which count together once."""
        weighed = self._weighed(text)
        rare: list[Part] = [word for word, common in weighed if not common]
        common = [word for word, common in weighed if common]
        return [*rare[:MOST], *([common] if common else [])]

    def _weighed(self, text: str) -> list[tuple[str, bool]]:
        """The decisive words, and whether each is common. What the text denies, an answer must deny as well."""
        read = Text(text, self.language)
        vocabulary = ReferenceVocabulary(read, self.asked, self.language)
        denied = {root for root, negated in zip(read.stems, negated_words(read, self.language), strict=True) if negated}
        return [
            (f"not {word}" if root in denied else word, root in self.common)
            for root, weight in vocabulary.weights.items()
            if weight >= 1 and len(word := vocabulary.words[root]) > 1
        ]
