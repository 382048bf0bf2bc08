"""Turns what is kept into HTML. Templates see the written form of a reply and escape every word of it."""

from __future__ import annotations

import json
import secrets
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from bot.platforms.browser.members import Session
from bot.platforms.text import MARKS, TONES, literal
from bot.vision import pictures
from cogs.declare import Cog
from cogs.messages import Form
from store import DELETED, HIDDEN, UNDER, Message, PagePerson
from study.texts import _, day_text, language, n_, np_, number_text, p_, texts_in, written_as

HERE = Path(__file__).parent
SCRIPTS = "bot/platforms/browser/static/"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks, from where: what every form of the page must carry back.

    `elsewhere` is where their buttons and forms are sent, if not to the channel. `organises`: they organise the group
    that reads there, by what the page says of them or because the group named them.
    """

    member: PagePerson
    channel: str
    zone: ZoneInfo
    session: Session
    named: bool
    language: str = ""
    elsewhere: str = ""
    organises: bool = False

    def sees(self, message: Message) -> Message:
        """A message as they may see it."""
        return message.veiled() if message.hidden and not self.organises else message

    @property
    def press(self) -> str:
        """Where a button or a form of theirs is sent."""
        return self.elsewhere or f"/c/{quote(self.channel)}/press"

    @property
    def token(self) -> str:
        """What a form must bring back."""
        return self.session.token

    @property
    def query(self) -> str:
        """What follows an address so that this tab stays this person."""
        return f"?as={self.member.id}" if self.named else ""


@dataclass(frozen=True, slots=True)
class Thread:
    """A message with what stands under it: private replies, and what is said in its thread."""

    message: Message
    under: tuple[Message, ...]


@cache
def _environment(cogs: tuple[Cog, ...]) -> Environment:
    """The templates, compiled once for all views of the same features."""
    # Autoescape is on for every template, whatever its name: nothing of a member's words may become markup.
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_literal,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    reserved = [action.name for cog in cogs for action in cog.actions if action.organiser]
    shortcuts = [(c.name, c.on_picture) for cog in cogs for c in cog.commands if c.on_picture]
    templates.globals.update(
        pictures=pictures,
        marks=MARKS,
        tones=TONES,
        reserved=frozenset(reserved),
        shortcuts=shortcuts,
        initials=_initials,
        under_at_first=UNDER,
        DELETED=DELETED,
        HIDDEN=HIDDEN,
        solo=lambda message: Thread(message, ()),
        key_for=lambda: secrets.token_urlsafe(12),
        language=language,
        script_texts=_script_texts,
        day_text=day_text,
        utc=ZoneInfo("UTC"),
        _=_,
        n_=n_,
        p_=p_,
    )
    templates.filters.update(local=_local, share=_share, hue=_hue, filled=_filled, number=number_text)
    return templates


class View:
    """The templates, with what they know of the features."""

    def __init__(self, cogs: Sequence[Cog]) -> None:
        self._templates = _environment(tuple(cogs))

    def page(self, template: str, /, **values: object) -> str:
        """A whole page."""
        return self._templates.get_template(template).render(values)

    def entries(self, messages: Iterable[Message], viewer: Viewer) -> str:
        """Messages as they stand in the channel."""
        return self.page("entries.html", shown=grouped(map(viewer.sees, messages)), viewer=viewer)

    def entry(self, message: Message, viewer: Viewer) -> str:
        """One message as it stands in the channel or under another message."""
        return self.page("entry.html", shown=Thread(viewer.sees(message), ()), viewer=viewer)

    def as_json(self, messages: Iterable[Message], viewer: Viewer) -> list[dict[str, object]]:
        """Messages as a script takes them."""
        return [
            {
                "id": message.id,
                "rev": message.rev,
                "anchor": message.anchor,
                "private": message.reader is not None,
                "letter": message.is_letter,
                "own": message.author == viewer.member.id,
                "gone": message.body["is"] in (HIDDEN, DELETED),
                "edited": message.edited_at is not None,
                "who": message.author_name or "studybot",
                "summary": _summary(message),
                "html": self.entry(message, viewer),
            }
            for message in map(viewer.sees, messages)
        ]

    def form(
        self,
        form: Form,
        viewer: Viewer,
        *,
        message: str,
        opener: str,
        key: str,
        faults: Mapping[str, str],
        given: Mapping[str, str],
    ) -> str:
        """A form, for a dialog or a page of its own; what was `given` stands in it instead of the form's own values."""
        values = {field.name: given.get(field.name, field.value) for field in form.fields}
        picked = {field.name: replace(field, value=values[field.name]).chosen for field in form.fields}
        return self.page(
            "form.html",
            form=form,
            viewer=viewer,
            message=message,
            opener=opener,
            key=key,
            faults=faults,
            values=values,
            picked=picked,
        )

    def people(self, members: Sequence[PagePerson], here: frozenset[str], viewer: Viewer) -> str:
        """Who belongs here and who has the page open."""
        return self.page("people.html", members=members, here=here, viewer=viewer)


