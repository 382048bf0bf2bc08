"""What a "not" reaches: from its word to the end of its clause. Two of them cancel, and "not only" turns nothing."""

from __future__ import annotations

from itertools import pairwise

from study.grading.language.language import Language, phrase_set
from study.grading.language.text import Text

REACH = 8
"""Words, stop words not counted, that one negation can turn."""
FAR = 2
"""Words so turned after which an "and" goes on with something else: "doesn't see it in training and try a baseline"."""
_UNTRUE = frozenset({"false", "untrue", "wrong", "incorrect"})
_NO_SUCH = frozenset({"longer", "matter", "doubt", "wonder", "problem", "question", "surprise", "sooner"})
_NO_DENIAL = phrase_set(
    "no less than", "no fewer than", "no other than", "none other than", "nothing other than", "nothing but",
    "nothing less than", "nothing short of", "not least", "never mind", "without doubt", "without question",
    "without fail", "without exception",
)  # fmt: skip
"""A "not" with what makes it no denial: "no fewer than two"."""
_TRUE = frozenset({"true", "correct", "right", "case"})
_TRUTH = _UNTRUE | _TRUE
_DO, _DO_NOT = frozenset({"do", "does", "did"}), frozenset({"don't", "doesn't", "didn't", "dont", "doesnt"})
_A_THING = frozenset({"a", "all", "an", "both", "each", "every", "its", "one", "only", "single", "the"})
SUPPOSED = 6
"""Words from an "if" within which a "not" belongs to what is supposed."""
_SO = frozenset({"even", "as", "is", "are", "only"})
"""Before an "if", these tell of what is so."""
_A_CASE = frozenset({"when", "where", "if", "that", "how", "what"})


def supposes(i: int, text: Text, language: Language) -> bool:
    """Whether the "not" at a place denies what is but supposed, and so nothing: "if the shapes do not match, they are
    stretched", "otherwise it would not be noticed", "you would never notice if you had nothing to compare with"."""
    return not language.supposing.isdisjoint(text.words) and (
        _before_an_if(i, text, language) or _after_an_if(i, text, language)
    )


def _before_an_if(i: int, text: Text, language: Language) -> bool:
    """Whether the part of a sentence goes on with an "if" that has a "not" of its own."""
    words = text.words
    for j in range(i + 1, len(words)):
        if text.clause[j] != text.clause[i]:
            return False
        if words[j] in language.supposing and words[j - 1] not in _SO:
            return not language.negators.isdisjoint(words[j + 1 : j + 1 + SUPPOSED])
    return False


def _after_an_if(i: int, text: Text, language: Language) -> bool:
    """Whether an "if" opens the part of a sentence, and what it leads to has not begun."""
    words = text.words
    pronouns = 0
    for j in range(i - 1, max(0, i - SUPPOSED) - 1, -1):
        if text.clause[j] != text.clause[i] or pronouns > 1:
            return False
        if words[j] in language.supposing:
            return j == 0 or words[j - 1] not in _SO
        pronouns += words[j] in language.subjects
    return False


def negated_words(text: Text, language: Language, *, supposed: bool = False) -> list[bool]:
    """For each word, whether the text denies it; with `supposed`, also where it only supposes that it is not so."""
    words, clause = text.words, text.clause
    negators = language.negators
    out = [False] * len(words)
    if negators.isdisjoint(words):
        return _by_others(text, language, out)
    stop = language.stop
    odd = False
    left = 0
    at = -1
    for i, word in enumerate(words):
        if (
            odd
            and (i - at > 1 or clause[i] != clause[at])
            and (
                _ends(i, at, text, language)
                or (word in language.and_words and left <= REACH - FAR and _goes_on(i, at, text))
            )
        ):
            odd = False
            if word == "but" and _done_to_another(i, at, words, stop):
                out[at + 1] = False
        if word in negators:
            if _limits_only(i, text, language) or (not supposed and supposes(i, text, language)):
                out[i] = odd
                continue
            if word in language.no and _answers(i, text, language):
                continue
            if odd and word in language.second_negators:
                continue
            cancels = odd and clause[at] == clause[i] and word not in language.nor_words
            odd, left, at = not cancels, REACH, i
            continue
        out[i] = odd
        if odd and word not in stop:
            left -= 1
            if left <= 0:
                odd = False
    return _by_others(text, language, out)


