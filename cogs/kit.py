"""The neutral words every feature speaks: what arrives (an Ask), what goes back (a Reply), and what a feature declares.

Nothing here knows a platform. A platform renders these values in its own manner; text is always literal and is
escaped by whoever renders it, so that nobody's name or answer can format, mention or link anything.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from cogs.recent import RecentLooks

if TYPE_CHECKING:
    from store import Store
    from study.course import Course
    from study.group import Round

# --- what arrives -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks. `id` is the platform's own; `organiser` is what the platform says of their rights at this moment."""

    platform: str
    id: str
    name: str
    organiser: bool = False
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where it was asked. `workspace` is the guild, team or site that holds the channel."""

    platform: str
    workspace: str
    channel: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as bytes, with words for those who cannot see it."""

    data: bytes
    name: str = "picture.png"
    content_type: str = "image/png"
    alt: str = ""


Value = str | int | Picture


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing a person wants. `key` is the platform's id of the event: the same key is the same event again."""

    person: Person
    place: Place
    at: datetime
    key: str
    options: Mapping[str, Value] = field(default_factory=dict)
    args: tuple[str, ...] = ()

    def text(self, name: str, default: str = "") -> str:
        """The option as text; the default where it was left out."""
        value = self.options.get(name, default)
        return value if isinstance(value, str) else default if isinstance(value, Picture) else str(value)

    def picture(self, name: str) -> Picture | None:
        """The option as a picture, if one was given."""
        value = self.options.get(name)
        return value if isinstance(value, Picture) else None


# --- what goes back ---------------------------------------------------------------------------------------------

Tone = Literal["plain", "good", "partly", "bad", "notice"]
Mark = Literal["plain", "number", "hit", "partly", "miss", "against", "note"]


@dataclass(frozen=True, slots=True)
class Span:
    """A run of literal text in one style."""

    text: str
    style: Literal["plain", "strong", "code"] = "plain"


def strong(text: str) -> Span:
    """Text to stand out."""
    return Span(text, "strong")


def code(text: str) -> Span:
    """Text to be read letter by letter."""
    return Span(text, "code")


_RICH = re.compile(r"`([^`\n]+)`|\*\*([^*\n]+)\*\*")


def rich(text: str) -> tuple[Span, ...]:
    """Spans of a pack author's text: `code` and **strong**, all else literal. Never for members' words."""
    spans, at = [], 0
    for match in _RICH.finditer(text):
        if match.start() > at:
            spans.append(Span(text[at : match.start()]))
        spans.append(code(match[1]) if match[1] else strong(match[2]))
        at = match.end()
    if at < len(text):
        spans.append(Span(text[at:]))
    return tuple(spans)


@dataclass(frozen=True, slots=True, init=False)
class Text:
    """A paragraph. Plain strings among its parts are literal spans."""

    spans: tuple[Span, ...]

    def __init__(self, *parts: str | Span) -> None:
        object.__setattr__(self, "spans", tuple(Span(p) if isinstance(p, str) else p for p in parts))


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list. A mark is rendered as a sign with words beside it, never by colour alone."""

    text: Text
    mark: Mark = "plain"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of lines."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's own words, set apart and shown exactly as written."""

    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One labelled share, 0 to 1, with a few words beside it (usually the share as a percentage)."""

    label: str
    share: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Shares to compare at a glance."""

    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a ranking; `own` is the line of the person who asked."""

    rank: int
    name: str
    points: str
    note: str = ""
    own: bool = False


@dataclass(frozen=True, slots=True)
class Ranking:
    """A leaderboard."""

    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Short names with short values."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture within a card."""

    picture: Picture


Block = Text | Listing | Quote | Bars | Ranking | Facts | Shown


