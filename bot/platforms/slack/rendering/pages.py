"""What people read in modals and on the App Home: the moment of checking, what came of it, and how they stand."""

from __future__ import annotations

from collections.abc import Sequence

from bot.platforms.slack.rendering import blocks, limits
from bot.platforms.slack.rendering.blocks import Uploaded, nothing_uploaded, small_print
from bot.platforms.slack.rendering.fitting import rich
from bot.platforms.slack.rendering.limits import Json, plain
from bot.platforms.slack.rendering.views import Origin
from cogs.messages import Card, Quote, Reply, Span, Text
from study.texts import _, noop

SHOWN = "shown"
CHECKING = noop("Checking …")
STUCK = noop("If this still stands here after a minute, it was not kept: close this, and send it again.")


def checking_view(title: str, words: Sequence[str] = (), origin: Origin | None = None) -> Json:
    """What stands there while work is done, with the words sent, so that nothing typed is ever lost."""
    made: list[Json] = [rich([blocks.section([Span(_(CHECKING))])])]
    for text in words:
        if text.strip():
            made += blocks.blocks(Reply("", (_quoted(text),)), limits.Room(8, 20_000))
    made.append(small_print(_(STUCK)))
    return _shown(title, made, origin)


def _quoted(text: str) -> Card:
    return Card(blocks=(Text(_("You wrote:")), Quote(text)))


def reply_view(
    reply: Reply,
    origin: Origin,
    *,
    title: str = "",
    note: str = "",
    uploaded: Uploaded = nothing_uploaded,
) -> Json:
    """A reply as a modal: feedback, a result, a refusal."""
    heading = title or next((card.title for card in reply.cards if card.title.strip()), "")
    made = blocks.blocks(reply, limits.VIEW, uploaded=uploaded)
    if reply.faults:
        made += [small_print("⚠ " + fault) for fault in reply.faults.values()]
    if note:
        made = [*made[: limits.VIEW.blocks - 1], small_print(note)]
    return _shown(heading or _("Study group"), made, origin)


def _shown(title: str, made: list[Json], origin: Origin | None) -> Json:
    return {
        "type": "modal",
        "callback_id": SHOWN,
        "title": plain(title, limits.TITLE),
        "close": plain(_("Close"), limits.TITLE),
        "private_metadata": (origin or Origin()).pack(),
        "blocks": made[: limits.VIEW.blocks],
    }


# --- the App Home -----------------------------------------------------------------------------------------------

HOME_PLACE = "home:place"


def home_view(
    greeting: str,
    replies: Sequence[Reply],
    origin: Origin,
    places: Sequence[tuple[str, str]] = (),
) -> Json:
    """One's own page: a greeting, how one stands and what is open, and the group it is about."""
    made: list[Json] = [{"type": "header", "text": plain(greeting, limits.HEADER)}]
    each = limits.Room(max(4, 80 // max(1, len(replies))), 50_000 // max(1, len(replies)))
    for reply in replies:
        made += [*blocks.blocks(reply, each), {"type": "divider"}]
    if len(places) > 1:
        options = [
            {"text": plain(f"#{name}" if name else channel, limits.OPTION_TEXT), "value": channel}
            for channel, name in places[: limits.OPTIONS]
        ]
        element: Json = {"type": "static_select", "action_id": HOME_PLACE, "options": options}
        now = next((o for o in options if o["value"] == origin.channel), None)
        if now is not None:
            element["initial_option"] = now
        made.append({"type": "section", "text": plain(_("Show how I stand in"), limits.TEXT), "accessory": element})
    elif origin.name:
        made.append(small_print(_("This is about the study group in #{channel}.", channel=origin.name)))
    return {"type": "home", "private_metadata": origin.pack(), "blocks": made[: limits.VIEW.blocks]}
