"""How people name what they choose: by its letter with words around it ("It's B", "both A and C"), or by yes and no.

Notes and answers are read by the same words. Expressions are RE2's, which know no lookaround, over small letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_BEFORE = {
    "en": "i (?:think|guess|choose|pick|would say)|i'd say|it(?:'s)?|its|is|that's|the|my|answers?|options?|choices?"
    "|letter|both|all|correct|right|one|must|be|and|or",
    "de": "ich (?:denke|glaube|nehme)|es|das|ist|sind|die|antwort(?:en)?|richtige?n?|lösung|beide|sowohl"
    "|als|auch|und|oder",
    "fr": "je|pense|crois|que|c.est|les?|la|réponses? (?:est|sont)|bonnes?|choix|lettre|et|ou",
    "es": "creo|que|es|son|las?|el|los|respuestas?|opción|opciones|letra|correctas?|ambas|tanto|como",
    "pt": "acho|que|é|são|as|respostas?|opção|opções|letra|corretas?|certas?|ambas|tanto|como",
}
"""What is said before a letter, or between two. French elision is read as a space."""
_AFTER = {
    "en": "is|are|both|the|correct|right|true|answers?|options?|choices?|ones?|and|or|i think|i guess",
    "de": "ist|sind|beide|die|richtig|stimmt|stimmen|wahr|antwort(?:en)?|und|oder",
    "fr": "(?:est|sont) (?:correct|juste|vrai|la bonne|les bonne)e?s?|réponses?|et|ou",
    "es": "es|son|las?|correctas?|verdaderas?|respuestas?",
    "pt": "é|são|as|corretas?|certas?|verdadeiras?|respostas?",
}
"""What is said after one."""
_AROUND = {
    "en": "i think|it'?s|it|is|must be|the|an?|one|they|just|only",
    "de": "ich glaube|es|ist|sind|der|die|das|ein|eine|nur",
    "fr": "je crois|c.est|il|est|les?|la|une?",
    "es": "creo que|es|el|la|los|las|una?|solo",
    "pt": "acho que|é|os?|as?|uma?|só",
}
"""What may be said around some of an option's words."""
_SO = {
    "en": "so|hence|thus|therefore|then",
    "de": "also|deshalb|daher|somit",
    "fr": "donc|alors",
    "es": "así que|entonces|por tanto",
    "pt": "então|portanto|logo",
}
"""What is said before a letter with which an answer ends."""
_BECAUSE = "because|bc|cuz|since|weil|denn|car|parce|porque|pois"
_ARTICLES = {"pt": "a"}
"""A letter that is an article: it is named by it only where no other letter stands after it."""

_WORD = re.compile(r"[^\W\d_]+")
_TELLING = 3
"""Letters from which on a word can stand for an option."""

_YES = frozenset(
    ("true", "yes", "correct", "right", "wahr", "richtig", "ja", "vrai", "oui", "verdadero", "cierto", "sí")
)
_YES |= {"si", "verdadeiro", "sim", "t", "y", "w", "v", "对", "是"}
_NO = frozenset(("false", "no", "incorrect", "wrong", "falsch", "nein", "faux", "non", "falso", "não", "nao", "f", "n"))
_NO |= {"错", "否"}


def truth_of(words: str) -> bool | None:
    """Whether words say yes or no, in any language ("True", "ja", "F"); None where they say neither."""
    bare = words.casefold().strip(" .!")
    return True if bare in _YES else False if bare in _NO else None


def saying(truth: bool) -> str:
    """The expression for an answer that is or opens with a yes or a no."""
    words = sorted(_YES if truth else _NO)
    return rf"^\W*(?:(?:it'?s|it is|that'?s|es ist|c'est)\s+)?(?:{'|'.join(words)})(?:[^\w']|$)"


def naming(letter: str, language: str) -> Iterator[str]:
    """The expressions for an answer that names a letter, in English or in the words of a language given by its tag.

    Nothing but letters and such words, or else a letter before words of the answer's own, or one that it comes to.
    """
    own = language.partition("-")[0].casefold()
    another = r"[,;&+/e]\s*[a-z]" if _ARTICLES.get(own) == letter else "[a-z]"
    for tag in dict.fromkeys(("en", own if own in _BEFORE else "en")):
        opens = rf"^(?:[^\w']|'[a-z]'|\b(?:[a-z]|{_BEFORE[tag]})\b)*(?:\b{letter}\b|'{letter}')"
        yield rf"{opens}(?:[^\w']|'[a-z]'|\b(?:{another}|{_AFTER[tag]})\b)*$"
        yield rf"{opens}\s*(?:[.):,;!]|[-\x{{2013}}\x{{2014}}]\s|(?:{_BECAUSE})\b)"
        yield rf"[^\w'](?:{_SO[tag]})\s+(?:(?:it'?s|das ist|c'est|es)\s+)?{letter}\W*$"


def in_part(option: str, others: Sequence[str], language: str) -> str | None:
    """The expression for an answer of some of an option's words, one of which no other option has, and perhaps why.

    None where there is no such word.
    """
    words = dict.fromkeys(_WORD.findall(option.casefold()))
    elsewhere = {word for other in others for word in _WORD.findall(other.casefold())}
    telling = [word for word in words if len(word) >= _TELLING and word not in elsewhere]
    if not telling:
        return None
    own = language.partition("-")[0].casefold()
    said = "|".join((*map(re.escape, words), _AROUND[own if own in _AROUND else "en"]))
    some, why = rf"(?:[^\w']|\b(?:{said})\b)*", rf"(?:\b(?:{_BECAUSE})\b.*)?"
    return rf"^{some}\b(?:{'|'.join(map(re.escape, telling))})\b{some}{why}$"


@dataclass(frozen=True, slots=True)
class Named:
    """The letters that a line names, in capitals, and where the last of them and what is said of it have ended."""

    letters: tuple[str, ...]
    end: int


_OPENS = re.compile(rf"(?>\s|\b(?:{'|'.join(_BEFORE.values())})\b)*", re.IGNORECASE)
_LETTER = re.compile(r"\(?(?P<letter>[A-Za-z])\b(?!')\)?")
_JOINS = re.compile(r"\s*(?:[,;/&+、]|\b(?:and|und|et|y|e|и|or|oder|ou|o)\b)?\s*(?:\b(?:and|und)\s+)?", re.IGNORECASE)
_CLOSES = re.compile(rf"(?>\s+(?:{'|'.join(_AFTER.values())})\b)+(?=\s*(?:\W|$))", re.IGNORECASE)
_ENDS = re.compile(rf"\s*(?:[.:)\-\u2013\u2014,;!]|$|\n|(?:{_BECAUSE})\b)", re.IGNORECASE)


def named(line: str, known: Sequence[str]) -> Named | None:
    """The letters that a line begins with: `B`, `(b)`, `A and C`, `It's B`; None where it has none of those known."""
    opens = _OPENS.match(line)
    at = opens.end() if opens else 0
    letters: list[str] = []
    end = at
    while (found := _LETTER.match(line, at)) is not None and found["letter"].upper() in known:
        letters.append(found["letter"].upper())
        end = found.end()
        joint = _JOINS.match(line, end)
        at = joint.end() if joint else end
        if at == end:
            break
    if not letters:
        return None
    closes = _CLOSES.match(line, end)
    return Named(tuple(letters), closes.end() if closes else end)


def ends(line: str, at: int) -> bool:
    """Whether what stands in a line from here on says no more than why, or nothing."""
    return _ENDS.match(line, at) is not None
