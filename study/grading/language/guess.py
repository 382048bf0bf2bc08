"""Which language a text is in, told by its small words: a proposal for notes, and for answers only what is clear."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache

from study.grading.language.characters import LIMIT
from study.grading.language.language import word_set
from study.grading.language.languages import LANGUAGES

FEWEST = 5
"""Different words from which on the language of an answer is told at all: two or three are the same in many."""
CLEARLY = 2
"""Small words of another language that an answer must have at least, and how many times its own."""
FOREIGN_LETTERS = 4
"""Letters of another script from which on, where they are most of it, an answer is taken to be in it."""
READ = 100_000
"""Letters of a note from which its language is told."""
_WORD = re.compile(r"[^\W\d_]{2,}(?:['\u2019][^\W\d_]+)?")
_FORMULA = re.compile(r"(?<!\w)\w*(?: ?[=+*/^<>\\|_{}\[\];]+|(?<=\w)\() ?\w*")
"""Signs of formulas and code, and the names beside them."""
_IN_FORMULAS = ("LATIN", "GREEK")
"""The scripts that stand in formulas and names wherever Latin letters are written."""
_SCRIPTS = {
    **{"HIRAGANA": "ja", "KATAKANA": "ja", "CJK": "zh", "HANGUL": "ko", "CYRILLIC": "ru", "ARABIC": "ar"},
    **{"HEBREW": "he", "GREEK": "el", "DEVANAGARI": "hi", "THAI": "th"},
}
"""The language that a script is most likely to write; of two in one text the first here."""
_SMALL = {
    "it": word_set(
        "il lo la gli le un uno una di del dello della dei degli delle da dal dalla dagli in nel nella nei nelle con "
        "su sul sulla per tra fra ed ma se che chi cui non sono era erano essere ha hanno come cosa perché quando dove "
        "quale quali questo questa questi queste quello quella anche più molto ci ne suo sua loro può possono si al "
        "alla ai alle"
    ),
    "nl": word_set(
        "de het een en van in is dat op te zijn met voor niet aan er om ook als dan maar bij of uit nog naar heeft "
        "hebben worden wordt werd door over ze zij wij deze dit die wat waarom hoe welke geen kan kunnen moet meer zo "
        "je hij was"
    ),
}


def likely_language(text: str) -> str:
    """The tag of the language that fits a note best; English where nothing speaks for another."""
    text = text[:READ]
    letters = Counter(unicodedata.name(letter, "").partition(" ")[0] for letter in text if letter.isalpha())
    found = [script for script in _SCRIPTS if 20 * letters[script] > letters.total()]
    if found and 4 * sum(map(letters.__getitem__, found)) > letters.total():
        return _SCRIPTS[found[0]]
    words = Counter(map(str.lower, _words(text)))
    counts = {tag: sum(map(words.__getitem__, small)) for tag, small in _small().items()}
    best = max(counts, key=counts.__getitem__)
    return best if counts[best] > counts["en"] else "en"


def other_language(answer: str, tag: str) -> str | None:
    """The tag of the language that an answer is in, if that is clearly not the one it is graded in.

    Empty where it is in another script and nobody can say which language. Told by small words alone, each counted once,
    so that a word or two that many languages share decide nothing, nor do capitalised names and those in formulas.
    """
    own = tag.replace("_", "-").partition("-")[0].lower()
    if own not in LANGUAGES:
        return None
    answer = answer[:LIMIT]
    if LANGUAGES[own].latin and _in_another_script(answer):
        return ""
    found = _words(answer)
    if len(set(found)) < FEWEST:
        return None
    words = {word for word in found if word == word.lower()}
    small = _small()
    mine = words & small[own]
    theirs = {each: words & known for each, known in small.items() if each != own}
    best = max(theirs, key=lambda each: len(theirs[each]))
    only, only_mine = len(theirs[best] - mine), len(mine - theirs[best])
    return best if only >= max(CLEARLY, CLEARLY * only_mine + 1) else None


def _words(text: str) -> list[str]:
    """The words of a text, the first in small letters; without single letters, and the names in formulas."""
    text = " ".join(text.split())
    text = text.lower() if text.isupper() else f"{text[:1].lower()}{text[1:]}"
    return _WORD.findall(_FORMULA.sub(" ", text))


def _in_another_script(answer: str) -> bool:
    letters = [letter for letter in answer if letter.isalpha()]
    foreign = sum(not unicodedata.name(letter, "LATIN").startswith(_IN_FORMULAS) for letter in letters)
    return foreign >= FOREIGN_LETTERS and 2 * foreign > len(letters)


@cache
def _small() -> dict[str, frozenset[str]]:
    """The small words of each language."""
    tables = {tag: one.stop | one.glue | one.negators | one.subjects for tag, one in LANGUAGES.items()}
    return tables | _SMALL
