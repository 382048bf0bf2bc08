"""What must not earn credit: repeating the question, words without a sentence, saying a thing and its opposite."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from study.grading import taken_back
from study.grading.language import Language, language_of
from study.grading.likeness import BARE, Evidence, Likeness
from study.grading.matching import Judged, Matcher, places
from study.grading.patterns import Reading
from study.grading.text import Text

FACTOR = {"salad": 0.4, "shotgun": 0.4, "hedge": 0.3, "contradiction": 0.5, "negated": 0.0, "instruction": 0.3}
"""What remains of a score that one of these tells against."""
SHORT = 40
"""Words up to which saying a thing and denying it anywhere cancel out; in longer answers only within a sentence."""
AGAIN = 3
"""So many words after a "not", the same as those an answer began with, say its opposite."""
RUN = 5
"""So many words on end, the same as in the question, repeat it."""


ECHOED = 0.15
"""What an answer earns at most that only repeats the question, where it is graded by likeness."""
PADDED = 0.7
"""What an answer earns at most that hides the right words among many others."""
REFUTED = 0.5
"""What an answer earns at most that denies a whole statement of the reference."""
JUMBLED = 0.45
"""What words without a sentence earn at most, where likeness grades."""


STATEMENTS = 30
"""Statements of an answer that are held against one another."""
ALIKE = 0.9
"""Share of words from which on two statements speak of the same."""
TORN = 0.5
"""Share of statements that others deny from which on an answer contradicts itself; one chance pair in many does not."""
DENSE = 0.7
"""Share of words that earn something from which on a text without small words is no sentence."""
MANY = 3
"""Things of one point from which on many are asked for."""
SAYING, OWN_WORDS = 0.75, 0.8
"""Shares of words that say something, and among these of the reference's own, from which on a list is but keywords."""
PREDICATE, SUBJECT = 8, 4
"""Words of a predicate, at most, and words of its own that what it denies has, at least."""
_BE = frozenset({"is", "are", "was", "were", "isn't", "isnt", "aren't", "arent", "wasn't", "weren't", "be"})
_OF_THINGS = frozenset({"no", "none", "nobody", "nothing", "nowhere", "neither", "nor", "hardly"})
_VAGUE = frozenset(
    {"need", "needed", "needs", "take", "mean", "means", "use", "used", "thing", "things", "really", "actually"}
)
JOINED = 6
"""Words before a "not" among which an "and" or "or" makes its part go with what was said."""
_JOINING = frozenset({"and", "or", "also", "und", "oder", "auch", "y", "o", "et", "ou", "e"})
_ANY = frozenset({"anything", "something", "nothing", "either", "too", "all", "thing", "things"})
_OTHERWISE = frozenset({"by", "in", "on", "of", "at", "from", "with", "for", "to", "through", "as"})
"""After a "not", these go on with another way, place or time, and not with another truth."""
_SIGNS = frozenset("=+*/^")
REPEATED = 0.72
"""Share of different words up to which a text without small words only repeats some of them."""
ITEMS, EITHER, BRIEF = 7, 4, 3
"""Items from which on a list may be a shotgun; so many, where "or" stands between them; words of an item, at most."""


