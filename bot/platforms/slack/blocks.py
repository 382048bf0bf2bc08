"""Replies as Block Kit, always within Slack's limits whatever they hold.

Texts become `rich_text`, whose text elements are literal: nothing in them can mention, link or format. Titles, buttons
and small print are `plain_text`. No markup is ever written, so nobody's words need trusting.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence

from bot.platforms.slack import limits
from bot.platforms.slack.limits import Json, Room, cut, literal, plain
from bot.platforms.text import MARKS
from cogs.kit import (
    Bars,
    Block,
    Button,
    Card,
    Entry,
    Facts,
    Listing,
    Picture,
    Press,
    Quote,
    Ranking,
    Reply,
    Row,
    Shown,
    Span,
    Text,
)

SHORTENED = "Shortened: the rest does not fit into a Slack message."
BAR = 12

Uploaded = Callable[[Picture], str | None]
Speak = Callable[[str], str]


def nothing_uploaded(picture: Picture) -> str | None:
    """No picture has been handed to Slack."""
    return None


def as_is(text: str) -> str:
    """Commands as the features name them."""
    return text


def size(block: Json) -> int:
    """What a block counts: its JSON, which is more than Slack counts."""
    return len(json.dumps(block, ensure_ascii=False, separators=(",", ":")))


def blocks(
    reply: Reply, room: Room = limits.MESSAGE, *, uploaded: Uploaded = nothing_uploaded, speak: Speak = as_is
) -> list[Json]:
    """The reply's cards as blocks that fit the room. What must go is the end of long texts, then whole last cards."""
    cards = list(reply.cards) or [Card(blocks=(Text(reply.summary),))]
    dropped = 0
    while True:
        kept = cards[: len(cards) - dropped]
        fixed = [_frame(card, speak) for card in kept]
        count = sum(len(above) + len(below) for above, below in fixed) + max(0, len(kept) - 1)
        weight = sum(size(one) for above, below in fixed for one in (*above, *below)) + 25 * len(kept)
        spare = Room(room.blocks - count - 2, room.characters - weight - 200)
        if (spare.blocks >= len(kept) and spare.characters >= 200 * len(kept)) or len(kept) == 1:
            break
        dropped += 1
    made: list[Json] = []
    short = dropped > 0
    left_blocks, left_characters = spare.blocks, spare.characters
    for at, (card, (above, below)) in enumerate(zip(kept, fixed, strict=True)):
        later = len(kept) - at - 1
        fair = Room(max(1, left_blocks - later), max(200, left_characters - 200 * later))
        body, whole = _fit(_body(card, uploaded, speak), fair)
        short = short or not whole
        left_blocks -= len(body)
        left_characters -= sum(size(one) for one in body)
        if made:
            made.append({"type": "divider"})
        made += [*above, *body, *below]
    if short:
        more = f" {dropped} more {'card' if dropped == 1 else 'cards'} left out." if dropped else ""
        made.append(small_print(SHORTENED + more))
    return made[: room.blocks] or [rich([section([Span(reply.summary or "-")])])]


def small_print(text: str) -> Json:
    """A line of small print."""
    return {"type": "context", "elements": [plain(text, 1000)]}


def _frame(card: Card, speak: Speak) -> tuple[list[Json], list[Json]]:
    above: list[Json] = []
    if card.title.strip():
        above.append({"type": "header", "text": plain(speak(card.title), limits.HEADER)})
    below = list(buttons(card.buttons, card.title))
    if card.footer.strip():
        below.append(small_print(speak(card.footer)))
    return above, below


def buttons(given: Sequence[Button], of: str = "") -> Iterator[Json]:
    """Rows of buttons. A screen reader hears of which card a button is, where its label alone would not say."""
    for start in range(0, min(len(given), 4 * limits.BUTTONS_A_ROW), limits.BUTTONS_A_ROW):
        row = given[start : start + limits.BUTTONS_A_ROW]
        yield {"type": "actions", "elements": [_button(one, start + at, of) for at, one in enumerate(row)]}


