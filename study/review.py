"""When to see a question again: a person what they missed, as memory fades, and a group what it missed most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from fsrs import Card, Rating, Scheduler

_SCHEDULER = Scheduler(desired_retention=0.9, learning_steps=(), relearning_steps=(), enable_fuzzing=False)

GOOD, HARD, EASY = 0.7, 0.4, 0.95
"""From these scores on an answer counts as remembered, remembered with effort, and known."""


def _rating(score: float) -> Rating:
    if score >= EASY:
        return Rating.Easy
    if score >= GOOD:
        return Rating.Good
    return Rating.Hard if score >= HARD else Rating.Again


def _card(answers: Sequence[tuple[float, datetime]]) -> Card:
    """The memory that these answers, oldest first, leave. Within an hour the first score alone tells what was known."""
    card = Card(card_id=1, due=answers[0][1])
    last: datetime | None = None
    for score, at in answers:
        if last is not None and at - last < timedelta(hours=1):
            continue
        card, _ = _SCHEDULER.review_card(card, _rating(score), at.astimezone(UTC))
        last = at
    return card


def due_at(answers: Sequence[tuple[float, datetime]]) -> datetime:
    """When a question that was answered so, oldest first, should come again; (score, when) each.

    Attempts within an hour are one sitting, and its first score is what the person remembered.
    """
    return _card(answers).due


def due(history: Iterable[tuple[str, float, datetime]], now: datetime) -> tuple[str, ...]:
    """The items to see again now, those overdue longest first. `history` is (item, score, when), oldest first."""
    answers: dict[str, list[tuple[float, datetime]]] = {}
    for item, score, at in history:
        if item:
            answers.setdefault(item, []).append((score, at))
    times = {item: due_at(given) for item, given in answers.items()}
    return tuple(sorted((item for item, at in times.items() if at <= now), key=lambda item: (times[item], item)))


def missed(history: Iterable[tuple[str, float, datetime]]) -> tuple[str, ...]:
    """The items that were not known when they first came, in that order. `history` is as for `due`."""
    first: dict[str, float] = {}
    for item, score, _ in history:
        if item:
            first.setdefault(item, score)
    return tuple(item for item, score in first.items() if score < GOOD)


def retention(history: Iterable[tuple[int, str, float, datetime]], now: datetime) -> dict[str, float]:
    """A group's chance of remembering each item now, from 0 to 1: the mean over the members who answered it.

    `history` is (member, item, score, when), oldest first; recaps (the empty item) are left out.
    """
    given: dict[tuple[int, str], list[tuple[float, datetime]]] = {}
    for member, item, score, at in history:
        if item:
            given.setdefault((member, item), []).append((score, at))
    chances: dict[str, list[float]] = {}
    for (_, item), answers in given.items():
        chances.setdefault(item, []).append(_SCHEDULER.get_card_retrievability(_card(answers), now.astimezone(UTC)))
    return {item: sum(each) / len(each) for item, each in chances.items()}