_TO_THE_GRADER = frozenset(
    (
        "marks",
        "mark",
        "credit",
        "credits",
        "points",
        "score",
        "grade",
        "grader",
        "rubric",
        "instructions",
        "key",
        "answer",
    )
)
_INSTRUCTION = re.compile(
    r"\b(?:(?:give|award|grant|assign|deserves?) (?:\w+ ){0,3}(?:full|all|maximum|top|highest|100%) (?:\w+ )?"
    r"(?:marks?|points?|credits?|score|grade)"
    r"|(?:as|what|whatever) (?:the )?(?:answer |reference )?key (?:says|has|wants)|(?:the|your) reference answer"
    r"|ignore (?:\w+ ){0,3}(?:rubric|instructions)|mark (?:this|it|me|my answer) (?:as )?(?:right|correct|passed)"
    r"|(?:dear|kind) grader|(?:this|my) answer is (?:right|correct)|set (?:the |my )?score)\b"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """What matters of a reference answer here: whether it contradicts itself, whether it opens with a no, whether it or
    its question is about what is false, whether many things are asked for, and the words of the rubric."""

    torn: bool = False
    denies: bool = False
    of_truth: bool = False
    many: bool = False
    words: frozenset[str] = frozenset()


class Question:
    """The words of a question, to tell an answer from an echo; `offers`: whether it offers answers to choose from."""

    def __init__(self, question: str, language: Language) -> None:
        self.text = question
        text = Text(question, language)
        self.offers = "or" in text.words
        self.roots = frozenset(
            root for word, root in zip(text.words, text.stems, strict=True) if word not in language.stop
        )
        self.runs = frozenset(tuple(text.stems[i : i + RUN]) for i in range(len(text) - RUN + 1))


def shrug(text: Text, language: Language) -> bool:
    """Whether an answer only says that it does not know."""
    return len(text) <= 8 and " ".join(text.words) in _shrugs(language.tag)


@cache
def _shrugs(tag: str) -> frozenset[str]:
    language = language_of(tag)
    return frozenset(" ".join(Text(one, language).words) for one in language.shrugs)


def torn(reading: Reading, judged: Judged) -> bool:
    """Whether the same words are both said and denied, so that they earn neither."""
    if not judged.denied or not judged.positions:
        return False
    text = reading.text
    said = set(judged.positions)
    denied = {text.stems[p] for p in judged.denied if p not in said}
    if not denied.issuperset(text.stems[p] for p in said):
        return False
    if len(text) <= SHORT:
        return True
    within = {text.sentence[p] for p in judged.positions}
    return any(text.sentence[p] in within for p in judged.denied)


def against(
    reading: Reading,
    judged: Sequence[Judged],
    matchers: Sequence[Matcher | Likeness],
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
    if keywords or (bare and _salad(text, language, used, seen)):
        out.append(("salad", "These are words without a sentence.", ()))
    elif _shotgun(reading, matchers, reference):
        out.append(("shotgun", "It lists many things, most of which do not belong.", ()))
    if not _TO_THE_GRADER.isdisjoint(text.words) and _INSTRUCTION.search(" ".join(text.words)):
        out.append(("instruction", "It speaks to the grader.", ()))
    if _taken_back(text, language, refers, earns) or (denies and _unsaid(text, language, question, used)):
        out.append(("negated", "It denies the answer as a whole.", ()))
    elif taken_back.hedged(text, language) or (denies and not refers.torn and contradicts_itself(text, language)):
        out.append(("hedge", "It says a thing and its opposite.", ()))
    elif seen is not None and seen.refuted:
        out.append(("contradiction", "It says the opposite of the answer.", ()))
    return out


def _taken_back(text: Text, language: Language, refers: Reference, earns: Callable[[str], bool]) -> bool:
    """Whether an answer is denied as a whole; one to a question whose answer is no, where it denies a right answer."""
    denied = taken_back.denied(text, language, refers.words, refers.of_truth, refers.denies)
    if denied is None:
        return False
    return not refers.denies or not (language.negators | language.no).isdisjoint(denied) or earns(" ".join(denied))


def _unsaid(text: Text, language: Language, question: Question, used: set[int]) -> bool:
    """Whether a sentence is what earns and ends in a predicate that denies it in the question's own words:
    "labels and a loss function are not needed before training", "... is what it does not mean"."""
    words, stems, sentence = text.words, text.stems, text.sentence
    for i, word in enumerate(words):
        if word not in language.negators or word in _OF_THINGS or words[i + 1 : i + 2] == ["only"]:
            continue
        if words[text.clause.index(text.clause[i])] in ("which", "who"):  # says it of the last noun alone
            continue
        nearest = words[max(0, i - PREDICATE) : i + 1]
        if _BE.isdisjoint(nearest) or not language.breaks.isdisjoint(nearest):
            continue
        start, end = sentence.index(sentence[i]), bisect_right(sentence, sentence[i])
        earning = sum(start <= p < i for p in used)
        if end - i > PREDICATE or 2 * earning < len(used):
            continue
        said = {stems[p] for p in range(start, i) if words[p] not in language.stop} - question.roots
        if len(said) >= SUBJECT and all(
            words[p] in language.stop or words[p] in _VAGUE or stems[p] in question.roots for p in range(i + 1, end)
        ):
            return True
    return False


def contradicts_itself(text: Text, language: Language) -> bool:
    """Whether two statements of an answer have the same words, and one denies what the other says."""
    words, negators = text.words, language.negators
    if negators.isdisjoint(words):
        return False
    negations = [i for i, word in enumerate(words) if word in negators]
    negations = [i for i in negations if i + 1 == len(words) or words[i + 1] not in language.after_not]
    if _and_not(text, language, negations):
        return True
    breaks = (i for i, word in enumerate(words) if word in language.breaks)
    edges = sorted({*text.begins, *breaks, len(words)})
    odd = [False] * len(edges)
    for i in negations:
        odd[bisect_right(edges, i) - 1] ^= True
    small = _small(language.tag)
    statements = [
        {root for word, root in zip(words[a:b], text.stems[a:b], strict=True) if word not in small}
        for a, b in pairwise(edges)
    ]
    held = [(roots, denies) for roots, denies in zip(statements, odd, strict=False) if len(roots) >= 3][:STATEMENTS]
    torn_apart: set[int] = set()
    said = [(i, roots) for i, (roots, denies) in enumerate(held) if not denies]
    for i, (mine, denies) in enumerate(held):
        for j, other in said if denies else ():
            fewer, more = sorted((len(mine), len(other)))
            if fewer >= ALIKE * more and len(mine & other) >= ALIKE * more:
                torn_apart.update((i, j))
    return len(torn_apart) >= max(2.0, TORN * len(held))


@cache
def _small(tag: str) -> frozenset[str]:
    """The words of a language that say nothing by themselves, or only deny."""
    language = language_of(tag)
    return language.stop | language.negators


def _and_not(text: Text, language: Language, negations: list[int]) -> bool:
    """Whether a sentence goes on, after a "not" at one of these places, with nothing but what it said before."""
    words, stems, stop = text.words, text.stems, language.stop
    for i in negations[:STATEMENTS]:
        if i + 1 == len(words):
            return False
        if i >= AGAIN and stems[i + 1 : i + 1 + AGAIN] == stems[:AGAIN]:
            return True
        start, end = text.bounds(i)
        if _said_and_denied(text, language, start, i):
            return True
        after = {root for root, one in zip(stems[i + 1 : end], words[i + 1 : end], strict=True) if one not in stop}
        before = {root for root, one in zip(stems[start:i], words[start:i], strict=True) if one not in stop}
        if after and len(after & before) >= ALIKE * len(after) and len(after) >= 0.5 * len(before):
            return True
    return False


def _said_and_denied(text: Text, language: Language, start: int, at: int) -> bool:
    """Whether an "and" or "or" leads to a "not" whose part of the sentence denies nothing but what it has said: "they
    interact in complex ways and do not interact". In long answers it is mostly said of something else."""
    words, stems, clause = text.words, text.stems, text.clause
    if len(words) > SHORT or words[at] in _OF_THINGS:
        return False
    if _JOINING.isdisjoint(words[max(start, at - JOINED) : at]) or words[at + 1] in _OTHERWISE:
        return False
    denied = set()
    for i in range(at + 1, len(words)):
        if clause[i] != clause[at] or words[i] in language.breaks or words[i] in _JOINING:
            break
        if words[i] not in language.stop and words[i] not in _ANY:
            denied.add(stems[i])
    return bool(denied) and denied.issubset(stems[start:at])


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


def jumbled(seen: Evidence) -> bool:
    """Whether the reference's words stand there without the small words and the neighbours of a sentence."""
    return seen.words >= 4 and seen.small < BARE and seen.cover > 0.6 and seen.together < 0.67


def held_back(score: float, seen: Evidence) -> float:
    """A likeness, held back where it was come by cheaply."""
    if jumbled(seen):
        return min(score, JUMBLED)
    if seen.refuted:
        return min(score, REFUTED)
    if seen.foreign >= 12 and seen.precision < 0.4:
        return min(score, PADDED)
    return score


def _salad(text: Text, language: Language, used: set[int], seen: Evidence | None) -> bool:
    if text.lists or text.sentence[-1] or "\n" in text.plain.strip():
        return False
    words = len(text)
    said = [word for word in text.words if len(word) > 1 and word.isalpha() and word not in language.stop]
    different = set(said)
    if len(said) >= 3 and len(different) <= REPEATED * len(said) and not different <= language.yes | language.no:
        return True
    if words < 6:
        return False
    if seen is not None and jumbled(seen):
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


def _shotgun(reading: Reading, matchers: Sequence[Matcher | Likeness], reference: Likeness | None) -> bool:
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
    known = {items[p] for matcher in matchers for p in places(matcher, reading)}
    if reference is not None:
        long = {item for item in items if items.count(item) > 1}
        known |= {item for item, stem in zip(items, text.stems, strict=True) if stem in reference.weights} & long
    return len(known) < 0.5 * count
