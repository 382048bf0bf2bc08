"""What a week, and in the end a course, came to for a group: who took part, what was hard, how the streak stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

ACTIVE = 4
"""Whoever took part in one of this many weeks belongs to the active group, whose half keeps the streak."""

AWAY = 2
"""Whoever missed this many weeks in a row and answers again has come back."""


SHOWN = 8
"""So many weeks are shown side by side."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a question went: people who answered, and their mean score from 0 to 1."""

    item: str
    answered: int
    mean: float


@dataclass(frozen=True, slots=True)
class Week:
    """A week with questions, by its Monday: how many took part, of how many who were active then."""

    monday: date
    took_part: int
    active: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A span of weeks in values. `hardest` and `best_known` are None where too little was answered to say.

    `active` counts the members of the last few weeks, `came_back` are members who were away, and `streak` counts the
    weeks in a row in which at least half of the active took part. `weeks` are the latest, earliest first.
    """

    took_part: int
    active: int
    answers: int
    hardest: Asked | None
    best_known: Asked | None
    came_back: tuple[int, ...]
    streak: int
    weeks: tuple[Week, ...] = ()


def summary(asked: Iterable[Asked], weeks: Mapping[date, frozenset[int]], since: date) -> Summary:
    """The weeks from the Monday `since` on; `weeks` are the Mondays of all weeks with questions and who took part.

    A question stands out only beside another one; the hardest and the best known are never the same.
    """
    answered = [one for one in asked if one.answered]
    ordered = sorted(answered, key=lambda one: (one.mean, -one.answered, one.item))
    differ = len(ordered) > 1 and ordered[0].mean < ordered[-1].mean
    mondays = sorted(weeks)
    own = [monday for monday in mondays if monday >= since]
    took_part = frozenset[int]().union(*(weeks[monday] for monday in own))
    return Summary(
        len(took_part),
        len(_active(mondays, weeks, len(mondays))),
        sum(one.answered for one in answered),
        ordered[0] if differ else None,
        ordered[-1] if differ else None,
        _came_back(mondays, weeks, own),
        group_streak(mondays, weeks),
        tuple(Week(monday, len(weeks[monday]), len(_active(mondays, weeks, n))) for n, monday in enumerate(mondays, 1))[
            -SHOWN:
        ],
    )


def group_streak(mondays: Sequence[date], weeks: Mapping[date, frozenset[int]]) -> int:
    """The weeks in a row, up to the last of `mondays`, in which at least half of the active took part.

    Only weeks with questions are given, so pauses and skipped weeks neither count nor cost.
    """
    run = 0
    for n, monday in enumerate(mondays, 1):
        here = len(weeks[monday])
        run = run + 1 if here and 2 * here >= len(_active(mondays, weeks, n)) else 0
    return run


def _active(mondays: Sequence[date], weeks: Mapping[date, frozenset[int]], upto: int) -> frozenset[int]:
    return frozenset[int]().union(*(weeks[monday] for monday in mondays[max(0, upto - ACTIVE) : upto]))


def _came_back(mondays: Sequence[date], weeks: Mapping[date, frozenset[int]], own: Sequence[date]) -> tuple[int, ...]:
    if not own:
        return ()
    before = mondays[: mondays.index(own[0])]
    long_ago = frozenset[int]().union(*(weeks[monday] for monday in before[:-AWAY]))
    lately = frozenset[int]().union(*(weeks[monday] for monday in before[-AWAY:]))
    here = frozenset[int]().union(*(weeks[monday] for monday in own))
    return tuple(sorted((here & long_ago) - lately))
