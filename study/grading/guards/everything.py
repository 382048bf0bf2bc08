"""Saying everything at once, the right thing among it, says nothing."""

from __future__ import annotations

from collections import Counter

from study.grading.guards.answer import Answer
from study.grading.rubric import Against
from study.texts import noop

ITEMS, EITHER, BRIEF = 7, 4, 3
"""Items from which on a list may say everything; so many, where "or" stands between them; words of an item, at most."""
KNOWN = 0.5
"""Share of the items that a point or the reference knows, below which the others were only tried."""


class Everything:
    """A long list, most of which neither a point nor the reference answer knows."""

    def check(self, answer: Answer) -> Against | None:
        """See `Guard`."""
        text = answer.text
        ors = text.words.count("or")
        either = ors + 1 >= EITHER and not answer.denies
        if text.lists < ITEMS and not either:
            return None
        if len(text) > BRIEF * (text.clause[-1] + 1 + ors):  # more items there cannot be
            return None
        items, count = self._items(answer, either)
        if count < (EITHER if either else ITEMS) or len(text) > BRIEF * count:
            return None
        known = {items[place] for places in answer.spoken() for place in places}
        weights = answer.reference.similarity.weights
        long = {item for item, words in Counter(items).items() if words > 1}
        known |= {item for item, stem in zip(items, text.stems, strict=True) if stem in weights} & long
        if len(known) >= KNOWN * count:
            return None
        return Against("shotgun", noop("It lists many things, most of which do not belong."))

    def _items(self, answer: Answer, either: bool) -> tuple[list[int], int]:
        """For each word the item of the list it stands in, and how many items there are."""
        text = answer.text
        count = 0
        before = -1
        items: list[int] = []
        for word, clause in zip(text.words, text.clause, strict=True):
            if not word.isdigit() and len(word) > 1:
                count += (clause != before and clause not in text.inside) or (either and word == "or")
                before = clause
            items.append(count)
        return items, count