def _button(button: Button, at: int, of: str) -> Json:
    made: Json = {
        "type": "button",
        "action_id": f"press:{at}:{button.press.id}"[: limits.ACTION_ID],
        "text": plain(button.label, limits.BUTTON),
        "value": button.press.id,
    }
    spoken = f"{button.label}: {of}"
    if of and of != button.label and len(spoken) <= limits.BUTTON:
        made["accessibility_label"] = literal(spoken)
    if button.style != "plain":
        made["style"] = button.style
    return made


def press_of(action: Json) -> Press:
    """The press that a button carried."""
    return Press.parse(str(action.get("value", "")))


# --- the body of a card -----------------------------------------------------------------------------------------


def rich(elements: Sequence[Json]) -> Json:
    """A block of literal text."""
    return {"type": "rich_text", "elements": list(elements)}


def section(spans: Sequence[Span]) -> Json:
    """A paragraph."""
    return {"type": "rich_text_section", "elements": _runs(spans)}


def _runs(spans: Sequence[Span]) -> list[Json]:
    runs: list[Json] = []
    for span in spans:
        text = literal(span.text)
        if not text:
            continue
        run: Json = {"type": "text", "text": text}
        if span.style == "strong":
            run["style"] = {"bold": True}
        elif span.style == "code":
            run["style"] = {"code": True}
        runs.append(run)
    return runs or [{"type": "text", "text": " "}]


def _body(card: Card, uploaded: Uploaded, speak: Speak) -> Iterator[Json]:
    """Elements of rich text and whole blocks, in their order."""
    paragraph: list[Span] = []
    for block in card.blocks:
        if isinstance(block, Text):
            if paragraph:
                paragraph.append(Span("\n"))
            paragraph += [Span(speak(span.text), span.style) for span in block.spans]
            continue
        if paragraph:
            yield section(paragraph)
            paragraph = []
        yield from _elements(block, uploaded, speak)
    if paragraph:
        yield section(paragraph)


def _elements(block: Block, uploaded: Uploaded, speak: Speak) -> Iterator[Json]:
    match block:
        case Text(spans):
            yield section(spans)
        case Listing(entries):
            yield from _lists(entries, speak)
        case Quote(text):
            yield {"type": "rich_text_quote", "elements": _runs([Span(text)])}
        case Bars(bars):
            lines = []
            for bar in bars:
                full = round(max(0.0, min(1.0, bar.share)) * BAR)
                sign = "█" * full + "░" * (BAR - full)
                lines.append([Span(bar.label, "strong"), Span(f" {bar.note or f'{bar.share:.0%}'}  {sign}")])
            yield _list(lines)
        case Ranking(rows):
            if rows:
                yield section([span for at, row in enumerate(rows) for span in _ranked(row, first=at == 0)])
        case Facts(pairs):
            yield _list([[Span(f"{name}: ", "strong"), Span(speak(value))] for name, value in pairs])
        case Shown(picture):
            yield _picture(picture, uploaded(picture))


def _ranked(row: Row, *, first: bool) -> Iterator[Span]:
    style = "strong" if row.own else "plain"
    you = " (you)" if row.own else ""
    note = f" · {row.note}" if row.note else ""
    yield Span(f"{'' if first else chr(10)}{row.rank}. {row.name}{you}: {row.points}{note}", style)  # type: ignore[arg-type]


def _list(lines: Sequence[Sequence[Span]]) -> Json:
    return {"type": "rich_text_list", "style": "bullet", "elements": [section(line) for line in lines]}


def _lists(entries: Sequence[Entry], speak: Speak) -> Iterator[Json]:
    """Lines of a list. Numbers are written out: Slack's own begin anew wherever a long list must be broken."""
    bullets: list[list[Span]] = []
    numbered: list[Span] = []
    number = 0
    for entry in entries:
        spans = [Span(speak(span.text), span.style) for span in entry.text.spans]
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
            sign, word = MARKS[entry.mark]
            spans.insert(0, Span(f"{sign} {word}: "))
        bullets.append(spans)
    if bullets:
        yield _list(bullets)
    if numbered:
        yield section(numbered)


