"""What must not earn credit: repeating the question, words without a sentence, saying a thing and its opposite."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from study.grading.guards.contradictions import contradicts_itself, says_both
from study.grading.language.language import Language, word_set
from study.grading.language.text import Text
from study.grading.match.judged import Judged
from study.grading.match.matcher import Matcher
from study.grading.match.reading import Reading
from study.grading.polarity import retractions as taken_back
from study.grading.polarity.asides import TELLING, rejected
from study.grading.polarity.denials import unsaid
from study.grading.similarity.likeness import BARE, Evidence, Likeness

FACTOR = {"salad": 0.4, "shotgun": 0.4, "hedge": 0.3, "contradiction": 0.5, "negated": 0.0, "instruction": 0.3}
"""What remains of a score that one of these tells against."""
RUN = 5
"""So many words on end, the same as in the question, repeat it."""
ECHOED = 0.15
"""What an answer earns at most that only repeats the question, where it is graded by likeness."""
DENSE = 0.7
"""Share of words that earn something from which on a text without small words is no sentence."""
UNBOUND = 10
"""Words from which on a line without any word that binds others is no sentence."""
_LOOSE = frozenset({"most", "very", "both", "new", "out", "end", "more", "own", "up", "down", "back", "away", "also"})
"""Small words that bind nothing."""
MANY = 3
"""Things of one point from which on many are asked for."""
SAYING, OWN_WORDS = 0.75, 0.8
"""Shares of words that say something, and among these of the reference's own, from which on a list is but keywords."""
_SIGNS = frozenset("=+*/^")
REPEATED = 0.72
"""Share of different words up to which a text without small words only repeats some of them."""
HOMOGENEOUS = 0.9
"""Share of a list's items that one point knows from which on it is that point's list."""
DENIED = "It denies the answer as a whole."
WITHOUT_SENTENCE: tuple[str, str, tuple[str, ...]] = ("salad", "These are words without a sentence.", ())
_ABOUT = frozenset({"it is about", "it's about", "this is about", "about", "it is", "it's", "keywords"})
ITEMS, EITHER, BRIEF = 7, 4, 3
"""Items from which on a list may be a shotgun; so many, where "or" stands between them; words of an item, at most."""


