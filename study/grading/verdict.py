"""What is decided about an answer, how surely, and when a human is asked instead."""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_left, bisect_right
from collections.abc import Collection
from dataclasses import dataclass, replace

from study.grading.language.text import Text
from study.grading.rubric import ACCEPT, REFUSE, Against, Grade
from study.grading.similarity.measure import DRAFT_ACCEPT, Similarity
from study.marking import Verdict

JUST_BELOW = 0.05
"""So far below the line an answer is kept that would be accepted if nothing told against it."""
DRAFT_DOUBT = 0.48
"""Score from which on a draft asks a human: a tenth of public answers."""
STEEP = 5.0
"""How fast a draft grows sure with the distance from its line, on public answers."""
NEAR_MISS = 0.03
"""So little below the line an answer is shown to a human."""
ASKING = frozenset({"misconception", "beside"})
"""What alone against an answer that has earned enough is for a human to judge."""
UNHEARD, FEW = 0.5, 4
"""Similarity to the reference, and words, from which on an answer that earned next to nothing is shown to a human."""
UNSURE, SUREST, LEAST_SURE = 0.5, 0.99, 0.7
"""How sure a verdict is that a human is asked about; how sure one can be; and how sure one on the line is."""
CERTAIN = 1.0
"""How sure a verdict is on the very words of the reference or of a marked answer, or where nothing was said."""
NEWEST, FEWEST = 500, 30
"""How many of a group's answers tell which are its least sure, at most and at least."""
NEAR, FAR = 0.75, 0.2
"""Nearness by meaning from which on a refused answer is shown to a human, and up to which an accepted one is."""
THIN = 0.85
"""Score up to which an answer was accepted on thin evidence."""


def of_draft(score: float) -> tuple[Verdict, float]:
    """The verdict on an answer graded by similarity."""
    line = (DRAFT_ACCEPT + DRAFT_DOUBT) / 2
    confidence = round(1 / (1 + math.exp(-STEEP * abs(score - line))), 3)
    if score >= DRAFT_ACCEPT:
        return "accept", confidence
    if score >= DRAFT_DOUBT:
        return "needs_review", confidence
    return ("partial" if score >= REFUSE else "refuse"), confidence


def of_rubric(
    score: float, earned: float, text: Text, against: tuple[Against, ...], reference: Similarity | None
) -> tuple[Verdict, float]:
    """The verdict on an answer graded by points.

    A human is asked about near misses, about what no point knows but is near the reference, and where only a
    misconception, or that it mostly speaks of something else, tells against an answer whose points, the share of which
    is `earned`, would have been enough.
    """
    confidence = round(min(SUREST, LEAST_SURE + min(abs(score - ACCEPT), abs(score - REFUSE))), 3)
    if score >= ACCEPT:
        return "accept", confidence
    if not against and score >= ACCEPT - NEAR_MISS:
        return "needs_review", UNSURE
    if earned >= ACCEPT and all(one.kind in ASKING for one in against):
        return "needs_review", UNSURE
    if not against and score < REFUSE and reference is not None and len(text) >= FEW:
        seen = reference.evidence(text)
        if seen.similarity >= UNHEARD and seen.denied < 0.5:
            return "needs_review", UNSURE
        confidence = round(max(UNSURE, confidence - seen.similarity / 2), 3)
    return ("refuse" if score < REFUSE else "partial"), confidence


def of_marked(score: float, *, drafted: bool, same: bool) -> tuple[Verdict, float]:
    """The verdict where marks have their say; `same`: the answer was marked in these very words."""
    if drafted and not same:
        return of_draft(score)
    confidence = CERTAIN if same else round(min(SUREST, LEAST_SURE + min(abs(score - ACCEPT), abs(score - REFUSE))), 3)
    if score >= ACCEPT:
        return "accept", confidence
    if not same and score >= ACCEPT - NEAR_MISS:
        return "needs_review", UNSURE
    return ("refuse" if score < REFUSE else "partial"), confidence


def second_opinion(given: Grade, nearness: float) -> Grade:
    """The same grade, score and all; only its verdict may have become `needs_review`.

    `nearness`, from -1 to 1, is how near answer and reference are by meaning, as sentence embeddings have it. What is
    very near the reference, or very far, is shown to a human; what is certain is not. It decides nothing.
    """
    if given.confidence >= CERTAIN:
        return given
    unheard = given.verdict in ("refuse", "partial") and not given.against and nearness >= NEAR
    thin = given.verdict == "accept" and given.score <= THIN and nearness <= FAR
    return replace(given, verdict="needs_review", confidence=UNSURE) if unheard or thin else given


@dataclass(frozen=True, slots=True)
class Band:
    """The least sure of a group's answers: all below a `confidence`, and the share `of_equals` of those just on it.

    A written rubric has few scores and so few confidences: without a share of equals, a fifth of a group's answers
    could not be told from a half.
    """

    confidence: float
    of_equals: float

    def holds(self, given: Grade, words: str) -> bool:
        """Whether a graded answer is among them. Among equals its `words` decide, so the same words fare the same."""
        if given.confidence != self.confidence or self.confidence >= CERTAIN:
            return given.confidence < self.confidence
        return _lot(words) < self.of_equals


def least_sure(share: float, confidences: Collection[float]) -> Band | None:
    """The band that holds a `share`, from 0 to 1, of answers as sure as these; None where these are too few to tell.

    What is certain is never in it, also where all else is less than the share. A greater share holds all that a smaller
    one does.
    """
    if share <= 0 or len(confidences) < FEWEST:
        return None
    doubtful = sorted(one for one in confidences if one < CERTAIN)
    wanted = share * len(confidences)
    if wanted >= len(doubtful):
        return Band(CERTAIN, 0.0)
    confidence = doubtful[int(wanted)]
    below, upto = bisect_left(doubtful, confidence), bisect_right(doubtful, confidence)
    return Band(confidence, (wanted - below) / (upto - below))


def _lot(words: str) -> float:
    """A number from 0 up to 1 that words draw, the same every time and as good as evenly spread."""
    drawn = hashlib.sha256(words.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(drawn[:6]) / 2**48