def _limits_only(i: int, text: Text, language: Language) -> bool:
    """Whether a "not" denies nothing, by the word after it: "not only", "no wonder", "in no time"."""
    words = text.words
    word, following = words[i], "".join(words[i + 1 : i + 2])
    if word == "no" and (following in _NO_SUCH or (following == "time" and words[i - 1 : i] == ["in"])):
        return True
    return following in language.after_not or not _NO_DENIAL.isdisjoint(tuple(words[i : i + n]) for n in (2, 3))


def _by_others(text: Text, language: Language, out: list[bool]) -> list[bool]:
    """What other words than a "not" turn, and what a "not" turns that stands before it."""
    for i, word in enumerate(text.words) if language.verb_negators else ():
        if word in language.verb_negators and not _limits(i, text, language):
            for j in _verb_phrase(i, text, language):
                out[j] = True
    if "that" in text.words:
        _untrue_that(text, out)
    if not language.no.isdisjoint(text.words):
        _one_by_one(text, language, out)
    if "last" in text.words:
        _last_thing(text, language, out)
    return out


def _limits(i: int, text: Text, language: Language) -> bool:
    """Whether a "not" denies but a part of what is said: "nicht nur ...", "nicht aus Regeln, sondern ..."."""
    words, clause = text.words, text.clause
    if i + 1 == len(words):
        return False
    if words[i + 1] in language.after_not:
        return True
    return clause[i + 1] == clause[i] and not language.contrast.isdisjoint(words[i + 1 : text.bounds(i)[1]])


def _verb_phrase(i: int, text: Text, language: Language) -> range:
    """The words that a "not" turns though they stand before it: those of its part of the sentence."""
    words = text.words
    ends = language.breaks | language.and_words | language.or_words | language.negators
    start = i
    while start > max(0, i - language.before_verb_negators) and text.clause[start - 1] == text.clause[i]:
        if words[start - 1] in ends:
            break
        start -= 1
    return range(start, i)


def _last_thing(text: Text, language: Language, out: list[bool]) -> None:
    """ "Quick training is the last thing you would get": what stands before it is turned."""
    words = text.words
    for i in range(2, len(words)):
        if words[i - 2 : i + 1] == ["the", "last", "thing"]:
            begin = text.bounds(i)[0]
            for j in range(i - 3, begin - 1, -1):
                if words[j] in language.breaks:
                    break
                out[j] = not out[j]


def _untrue_that(text: Text, out: list[bool]) -> None:
    """ "It is false that ...": everything to the end of the sentence is turned."""
    words, sentence = text.words, text.sentence
    for i in range(1, len(words)):
        if words[i] != "that" or words[i - 1] not in _TRUTH:
            continue
        denied = words[i - 1] in _UNTRUE
        if words[i - 1] in _TRUE:
            denied = bool({"not", "isn't", "isnt", "never"} & set(words[max(0, i - 4) : i - 1]))
        if denied:
            for j in range(i + 1, len(words)):
                if sentence[j] != sentence[i]:
                    break
                out[j] = words[i - 1] in _TRUE or not out[j]


def _in_between(i: int, at: int, text: Text) -> bool:
    """Whether a word stands in a bracket right after a "not", or next after it: "not (really) random"."""
    clause, inside = text.clause, text.inside
    if clause[at] in inside or clause[at + 1] not in inside or text.sentence[i] != text.sentence[at]:
        return False
    return clause[i] - clause[at] <= 1 or (clause[i - 1] - clause[at] == 1 and clause[i] not in inside)