@dataclass(frozen=True, slots=True)
class Press:
    """What pressing a button or sending a form means: an action and its arguments, all of it inside a lasting id."""

    action: str
    args: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The id as a platform stores it: at most 100 ASCII characters, the same for ever."""
        made = ":".join((self.action, *self.args))
        if len(made) > 100 or not made.isascii() or any(":" in arg for arg in self.args):
            raise ValueError(f"not a lasting id: {made!r}")
        return made

    @classmethod
    def parse(cls, made: str) -> Press:
        """The press that made this id."""
        action, *args = made.split(":")
        return cls(action, tuple(args))


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a card."""

    label: str
    press: Press
    style: Literal["plain", "primary", "danger"] = "plain"


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to read: a title, blocks, buttons. `footer` is small print."""

    title: str = ""
    blocks: tuple[Block, ...] = ()
    buttons: tuple[Button, ...] = ()
    tone: Tone = "plain"
    footer: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A document handed over with a reply."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What a feature answers or posts. `summary` is one plain sentence for notifications and screen readers.

    `faults` (only in answer to a form) name the fields that cannot be accepted, each with a sentence; nothing was kept.
    `thread` (only in posts) titles a thread for discussion, opened under the post where the platform has threads.
    """

    summary: str
    cards: tuple[Card, ...] = ()
    files: tuple[File, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values a person may pick."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form."""

    name: str
    label: str
    kind: Literal["line", "paragraph", "choice", "picture"] = "line"
    required: bool = True
    value: str = ""
    hint: str = ""
    max_length: int = 4000
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form to fill in; sending it is a press of `press` with the fields as options. `intro` stands above them."""

    title: str
    press: Press
    fields: tuple[Field, ...]
    intro: str = ""
    submit: str = "Send"


def say(summary: str, *, tone: Tone = "plain", title: str = "", buttons: Sequence[Button] = ()) -> Reply:
    """A reply of one sentence."""
    return Reply(summary, (Card(title, (Text(summary),), tuple(buttons), tone),))


# --- what a feature declares ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in the languages the declarations are kept in."""

    en: str
    de: str


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a command. `suggest` completes what has been typed so far (at most 25 choices are used)."""

    name: str
    summary: Words
    kind: Literal["text", "number", "choice", "picture"] = "text"
    required: bool = True
    choices: tuple[Choice, ...] = ()
    suggest: Callable[[Ask, Kit, str], Awaitable[Sequence[Choice]]] | None = None
    max_length: int = 4000


@dataclass(frozen=True, slots=True)
class Command:
    """A command. `name` is one word or two ("group setup"). `private` is fixed here, for a platform must say it first.

    `on_picture` labels a shortcut on a message that holds a picture, given as the command's picture option.
    """

    name: str
    summary: Words
    handle: Callable[[Ask, Kit], Awaitable[Reply]]
    options: tuple[Option, ...] = ()
    private: bool = True
    organiser: bool = False
    on_picture: Words | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """What a button or a form does. With `opens_form` the handler returns a Form, at once, from stored facts alone.

    `replaces` says that the reply takes the place of the private card whose button was pressed.
    """

    name: str
    handle: Callable[[Ask, Kit], Awaitable[Reply | Form]]
    private: bool = True
    organiser: bool = False
    opens_form: bool = False
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Cog:
    """A feature: its commands and its actions. Action names begin with the cog's name and a dot."""

    name: str
    summary: Words
    commands: tuple[Command, ...] = ()
    actions: tuple[Action, ...] = ()


# --- what a feature is handed -----------------------------------------------------------------------------------


class ClassifierError(Exception):
    """The model service could not answer; the message is a sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can look at pictures."""

    name: str
    version: str = ""
    summary: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a model saw. `predictions` are (label, probability), likeliest first; `sure`: past the model's threshold.

    Of kind "regression" there are `values` instead, by name; of kind "segmentation" a prediction is a label's share of
    the picture, and `mask` shows where each is.
    """

    model: str
    version: str
    predictions: tuple[tuple[str, float], ...]
    sure: bool = True
    notes: tuple[str, ...] = ()
    heat: Picture | None = None
    kind: Literal["single-label", "multi-label", "regression", "segmentation"] = "single-label"
    values: tuple[tuple[str, float], ...] = ()
    mask: Picture | None = None


class Classifier(Protocol):
    """The way to the model service."""

    async def models(self) -> Sequence[Model]:
        """The models on offer. Raises ClassifierError."""

    async def classify(self, model: str, picture: Picture, *, explain: bool = False) -> Verdict:
        """What the model sees in the picture; with `explain`, where it looked. Raises ClassifierError."""

    async def correct(self, model: str, picture: Picture, label: str) -> None:
        """Keep the picture with what it really shows, as its owner agreed to. Raises ClassifierError."""


class Rounds(Protocol):
    """The way to open a round outside the weekly times."""

    async def post_now(self, group_id: int) -> Round | None:
        """Open the group's next round at once; None if one was opened this very minute."""


@dataclass(frozen=True, slots=True)
class Kit:
    """All that a feature may use: what is remembered, what is taught, and who can see."""

    store: Store
    courses: Mapping[str, Course]
    classifier: Classifier
    rounds: Rounds
    looks: RecentLooks = field(default_factory=RecentLooks)
    nearness: Callable[[str, str], Awaitable[float]] | None = None
