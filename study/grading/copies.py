"""The reference answer itself with its terms exchanged, or with the opposite of one of its words.

Who knows a reference by heart and not what it means says "small" for "big" and "loss" for "parameter".
"""

from __future__ import annotations

from difflib import SequenceMatcher

from study.grading import thesaurus
from study.grading.language import Language
from study.grading.text import Text

LEAST, MOST = 8, 150
"""Words of an answer that may be such a copy."""
COPIED = 0.75
"""Share of an answer's words, in the reference's order, from which on it is a copy."""
UNEVEN = 4
"""Words by which what stands in place of others may be longer or shorter."""


def exchanged(text: Text, reference: Text, language: Language) -> bool:
    """Whether an answer is the reference, but for two terms in one another's place or for an opposite."""
    stems, known = text.stems, set(reference.stems)
    if not LEAST <= len(stems) <= min(MOST, 2 * len(reference)):
        return False
    if sum(stem in known for stem in stems) < COPIED * len(stems):
        return False
    same = 0
    left: list[tuple[set[str], set[str]]] = []
    for kind, a, b, c, d in SequenceMatcher(None, stems, reference.stems, autojunk=False).get_opcodes():
        if kind == "equal":
            same += b - a
        elif kind == "replace" and abs(d - c - (b - a)) <= UNEVEN:
            left.append((_meant(text, a, b, language), _meant(reference, c, d, language)))
    if same < COPIED * len(stems):
        return False
    opposites = thesaurus.opposites() if language.tag == "en" else {}
    if any(
        other in opposites.get(one, ()) for mine, theirs in left for one in mine - theirs for other in theirs - mine
    ):
        return True
    return any(mine & gone and theirs & came for i, (mine, theirs) in enumerate(left) for came, gone in left[:i])


def _meant(text: Text, first: int, last: int, language: Language) -> set[str]:
    """The words from first to before last that mean something by themselves."""
    return {text.stems[i] for i in range(first, last) if text.words[i] not in language.stop}
