"""Answers in prose: the few statements that carry them, each by its decisive words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from study.grading.authoring.sketching.answer import ReferenceAnswer
from study.grading.authoring.sketching.parts import Part, Sketch, named

_DEFINITION = re.compile(
    r"(?:what(?:['’]s| is| are| was| were)|define|was ist|was sind|was bedeutet|what did .{1,40} mean)\b",  # noqa: RUF001
    re.IGNORECASE,
)
_DEFINES = re.compile(
    r"\b(?:is|are|means?|refers? to|describes?|consists? of|called|known as|defined as|ist|sind|bedeutet|heißt)\b",
    re.IGNORECASE,
)
_PRAISES = re.compile(r"\b(?:is|are) (?:the most|especially|also|very|often|important)\b", re.IGNORECASE)
_EXAMPLE = re.compile(
    r"\W*(?:for example|e\.?g\b|for instance|such as|imagine|suppose|consider|think of|let us|let['’]s"  # noqa: RUF001
    r"|zum beispiel|z\.\s?b\.)",
    re.IGNORECASE,
)
_CONSEQUENCE = re.compile(
    r"(?:this is why|this is especially|this ensures|that is why|altogether|incidentally|even better"
    r"|there are many other)\b",
    re.IGNORECASE,
)
_LEANS_BACK = re.compile(
    r"(?:however|also|even|but|therefore|altogether|sometimes|in some cases|instead|although|while|incidentally"
    r"|this|these|that)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"(?:it|they|we|this (?:provides|means|is)|these)\b", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)?%?(?!\w)")
_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
STATEMENTS, EXAMPLES = 6, 2
"""Statements and examples of an answer that are looked for, at most."""
FEW_WORDS = 8
"""Words up to which a statement is so short that one decisive word is as good as two."""
DOUBTFUL = 36
"""Words from which on prose says so much that which of it counts is anybody's guess."""


def statements(answer: ReferenceAnswer) -> Sketch | None:
    """The statements that carry an answer, in one point: whoever says one of them has said it."""
    point = carrying(answer, answer.sentences)
    if point is None:
        return None
    return Sketch((point,), "fair" if len(answer.reference.split()) < DOUBTFUL else "doubtful")


def carrying(answer: ReferenceAnswer, sentences: Sequence[str]) -> dict[str, Part] | None:
    """The statements that carry these sentences, as a point; two decisive words of one, or one each of two, earn it."""
    kept = _kept(answer, sentences)
    ways: list[Part] = []
    for sentence in kept:
        words = answer.parts(sentence)
        if words and (isinstance(words[0], str) or len(kept) == 1):
            ways.append({"any": _enough(words, sentence), "of": words})
        ways += _numbers(answer, sentence)
    if not ways:
        return None
    return named(kept[0], {"any": 1, "of": ways} if len(ways) > 1 else ways)


def _kept(answer: ReferenceAnswer, sentences: Sequence[str]) -> list[str]:
    """The sentences that carry an answer: of a definition those that define; remarks on it left out; examples last."""
    plain = [each for each in sentences if not _EXAMPLE.match(each)] or list(sentences)
    if _DEFINITION.match(answer.question) and answer.question.count("?") < 2:
        plain = _defining(answer, plain) or plain[:2]
    free = [each for each in plain if not _CONSEQUENCE.match(each)] or plain
    examples = [each for each in sentences if _EXAMPLE.match(each) and each not in free]
    return [*free[:STATEMENTS], *examples[:EXAMPLES]]


def _defining(answer: ReferenceAnswer, sentences: Sequence[str]) -> list[str]:
    """The sentences that define what is asked for, each with the one after it, if that goes on about it."""
    asked = zip(answer.asked.words, answer.asked.stems, strict=True)
    subject = {root for word, root in asked if word not in answer.language.stop}
    kept: dict[str, None] = {}
    for index, sentence in enumerate(sentences):
        about = subject.intersection(answer.stems(sentence)[:14])
        stands = not _LEANS_BACK.match(sentence) and not _PRAISES.search(sentence)
        if about and stands and _DEFINES.search(sentence):
            kept[sentence] = None
            kept |= {each: None for each in sentences[index + 1 : index + 2] if _GOES_ON.match(each)}
    return list(kept)[:4]


def _enough(words: Sequence[Part], sentence: str) -> int:
    """How many of a statement's decisive words show that it was said; a common one does only in a short statement."""
    if len(words) > 2:
        return 2
    only_common = not isinstance(words[-1], str)
    return len(words) if only_common and len(sentence.split()) > FEW_WORDS else 1


def _numbers(answer: ReferenceAnswer, sentence: str) -> list[str]:
    """The one number of a statement that the question has not; a year tells nothing by itself."""
    found = [each for each in _NUMBER.findall(sentence) if each not in answer.question]
    return found if len(found) == 1 and not _YEAR.fullmatch(found[0]) else []