_TO_THE_GRADER = word_set(
    "marks mark credit credits points score grade grader assistant respond reply rubric instructions key answer"
)
_INSTRUCTION = re.compile(
    r"\b(?:(?:give|award|grant|assign|deserves?) (?:\w+ ){0,3}(?:full|all|maximum|top|highest|100%) (?:\w+ )?"
    r"(?:marks?|points?|credits?|score|grade)"
    r"|(?:as|what|whatever) (?:the )?(?:answer |reference )?key (?:says|has|wants)|(?:the|your) reference answer"
    r"|ignore (?:\w+ ){0,3}(?:rubric|instructions)|mark (?:this|it|me|my answer) (?:as )?(?:right|correct|passed)"
    r"|(?:dear|kind) (?:\w+ ){0,2}grader|as an? (?:\w+ )?assistant|(?:answer|respond|reply) with (?:right|correct)"
    r"|(?:this|my) answer is (?:right|correct)|set (?:the |my )?score)\b"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """What matters of a reference answer here: whether it contradicts itself, opens with a no, or denies anything;
    whether it or its question is about what is false; whether many things are asked for; and the rubric's words."""

    torn: bool = False
    denies: bool = False
    negative: bool = False
    of_truth: bool = False
    many: bool = False
    words: frozenset[str] = frozenset()

    @classmethod
    def of(cls, reference: Text, question: Text, language: Language, words: frozenset[str], many: bool) -> Reference:
        """What is seen of a reference answer. `words`: what a rubric looks for; `many`: whether that is many things."""
        return cls(
            torn=contradicts_itself(reference, language),
            negative=not language.negators.isdisjoint(reference.words),
            denies=bool(reference.words) and reference.words[0] in language.no,
            of_truth=taken_back.on_truth(question.words) or taken_back.on_truth(reference.words),
            many=many,
            words=words,
        )


class Question:
    """A question as it was read, to tell an answer from an echo; `offers`: whether it offers answers to choose from,
    `yes_or_no`: whether it asks for one of these."""

    def __init__(self, question: str, language: Language) -> None:
        self.text = text = Text(question, language)
        self.offers = "or" in text.words
        self.yes_or_no = any(text.words[i] in language.auxiliaries for i in text.begins)
        self.roots = frozenset(
            root for word, root in zip(text.words, text.stems, strict=True) if word not in language.stop
        )
        self.runs = frozenset(tuple(text.stems[i : i + RUN]) for i in range(len(text) - RUN + 1))


def shrug(text: Text, language: Language) -> bool:
    """Whether an answer only says that it does not know."""
    return len(text) <= 8 and " ".join(text.words) in _shrugs(language)


@cache
def _shrugs(language: Language) -> frozenset[str]:
    return frozenset(" ".join(Text(one, language).words) for one in language.shrugs)


def against(
    reading: Reading,
    judged: Sequence[Judged],
    matchers: Sequence[Matcher],
    question: Question,
    reference: Likeness | None,
    refers: Reference,
    earns: Callable[[str], bool],
) -> list[tuple[str, str, tuple[str, ...]]]:
    """What tells against an answer as a whole. `earns`: whether other words would be accepted in its place."""
    text, language = reading.text, reading.language
    used = {p for one in judged for p in one.positions}
    if not used:
        return []
    if _echo(text, language, question, used):
        return [("echo", "It repeats the question.", ())]
    out: list[tuple[str, str, tuple[str, ...]]] = []
    denies = not language.negators.isdisjoint(text.words)
    glue = sum(word in (language.glue or language.stop) for word in text.words)
    bare = glue <= BARE * len(text)
    seen = reference.evidence(text) if reference is not None and (denies or bare) else None
    keywords = not refers.many and reference is not None and _keywords(text, language, reference)
    if keywords or _salad(text, language, used, seen, bare):
        out.append(WITHOUT_SENTENCE)
    elif _shotgun(reading, matchers, reference):
        out.append(("shotgun", "It lists many things, most of which do not belong.", ()))
    elif not refers.many and _listed(reading, matchers):
        out.append(WITHOUT_SENTENCE)
    if not _TO_THE_GRADER.isdisjoint(text.words) and _INSTRUCTION.search(" ".join(text.words)):
        out.append(("instruction", "It speaks to the grader.", ()))
    denying = _taken_back(text, language, question, refers, used, earns)
    if denying:
        out.append(("negated", DENIED, denying))
    elif (
        taken_back.hedged(text, language)
        or says_both(text, language, question.offers)
        or (denies and not refers.torn and contradicts_itself(text, language))
    ):
        out.append(("hedge", "It says a thing and its opposite.", ()))
    elif seen is not None and seen.refuted:
        out.append(("contradiction", "It says the opposite of the answer.", ()))
    return out


def _taken_back(
    text: Text, language: Language, question: Question, refers: Reference, used: set[int], earns: Callable[[str], bool]
) -> tuple[str, ...]:
    """The words that deny an answer as a whole; where the right answer is a no, only those that deny a right answer."""
    denied = taken_back.denied(text, language, refers.words, refers.of_truth, refers.denies)
    if denied is None:
        denied = refused(text, language, question, refers, used)
    if denied is None:
        return ()
    if refers.denies and (language.negators | language.no).isdisjoint(denied) and not earns(" ".join(denied)):
        return ()
    return others(text, denied)


def others(text: Text, denied: list[str]) -> tuple[str, ...]:
    """The words of an answer that stand before or after those it denies."""
    apart = len(text) - len(denied)
    return tuple(text.words[:apart] if text.words[apart:] == denied else text.words[len(denied) :])


def may_refuse(text: Text, language: Language) -> bool:
    """Whether an answer has words with which it could refuse what it says; without them `refused` finds nothing."""
    return not _refusing(language).isdisjoint(text.words)


@cache
def _refusing(language: Language) -> frozenset[str]:
    return language.negators | TELLING | {"last"}


def refused(text: Text, language: Language, question: Question, refers: Reference, used: set[int]) -> list[str] | None:
    """The words of an answer that it denies again, where what earns is among them; None where it does not."""
    end = unsaid(text, language, question.roots, used, refers.negative)
    if end is not None:
        return text.words[:end]
    return None if refers.of_truth else rejected(text, language, used, question.yes_or_no)


def _echo(text: Text, language: Language, question: Question, used: set[int]) -> bool:
    if echo(text, language, question) or _only_asked(text, language, question):
        return True
    if not question.runs:
        return False
    repeated: set[int] = set()
    for i in range(len(text) - RUN + 1):
        if tuple(text.stems[i : i + RUN]) in question.runs:
            repeated.update(range(i, i + RUN))
    return used <= repeated


def echo(text: Text, language: Language, question: Question) -> bool:
    """Whether the answer has nothing but the question's words, and most of them."""
    if len(question.roots) < 2:
        return False
    said = _of_question(text, language, question)
    return len(said) >= max(2.0, 0.6 * len(question.roots))


def _of_question(text: Text, language: Language, question: Question) -> set[str]:
    """The words of an answer, small ones left out, where the question has them all; none otherwise."""
    said: set[str] = set()
    for word, root in zip(text.words, text.stems, strict=True):
        if word not in language.stop:
            if root not in question.roots:
                return set()
            said.add(root)
    return said


def _only_asked(text: Text, language: Language, question: Question) -> bool:
    """Whether all that an answer says, and denies nothing of, are words that the question itself has."""
    if question.offers or len(_of_question(text, language, question)) < 2 or not _SIGNS.isdisjoint(text.plain):
        return False
    return (language.negators | language.yes | language.no).isdisjoint(text.words)


def _salad(text: Text, language: Language, used: set[int], seen: Evidence | None, bare: bool) -> bool:
    if text.lists or text.sentence[-1] or "\n" in text.plain.strip():
        return False
    words = len(text)
    unbound = words >= UNBOUND and bool(language.stop) and (language.stop - _LOOSE).isdisjoint(text.words)
    if unbound and sum(word.isdigit() for word in text.words) < 2:
        return True
    if not bare:
        return False
    said = [word for word in text.words if len(word) > 1 and word.isalpha() and word not in language.stop]
    different = set(said)
    if len(said) >= 3 and len(different) <= REPEATED * len(said) and not different <= language.yes | language.no:
        return True
    if words < 6:
        return False
    if seen is not None and seen.jumbled:
        return True
    return words >= 8 and len(used) >= DENSE * words


def _keywords(text: Text, language: Language, reference: Likeness) -> bool:
    """Whether an answer is a bare list of the reference's own words, where no list was asked for."""
    count = text.clause[-1] + 1
    if text.sentence[-1] or count < ITEMS or len(text) > BRIEF * count:
        return False
    said = [stem for stem, word in zip(text.stems, text.words, strict=True) if word not in language.stop]
    if len(said) < SAYING * len(text):
        return False
    return sum(stem in reference.weights for stem in said) >= OWN_WORDS * len(said)


def _listed(reading: Reading, matchers: Sequence[Matcher]) -> bool:
    """Whether an answer is a long list without a verb, "it is about" aside, that no single point asks for."""
    text, language = reading.text, reading.language
    count = len(set(text.clause) - text.inside)
    if text.sentence[-1] and (text.lists or len(text) > 2 * len(text.begins)):
        return False
    if count < ITEMS or len(text) > BRIEF * count or not _SIGNS.isdisjoint(text.plain):
        return False
    lead = next((n for n in range(3, 0, -1) if " ".join(text.words[:n]) in _ABOUT), 0)
    verbs = language.auxiliaries | language.subjects | language.yes | language.no | {"t", "f"}
    if not verbs.isdisjoint(text.words[lead:]):
        return False
    return all(len({text.clause[p] for p in one.places(reading)}) < HOMOGENEOUS * count for one in matchers)


def _shotgun(reading: Reading, matchers: Sequence[Matcher], reference: Likeness | None) -> bool:
    """Whether most things of a long list are none that a point or the reference answer knows."""
    text = reading.text
    either = text.words.count("or") + 1 >= EITHER and reading.language.negators.isdisjoint(text.words)
    if text.lists < ITEMS and not either:
        return False
    count = 0
    before = -1
    items: list[int] = []
    for word, clause in zip(text.words, text.clause, strict=True):
        if word.isdigit() or len(word) == 1:
            items.append(count)
            continue
        if (clause != before and clause not in text.inside) or (either and word == "or"):
            count += 1
        before = clause
        items.append(count)
    if count < (EITHER if either else ITEMS) or len(text) > BRIEF * count:
        return False
    known = {items[p] for matcher in matchers for p in matcher.places(reading)}
    if reference is not None:
        long = {item for item in items if items.count(item) > 1}
        known |= {item for item, stem in zip(items, text.stems, strict=True) if stem in reference.weights} & long
    return len(known) < 0.5 * count
