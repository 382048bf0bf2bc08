"""When a group meets, whose turn it is to lead, and what splits it enough to be talked about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations
from statistics import pstdev
from typing import Literal

from study.calendar import next_turn
from study.discussion.showcase import Candidate
from study.group import Slot, Turn

NOTICE = timedelta(hours=1)
"""How long before a meeting its agenda is posted."""
LENGTH = timedelta(hours=1)
"""How long a meeting is taken to last."""
LATELY = timedelta(days=28)
"""Whoever answered within this time may be asked to lead."""
LOOKS_BACK = timedelta(days=14)
"""What closed longer ago is not talked about any more."""

MeetingState = Literal["planned", "announced", "over", "moved", "cancelled", "resting"]
"""To come; its agenda stands in the channel; held; put off after its agenda had been posted, so that another one takes
its place; called off; called off because the group pauses."""
COMING: tuple[MeetingState, ...] = ("planned", "announced")


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting of a group. `slot` is its wall-clock time as ISO text, `at` the instant that this is.

    A `weekly` one is followed by another a week later, which has the same `series`. `sequence` counts how often the
    series was changed, as calendars want it. `leader` is a member's id, 0 where nobody leads.
    """

    id: int
    group_id: int
    slot: str
    at: datetime
    weekly: bool
    where: str
    state: MeetingState
    series: int
    sequence: int
    leader: int = 0

    @property
    def ends(self) -> datetime:
        """When it is taken to be over."""
        return self.at + LENGTH

    @property
    def coming(self) -> bool:
        """Whether it is still to be held."""
        return self.state in COMING


@dataclass(frozen=True, slots=True)
class Led:
    """Somebody who may lead: how often they have, and when last."""

    member_id: int
    times: int
    last: datetime | None


def following(slot: str, zone: str, after: datetime) -> Turn | None:
    """The next time at which the weekday and the clock show what they show in `slot`, later than `after`."""
    local = datetime.fromisoformat(slot)
    return next_turn((Slot(local.weekday(), local.time()),), zone, after)


def next_leader(able: Iterable[Led]) -> int:
    """Whose turn it is: who has led least often, then longest ago, then joined first; 0 where there is nobody."""
    ordered = sorted(able, key=lambda one: (one.times, one.last.timestamp() if one.last else 0.0, one.member_id))
    return ordered[0].member_id if ordered else 0


def divided(scores: Sequence[float]) -> float:
    """How far a question split the group, from 0 to a half: the spread of its people's scores."""
    return pstdev(scores) if len(scores) > 1 else 0.0


def farthest_apart(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The two answers that share the fewest words, in the order in which they were given; none where they are alike."""
    worded = [(one, frozenset(one.text.casefold().split())) for one in candidates]
    pairs = [
        (len(mine & theirs) / len(mine | theirs), n, (one, other))
        for n, ((one, mine), (other, theirs)) in enumerate(combinations(worded, 2))
        if mine and theirs and mine != theirs
    ]
    return min(pairs)[2] if pairs else ()
