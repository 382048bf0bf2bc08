"""What a language contributes to grading: its stemmer, its small words, and those that turn a sentence round."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Words = frozenset[str]
Phrase = tuple[str, ...]
Phrases = frozenset[Phrase]


def word_set(text: str) -> Words:
    """The words of a line: how the tables of words are written."""
    return frozenset(text.split())


def phrase_set(*phrases: str) -> Phrases:
    """Phrases, word by word."""
    return frozenset(tuple(phrase.split()) for phrase in phrases)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class RelatedWords:
    """General words of a language, of no subject in particular.

    `same` and `opposite` are groups parted by "/": words that mean nearly the same, and pairs of opposites. A line of
    `implied` has, after its colon, what implies the word before it. `endings` are what words of one family differ in.
    """

    same: str = ""
    opposite: str = ""
    implied: str = ""
    endings: Words = frozenset()
    comparing: tuple[str, ...] = ()
    """Endings of comparison, the longest first: "bigger", "biggest"."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SmallTalk:
    """What people say around an answer; patterns are of regular expressions, without regard to capitals."""

    before: re.Pattern[str]
    """What opens an answer and says nothing of it."""
    after: re.Pattern[str]
    """What closes one."""
    closing: tuple[str, ...]
    """One of these is in all that closes an answer."""
    instead: re.Pattern[str]
    """What puts what follows in the place of what goes before: "11, no wait, 2"."""
    mending: tuple[str, ...]
    """One of these is in all that mends an answer."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Language:
    """The tables of one language. What a language has no table for, grading does without."""

    tag: str
    """BCP 47, without region."""
    name: str = ""
    """What it is called in English."""
    stemmer: str = ""
    """Snowball's name for its stemmer; none: words are matched as they are."""
    spelling: Callable[[str], str] | None = None
    """Makes several spellings of a word one, before its stem is taken."""
    latin: bool = True
    """Whether it is written in Latin letters, so that lookalikes of other alphabets are meant for them."""

    abbreviations: tuple[tuple[str, str], ...] = ()
    """What is written short, with signs that would part it, and how it is read."""
    elision: re.Pattern[str] | None = None
    """A word, in group 1, that an apostrophe joins to the next: "l'" in French."""

    stop: Words = frozenset()
    """Small words: they count little or nothing."""
    meaningful: Words = frozenset()
    """Those of `stop` that carry meaning inside a phrase: "more", "before"."""
    glue: Words = frozenset()
    """Those that no sentence is without; `stop` where a language names none."""
    empty: Words = frozenset()
    """Those that a phrase always does without: articles, pronouns, forms of "be"."""
    light: Words = frozenset()
    """Words that say little."""
    subjects: Words = frozenset()
    """Pronouns with which a clause begins."""
    pronouns: Words = frozenset()
    """Those that may stand for what was named before."""
    auxiliaries: Words = frozenset()
    """Verbs before which a sentence has named its subject."""
    others: Words = frozenset()
    """Words for the second of two: "the other", "the latter"."""

    negators: Words = frozenset()
    """Negation cues: they turn what follows."""
    second_negators: Words = frozenset()
    """Second halves of one negation, which cancel nothing: "ne ... pas"."""
    noun_negators: Words = frozenset()
    """Negation cues that do not stand at a verb: "no", "nothing"."""
    nobody: Words = frozenset()
    """Negation cues that are a sentence's subject or object: "nobody", "nothing"."""
    verb_negators: Words = frozenset()
    """Negation cues that stand after the verb they turn: "Es mischt nicht"."""
    before_verb_negators: int = 0
    """How many words before such a cue it turns, at most."""
    contrast: Words = frozenset()
    """Words that go on with what is so instead, where only a part was denied: "nicht aus Regeln, sondern ..."."""
    after_not: Words = frozenset()
    """After a "not", these only limit what is said: "not only"."""
    supposing: Words = frozenset()
    """Words that open a part in which something is but supposed: "if", "otherwise"."""
    breaks: Words = frozenset()
    """Words at which a negation's reach ends: "but"."""
    and_words: Words = frozenset()
    """Words that join parts of a sentence, or go on to its next."""
    or_words: Words = frozenset()
    """Words that stand between the things of a list of which one will do, or none."""
    nor_words: Words = frozenset()
    """Words that carry a negation on to the next of a list."""
    joining: Words = frozenset()
    """Words that add to what was said: "and", "or", "also"."""
    yes: Words = frozenset()
    no: Words = frozenset()
    giving_up: tuple[str, ...] = ()
    """What is said for "I don't know", without the words around it."""
    around_giving_up: Words = frozenset()
    """Words that are said around it: "no idea, sorry", "never heard of this"."""
    tag_question: re.Pattern[str] | None = None
    """A question at the end that denies nothing: ", isn't it?"."""

    numbers: Mapping[str, float] = field(default_factory=dict)
    """Numbers below a hundred, in a word."""
    number_phrases: Mapping[Phrase, float] = field(default_factory=dict)
    """Those in several words."""
    multipliers: Mapping[str, float] = field(default_factory=dict)
    """A hundred, a thousand and what else counts what stands before it."""
    tens_and_units: bool = False
    """Whether an "and" stands between them."""
    fractions: Mapping[str, float] = field(default_factory=dict)
    articles: Words = frozenset()
    """Words for "a" that may stand before a fraction or a multiplier."""
    percent: Phrases = frozenset()
    out_of: Phrases = frozenset()
    """What stands in "one in five"."""
    minus: Words = frozenset()
    not_minus_after: Words = frozenset()
    """After these, such a word says something else: "at least" in French is "au moins"."""
    below_zero: Phrases = frozenset()
    times: Words = frozenset()
    powers: Mapping[str, float] = field(default_factory=dict)
    """Words for powers: "squared"."""
    to_the_power: Phrases = frozenset()
    half_days: Mapping[str, int] = field(default_factory=dict)
    """Hours at which the half of the day begins that a word after a time names: "pm"."""
    decimal_comma: bool = True
    """Whether a comma parts the decimals, and points part thousands."""
    grouping_space: bool = False
    """Whether spaces part thousands as a rule, so that "12 500" is one number."""

    related: RelatedWords = RelatedWords()
    small_talk: SmallTalk | None = None
    retractions: bool = False
    """Whether the phrases by which an answer is taken back as a whole are those of this language."""
