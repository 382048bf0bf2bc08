"""Replies as Block Kit, always within Slack's limits whatever they hold.

Texts become `rich_text`, whose text elements are literal: nothing in them can mention, link or format. Titles, buttons
and small print are `plain_text`. Markup is written for the moments and links of small print alone, and beside words
only that hold no sign of it, so nobody's words need trusting.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import assert_never

from bot.platforms.slack.rendering import limits, tables
from bot.platforms.slack.rendering.fitting import fit, rich, size
from bot.platforms.slack.rendering.limits import Json, Room, cut, plain
from bot.platforms.slack.rendering.line import as_typed
from bot.platforms.text import MARKS, literal
from cogs.messages import (
    ActionId,
    Bars,
    Block,
    BulletList,
    Button,
    Card,
    Code,
    CommandRef,
    Entry,
    Fields,
    Image,
    Link,
    Moment,
    Picture,
    Quote,
    Ranking,
    Reply,
    Row,
    Span,
    Text,
    strong,
)
from study.texts import _, n_, noop, percent_text

SHORTENED = noop("Shortened: the rest does not fit into a Slack message.")
BAR = 12

Uploaded = Callable[[Picture], str | None]


def nothing_uploaded(picture: Picture) -> str | None:
    """No picture has been handed to Slack."""
    return None


def blocks(reply: Reply, room: Room = limits.MESSAGE, *, uploaded: Uploaded = nothing_uploaded) -> list[Json]:
    """The reply's cards as blocks that fit the room. What must go is the end of long texts, then whole last cards."""
    cards = list(reply.cards) or [Card(blocks=(Text(reply.summary),))]
    dropped = 0
    while True:
        kept = cards[: len(cards) - dropped]
        fixed = [_frame(card) for card in kept]
        count = sum(len(above) + len(below) for above, below in fixed) + max(0, len(kept) - 1)
        weight = sum(size(one) for above, below in fixed for one in (*above, *below)) + 25 * len(kept)
        spare = Room(room.blocks - count - 2, room.characters - weight - 200)
        if (spare.blocks >= len(kept) and spare.characters >= 200 * len(kept)) or len(kept) == 1:
            break
        dropped += 1
    made: list[Json] = []
    short = dropped > 0
    tabled = _rankings(kept)[: room.tables]
    left_blocks, left_characters = spare.blocks, spare.characters
    for at, (card, (above, below)) in enumerate(zip(kept, fixed, strict=True)):
        later = len(kept) - at - 1
        fair = Room(max(1, left_blocks - later), max(200, left_characters - 200 * later))
        body, whole = fit(_body(card, uploaded, tabled), fair)
        short = short or not whole
        left_blocks -= len(body)
        left_characters -= sum(size(one) for one in body)
        if made:
            made.append({"type": "divider"})
        made += [*above, *body, *below]
    if short:
        told = _(SHORTENED)
        if dropped:
            told += " " + n_("{count} more card left out.", "{count} more cards left out.", dropped)
        made.append(small_print(told))
    return made[: room.blocks] or [rich([section([Span(reply.summary or "-")])])]


def _rankings(cards: Sequence[Card]) -> list[Ranking]:
    return [block for card in cards for block in card.blocks if isinstance(block, Ranking) and block.rows]


def textual(made: Sequence[Json]) -> list[Json]:
    """The same in words, for where Slack refuses the blocks: pictures that it has not taken in yet, and tables."""
    return [_in_words(one) for one in made]


def _in_words(block: Json) -> Json:
    if block["type"] == "image":
        return small_print(_("[picture: {name}]", name=block["alt_text"]))
    return rich([section([Span(tables.lines(block))])]) if block["type"] == "table" else block


DATE = "{date_long_pretty}, {time}"
"""How Slack writes a moment, in its reader's own zone: Tuesday, February 18th, 2014 (or today), 6:00 PM."""
SMALL_LINE = 2000
_MARKUP = re.compile(r"[*_~`]|^\s*>|:[^\s:]+:", re.MULTILINE)
"""What Slack may read as bold, italic, struck out, code, a quotation or an emoji."""