def grouped(messages: Iterable[Message]) -> list[Thread]:
    """Messages with those that stand under them; one whose anchor is not there stands alone."""
    tops: dict[int, list[Message]] = {}
    for message in messages:
        if message.anchor in tops:
            tops[message.anchor].append(message)
        else:
            tops[message.id] = [message]
    return [Thread(first, tuple(below(one, first) for one in under)) for first, *under in tops.values()]


def below(message: Message, above: Message | None) -> Message:
    """A message as it stands in the thread of another: what can be read right above it is not said again."""
    if above is None or message.reader is not None or "cards" not in message.body:
        return message
    told = [block for card in above.body.get("cards", ()) for block in card["blocks"]]
    cards = [{**card, "blocks": [one for one in card["blocks"] if one not in told]} for card in message.body["cards"]]
    return replace(message, body={**message.body, "cards": cards})


def _summary(message: Message) -> str:
    """A message in a line."""
    if message.body["is"] == HIDDEN:
        return _("A message was hidden by an organiser.")
    if message.body["is"] == DELETED:
        return _("This message was deleted.")
    return message.body.get("summary") or message.body.get("text") or _("a picture")


def _literal(value: object) -> object:
    return literal(value) if type(value) is str else value  # what is Markup already was literal before


PATTERNS = (
    np_("pattern of a date", "EEEE, d MMMM y, HH:mm"),
    np_("pattern of a date", "EEEE, d MMMM y"),
    np_("pattern of a date", "EEE d MMM, HH:mm"),
    np_("pattern of a date", "EEE HH:mm"),
    np_("pattern of a date", "HH:mm"),
    np_("pattern of a date", "d MMMM y, HH:mm"),
)
"""The ways in which the templates write a moment; each language has its own."""


def _local(at: datetime, zone: ZoneInfo, pattern: str) -> str:
    assert pattern in PATTERNS
    return written_as(at.astimezone(zone), p_("pattern of a date", pattern))


def _filled(sentence: str, **values: object) -> Markup:
    """A sentence with markup of ours where its placeholders stand; all else is escaped."""
    return escape(sentence).format(**values)


def _script_texts() -> str:
    """What the scripts of the page say, by their English."""
    return json.dumps(dict(texts_in(SCRIPTS)), ensure_ascii=False)


def _share(share: float) -> str:
    return f"{max(0.0, min(1.0, share)) * 100:.1f}%"


def _hue(person_id: str) -> int:
    """One of eight colours, always the same for a person."""
    return zlib.crc32(person_id.encode()) % 8


def _initials(name: str) -> str:
    words = [word for word in name.split() if word]
    letters = words[0][:1] + (words[-1][:1] if len(words) > 1 else "") if words else "?"
    return letters.upper()
