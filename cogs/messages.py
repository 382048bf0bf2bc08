"""The neutral words every feature speaks: what arrives (an Ask) and what goes back (a Reply).

Nothing here knows a platform. A platform renders these values in its own manner; text is always literal and is
escaped by whoever renders it, so that nobody's name or answer can format, mention or link anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from string import Formatter
from typing import Literal

from cogs.errors import CogsError
from study.calendar import is_zone
from study.group import Place
from study.texts import EMPTY, LazyText, p_

# --- what arrives -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks. `id` is the platform's own; `organiser`: they administer the server, workspace or page at this moment.

    `zone` is an IANA name; one that this machine does not know is as good as none. `language` is a BCP 47 tag. `roles`
    are the ids of what they hold there. `begins`: they may start a group where none reads. `listed`: they are an
    organiser because the group that they ask in named them, which the dispatcher finds out; their platform's
    administrators are one without. `unsure`: their platform did not say just now what they may do.
    """

    platform: str
    id: str
    name: str
    organiser: bool = False
    zone: str = ""
    language: str = ""
    roles: tuple[str, ...] = ()
    begins: bool = False
    listed: bool = False
    unsure: bool = False

    def __post_init__(self) -> None:
        if self.zone and not is_zone(self.zone):
            object.__setattr__(self, "zone", "")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as bytes, with words for those who cannot see it."""

    data: bytes
    name: str = "picture.png"
    content_type: str = "image/png"
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Somebody, or a role, picked from the platform's own list: its id, and what it is called there.

    `note` is a sentence for whoever picked it, about what a mention of it still needs; else it is empty.
    """

    id: str
    name: str
    note: str = ""


Value = str | int | Picture | Chosen


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing a person wants. `key` is the platform's id of the event: the same key is the same event again.

    `args` are a button's arguments; `subject` is the id that they begin with, known to be of the group asked in.
    `session` is the browser session in which it was asked, by its hash; empty where a platform has none.
    `hindrance` says, of an organiser's command, why the bot may not post in the place and what mends it; else empty.
    `unsuited` says why no group could read where it is asked, and where it could; else empty.
    `apart`: where it was asked in truth, if in no channel of a group's and for whoever asked alone: there one means a
    group of one's own, and `place` is where that group reads, once it is found out.
    """

    person: Person
    place: Place
    at: datetime
    key: str
    options: Mapping[str, Value] = field(default_factory=dict)
    args: tuple[str, ...] = ()
    subject: int = 0
    session: str = ""
    hindrance: LazyText = EMPTY
    unsuited: str = ""
    apart: Place | None = None

    def text(self, name: str, default: str = "") -> str:
        """The option as text; the default where it was left out."""
        value = self.options.get(name, default)
        return value if isinstance(value, str) else str(value) if isinstance(value, int) else default

    def chosen(self, name: str) -> Chosen | None:
        """The option as somebody, or a role, that was picked."""
        value = self.options.get(name)
        return value if isinstance(value, Chosen) else None

    def picture(self, name: str) -> Picture | None:
        """The option as a picture, if one was given."""
        value = self.options.get(name)
        return value if isinstance(value, Picture) else None


# --- what goes back ---------------------------------------------------------------------------------------------

Tone = Literal["plain", "good", "partly", "bad", "notice"]
EntryMark = Literal["plain", "number", "hit", "partly", "miss", "against", "note"]


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


@dataclass(frozen=True, slots=True, init=False)
class CommandRef(Span):
    """A command that the reader may type. Where commands are typed otherwise, a platform writes it in its own way."""

    command: str = ""
    rest: str = ""

    def __init__(self, command: str, rest: str = "") -> None:
        object.__setattr__(self, "command", command)
        object.__setattr__(self, "rest", rest)
        object.__setattr__(self, "text", f"/{command} {rest}".strip())
        object.__setattr__(self, "style", "code")


@dataclass(frozen=True, slots=True)
class Link(Span):
    """Text that leads to an address, which is http or https and holds no blank, bracket or quote."""

    url: str = ""


@dataclass(frozen=True, slots=True)
class Moment(Span):
    """A moment, in seconds since 1970, which a platform shows in its reader's own zone; `text` where it cannot."""

    epoch: int = 0


@dataclass(frozen=True, slots=True)
class Name(Span):
    """Somebody's name. Kept apart from the words around it, so that it can be taken out when they are forgotten."""


@dataclass(frozen=True, slots=True)
class Said(Span):
    """Somebody's own words within a line, known for the same reason as a `Name`; set apart they are a `Quote`."""


def spans(sentence: str, **values: str | Span | tuple[Span, ...]) -> tuple[Span, ...]:
    """A sentence with spans where its {placeholders} stand, wherever a translator put them."""
    parts: list[Span] = []
    for words, name, _, _ in Formatter().parse(sentence):
        if words:
            parts.append(Span(words))
        if name is not None:
            value = values[name]
            parts += value if isinstance(value, tuple) else [value if isinstance(value, Span) else Span(value)]
    return tuple(parts)


_URL = r"https?://[^\s<>\"'`()\[\]]*[^\s<>\"'`()\[\].,;:!?]"
_RICH = re.compile(
    rf"`(?P<code>[^`\n]+)`|\*\*(?P<strong>[^*\n]+)\*\*|\[(?P<label>[^\]\n]+)\]\((?P<to>{_URL})\)|(?P<url>{_URL})"
)


def rich(text: str) -> tuple[Span, ...]:
    """Spans of a pack author's text: `code`, **strong**, [names](address) and addresses. Never for members' words."""
    spans: list[Span] = []
    at = 0
    for match in _RICH.finditer(text):
        if match.start() > at:
            spans.append(Span(text[at : match.start()]))
        spans.append(_styled(match))
        at = match.end()
    if at < len(text):
        spans.append(Span(text[at:]))
    return tuple(spans)