def small_print(text: str) -> Json:
    """A line of small print."""
    return {"type": "context", "elements": [plain(text, 1000)]}


def _small_spans(text: Text) -> Json:
    """A line of small print that holds moments or links, which small print knows in Slack's own markup alone.

    It is one element, for Slack parts elements by a gap; but where words hold signs that it would read as markup, they
    stand as plain text beside it.
    """
    parts = [_small_span(span) for span in text.spans]
    line = "".join(said if target else limits.escape(said) for target, said in parts)
    if len(line) <= SMALL_LINE and not any(_MARKUP.search(said) for target, said in parts if not target):
        return {"type": "context", "elements": [_markup(line)]}
    elements = [_markup(said) if target else plain(said, 1000) for target, said in parts if said.strip()]
    return {"type": "context", "elements": elements[: limits.CONTEXT_ELEMENTS]}


def _small_span(span: Span) -> tuple[str, str]:
    """Where a span leads, as Slack's markup has it, with the markup; or nowhere, with its words."""
    said = as_typed(span) if isinstance(span, CommandRef) else span.text
    target = f"!date^{span.epoch}^{DATE}" if isinstance(span, Moment) else span.url if isinstance(span, Link) else ""
    return target, f"<{target}|{limits.escape(said).replace('|', '/')}>" if target else said


def _markup(line: str) -> Json:
    return {"type": "mrkdwn", "text": line, "verbatim": True}


def _frame(card: Card) -> tuple[list[Json], list[Json]]:
    above: list[Json] = []
    if card.title.strip():
        above.append({"type": "header", "text": plain(card.title, limits.HEADER)})
    below = list(buttons(card.buttons, card.title))
    if isinstance(card.footer, Text):
        below.append(_small_spans(card.footer))
    elif card.footer.strip():
        below.append(small_print(card.footer))
    return above, below


def buttons(given: Sequence[Button], of: str = "") -> Iterator[Json]:
    """Rows of buttons. A screen reader hears of which card a button is, where its label alone would not say."""
    for start in range(0, min(len(given), 4 * limits.BUTTONS_A_ROW), limits.BUTTONS_A_ROW):
        row = given[start : start + limits.BUTTONS_A_ROW]
        yield {"type": "actions", "elements": [_button(one, start + at, of) for at, one in enumerate(row)]}


def _button(button: Button, at: int, of: str) -> Json:
    made: Json = {
        "type": "button",
        "action_id": f"press:{at}:{button.action.id}"[: limits.ACTION_ID],
        "text": plain(button.label, limits.BUTTON),
        "value": button.action.id,
    }
    spoken = f"{button.label}: {of}"
    if of and of != button.label and len(spoken) <= limits.BUTTON:
        made["accessibility_label"] = literal(spoken)
    if button.style != "plain":
        made["style"] = button.style
    return made


def press_of(action: Json) -> ActionId:
    """The press that a button carried."""
    return ActionId.parse(str(action.get("value", "")))


# --- the body of a card -----------------------------------------------------------------------------------------


def section(spans: Sequence[Span]) -> Json:
    """A paragraph."""
    return {"type": "rich_text_section", "elements": _runs(spans)}


def _runs(spans: Sequence[Span]) -> list[Json]:
    runs: list[Json] = []
    for span in spans:
        text = literal(as_typed(span) if isinstance(span, CommandRef) else span.text)
        if not text:
            continue
        if isinstance(span, Moment):
            runs.append({"type": "date", "timestamp": span.epoch, "format": DATE, "fallback": text})
            continue
        run: Json = {"type": "text", "text": text}
        if isinstance(span, Link):
            run = {"type": "link", "url": span.url, "text": text}
        if span.style == "strong":
            run["style"] = {"bold": True}
        elif span.style == "code":
            run["style"] = {"code": True}
        runs.append(run)
    return runs or [{"type": "text", "text": " "}]


