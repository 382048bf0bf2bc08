"""Replies as Components V2: cards become containers, and whatever the content, the message is within Discord's limits.

A card's title, buttons and small print always stay. What is left of the message's 4,000 characters is shared among the
paragraphs, short ones first, so that one long answer cannot crowd out the rest; lists lose whole lines from their end.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import discord
from discord import ui

from bot.platforms.discord import limits
from bot.platforms.discord.blocks import Line, lines_of
from bot.platforms.discord.words import ELLIPSIS, cut, fit, markup, run, width
from bot.platforms.text import literal
from cogs.messages import Button, Card, Image, Picture, Quote, Reply, Span, Text, Tone, strong
from study.texts import _, n_

ACCENTS: dict[Tone, int | None] = {
    "plain": None,
    "good": 0x2E8B57,
    "partly": 0xD9A400,
    "bad": 0xC0392B,
    "notice": 0x5865F2,
}
STYLES = {
    "plain": discord.ButtonStyle.secondary,
    "primary": discord.ButtonStyle.primary,
    "danger": discord.ButtonStyle.danger,
}
_LEAST = 24
_NAME = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass
class Layout:
    """A rendered reply: the view, and a way to hand its files over anew for every attempt."""

    view: ui.LayoutView
    uploads: list[tuple[str, bytes, str]] = field(default_factory=list)

    @property
    def files(self) -> list[discord.File]:
        """The files, fresh: a file is read once."""
        return [discord.File(io.BytesIO(data), name, description=alt or None) for name, data, alt in self.uploads]


def render(reply: Reply, *, key: str = "", ping: str = "") -> Layout:
    """The reply as a message. With a key, the message carries it inside (see `mark`), to be found again by it.

    `ping` is the id of the role that is mentioned under the last card.
    """
    cards = list(reply.cards) or [Card("", (Text(reply.summary),))]
    if reply.faults:
        faults = [Text(strong(f"{name}: "), sentence) for name, sentence in reply.faults.items()]
        cards.append(Card("", tuple(faults), tone="bad"))
    layout = Layout(ui.LayoutView(timeout=None))
    pictures = _Pictures(layout)
    taken = [pictures.document(file.name, file.data) for file in reply.files]
    documents = [item for item in taken if item is not None]
    drawn = [_Drawn(card, pictures) for card in cards]
    _press_once(drawn)
    mentioned = ping.isdigit()
    room = limits.MESSAGE_COMPONENTS - len(documents) - mentioned
    shown, left_out = _that_fit(drawn, room)
    _share(shown, limits.MESSAGE_TEXT - (_LEAST * 4 if left_out else 0))
    for at, one in enumerate(shown):
        layout.view.add_item(one.container(mark(key) if key and at == 0 else None))
    if left_out:
        more = n_(
            "{count} more card is left out here: the message is full.",
            "{count} more cards are left out here: the message is full.",
            left_out,
        )
        layout.view.add_item(ui.TextDisplay(f"-# {more}"))
    for item in documents:
        layout.view.add_item(item)
    if mentioned:
        layout.view.add_item(ui.TextDisplay(f"-# <@&{ping}>"))
    # A stopped view is not kept in memory by the library: presses are followed by their id alone.
    layout.view.stop()
    return layout


def mark(key: str) -> int:
    """The number a message carries in its first container's id: a component id is a positive 32-bit integer of ours."""
    return zlib.crc32(key.encode()) & 0x3FFFFFFF | 0x40000000


def _press_once(drawn: Sequence[_Drawn]) -> None:
    """Discord refuses a message with the same id on two buttons: the first of them stays."""
    seen: set[str] = set()
    for one in drawn:
        for button in list(one.buttons):
            if button.action.id in seen:
                one.buttons.remove(button)
            seen.add(button.action.id)


