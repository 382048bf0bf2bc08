"""What must not earn credit: repeating the question, words without a sentence, saying a thing and its opposite."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from study.grading.language import Language, language_of
from study.grading.likeness import BARE, Evidence, Likeness
from study.grading.matching import Judged
from study.grading.patterns import Reading
from study.grading.text import Text

FACTOR = {"salad": 0.4, "shotgun": 0.4, "hedge": 0.3, "contradiction": 0.5}
"""What remains of a score that one of these tells against."""
SHORT = 40
"""Words up to which saying a thing and denying it anywhere cancel out; in longer answers only within a sentence."""
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
ITEMS = 7
"""Items from which on a list may be a shotgun."""


class Question:
    """The words of a question, to tell an answer from an echo."""

    def __init__(self, question: str, language: Language) -> None:
        self.text = question
        text = Text(question, language)
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
    same = {text.stems[p] for p in judged.positions} & {text.stems[p] for p in judged.denied}
    if not same:
        return False
    if len(text) <= SHORT:
        return True
    said = {text.sentence[p] for p in judged.positions}
    return any(text.sentence[p] in said for p in judged.denied)


def against(
    reading: Reading, judged: Sequence[Judged], question: Question, reference: Likeness | None, torn: bool
) -> list[tuple[str, str, tuple[str, ...]]]:
    """What tells against an answer as a whole. `torn`: so does the reference, so that it says little."""
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
    if bare and _salad(text, used, seen):
        out.append(("salad", "These are words without a sentence.", ()))
    elif _shotgun(text, used):
        out.append(("shotgun", "It lists many things, most of which do not belong.", ()))
    if denies and not torn and contradicts_itself(text, language):
        out.append(("hedge", "It says a thing and its opposite.", ()))
    elif seen is not None and seen.refuted:
        out.append(("contradiction", "It says the opposite of the answer.", ()))
    return out


def contradicts_itself(text: Text, language: Language) -> bool:
    """Whether two statements of an answer have the same words, and one denies what the other says."""
    if language.negators.isdisjoint(text.words):
        return False
    if _and_not(text, language):
        return True
    statements: list[tuple[frozenset[str], bool]] = []
    words: set[str] = set()
    odd = False
    stop, negators = language.stop, language.negators
    for i, (word, root) in enumerate(zip(text.words, text.stems, strict=True)):
        if i and (text.sentence[i] != text.sentence[i - 1] or word in language.breaks):
            statements.append((frozenset(words), odd))
            words, odd = set(), False
        if word in negators:
            following = text.words[i + 1] if i + 1 < len(text) else ""
            odd ^= following not in language.after_not
        elif word not in stop:
            words.add(root)
    statements.append((frozenset(words), odd))
    held = [(words, odd) for words, odd in statements if len(words) >= 3][:STATEMENTS]
    torn_apart: set[int] = set()
    denied = [(i, words) for i, (words, odd) in enumerate(held) if odd]
    said = [(i, words) for i, (words, odd) in enumerate(held) if not odd]
    for i, mine in denied:
        for j, other in said:
            if len(mine & other) >= ALIKE * max(len(mine), len(other)):
                torn_apart.update((i, j))
    return len(torn_apart) >= max(2.0, TORN * len(held))


def _and_not(text: Text, language: Language) -> bool:
    """Whether a sentence goes on, after a "not", with nothing but what it said before."""
    words, stop = text.words, language.stop
    start = seen = 0
    for i, word in enumerate(words):
        if i and text.sentence[i] != text.sentence[i - 1]:
            start = i
        if word not in language.negators or i + 1 == len(words) or words[i + 1] in language.after_not:
            continue
        seen += 1
        if seen > STATEMENTS:
            return False
        end = i + 1
        while end < len(words) and text.sentence[end] == text.sentence[i]:
            end += 1
        after = {root for root, one in zip(text.stems[i + 1 : end], words[i + 1 : end], strict=True) if one not in stop}
        before = {root for root, one in zip(text.stems[start:i], words[start:i], strict=True) if one not in stop}
        if after and len(after & before) >= ALIKE * len(after) and len(after) >= 0.5 * len(before):
            return True
    return False


def _echo(text: Text, language: Language, question: Question, used: set[int]) -> bool:
    if echo(text, language, question):
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
    content = {root for word, root in zip(text.words, text.stems, strict=True) if word not in language.stop}
    return content <= question.roots and len(content) >= max(2.0, 0.6 * len(question.roots))


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


def _salad(text: Text, used: set[int], seen: Evidence | None) -> bool:
    if text.lists or text.sentence[-1] or "\n" in text.plain.strip() or len(text) < 6:
        return False
    if seen is not None and jumbled(seen):
        return True
    return len(text) >= 8 and len(used) >= DENSE * len(text)


def _shotgun(text: Text, used: set[int]) -> bool:
    if text.lists < ITEMS:
        return False
    items: dict[int, int] = {}
    for clause in text.clause:
        items[clause] = items.get(clause, 0) + 1
    if len(items) < ITEMS or len(text) > 3 * len(items):
        return False
    return len({text.clause[p] for p in used}) < 0.5 * len(items)
