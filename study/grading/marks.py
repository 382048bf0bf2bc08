"""Learning from marks: an answer is graded as its rubric has it, put right by how alike answers were marked.

Every answer that somebody marked says by how much the rubric was off there. For a new answer to the same question
those differences are averaged, the nearer the answer the more it counts, and added to the score. So a mark teaches
where the rubric is wrong, and changes nothing where it is right: what a rubric refuses for a "not" stays refused
however near it is to an answer that was marked right. What says the same as a marked answer, word for word and sign
for sign but for endings and words like "the" and "is", takes its mark outright.

Nearness is a matter of words and letters: no model, the same every time, some microseconds for a hundred marks.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from study.grading.language.language import Language
from study.grading.language.small_talk import read
from study.grading.language.text import Text
from study.grading.rubric import Likened, MarkedAnswer, Rubric
from study.grading.similarity.letters import pairs_of_letters
from study.marking import NOTICED

LETTERS = 1.0
"""Weight of the pairs of letters in common, beside 1 for stems."""
OTHERWISE = 0.8
"""What is left of the nearness of two answers of which one denies and the other does not."""
STEEP, PRIOR = 3, 0.2
"""How much faster than nearness the say of a mark falls; the say of the rubric, in marks of the same words."""
ALIKE = 0.6
"""Nearness from which on an answer is said to be like a marked one."""

_SIGNS = r"=<>+*/^&|~%@\u00ac\u2190\u2192\u2260\u2264\u2265\u00b1\u221a\u2202\u2207"
_OPERATOR = re.compile(rf"[{_SIGNS}]|\?\?|\0[\[({{]|(?<![\0)\]])[-!](?=[\0(])")
"""A sign that turns what stands beside it; a dash or a "!" only before a word and after none, a bracket only right
after one, as in a call. Words are nulls here, which no text has."""
_MAY_TURN = re.compile(rf"[{_SIGNS}?!\-(\[{{]")
"""Signs without one of which no sign turns anything."""
_IN_FORMULA = re.compile(rf"\0|\?\?|!(?=[\0(=])|[{_SIGNS}\-(){{}}\[\]'\"]")
"""Words, and the signs that count where there is an operator: elsewhere they only part words."""


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """The marked answers to one question. `version` is a short hash of them all, whatever their order."""

    marks: tuple[MarkedAnswer, ...] = ()
    version: str = field(default="", init=False)

    def __post_init__(self) -> None:
        """An answer that was marked twice is two marks."""
        content = json.dumps(sorted((one.answer, one.score) for one in self.marks), ensure_ascii=False)
        object.__setattr__(self, "version", hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:12])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Marks) and other.version == self.version

    def __hash__(self) -> int:
        return hash(self.version)

    def __bool__(self) -> bool:
        return bool(self.marks)


NO_MARKS = Marks()


def marks_of(rubric: Rubric, more: Iterable[MarkedAnswer] = ()) -> Marks:
    """The marks of a question: the examples of its rubric, which are marks too, and more."""
    return Marks((*rubric.examples, *more))


def rubric_version(rubric: Rubric, marks: Marks = NO_MARKS) -> str:
    """The version of a rubric with the marks that grade beside it: what an answer was graded by.

    Without marks it is the rubric's own. It changes with every mark given or taken back, so that answers are regraded.
    """
    if not marks:
        return rubric.version
    return hashlib.sha256(f"{rubric.version} {marks.version}".encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class _Words:
    """An answer as nearness sees it."""

    key: tuple[str, ...]
    stems: int
    many: int
    letters: int
    pairs: int
    denies: bool


class Precedents:
    """Marked answers ready to be compared with. `off`: by how much their rubric was off on each, mark less score."""

    def __init__(self, marks: Marks, off: Sequence[float], language: Language) -> None:
        self.language = language
        self.bits: dict[str, int] = {}
        self.known: list[tuple[_Words, float, float]] = []
        self.same: dict[tuple[str, ...], list[float]] = {}
        for mark, by in zip(marks.marks, off, strict=True):
            words = self._words(mark.answer, learn=True)
            if words.key:
                self.known.append((words, mark.score, by))
                self.same.setdefault(words.key, []).append(mark.score)

    def put_right(self, score: float, answer: str) -> tuple[float, Likened | None]:
        """The score put right, where by anything that is noticed, and what it is likened to where it was."""
        words = self._words(answer)
        same = self.same.get(words.key)
        if same:
            mark = sum(same) / len(same)
            return mark, Likened(mark, 1.0, same=True)
        weight = total = 0.0
        nearness = [_nearness(words, other) for other, _, _ in self.known]
        for near, (_, _, by) in zip(nearness, self.known, strict=True):
            say = near**STEEP
            weight += say
            total += say * by
        right = min(1.0, max(0.0, score + total / (weight + PRIOR)))
        if abs(right - score) < NOTICED:
            return score, None
        alike = [
            (near, mark)
            for near, (_, mark, _) in zip(nearness, self.known, strict=True)
            if near >= ALIKE and (mark - score) * (right - score) > 0
        ]
        nearest, mark = max(alike, default=(0.0, right))
        return right, Likened(mark, round(nearest, 3), same=False)

    def _words(self, answer: str, learn: bool = False) -> _Words:
        language, bits = self.language, self.bits
        text = read(answer, language)
        heavy = text.content or set(text.stems)
        if learn:
            for stem in sorted(heavy):
                bits.setdefault(stem, 1 << len(bits))
        denies = sum(word in language.negators for word in text.words) % 2 == 1
        stems = reduce(or_, (bits.get(stem, 0) for stem in heavy), 0)
        letters = pairs_of_letters(set(text.words) - language.stop)
        return _Words(_key(text, language), stems, len(heavy), letters, letters.bit_count(), denies)


def _key(text: Text, language: Language) -> tuple[str, ...]:
    """What two answers that say the same have alike: stems and signs in order, without words that turn nothing."""
    if _MAY_TURN.search(text.plain) and text.starts:
        firsts, lasts = [*text.starts, len(text.plain)], [0, *text.ends]
        masked = "\0".join(text.plain[last:first] for first, last in zip(firsts, lasts, strict=True))
        if _OPERATOR.search(masked):
            stems = iter(text.stems)
            return tuple(next(stems) if one == "\0" else one for one in _IN_FORMULA.findall(masked))
    heavy = [stem for word, stem in zip(text.words, text.stems, strict=True) if word not in language.empty]
    return tuple(heavy or text.stems)


def _nearness(one: _Words, other: _Words) -> float:
    """How near two answers are, 0 to 1: the stems and the pairs of letters that they share."""
    stems = one.many + other.many
    letters = one.pairs + other.pairs
    near = 2 * (one.stems & other.stems).bit_count() / stems if stems else 0.0
    near += LETTERS * (2 * (one.letters & other.letters).bit_count() / letters if letters else 0.0)
    return near / (1 + LETTERS) * (1.0 if one.denies == other.denies else OTHERWISE)
