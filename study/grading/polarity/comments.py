"""Comments: parts of an answer that say nothing of its subject and judge the answer itself ("Wrong: ...", "... Scratch
that.", "... and sometimes exactly the opposite")."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import pairwise

from study.grading.language.language import Language, word_set
from study.grading.language.text import Text
from study.grading.polarity.negation import answered, one_by_one

OPENING, TAIL = 10, 16
"""Words of a comment that opens an answer, at most; of one that ends a sentence, and of what may still follow."""


_FALSE = word_set(
    "wrong wrongly false falsely untrue incorrect incorrectly mistaken mistakenly myth lie lies nonsense rubbish "
    "misconception misunderstanding misbelief fallacy mistake opposite reverse contrary converse kidding joking joke "
    "scratch forget disagree doubt deny reject fairy"
)
_THE_OTHER_WAY = word_set("other way")
_TRUE = word_set("true truth right correct case further")
_NO = word_set("no nope nah not never hardly isn't isnt aren't arent wasn't wasnt weren't")
_NO |= word_set("don't dont doesn't doesnt didn't didnt")
_TURNED_BY_NO = word_set(
    "not never don't dont doesn't doesnt didn't isn't isnt aren't wasn't hardly nothing can't cannot"
)
_NOTHING = word_set("none nothing neither nobody noone couldn't can't cannot wouldn't won't")
_DENYING = _NO | _NOTHING
_TRUTH = _FALSE | _TRUE
TELLING = _FALSE | _NO | _NOTHING | {"other", "made"}
_OF_IT = word_set("of do")
"""Beside a "none" or "nothing" that opens a comment: "none of this", "nothing to do with it"."""
_MODAL = word_set("can could would should may might will you'd we'd they'd i'd")
_ASKING = word_set("is are was am does do did can could")
_ASKED = word_set("it that this they these i we you he she there")
_NO_SUCH = word_set("doubt joke kidding lie question idea mistake")
_THOUGHT = word_set("never thought")
_MINE = word_set("i i'm im i've me my")
_BEFORE = word_set("thought had before first")
_OPINIONS = word_set("think believe agree say said mean")
_GET = word_set("get gets got")
_MISTAKEN = word_set("wrong mistaken incorrect mistake")
_IT_IS = word_set("it's that's is are was were they're")
_COMMON = word_set(
    "say says said saying think thinks thought believe believes believed tell told call called mean means meant people "
    "everyone everybody someone anybody many some often usually case truth fact reality actually really exactly quite "
    "precisely still even however happen happens happened work works worked like round around time times sometimes "
    "maybe perhaps possibly probably common popular belief course sorry hmm hm um uh oh well ever far "
    "anything something idea notion claim statement answer sentence least following simply completely totally "
    "absolutely definitely certainly yes always would could might either true right correct agree part bit everything "
    "did done made yourself myself here today first exact distinction term name word single tale both half halves"
)
_MADE_UP = word_set("made up")
_OF_A_NOUN = word_set("a an the how what when where why to by for of with")
_THEY = word_set("they he she")
_PEOPLE = word_set("people many some others everyone everybody")
_LETTERS = word_set("d s t m")
_NO_DENIAL = {("no", what) for what in _NO_SUCH} | {(having, "no") for having in word_set("has have had having with")}
"""Two words of no denial: "no doubt", "it has no say"."""
_UNSURE = word_set("sure know certain remember hope if unless")
_LIMITING = word_set("other others only just enough necessarily alone else more yet")
"""A "not" with these only limits what is said."""
_JOINS = word_set("and or but yet")
_LIMITED = word_set("same all always any every quite really exactly")
"""After an opening "not", these only limit what follows."""


def rejected(text: Text, language: Language, used: AbstractSet[int], yes_or_no: bool) -> list[str] | None:
    """The words of an answer that a comment rejects, half of what earns among them; None where none does.

    `used`: places of what earns. `yes_or_no`: whether the question asks for one, which is then no comment.
    """
    if not language.retractions or TELLING.isdisjoint(text.words):
        return None
    meta = _of_no_subject(language.stop)
    half = len(used) / 2
    words = text.words
    after = 0 if yes_or_no else _opening(text, language, meta)
    if after and sum(place >= after for place in used) >= half:
        return words[after:]
    for start, end in pairwise([*text.begins, len(words)]):
        if len(words) - end > TAIL:
            continue
        for i in _comments(start, end, text, language, meta):
            said_here = i == start or any(start <= place < i for place in used)
            if not said_here and _TRUTH.isdisjoint(words[i:end]):
                continue
            rejects = _rejects(i, end, text, meta, yes_or_no) and sum(place < i for place in used) >= half
            if rejects and not (start and _doubting(words[start:end])):
                return words[:i]
    edges = [i for i in range(max(1, len(words) - 2 * TAIL), len(words)) if text.clause[i] != text.clause[i - 1]]
    for i, end in pairwise(edges):  # "..., but that is false, it is ...": more is denied than said instead
        rest = range(end, len(words))
        long_enough = (i >= len(rest) or used.isdisjoint(rest)) and text.clause[i] not in text.inside
        if long_enough and _rejects(i, end, text, meta, yes_or_no) and sum(place < i for place in used) >= half:
            return words[:i]
    return None


@cache
def _of_no_subject(stop: frozenset[str]) -> frozenset[str]:
    return (stop | _COMMON | _FALSE | _NO | _NOTHING) - _LETTERS


def _comments(start: int, end: int, text: Text, language: Language, meta: frozenset[str]) -> Iterator[int]:
    """Where in a sentence a comment may begin that goes on to its end."""
    words, clause = text.words, text.clause
    first = end
    while first > max(start, end - TAIL) and words[first - 1] in meta:
        first -= 1
    for i in range(max(1, first), end):
        begins = i == start or words[i] in _JOINS or (clause[i] != clause[i - 1] and clause[i] not in text.inside)
        if begins and not _one_of_several(i, end, text, language, meta):
            yield i


def _opening(text: Text, language: Language, meta: frozenset[str]) -> int:
    """Where an answer begins that a comment before it rejects; 0 where none does."""
    words, clause = text.words, text.clause
    if words[:2] == ["not", "what"]:  # "not what people think: ..."
        return 0
    start = clause.count(clause[0]) if words[0] == "contrary" else 0  # "contrary to popular belief, ..."
    for i in range(start + 1, min(start + OPENING, len(words) - 1)):
        if words[i - 1] not in meta:
            return 0
        ends = clause[i] != clause[i - 1] or words[i - 1] == "that"
        ends = ends and words[start:i] != ["no"] and _LIMITED.isdisjoint(words[start:i])
        if words[i - 1] == "that" and "but" in words[i : text.bounds(i)[1]]:  # "it's not that ..., but that ..."
            continue
        no = _NO if _OF_IT.isdisjoint(words[start:i]) else _DENYING
        if ends and _denying(words[start:i], meta, yes_or_no=False, no=no):
            return 0 if i - 1 in one_by_one(text, language) else i
    return 0


def _one_of_several(i: int, end: int, text: Text, language: Language, meta: frozenset[str]) -> bool:
    """Whether a bare "no" is said of one thing, as a yes or no before it was of another: "weights: yes, rate: no"."""
    words = text.words
    if not (language.yes | language.no).issuperset(words[i:end]):
        return False
    return any(j < i and not meta.issuperset(words[j + 1 : i]) for j in answered(text, language))


def _rejects(i: int, end: int, text: Text, meta: frozenset[str], yes_or_no: bool) -> bool:
    """Whether the words from one place to another reject what stands before them."""
    words = text.words
    part = words[i:end]
    if not meta.issuperset(part) or (part == ["no"] and end < len(words)):  # "yes: send it, no: drop it"
        return False
    if part == ["or", "not"] and text.clause[i] == text.clause[i - 1]:  # "spam or not"
        return False
    head = i + (words[i] in _JOINS)
    if words[head : head + 1] == ["being"]:  # "..., being nonsense in between"
        return False
    if words[head : head + 1] and words[head] in _OF_A_NOUN and _FALSE.isdisjoint(words[head : head + 3]):
        return False  # "a way to tell how wrong it is"
    if words[head : head + 1] == ["how"]:  # "a loss: how wrong are we"
        return False
    if words[i] in _THEY and _PEOPLE.isdisjoint(words[:i]):
        return False
    return _denying(part, meta, yes_or_no)


def _denying(words: list[str], meta: frozenset[str], yes_or_no: bool, no: AbstractSet[str] = _NO) -> bool:
    """Whether words are a comment that denies, or leaves open what it does."""
    if not meta.issuperset(words) or not _UNSURE.isdisjoint(words) or _doubting(words):
        return False
    if not _FALSE.isdisjoint(words) or _THE_OTHER_WAY.issubset(words) or _MADE_UP.issubset(words):
        return _TURNED_BY_NO.isdisjoint(words)
    if not _TRUE.isdisjoint(words):
        return not _DENYING.isdisjoint(words)
    if yes_or_no or not _LIMITING.isdisjoint(words) or ("same" in words and "time" not in words):
        return False
    return not no.isdisjoint(words) and _MODAL.isdisjoint(words)


def _doubting(words: list[str]) -> bool:
    """Whether a comment only asks, doubts or tells of somebody: "or am I wrong?", "no doubt", "I don't like it", "many
    get it wrong", "I first thought the opposite"."""
    first = next((i for i, word in enumerate(words) if word not in _JOINS), 0)
    if words[first] in _ASKING and words[first + 1 : first + 2] and words[first + 1] in _ASKED:
        return True
    if any((one, other) in _NO_DENIAL for one, other in pairwise(words)):
        return True
    if _THOUGHT.issubset(words) or (not _GET.isdisjoint(words) and not _MISTAKEN.isdisjoint(words)):
        return True
    if not _MINE.isdisjoint(words):
        only_no = _TRUTH.isdisjoint(words) and not _THE_OTHER_WAY.issubset(words) and not _MADE_UP.issubset(words)
        if not _BEFORE.isdisjoint(words) or (only_no and _OPINIONS.isdisjoint(words)):
            return True
    mine = not _MINE.isdisjoint(words) or words[first] in _MODAL
    return mine and not _MISTAKEN.isdisjoint(words) and _IT_IS.isdisjoint(words)