def _done_to_another(i: int, at: int, words: list[str], stop: frozenset[str]) -> bool:
    """Whether what a "not" denies is done to another thing: "not labelling the picture but each pixel"."""
    done = words[at + 1].endswith("ing") or words[at] in _DO_NOT or (at > 0 and words[at - 1] in _DO)
    return done and words[at + 1] not in stop and i + 1 < len(words) and words[i + 1] in _A_THING


def _goes_on(i: int, at: int, text: Text) -> bool:
    """Whether an "and" goes on with something else than what a "not" denies: not in "isn't when ... and ...", and not
    where it ends a list."""
    return text.words[at + 1] not in _A_CASE and not _last_word(i + 1, text)


def _last_word(i: int, text: Text) -> bool:
    """Whether a clause has but this word left, so that the "and" before it goes on with a list."""
    clause = text.clause
    return i < len(clause) and clause[i] == clause[i - 1] and (i + 1 == len(clause) or clause[i + 1] != clause[i])


def one_by_one(text: Text, language: Language) -> list[int]:
    """Where, of several things, each is answered by itself: "first: no; second: no; third: yes"."""
    words, before = text.words, language.auxiliaries | language.negators
    ends = [i for i in answered(text, language) if words[i - 1] not in before and "'" not in words[i - 1]]
    return ends if len(ends) > 1 else []


def answered(text: Text, language: Language) -> list[int]:
    """Where a yes or no ends what it is said of: "weights: yes, learning rate: no"."""
    words, clause, said = text.words, text.clause, language.yes | language.no
    ends = (i for i in range(1, len(words)) if words[i] in said)
    return [i for i in ends if i + 1 == len(words) or clause[i + 1] != clause[i]]


def _one_by_one(text: Text, language: Language, out: list[bool]) -> None:
    """Where several things are answered with yes or no, each by itself, a "no" turns the one that it is said of."""
    ends = answered(text, language)
    for start, end in pairwise([-1, *ends]) if len(ends) > 1 else ():
        if text.words[end] in language.no:
            for i in range(start + 1, end):
                out[i] = not out[i]


def _answers(i: int, text: Text, language: Language) -> bool:
    """A "no" that answers the question, or what stands before it, right before a comma or stop: it turns nothing after
    it. A "not" within a sentence that a bracket follows does turn: "is not (really) random"."""
    if i + 1 == len(text) or text.clause[i + 1] == text.clause[i]:
        return i + 1 == len(text)
    return text.clause[i + 1] not in text.inside or text.words[i] in language.noun_negators or i in text.begins


def _ends(i: int, at: int, text: Text, language: Language) -> bool:
    """Whether the reach of the negation at a place ends before this word."""
    words, clause = text.words, text.clause
    word = words[i]
    if _in_between(i, at, text):
        return False
    if text.sentence[i] != text.sentence[i - 1] or word in language.breaks:
        return True
    if clause[at] in text.inside and clause[i] not in text.inside:
        return True
    after = words[i + 1] if i + 1 < len(words) else ""
    if clause[i] == clause[i - 1]:
        return word in language.and_words and after in language.subjects
    if word in language.subjects or (word in language.and_words and after in language.subjects):
        return True
    if word in language.nor_words:
        return False
    if word in language.and_words:
        return words[at] in language.nobody
    return not _lists_on(i, text, language)


def _lists_on(i: int, text: Text, language: Language) -> bool:
    """Whether a comma goes on with a list ("no maths, data or degree") rather than with something else."""
    words, clause = text.words, text.clause
    length = 0
    for j in range(i, min(len(words), i + 12)):
        if text.sentence[j] != text.sentence[i]:
            return False
        if words[j] in language.or_words:
            return True
        length = length + 1 if j == i or clause[j] == clause[j - 1] else 1
        if length > 3:
            return False
    return False
