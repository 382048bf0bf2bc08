"""Whether words stand in an order that people write: a right answer shuffled has all its words and says nothing.

Two neighbours are judged by their classes, and so are two words with one between them: small words of English have
classes of their own, common ones too, others go by their ending. How much more often one class follows another than
chance would have it was counted once, in this project's own pages and answers, by `python -m bench.word_order`. A
rubric adds the neighbours that its question, its phrases and its reference answer have.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from study.grading.guards.word_order import NEXT, NEXT_BUT_ONE
from study.grading.language.language import Language
from study.grading.language.text import Text

LEAST = 6
"""Words below which an order says too little."""
LISTED = 3
"""Words to a comma, at most, where a text is a list, in whatever order."""
BESIDE = 4
"""Neighbours, the ends of sentences not counted, below which a list is no sentence to be shuffled."""
SCRAMBLED = -1.1
"""What neighbours tell, by the fourth root of their number, below which words are taken to be shuffled."""
FEW, MANY = 0.2, 9
"""Share of small words and numbers up to which so many words are no sentence; fewer words are none without any."""
SECOND = 0.4
"""What two words with one between them tell, where neighbours tell 1."""
KNOWN, TORN = 2.0, 1.0
"""What a pair of neighbours tells for the order that the rubric knows too, and against it where it is torn apart."""

SMALL = (
    "the", "a an", "my your its our their his her", "this that these those", "it", "we you they i he she people",
    "is was are were", "isn't aren't wasn't weren't doesn't don't can't won't didn't couldn't", "be been being",
    "can could will would should must may might", "has have had", "do does did", "not never", "of", "to",
    "in on at within", "for", "from", "with without by", "as", "and", "or",
    "but so because since while whereas although though", "if when where whether", "which who whose", "what how why",
    "than", "into onto through over under after before during about between against per", "more less better most",
    "very too so much many enough", "all each every any some no both one two", "only also just even still already then",
    "same other another own such", "there here", "them us him me itself themselves ourselves", "out up down back away",
    "e g i eg ie etc vs", "minus plus times equals squared over divided multiplied",
)  # fmt: skip
COMMON = (
    "use make give take need learn show tell know work go get find look see try want mean put keep let help happen "
    "start stop become say think call train change",
    "uses makes gives takes needs learns shows tells knows works goes gets finds looks sees tries wants means puts "
    "keeps lets helps happens starts stops becomes says thinks calls trains changes made gave took got found saw said "
    "went knew thought kept used needed learned trained",
    "good bad big small new large simple right wrong different first last next high low whole real old single great "
    "long short hard easy similar little few certain important deep",
    "thing things way ways time data number numbers part example word words kind people person computer information "
    "result amount set",
    "b c d f h j k l n p q u v w x y z",
)
ENDINGS = ("ing", "ed", "ly", "tion ment ness ity ance ence sion", "al ive ous able ible ful ic less", "er or est", "s")
OWN = len(SMALL) + len(COMMON)
LETTER, LETTERS = OWN - 1, frozenset(COMMON[-1].split())
START, END, NUMBER, OTHER = range(OWN + len(ENDINGS), OWN + len(ENDINGS) + 4)
CLASSES = OTHER + 1
STEP = 0.25
"""What one step in the tables of word order tells."""

_ENDINGS = tuple((ending, OWN + i) for i, endings in enumerate(ENDINGS) for ending in endings.split())


def _table(steps: str, weight: float) -> list[list[float]]:
    return [[int(step) * weight for step in row.split()] for row in steps.strip().splitlines()]


_AFTER, _AFTER_NEXT = _table(NEXT, STEP), _table(NEXT_BUT_ONE, STEP * SECOND)
_LITTLE = frozenset((*range(len(SMALL)), NUMBER))
_CLASSES = {word: i for i, words in reversed(list(enumerate((*SMALL, *COMMON)))) for word in words.split()}


def _class(word: str) -> int:
    known = _CLASSES.get(word)
    if known is None:
        known = NUMBER if word[0].isdigit() or word[0] == "." else OTHER
        if known == OTHER and len(word) > 4 and not word.endswith("ss"):
            known = next((number for ending, number in _ENDINGS if word.endswith(ending)), OTHER)
        if len(_CLASSES) < 50_000:
            _CLASSES[word] = known
    return known


def runs(text: Text) -> list[list[int]]:
    """The classes of words that follow one another, with the start and the end of each sentence; commas part runs."""
    out: list[list[int]] = []
    run = [START]
    clause, sentence = text.clause[0], text.sentence[0]
    named = not LETTERS.isdisjoint(text.words)
    for word, its_clause, its_sentence in zip(text.words, text.clause, text.sentence, strict=True):
        if its_sentence != sentence:
            run.append(END)
            out.append(run)
            run = [START]
        elif its_clause != clause:
            out.append(run)
            run = []
        run.append(LETTER if named and word == "a" else _class(word))
        clause, sentence = its_clause, its_sentence
    run.append(END)
    out.append(run)
    return out


def known_pairs(phrases: Iterable[Text], language: Language) -> dict[str, frozenset[str]]:
    """Which stem follows which in phrases of a rubric, small words next to small words left out."""
    found: dict[str, set[str]] = {}
    for text in phrases:
        for i, (one, two) in enumerate(pairwise(text.stems)):
            alike = text.words[i] in language.stop and text.words[i + 1] in language.stop
            if text.clause[i] == text.clause[i + 1] and not alike and one != two:
                found.setdefault(one, set()).add(two)
    return {one: frozenset(others) for one, others in found.items()}


def scrambled(text: Text, known: dict[str, frozenset[str]]) -> bool:
    """Whether so many words stand beside words beside which they never stand that the text must be shuffled.

    Definitions with signs of equality ("metric = how good it is, loss = ...") are no sentences and yet in order.
    """
    if len(text) < LEAST or LISTED * text.lists >= len(text) or text.plain.count("=") > 1:
        return False
    told = 0.0
    pairs = beside = small = 0
    for run in runs(text):
        pairs += len(run) - 1
        beside += len(run) - 1 - (run[0] == START) - (run[-1] == END)
        for here, after in pairwise(run):
            told += _AFTER[here][after]
            small += here in _LITTLE
        for here, after in zip(run, run[2:], strict=False):
            told += _AFTER_NEXT[here][after]
        small += run[-1] in _LITTLE
    if beside < BESIDE:
        return False
    stems = set(text.stems)
    touching = set(pairwise(text.stems))
    together = apart = 0
    for one in stems & known.keys():
        for two in known[one] & stems:
            together += (one, two) in touching
            apart += (one, two) not in touching and (two, one) not in touching
    bare = small <= (FEW * len(text) if len(text) >= MANY else 0)
    if bare and not text.lists and not text.sentence[-1] and together * LEAST <= len(text):
        return True
    return bool(told + KNOWN * together - TORN * apart < SCRAMBLED * pairs**0.25)
