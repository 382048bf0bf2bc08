"""Denials of what stands before them: "... are not needed before training", "None of these is.", "It is not."."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Set as AbstractSet
from itertools import islice

from study.grading.language.language import Language, word_set
from study.grading.language.text import Text
from study.grading.polarity.negation import supposes

PREDICATE = 8
"""Words of a predicate, at most."""
SUBJECT, FEW = 4, 2
"""Words of its own that what a predicate denies has, at least; fewer before "... is not what it is"."""
HEAD = 5
"""Words after an "it" among which the "not" stands that denies what it points back to."""

MOST = 20
"""Sentences, clauses and negations that are looked at."""


_BE = word_set("is are was were isn't isnt aren't arent wasn't weren't be")
_IT_IS = _BE | word_set("it's that's they're these're")
_DO = word_set("is are was were be do does did can could will would should must has have had")
_NOT_DO = word_set(
    "isn't isnt aren't arent wasn't weren't don't dont doesn't doesnt didn't can't cannot couldn't won't wouldn't "
    "shouldn't mustn't hasn't haven't hadn't"
)
_VERBS = _DO | _NOT_DO
_PARTS = word_set("and or but that which who while whereas if when because so since although")
_OF_A_NOUN = word_set("which who")
_NONE = word_set("none neither nothing")
_WHICH = word_set("that which who")
_SAYING = _IT_IS | word_set(
    "mean means meant say says said show shows so fact true false case it this notice know tell"
)
"""Before a "that", these go on with what is said, and do not name a thing."""
_LEADS = word_set("no but and yet so in fact well however though actually sorry wait")
_BACK = word_set("it this that these those they them it's that's they're these're")
_POINTING = _LEADS | _NONE | _BACK | {"such", "not"}
_JOINING = word_set("and but while whereas")
_MANY = word_set("these those them it this that")
_VAGUE = word_set(
    "need needed needs take mean means use used thing things really actually anything something happen happens true "
    "right case so answer name point worth taking good called call have has had do does done at all either what"
)
_REFINES = word_set("only just enough always necessarily merely sufficient everything all alone yet")
"""After a "not", these only limit what was said."""


def negated_until(
    text: Text, language: Language, asked: AbstractSet[str], used: AbstractSet[int], negative: bool
) -> int | None:
    """Up to which word an answer is denied by what follows; None where it is not.

    `asked`: stems of the question, in whose words a predicate says nothing new. `used`: places of what earns, half of
    which must stand in what is denied. `negative`: whether the reference answer itself denies something.
    """
    words, clause, begins = text.words, text.clause, text.begins
    if language.negators.isdisjoint(words) and "last" not in words:
        return None
    places = sorted(used)
    half = len(places) / 2
    later = (i for i in range(begins[-1] + 1, len(words)) if clause[i] != clause[i - 1])
    for i in (*begins[1:][-MOST:], *islice(later, MOST)):
        if bisect_left(places, i) >= half and _points_back(i, text.bounds(i)[1], text, language, asked):
            start = text.bounds(i)[0]
            if i == start or bisect_left(places, i) > bisect_left(places, start):
                return i
    negations = (i for i, word in enumerate(words) if word in language.negators or word == "last")
    for i in islice((i for i in negations if _denies(i, text, language)), MOST):
        start, end = text.bounds(i)
        before = bisect_left(places, i)
        if before - bisect_left(places, start) < max(1, half):
            continue
        if _predicate(start, i, end, text, language, asked):
            return i
        if not negative and _verb(i, text, language):
            start, end = _clause(i, text, language)
            if before - bisect_left(places, start) >= half and bisect_left(places, end) == before:
                return i
    return None


def _verb(i: int, text: Text, language: Language) -> bool:
    """Whether a "not" turns the verb of its clause, and not of a noun ("data it was not trained on")."""
    words = text.words
    verb = i if words[i] in _NOT_DO else i - 1
    if verb < 1 or words[verb] not in _VERBS or words[i + 1 : i + 2] == ["only"]:
        return False
    if i + 1 == len(words) or text.clause[i + 1] != text.clause[i]:  # "one is slow, and the other isn't"
        return False
    of_a_noun = words[verb - 1] in language.subjects and verb > 1 and text.clause[verb - 2] == text.clause[verb]
    return not of_a_noun and language.after_not.isdisjoint(words[i + 1 : i + 2])


def _clause(i: int, text: Text, language: Language) -> tuple[int, int]:
    """Where the part of a sentence around a word begins, and where it has ended."""
    words, clause = text.words, text.clause
    breaks = language.breaks
    start, end = i, i + 1
    while (
        start and clause[start - 1] == clause[i] and words[start - 1] not in _PARTS and words[start - 1] not in breaks
    ):
        start -= 1
    while end < len(words) and clause[end] == clause[i] and words[end] not in _JOINING and words[end] not in breaks:
        end += 1
    return start, end


def _denies(i: int, text: Text, language: Language) -> bool:
    words = text.words
    if words[i] == "last":
        return words[i - 1 : i + 2] == ["the", "last", "thing"]
    return (
        words[i] in language.negators
        and words[i] not in language.noun_negators
        and _REFINES.isdisjoint(words[i + 1 : i + 2])
        and not supposes(i, text, language)
        and not _of_a_thing(i, text)
    )


def _of_a_thing(i: int, text: Text) -> bool:
    """Whether a "not" ends a part of a sentence that only says which thing is meant: "0 for those that are not", "names
    that the encyclopedia doesn't have"."""
    words, clause = text.words, text.clause
    end = text.bounds(i)[1]
    rest = next((p for p in range(i + 1, end) if clause[p] != clause[i]), end) - i - 1
    if rest > 1:
        return False
    for j in range(i - 1, max(0, i - HEAD), -1):
        if clause[j] != clause[i]:
            return False
        if words[j] in _WHICH:
            return words[j - 1] not in _SAYING and (words[j + 1] in _VERBS or rest == 1)
    return False