def _that_fit(drawn: Sequence[_Drawn], room: int) -> tuple[list[_Drawn], int]:
    """As many cards as the components and the characters allow, and how many had to go."""

    def fits(some: Sequence[_Drawn], components: int) -> bool:
        text = sum(one.fixed + _LEAST * len(one.parts) for one in some)
        return sum(one.components for one in some) <= components and text <= limits.MESSAGE_TEXT - 4 * _LEAST

    if fits(drawn, room):
        return list(drawn), 0
    kept: list[_Drawn] = []
    for one in drawn:
        if not fits([*kept, one], room - 1):
            break
        kept.append(one)
    if not kept:
        drawn[0].shrink(room - 1)
        kept = [drawn[0]]
    return kept, len(drawn) - len(kept)


def _share(drawn: Sequence[_Drawn], room: int) -> None:
    """Cut the paragraphs so that all of them together fit: the short whole, the long to an equal share."""
    room -= sum(one.fixed for one in drawn)
    wants = [part for one in drawn for part in one.parts]
    for count, part in zip(range(len(wants), 0, -1), sorted(wants, key=lambda p: p.width), strict=True):
        part.room = min(part.width, max(0, room // count))
        room -= part.room


@dataclass
class _Part:
    """A paragraph or a list: lines that are kept whole while they can be."""

    lines: list[Line]
    prefix: str = ""
    splits: bool = True
    room: int = limits.MESSAGE_TEXT

    @property
    def width(self) -> int:
        return sum(width("".join(map(str, line))) + len(self.prefix) + 1 for line in self.lines)

    def text(self) -> str:
        """The part within its room."""
        if self.width <= self.room:
            return "\n".join(self.prefix + "".join(map(str, line)) for line in self.lines)
        if len(self.lines) == 1 or not self.splits:
            turn = [markup(f"\n{self.prefix}")]
            flat = [run for at, line in enumerate(self.lines) for run in (turn if at else []) + line]
            return self.prefix + cut(flat, self.room - 1 - len(self.prefix))
        made: list[str] = []
        for at, line in enumerate(self.lines):
            whole = self.prefix + "".join(map(str, line))
            more = f"-# {ELLIPSIS} and {len(self.lines) - at} more"
            used = sum(width(m) + 1 for m in made)
            if used + width(whole) + width(more) + 2 > self.room:
                if not made and self.room > 4 * _LEAST:
                    made.append(cut([markup(self.prefix), *line], self.room - width(more) - 2))
                    more = f"-# {ELLIPSIS} and {len(self.lines) - 1} more"
                elif used + width(more) >= self.room:
                    more = ELLIPSIS
                return "\n".join([*made, more])
            made.append(whole)
        return "\n".join(made)


class _Pictures:
    """The files of a message, within their number and size."""

    def __init__(self, layout: Layout) -> None:
        self._layout, self._bytes = layout, 0

    def _take(self, name: str, data: bytes, alt: str) -> str | None:
        uploads = self._layout.uploads
        if len(uploads) == limits.MESSAGE_FILES or self._bytes + len(data) > limits.UPLOAD_BYTES or not data:
            return None
        self._bytes += len(data)
        safe = _NAME.sub("-", name).strip("-.")[-80:] or "file"
        taken = {upload[0] for upload in uploads}
        unique = safe if safe not in taken else f"{len(uploads)}-{safe}"
        uploads.append((unique, data, fit(alt, 1024)))
        return unique

    def picture(self, picture: Picture) -> ui.MediaGallery[ui.LayoutView] | None:
        """A gallery of this one picture, or None where it cannot be carried."""
        alt = fit(picture.alt or picture.name, limits.ALT_TEXT)
        name = self._take(picture.name, picture.data, picture.alt)
        if name is None:
            return None
        return ui.MediaGallery(discord.MediaGalleryItem(f"attachment://{name}", description=alt))

    def document(self, name: str, data: bytes) -> ui.File[ui.LayoutView] | None:
        """A file handed over, or None where it cannot be carried."""
        taken = self._take(name, data, "")
        return None if taken is None else ui.File(f"attachment://{taken}")


def _small_print(footer: str | Text) -> str:
    spans = footer.spans if isinstance(footer, Text) else (Span(" ".join(literal(footer).split())),)
    text = cut([run(span) for span in spans], limits.FOOTER)
    return f"-# {text}" if text else ""


class _Drawn:
    """A card on its way to being a container."""

    def __init__(self, card: Card, pictures: _Pictures) -> None:
        self.card = card
        self.body: list[_Part | ui.MediaGallery[ui.LayoutView]] = []
        title = cut([run(Span(" ".join(literal(card.title).split())))], limits.TITLE)
        self.title = f"### {title}" if title else ""
        self.footer = _small_print(card.footer)
        self.buttons = list(card.buttons)
        for block in card.blocks:
            if isinstance(block, Image):
                gallery = pictures.picture(block.picture)
                captions = (
                    [Text(_("Picture: {name}", name=block.picture.alt or block.picture.name))]
                    if gallery is None
                    else []
                )
                self.body += [gallery] if gallery is not None else [_Part(lines_of(one)) for one in captions]
            elif lines := lines_of(block):
                quoted = isinstance(block, Quote)
                self.body.append(_Part(lines, "> " if quoted else "", splits=not isinstance(block, Quote | Text)))
        if not (self.title or self.body or self.footer or self.buttons):
            self.body.append(_Part([[run(Span(ELLIPSIS))]]))

    @property
    def parts(self) -> list[_Part]:
        return [part for part in self.body if isinstance(part, _Part)]

    @property
    def fixed(self) -> int:
        """Characters that stay whatever happens, line breaks included."""
        return width(self.title) + width(self.footer) + 2 * len(self.parts) + 4

    @property
    def components(self) -> int:
        rows = -(-len(self.buttons) // limits.ROW_BUTTONS)
        return 1 + len(self._groups()) + rows + len(self.buttons)

    def shrink(self, room: int) -> None:
        """A single card that is too much by itself: its pictures and then its last buttons go."""
        while self.components > room and any(not isinstance(part, _Part) for part in self.body):
            self.body.remove(next(part for part in reversed(self.body) if not isinstance(part, _Part)))
        while self.components > room and self.buttons:
            self.buttons.pop()

    def _groups(self) -> list[list[_Part | str] | ui.MediaGallery[ui.LayoutView]]:
        """Neighbouring paragraphs share one text display; pictures stand between."""
        groups: list[list[_Part | str] | ui.MediaGallery[ui.LayoutView]] = [[self.title]] if self.title else []
        for part in [*self.body, *([self.footer] if self.footer else [])]:
            if not isinstance(part, _Part | str):
                groups.append(part)
            elif groups and isinstance(groups[-1], list):
                groups[-1].append(part)
            else:
                groups.append([part])
        return groups

    def _paragraphs(self, group: Sequence[_Part | str]) -> str:
        """Paragraphs with room between them; a heading stays close to what it heads, small print to what it ends."""
        made = ""
        for part in group:
            text = part if isinstance(part, str) else part.text()
            heads = made.endswith(("**", ":")) or made == self.title
            if text:
                made += ("" if not made else "\n" if heads or text == self.footer else "\n\n") + text
        return made

    def container(self, number: int | None) -> ui.Container[ui.LayoutView]:
        """The card, finished."""
        made: ui.Container[ui.LayoutView] = ui.Container(accent_colour=ACCENTS[self.card.tone], id=number)
        for group in self._groups():
            if not isinstance(group, list):
                made.add_item(group)
                continue
            made.add_item(ui.TextDisplay(self._paragraphs(group) or ELLIPSIS))
        for at in range(0, len(self.buttons), limits.ROW_BUTTONS):
            row = self.buttons[at : at + limits.ROW_BUTTONS]
            made.add_item(ui.ActionRow(*(_button(button) for button in row)))
        return made


def _button(button: Button) -> ui.Button[ui.LayoutView]:
    return ui.Button(
        label=fit(button.label, limits.BUTTON_LABEL) or ELLIPSIS, style=STYLES[button.style], custom_id=button.action.id
    )