def _body(card: Card, uploaded: Uploaded, tabled: Sequence[Ranking]) -> Iterator[Json]:
    """Elements of rich text and whole blocks, in their order; `tabled` are the rankings shown as tables."""
    paragraph: list[Span] = []
    for block in card.blocks:
        if isinstance(block, Text):
            if paragraph:
                paragraph.append(Span("\n"))
            paragraph += [*block.spans]
            continue
        if paragraph:
            yield section(paragraph)
            paragraph = []
        if any(block is one for one in tabled):
            assert isinstance(block, Ranking)
            yield tables.table([(str(row.rank), _name(row), _earned(row)) for row in block.rows], _own(block.rows))
        else:
            yield from _elements(block, uploaded)
    if paragraph:
        yield section(paragraph)


def _elements(block: Block, uploaded: Uploaded) -> Iterator[Json]:
    match block:
        case Text(spans):
            yield section(spans)
        case BulletList(entries):
            yield from _lists(entries)
        case Code(text):
            yield {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": literal(text) or " "}]}
        case Quote(text):
            yield {"type": "rich_text_quote", "elements": _runs([Span(text)])}
        case Bars(bars):
            lines = []
            for bar in bars:
                full = round(max(0.0, min(1.0, bar.share)) * BAR)
                sign = "█" * full + "░" * (BAR - full)
                lines.append([Span(bar.label, "strong"), Span(f" {bar.note or percent_text(bar.share)}  {sign}")])
            yield _list(lines)
        case Ranking(rows):
            if rows:
                yield section([span for at, row in enumerate(rows) for span in _ranked(row, first=at == 0)])
        case Fields(pairs):
            yield _list([[Span(f"{name}: ", "strong"), Span(value)] for name, value in pairs])
        case Image(picture):
            yield _picture(picture, uploaded(picture))
        case _:
            assert_never(block)


def _name(row: Row) -> str:
    return " ".join((row.name, _("(you)"))) if row.own else row.name


def _earned(row: Row) -> str:
    return " · ".join(filter(None, (row.points, row.note)))


def _own(rows: Sequence[Row]) -> frozenset[int]:
    return frozenset(at for at, row in enumerate(rows) if row.own)


def _ranked(row: Row, *, first: bool) -> Iterator[Span]:
    text = f"{'' if first else chr(10)}{row.rank}. {_name(row)}: {_earned(row)}"
    yield strong(text) if row.own else Span(text)


def _list(lines: Sequence[Sequence[Span]]) -> Json:
    return {"type": "rich_text_list", "style": "bullet", "elements": [section(line) for line in lines]}


def _lists(entries: Sequence[Entry]) -> Iterator[Json]:
    """Lines of a list. Numbers are written out: Slack's own begin anew wherever a long list must be broken."""
    bullets: list[list[Span]] = []
    numbered: list[Span] = []
    number = 0
    for entry in entries:
        spans = list(entry.text.spans)
        if entry.mark == "number":
            if bullets:
                yield _list(bullets)
                bullets = []
            number += 1
            numbered += [Span(("\n" if numbered else "") + f"{number}. "), *spans]
            continue
        if numbered:
            yield section(numbered)
            numbered = []
        if entry.mark in MARKS:
            shown = MARKS[entry.mark]
            word = _(shown.word)
            spans.insert(0, Span(f"{shown.sign} {word}: "))
        bullets.append(spans)
    if bullets:
        yield _list(bullets)
    if numbered:
        yield section(numbered)


def _picture(picture: Picture, file: str | None) -> Json:
    alt = literal(picture.alt or picture.name)
    if file is None:
        return section([Span(_("[picture: {name}]", name=cut(alt, limits.ALT)))])
    return {"type": "image", "slack_file": {"id": file}, "alt_text": cut(alt, limits.ALT) or "picture"}


CHANNEL = "@channel"
"""Picked instead of a user group: everybody in the channel."""


def mention(whom: str) -> Json:
    """The one block in which somebody is mentioned: a user group by its id, or everybody in the channel."""
    one: Json = {"type": "usergroup", "usergroup_id": whom}
    if whom == CHANNEL:
        one = {"type": "broadcast", "range": "channel"}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [one]}]}