def _predicate(start: int, i: int, end: int, text: Text, language: Language, asked: AbstractSet[str]) -> bool:
    """Whether a "not" belongs to a predicate that says nothing of its own, and what stands before it does."""
    words = text.words
    end = next((p for p in range(i + 1, min(end, i + PREDICATE)) if words[p] == "nor"), end)
    if end - i > PREDICATE or not _empty(i + 1, end, text, language, asked):
        return False
    if words[text.clause.index(text.clause[i])] in _OF_A_NOUN:
        return False
    nearest = words[max(0, i - PREDICATE) : i + 1]
    if _BE.isdisjoint(nearest) or not language.breaks.isdisjoint(nearest):
        return False
    joined = next((p for p in range(i, start, -1) if words[p] in _JOINING), start)
    before, after = words[start:joined], words[joined : i + 1]
    if not _BE.isdisjoint(before) and not _BE.isdisjoint(after) and language.negators.isdisjoint(before):
        return False  # "one is in it and the other is not"
    said = {text.stems[p] for p in range(start, i) if not text.small[p]} - asked
    return len(said) >= (FEW if words[i + 1 : i + 2] == ["what"] else SUBJECT)


def _points_back(i: int, end: int, text: Text, language: Language, asked: AbstractSet[str]) -> bool:
    """Whether a clause says of what it points back to only that it is not so."""
    words = text.words
    if words[i] not in _POINTING:
        return False
    while i < end and words[i] in _LEADS:
        i += 1
    head = words[i : i + 1 + HEAD]
    if not head:
        return False
    if head[0] in _NONE or head[:2] == ["not", "one"]:
        of = head.index("of") if "of" in head else 0
        if (head[0] != "neither" and not of) or (of and (of + 1 >= len(head) or head[of + 1] not in _MANY)):
            return False
        after = i + of + 2 if of else i + 1
    elif head[0] in _BACK or head[0] == "such":
        found = [k for k, word in enumerate(head) if word in language.negators and word not in language.noun_negators]
        if not found or _IT_IS.isdisjoint(head[: found[0] + 1]):
            return False
        after = i + found[0] + 1
    else:
        return False
    return _REFINES.isdisjoint(words[after:end]) and _empty(after, end, text, language, asked)


def _empty(first: int, end: int, text: Text, language: Language, asked: AbstractSet[str]) -> bool:
    """Whether words say nothing that the question does not."""
    words = text.words
    return all(text.small[p] or words[p] in _VAGUE or text.stems[p] in asked for p in range(first, end))
