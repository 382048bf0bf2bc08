"""The reference answer itself with its terms exchanged, or with the opposite of one of its words.

Who knows a reference by heart and not what it means says "small" for "big" and "loss" for "parameter".
"""

from __future__ import annotations

from difflib import SequenceMatcher
from functools import lru_cache

from study.grading.guards.answer import Answer
from study.grading.language.language import Language
from study.grading.language.text import Text
from study.grading.language.thesaurus import thesaurus_of
from study.grading.rubric import Against
from study.texts import noop

LEAST, MOST = 8, 150
"""Words of an answer that may be such a copy."""
COPIED = 0.75
"""Share of an answer's words, in the reference's order, from which on it is a copy."""
_APART, _JOINING = frozenset({"while", "whereas", "when", "if"}), frozenset({"and", "or"})
WHOLE = 0.8
"""Share of a reference's words from which on an answer has them all."""
UNEVEN = 4
"""Words by which what stands in place of others may be longer or shorter."""


class Exchange:
    """The reference with its terms exchanged, where it would be accepted."""

    def check(self, answer: Answer) -> Against | None:
        """See `Guard`."""
        if not answer.accepted or not exchanged(answer.text, answer.reference.text, answer.language):
            return None
        return Against("contradiction", noop("Terms of the answer are exchanged."))


def exchanged(text: Text, reference: Text, language: Language) -> bool:
    """Whether an answer is the reference, but for two terms in one another's place or for an opposite.

    The opposite of an opposite is none: "not connected to the positive" for "connected to the negative".
    """
    stems = text.stems
    if not LEAST <= len(stems) <= min(MOST, 2 * len(reference)):
        return False
    if sum(map(_stems(reference).__contains__, stems)) < COPIED * len(stems):
        return False
    if _crosswise(text, reference, language):
        return True
    same = 0
    left: list[tuple[set[str], set[str]]] = []
    for kind, a, b, c, d in SequenceMatcher(None, stems, reference.stems, autojunk=False).get_opcodes():
        if kind == "equal":
            same += b - a
        elif kind == "replace" and abs(d - c - (b - a)) <= UNEVEN:
            left.append((_meant(text, a, b), _meant(reference, c, d)))
    if same < COPIED * len(stems):
        return False
    opposites = thesaurus_of(language).opposites
    odd = sum(word in language.negators for word in (*text.words, *reference.words)) % 2
    if not odd and any(
        other in opposites.get(one, ()) for mine, theirs in left for one in mine - theirs for other in theirs - mine
    ):
        return True
    return any(mine & gone and theirs & came for i, (mine, theirs) in enumerate(left) for came, gone in left[:i])


@lru_cache(maxsize=1024)
def _stems(reference: Text) -> frozenset[str]:
    return frozenset(reference.stems)


def _crosswise(text: Text, reference: Text, language: Language) -> bool:
    """Whether an answer has all words of the reference, and each of its parts joins those of different parts there."""
    home, parting = _home(reference, language)
    if len(home.keys() & set(text.stems)) < WHOLE * len(home):
        return False
    mine = _parts(text, language, parting)
    at_home = [[home[stem] for stem in part if len(home.get(stem, ())) == 1] for part in mine]
    spread = [set().union(*homes) for homes in at_home if len(homes) > 1]
    return len(spread) > 1 and all(len(homes) > 1 for homes in spread)


@lru_cache(maxsize=1024)
def _home(reference: Text, language: Language) -> tuple[dict[str, set[int]], frozenset[str]]:
    """In which parts of a reference each stem stands, and the words that part it."""
    parting = _APART if len(_parts(reference, language, _APART)) > 1 else _APART | _JOINING
    parts = _parts(reference, language, parting)
    return {stem: {i for i, one in enumerate(parts) if stem in one} for part in parts for stem in part}, parting


def _parts(text: Text, language: Language, parting: frozenset[str]) -> list[set[str]]:
    """The stems that say something, between commas, stops and such words."""
    out: list[set[str]] = [set()]
    for i, word in enumerate(text.words):
        if word in parting or word in language.breaks or (i and text.clause[i] != text.clause[i - 1]):
            out.append(set())
        if not text.small[i]:
            out[-1].add(text.stems[i])
    return [part for part in out if part]


def _meant(text: Text, first: int, last: int) -> set[str]:
    """The words from first to before last that mean something by themselves."""
    return {text.stems[i] for i in range(first, last) if not text.small[i]}
