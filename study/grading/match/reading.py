"""An answer as a rubric's vocabulary sees it."""

from __future__ import annotations

from study.grading.language.numbers import Quantity, close, quantities
from study.grading.language.text import Text
from study.grading.match.judged import Judged
from study.grading.match.vocabulary import Vocabulary
from study.grading.polarity.negation import negated_words


class Reading:
    """Where each known word of an answer stands, and what is denied.

    `at`: places by the number of a word in the vocabulary; `alike`: places of words that mean nearly the same; `known`:
    the numbers of both;
    `rank`: for each word how many stand before it, stop words not counted. `with_not`: the words that are denied, be it
    in what is but supposed, for a phrase that denies is met there too: "no spike" in "if the plot has no spikes".
    """

    __slots__ = (
        *("_quantities", "alike", "at", "denies", "judged", "known", "language", "negated", "rank", "text"),
        "with_not",
    )

    def __init__(self, text: Text, vocabulary: Vocabulary) -> None:
        self.text = text
        self.language = language = vocabulary.language
        self.negated = negated = negated_words(text, language)
        supposes = not language.supposing.isdisjoint(text.words)
        self.with_not = negated_words(text, language, supposed=True) if supposes else negated
        self.denies = True in negated
        self.at: dict[int, list[int]] = {}
        self.alike: dict[int, list[int]] = {}
        self.judged: dict[int, Judged] = {}
        self._look_up(vocabulary)
        self.rank = self._ranks()
        self._quantities: list[Quantity] | None = None
        if vocabulary.numbers:
            self._look_up_numbers(vocabulary)
        self.known = self.at.keys() | self.alike.keys()

    def _look_up(self, vocabulary: Vocabulary) -> None:
        at, roots = self.at, self.text.stems
        seen, by_root, by_word = vocabulary.seen, vocabulary.by_root, vocabulary.by_word
        before = ""
        for i, word in enumerate(self.text.words):
            known = seen.get(word)
            if known is None:
                known = vocabulary.known(word, roots[i])
            for number in known:
                if number >= 0:
                    at.setdefault(number, []).append(i)
                else:
                    self.alike.setdefault(~number, []).append(i)
            if before:
                joined = before + word
                if joined in by_root or joined in by_word:
                    for number in (*by_root.get(joined, ()), *by_word.get(joined, ())):
                        at.setdefault(number, []).append(i)
            before = word

    def _ranks(self) -> list[int]:
        stop = self.language.stop
        rank: list[int] = []
        count = 0
        for word in self.text.words:
            rank.append(count)
            count += word not in stop
        return rank

    def _look_up_numbers(self, vocabulary: Vocabulary) -> None:
        found = self.quantities()
        for number in vocabulary.numbers if found else ():
            wanted = vocabulary.elements[number].quantity
            assert wanted is not None
            for one in found:
                if one.dimension == wanted.dimension and close(one.value, wanted.value):
                    self.at.setdefault(number, []).append(one.first)

    def quantities(self) -> list[Quantity]:
        """The numbers of the answer."""
        if self._quantities is None:
            self._quantities = quantities(self.text, self.language)
        return self._quantities