def _styled(match: re.Match[str]) -> Span:
    if match["code"]:
        return code(match["code"])
    if match["strong"]:
        return strong(match["strong"])
    return Link(match["label"] or match["url"], url=match["to"] or match["url"])


@dataclass(frozen=True, slots=True, init=False)
class Text:
    """A paragraph. Plain strings among its parts are literal spans."""

    spans: tuple[Span, ...]

    def __init__(self, *parts: str | Span) -> None:
        object.__setattr__(self, "spans", tuple(Span(p) if isinstance(p, str) else p for p in parts))

    def __str__(self) -> str:
        """The words alone."""
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list. A mark is rendered as a sign with words beside it, never by colour alone."""

    text: Text
    mark: EntryMark = "plain"


@dataclass(frozen=True, slots=True)
class BulletList:
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
class Fields:
    """Short names with short values."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture within a card."""

    picture: Picture


@dataclass(frozen=True, slots=True)
class Code:
    """Lines to be read letter by letter, each as it stands."""

    text: str


Block = Text | Code | BulletList | Quote | Bars | Ranking | Fields | Image


@dataclass(frozen=True, slots=True)
class ActionId:
    """What pressing a button or sending a form means: an action's name and its arguments, all inside a lasting id."""

    name: str
    args: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The id as a platform stores it: at most 100 ASCII characters, the same for ever."""
        made = ":".join((self.name, *self.args))
        if len(made) > 100 or not made.isascii() or any(":" in arg for arg in self.args):
            raise ValueError(f"not a lasting id: {made!r}")
        return made

    @classmethod
    def parse(cls, made: str) -> ActionId:
        """The action and arguments that made this id."""
        name, *args = made.split(":")
        return cls(name, tuple(args))


@dataclass(frozen=True, slots=True)
class Button:
    """A button of a card."""

    label: str
    action: ActionId
    style: Literal["plain", "primary", "danger"] = "plain"


@dataclass(frozen=True, slots=True)
class Card:
    """One thing to read: a title, blocks, buttons. `footer` is small print."""

    title: str = ""
    blocks: tuple[Block, ...] = ()
    buttons: tuple[Button, ...] = ()
    tone: Tone = "plain"
    footer: str | Text = ""


@dataclass(frozen=True, slots=True)
class File:
    """A document handed over with a reply."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Event:
    """What stands in the calendar of a platform that has one. `cancelled`: it stood there and is not held."""

    title: str
    about: str
    starts: datetime
    ends: datetime
    where: str
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a feature answers or posts. `summary` is one plain sentence for notifications and screen readers.

    `faults` (only in answer to a form) name the fields that cannot be accepted, each with a sentence; nothing was kept.
    `thread` (only in posts) titles a thread for discussion, opened under the post where the platform has threads.
    `event` (only in posts) is for a platform's calendar, and no message.
    `failed`: it could not be done just now, so this is no result: the same event may come again, and nothing that was
    written may be thrown away.
    `alone`: for whoever asked alone, also where the answer would be for everybody: a refusal, a slip of one's own.
    """

    summary: str
    cards: tuple[Card, ...] = ()
    files: tuple[File, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)
    thread: str = ""
    event: Event | None = None
    failed: bool = False
    alone: bool = False

    @property
    def taken(self) -> bool:
        """Whether it answers what was asked, and may be seen by whoever the answer is for."""
        return not (self.alone or self.failed or self.faults)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values a person may pick."""

    label: str
    value: str


BETWEEN = ", "
"""What stands between several values that were picked in one field."""


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of a form.

    Of kind "options" each of `choices` is in sight, to tap one of them or, with `several`, any number; where a platform
    cannot show so many, and in a line that is typed, their values are written, with commas between them.
    Of kind "person", "role" or "mention" it is picked from the platform's own list, and comes back `Chosen`. Where a
    platform has no such list, a person is named in a line (`choices` are suggestions), and there are no roles. Of kind
    "mention" it is a role, or what the platform has for everybody in a channel.
    """

    name: str
    label: str
    kind: Literal["line", "paragraph", "choice", "options", "picture", "person", "role", "mention"] = "line"
    required: bool = True
    value: str = ""
    hint: str = ""
    max_length: int = 4000
    choices: tuple[Choice, ...] = ()
    several: bool = False

    @property
    def chosen(self) -> frozenset[str]:
        """The values that are picked before anybody has picked."""
        return frozenset(self.value.split(BETWEEN))


@dataclass(frozen=True, slots=True)
class Form:
    """A form to fill in; sending it runs `action` with the fields as options. `intro` stands above them."""

    title: str
    action: ActionId
    fields: tuple[FormField, ...]
    intro: str = ""
    submit: str = field(default_factory=lambda: p_("button", "Send"))


def say(
    sentence: str, *more: str | Span, tone: Tone = "plain", title: str = "", buttons: Sequence[Button] = ()
) -> Reply:
    """A reply of one sentence, and perhaps some more, which notifications leave out."""
    words = (f"{sentence} ", *more) if more else (sentence,)
    return Reply(sentence, (Card(title, (Text(*words),), tuple(buttons), tone),))


class Refusal(CogsError):
    """A wish that cannot be granted: one sentence that says why, and more that says what helps."""

    def __init__(self, sentence: str, *more: str | Span) -> None:
        super().__init__(" ".join((sentence, str(Text(*more)))).strip())
        self.reply = replace(say(sentence, *more, tone="notice"), alone=True)
