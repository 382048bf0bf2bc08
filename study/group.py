"""Who studies together, when they meet, and what was posted and answered: the values that the store hands out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from study.marking import Verdict
from study.texts import EMPTY, LazyText

ITEMS_PER_SLOT = 3
ATTEMPTS = 3
"""How many questions a round asks, and how often each may be answered, where nobody says otherwise."""

PostKind = Literal["recap", "item", "task", "digest", "end"]
"""A week's recap prompt, a graded question, an ungraded task, what the week came to, and the course's closing words."""

Reason = Literal["new", "backlog", "memory", "review"]
"""Why something is posted: its turn has come, an earlier week left it over, the group is about to forget it, or the
course is over and the group goes on reviewing."""

ASKED_AGAIN: tuple[Reason, ...] = ("memory", "review")
"""What comes back for these reasons was shown with its answer before, so it is worth no points."""

Pace = Literal["questions", "calendar"]
"""Whether a course week lasts until its questions are asked, or one calendar week."""

Afterwards = Literal["review", "rest"]
"""What a group does once its course is over."""

SHARE = 1 / 3
"""Which share of the questions may be old ones, where nobody says otherwise."""

OnDoubt = Literal["at-most-once", "at-least-once"]
"""What becomes of a message of which nobody can tell whether it was posted: it rests, or it is sent again."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A weekly time on the group's own wall clock. Monday is 0."""

    weekday: int
    at: time


@dataclass(frozen=True, slots=True)
class Turn:
    """One coming-round of a slot: its local wall-clock time as ISO text, and the instant that this is."""

    slot: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """The turns up to and including the local date `through`, spelled out; after it the weekly slots speak again.

    A changed schedule is planned for the weeks already begun, so that the change neither repeats nor drops a turn.
    `skipped` are slots that the organiser has left out.
    """

    through: date
    turns: tuple[Turn, ...]
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a group takes a course: questions each time, pace, the share of old questions from 0 to 1, and what then."""

    count: int = ITEMS_PER_SLOT
    pace: Pace = "questions"
    share: float = SHARE
    afterwards: Afterwards = "review"


@dataclass(frozen=True, slots=True)
class Group:
    """A study group. `zone` is an IANA name; `started` is the local Monday of its first course week.

    `plan` is what the weekly slots alone do not say of the next two weeks: see study.calendar. `nudges`: members are
    reminded of what is open for them. `keep_counts`: bare counts of a post stay when somebody who answered it is
    erased. `answers_ahead`: practice shows the answer of a question that was not asked yet. `talk`: closing
    opens a thread under each question and recap. `pins`: each recap is pinned in place of the one before, where a
    platform has pins. `language`: what the group is spoken to in, empty for its course's.
    `unsure`: which share of the answers, the least sure, is shown to the organiser; 0 for what the grader asks about.
    """

    id: int
    name: str
    course: str
    zone: str
    slots: tuple[Slot, ...]
    items_per_slot: int = ITEMS_PER_SLOT
    attempts: int = ATTEMPTS
    paused: bool = False
    started: date | None = None
    plan: Plan | None = None
    on_doubt: OnDoubt = "at-most-once"
    keep_counts: bool = True
    pace: Pace = "questions"
    share: float = SHARE
    afterwards: Afterwards = "review"
    answers_ahead: bool = False
    talk: bool = True
    pins: bool = False
    nudges: bool = True
    language: str = ""
    unsure: float = 0.0

    @property
    def rhythm(self) -> Rhythm:
        """How the group takes its course."""
        return Rhythm(self.items_per_slot, self.pace, self.share, self.afterwards)


@dataclass(frozen=True, slots=True)
class Place:
    """A channel as a platform names it. `workspace` is the guild, team or site that holds it."""

    platform: str
    workspace: str
    channel: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A person as a platform names them, within a guild, team or site."""

    platform: str
    workspace: str
    id: str


OrganiserKind = Literal["person", "role"]


@dataclass(frozen=True, slots=True)
class Organiser:
    """Whom a group made an organiser, beside its platform's own administrators.

    A person, or a role: all who hold a role of a Discord server, or are in a user group of a Slack workspace.
    `account.id` is the person's or the role's own id; `name` is what they were called when they were named.
    """

    kind: OrganiserKind
    account: Account
    name: str


@dataclass(frozen=True, slots=True)
class Channel:
    """A place where a group reads. `trouble` says why nothing is posted there any more; else it is empty.

    `ping` is the id of a role that the first post of a week mentions, `ping_name` what it is called; empty, nobody is.
    """

    id: int
    group_id: int
    platform: str
    workspace: str
    external_id: str
    name: str = ""
    trouble: LazyText = EMPTY
    ping: str = ""
    ping_name: str = ""

    @property
    def place(self) -> Place:
        """Where the channel is, in the words of platforms."""
        return Place(self.platform, self.workspace, self.external_id, self.name)


@dataclass(frozen=True, slots=True)
class Member:
    """A person in one group, whichever platforms they come from. `hidden` keeps them off the leaderboard.

    `zone` is their own, an IANA name, and `language` a BCP 47 tag, where their platform tells them.
    """

    id: int
    group_id: int
    name: str
    hidden: bool = False
    zone: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """What one slot posted, of the course the group followed then.

    `slot` is the local wall-clock time as ISO text, which names the round within its group; `week` is the pack's own
    number, 0 for none.

    `state`: open, closed, skipped by the organiser, or missed (the slot lay further back than the catch-up window).
    """

    id: int
    group_id: int
    slot: str
    week: int
    opens: datetime
    closes: datetime
    state: Literal["open", "closed", "skipped", "missed"]
    course: str = ""


@dataclass(frozen=True, slots=True)
class Post:
    """One message of a round. `item` is the course's item id, empty for what is no question or task.

    `week` is the pack's own number of the week it belongs to, 0 for none.
    """

    id: int
    round_id: int
    group_id: int
    kind: PostKind
    item: str
    position: int
    week: int = 0
    reason: Reason = "new"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, raw, with the mark it was given. `ordinal` counts a member's attempts at the same post from 1."""

    id: int
    post_id: int
    group_id: int
    member_id: int
    item: str
    text: str
    score: float
    points: float
    possible: float
    verdict: Verdict
    rubric_version: str
    ordinal: int
    at: datetime
