"""How much Slack takes, and how text is cut and made harmless before it leaves.

The numbers are those of Slack's Block Kit reference; that all blocks of one message together hold about 13,000
characters is documented nowhere and was reported in slackapi/bolt-js issues 2509 and 2867.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.platforms.text import literal
from study.texts import _

Json = dict[str, Any]

TEXT = 3000
FALLBACK = 3000
HEADER = 150
BUTTON = 75
TITLE = 24
ACTION_ID = 255
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTIONS = 100
TAPPED = 10
"""Options of radio buttons, and of boxes to tick."""
TABLE_ROWS = 100
TABLE_CELL = 80
"""What is shown of a text in a table: Slack takes 10,000 characters of all cells together."""
LABEL = 2000
ALT = 2000
INPUT = 3000
PRIVATE_METADATA = 3000
BUTTONS_A_ROW = 25
CONTEXT_ELEMENTS = 10

CUT = "…"


@dataclass(frozen=True, slots=True)
class Room:
    """How many blocks, and how many characters of JSON, a surface takes, and how many tables."""

    blocks: int
    characters: int
    tables: int = 0


MESSAGE = Room(50, 12_000, tables=1)
"""A message shows one table (https://docs.slack.dev/reference/block-kit/blocks/table-block); a view shows none."""
VIEW = Room(100, 60_000)


def cut(text: str, most: int) -> str:
    """Text of at most so many characters; what was left out is marked."""
    if len(text) <= most:
        return text
    return text[: max(0, most - len(CUT))].rstrip() + CUT


def escape(text: str) -> str:
    """Text for the one place where Slack reads markup, a message's `text`: nothing in it can mention or link.

    `&`, `<` and `>` are all that Slack asks to escape; bold and the like are off, by `mrkdwn: false`.
    """
    return literal(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def fallback(text: str) -> str:
    """The sentence of a notification, whole characters only, within its limit even after escaping."""
    most = FALLBACK
    while len(made := escape(cut(text, most))) > FALLBACK:
        most -= max(1, (len(made) - FALLBACK) // 6 + 1)
    return made if made.strip() else _("A message from the study group")


def plain(text: str, most: int) -> Json:
    """A text object that Slack shows as it stands; never empty, for Slack refuses that."""
    return {"type": "plain_text", "text": cut(literal(text).strip(), most) or "-", "emoji": False}