def _picture(picture: Picture, file: str | None) -> Json:
    alt = literal(picture.alt or picture.name)
    if file is None:
        return section([Span(f"[picture: {cut(alt, limits.ALT)}]")])
    return {"type": "image", "slack_file": {"id": file}, "alt_text": cut(alt, limits.ALT) or "picture"}


# --- what fits --------------------------------------------------------------------------------------------------


def _fit(parts: Iterator[Json], room: Room) -> tuple[list[Json], bool]:
    """Blocks out of the parts, as many as there is room for, and whether that was all."""
    made: list[Json] = []
    left = room.characters
    open_block: Json | None = None
    inside = 0
    for part in (piece for whole in parts for piece in _pieces(whole)):
        own = size(part) + 1
        if own > left - 60:
            shorter = _shorter(part, left - 60)
            if shorter is not None and (open_block is not None or len(made) < room.blocks):
                made.append(shorter if shorter["type"] == "image" else rich([shorter]))
            return made[: room.blocks], False
        if part["type"] == "image":
            open_block = None
            if len(made) == room.blocks:
                return made, False
            made.append(part)
        elif open_block is not None and inside + own <= limits.TEXT:
            open_block["elements"].append(part)
            inside += own
        else:
            if len(made) == room.blocks:
                return made, False
            open_block, inside = rich([part]), own
            made.append(open_block)
            left -= 40
        left -= own
    return made, True


def _pieces(part: Json) -> Iterator[Json]:
    """A part in pieces that each keep within what Slack takes of one text."""
    if part["type"] == "image":
        yield part
        return
    if part["type"] == "rich_text_list":
        piece = {**part, "elements": []}
        for line in part["elements"]:
            alone = size(line) > limits.TEXT - 200
            if piece["elements"] and (alone or size(piece) + size(line) > limits.TEXT):
                yield piece
                piece = {**part, "elements": []}
            if alone:
                yield from _pieces({**line, "elements": [{"type": "text", "text": "• "}, *line["elements"]]})
            else:
                piece["elements"].append(line)
        if piece["elements"]:
            yield piece
        return
    taken: list[Json] = []
    room = limits.TEXT - 200
    for run in part["elements"]:
        text = run["text"]
        while text:
            if room <= 0:
                yield {**part, "elements": taken}
                taken, room = [], limits.TEXT - 200
            taken.append({**run, "text": text[:room]})
            text, room = text[room:], room - len(text[:room])
    if taken:
        yield {**part, "elements": taken}


def _shorter(part: Json, most: int) -> Json | None:
    """The part cut to so many characters of JSON; None where that leaves nothing worth showing."""
    if size(part) <= most:
        return part
    if part["type"] == "image" or most < 150:
        return None
    if part["type"] == "rich_text_list":
        lines: list[Json] = []
        for line in part["elements"]:
            fits = _shorter(line, most - 70 - sum(size(one) + 1 for one in lines))
            if fits is None:
                break
            lines.append(fits)
        return {**part, "elements": lines} if lines else None
    runs: list[Json] = []
    left = most - 60
    for run in part["elements"]:
        overhead = size({**run, "text": ""}) + 1
        if size(run) + 1 <= left:
            runs.append(run)
            left -= size(run) + 1
            continue
        text = cut(run["text"], max(0, left - overhead))
        while text and len(json.dumps(text, ensure_ascii=False)) + overhead > left:
            text = cut(text, len(text) - max(1, (len(json.dumps(text, ensure_ascii=False)) + overhead - left)))
            if text == limits.CUT:
                break
        if text:
            runs.append({**run, "text": text})
        break
    return {**part, "elements": runs} if runs else None
