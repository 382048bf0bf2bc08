"""The right words without a sentence say nothing: a salad of keywords, or a list that nobody asked for."""

from __future__ import annotations

from itertools import compress

from study.grading.guards.answer import Answer
from study.grading.rubric import Against
from study.grading.similarity.measure import BARE
from study.texts import noop

LEAST, DENSE, UNBOUND = 6, 0.7, 10
"""Words of a salad, at least; share of words that earn something, in a salad; words from which on a line without any
word that binds others is no sentence."""
_LOOSE = frozenset({"most", "very", "both", "new", "out", "end", "more", "own", "up", "down", "back", "away", "also"})
"""Small words that bind nothing."""
REPEATED = 0.72
"""Share of different words up to which a text without small words only repeats some of them."""
ITEMS, BRIEF, HOMOGENEOUS = 7, 3, 0.9
"""Items from which on a list is long; words of one, at most; share of them that one point knows, so that it asks for
the list."""
_SIGNS = frozenset("=+*/^")
_ABOUT = frozenset({"it is about", "it's about", "this is about", "about", "it is", "it's", "keywords"})


class Salad:
    """Words that earn something and no sentence around them."""

    def check(self, answer: Answer) -> Against | None:
        """See `Guard`."""
        if _salad(answer) or _listed(answer):
            return Against("salad", noop("These are words without a sentence."))
        return None


def _salad(answer: Answer) -> bool:
    text, language = answer.text, answer.language
    if text.lists or text.sentence[-1] or "\n" in text.plain.strip():
        return False
    words = len(text)
    unbound = words >= UNBOUND and bool(language.stop) and _LOOSE.issuperset(compress(text.words, text.small))
    if unbound and sum(word.isdigit() for word in text.words) < 2:
        return True
    if sum(word in (language.glue or language.stop) for word in text.words) > BARE * words:
        return False
    said = [word for word in text.words if len(word) > 1 and word.isalpha() and word not in language.stop]
    different = set(said)
    if len(said) >= 3 and len(different) <= REPEATED * len(said) and not different <= language.yes | language.no:
        return True
    return words >= LEAST and (answer.seen.jumbled or (words >= LEAST + 2 and len(answer.used) >= DENSE * words))


def _listed(answer: Answer) -> bool:
    """Whether an answer is a long list without a verb, "it is about" aside, that no single point asks for."""
    text, language = answer.text, answer.language
    count = len(set(text.clause) - text.inside)
    if answer.reference.many or count < ITEMS or len(text) > BRIEF * count or not _SIGNS.isdisjoint(text.plain):
        return False
    if text.sentence[-1] and (text.lists or len(text) > 2 * len(text.begins)):
        return False
    lead = next((n for n in range(3, 0, -1) if " ".join(text.words[:n]) in _ABOUT), 0)
    verbs = language.auxiliaries | language.subjects | language.yes | language.no | {"t", "f"}
    if not verbs.isdisjoint(text.words[lead:]):
        return False
    return all(len({text.clause[p] for p in places}) < HOMOGENEOUS * count for places in answer.spoken())
