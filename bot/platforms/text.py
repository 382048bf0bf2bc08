"""A reply as plain text: for the terminal, for simulations, wherever a platform can show nothing richer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple, assert_never

from cogs.messages import (
    Bars,
    Block,
    BulletList,
    Card,
    Code,
    EntryMark,
    Fields,
    File,
    Form,
    FormField,
    Image,
    Link,
    Quote,
    Ranking,
    Reply,
    Span,
    Text,
    Tone,
)
from study.texts import _, noop, number_text


class MarkSign(NamedTuple):
    """How a mark is shown: a plain sign or an emoji, and the word that says the same to those who cannot see it."""

    sign: str
    word: str
    emoji: str


MARKS: dict[EntryMark, MarkSign] = {
    "hit": MarkSign("✓", noop("Found"), "✅"),
    "partly": MarkSign("◐", noop("Partly"), "🌓"),
    "miss": MarkSign("○", noop("Missing"), "⬜"),
    "against": MarkSign("✗", noop("Against"), "❌"),
    "note": MarkSign("*", noop("Note"), "💡"),
}
"""The marks that are shown by more than a bullet or a number, on every platform."""

TONES: dict[Tone, tuple[str, str]] = {
    "good": ("✓", noop("Good")),
    "partly": ("◐", noop("Partly")),
    "bad": ("✗", noop("Not this time")),
    "notice": ("i", noop("Note")),
}
"""The sign of a card's tone and its word."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_BAR = 20


def literal(text: str) -> str:
    """Text without half characters, and without those that move a cursor or turn the direction of writing."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def render_text(reply: Reply, *, first_button: int | None = None) -> str:
    """The reply as text, always the same for the same reply; from `first_button` on, buttons are numbered."""
    parts, number = [], first_button
    for card in reply.cards:
        parts.append(_card(card, number))
        number = None if number is None else number + len(card.buttons)
    if not reply.cards:
        parts.append(literal(reply.summary))
    parts += [f"{literal(field)}: {literal(fault)}" for field, fault in reply.faults.items()]
    parts += [_file(file) for file in reply.files]
    return "\n\n".join(part for part in parts if part)


def render_form(form: Form) -> str:
    """A form's title, introduction and fields as text."""
    parts = [literal(form.title), literal(form.intro)]
    return "\n".join([*(part for part in parts if part), *(f"- {field_line(one)}" for one in form.fields)])


def field_line(one: FormField) -> str:
    """One field of a form in one line: what is asked, what may be chosen, whether it may be left empty."""
    line = literal(one.label)
    if one.choices:
        names = ", ".join(literal(choice.value if one.kind == "line" else choice.label) for choice in one.choices)
        line += f" ({names})" if one.kind in ("choice", "options") else " " + _("(such as {names})", names=names)
    if one.kind == "picture":
        line += " " + _("(path of a picture)")
    if not one.required:
        line += " " + _("(may be left empty)")
    return line + (f": {literal(one.hint)}" if one.hint else "")


def plain(text: Text) -> str:
    """A paragraph as text; what is to be read letter by letter stands between backticks."""
    return literal("".join(_span(span) for span in text.spans))


def _span(span: Span) -> str:
    if isinstance(span, Link) and span.text != span.url:
        return f"{span.text} ({span.url})"
    return f"`{span.text}`" if span.style == "code" else span.text


def _card(card: Card, number: int | None) -> str:
    blocks = [_block(block) for block in card.blocks]
    if card.title:
        blocks.insert(0, literal(card.title))
    if card.footer:
        blocks.append(plain(card.footer) if isinstance(card.footer, Text) else literal(card.footer))
    if card.buttons:
        labels = [literal(button.label) for button in card.buttons]
        numbered = labels if number is None else [f"{number + at} {label}" for at, label in enumerate(labels)]
        blocks.append(" ".join(f"[{label}]" for label in numbered))
    return "\n".join(block for block in blocks if block)


def _block(block: Block) -> str:
    match block:
        case Text():
            return plain(block)
        case BulletList(entries):
            return "\n".join(_entry(at, entry.mark, plain(entry.text)) for at, entry in enumerate(entries, 1))
        case Code(text):
            return _indented("    ", text)
        case Quote(text):
            return _indented("> ", text)
        case Bars(bars):
            width = max((len(bar.label) for bar in bars), default=0)
            return "\n".join(
                f"{literal(bar.label):<{width}} {_share(bar.share)} {literal(bar.note)}".rstrip() for bar in bars
            )
        case Ranking(rows):
            return _columns(
                (
                    f"{'>' if row.own else ' '} {row.rank}.",
                    literal(row.name) + (" " + _("(you)") if row.own else ""),
                    literal(row.points),
                    literal(row.note),
                )
                for row in rows
            )
        case Fields(pairs):
            return "\n".join(f"{literal(name)}: {literal(value)}" for name, value in pairs)
        case Image(picture):
            return _("[picture: {name}]", name=literal(picture.alt or picture.name))
    assert_never(block)


def _indented(before: str, text: str) -> str:
    return "\n".join(f"{before}{line}" for line in literal(text).split("\n"))


def _entry(at: int, mark: EntryMark, text: str) -> str:
    body = text.replace("\n", "\n    ")
    if mark == "plain":
        return f"  - {body}"
    if mark == "number":
        return f"  {at}. {body}"
    shown = MARKS[mark]
    word = _(shown.word)
    return f"  {shown.sign} {word}: {body}"


def _file(file: File) -> str:
    return _("[file: {name}, {count} bytes]", name=literal(file.name), count=number_text(len(file.data)))


def _share(share: float) -> str:
    full = round(max(0.0, min(1.0, share)) * _BAR)
    return "█" * full + "░" * (_BAR - full)


def _columns(rows: Iterable[tuple[str, ...]]) -> str:
    table = list(rows)
    if not table:
        return ""
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    lines = ("  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)) for row in table)
    return "\n".join(line.rstrip() for line in lines)
