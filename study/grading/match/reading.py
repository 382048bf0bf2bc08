"""An answer as a rubric's vocabulary sees it."""

from __future__ import annotations

from bisect import insort
from itertools import accumulate, compress
from operator import not_

from study.grading.language.numbers import Quantity, quantities
from study.grading.language.text import Text
from study.grading.match.vocabulary import Vocabulary
from study.grading.polarity.negation import negated_words


class Known:
    """Where each known word of an answer stands.

    `at`: places by the number of a word in the vocabulary; `alike`: places of words that mean nearly the same; `met`:
    what of all that is watched for has its words in the answer. `numbers`: those of the answer, where they were read.
    """

    __slots__ = ("_quantities", "alike", "at", "language", "met", "text")

    def __init__(self, text: Text, vocabulary: Vocabulary, numbers: list[Quantity] | None = None) -> None:
        self.text = text
        self.language = vocabulary.language
        self.at: dict[int, list[int]] = {}
        self.alike: dict[int, list[int]] = {}
        self._look_up(vocabulary)
        self._quantities = numbers
        if vocabulary.numbers:
            self._look_up_numbers(vocabulary)
        self.met = vocabulary.watch.met({*self.at, *self.alike}, text.plain)

    def _look_up(self, vocabulary: Vocabulary) -> None:
        at, words = self.at, self.text.words
        known = list(map(vocabulary.seen.__getitem__, words))
        for i in compress(range(len(words)), known):
            for number in known[i]:
                if number >= 0:
                    at.setdefault(number, []).append(i)
                else:
                    self.alike.setdefault(~number, []).append(i)
        for i in compress(range(1, len(words)), map(vocabulary.heads.__contains__, words)):
            joined = words[i - 1] + words[i]
            for number in (*vocabulary.by_root.get(joined, ()), *vocabulary.by_word.get(joined, ())):
                insort(at.setdefault(number, []), i)

    def _look_up_numbers(self, vocabulary: Vocabulary) -> None:
        found = self.quantities()
        for number in vocabulary.numbers if found else ():
            wanted = vocabulary.elements[number].quantity
            assert wanted is not None
            for one in found:
                if one.says(wanted):
                    self.at.setdefault(number, []).append(one.first)

    def quantities(self) -> list[Quantity]:
        """The numbers of the answer."""
        if self._quantities is None:
            self._quantities = quantities(self.text, self.language)
        return self._quantities


class Reading(Known):
    """Where each known word of an answer stands, and what is denied.

    `rank`: for each word how many stand before it, stop words not counted. `with_not`: the words that are denied, be it
    in what is but supposed, for a phrase that denies is met there too: "no spike" in "if the plot has no spikes".
    """

    __slots__ = ("denies", "negated", "rank", "with_not")

    def __init__(self, text: Text, vocabulary: Vocabulary) -> None:
        super().__init__(text, vocabulary)
        language = self.language
        self.negated = negated = negated_words(text, language)
        supposes = not language.supposing.isdisjoint(text.words)
        self.with_not = negated_words(text, language, supposed=True) if supposes else negated
        self.denies = True in negated
        self.rank = list(accumulate(map(not_, text.small), initial=0))
