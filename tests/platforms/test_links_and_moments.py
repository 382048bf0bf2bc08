"""Addresses in an author's text are links and moments are the reader's own, in each platform's native way."""

from datetime import UTC, datetime

import pytest

from bot.platforms.discord.words import run
from bot.platforms.slack.rendering.blocks import blocks
from bot.platforms.text import render_text
from cogs.messages import Card, Link, Reply, Text, rich
from cogs.times import moment

WHEN = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
CLOSES = moment(WHEN, "Europe/Berlin")
IN_SLACK = "<!date^1796058000^{date_long_pretty}, {time}|Monday 30 November, 18:00 (Europe/Berlin)>"
CARD = Card("Week 1", (Text("Read ", *rich("https://course.fast.ai/a_(b).")),), footer=Text("Open until ", CLOSES, "."))


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://docs.fast.ai/vision.html, then go on", [("https://docs.fast.ai/vision.html",) * 2]),
        ("read [the chapter](https://example.org/1?a=b) first", [("the chapter", "https://example.org/1?a=b")]),
        ("javascript:alert(1) and ftp://x.org and https://", []),
        ("`https://code.example`", []),
    ],
)
def test_addresses_in_a_packs_text_are_links(text, links):
    assert [(span.text, span.url) for span in rich(text) if isinstance(span, Link)] == links


def test_no_character_of_an_authors_text_is_lost():
    text = "**Read** https://x.org/a. `code` [b](https://y.org) end"
    assert "".join(span.text for span in rich(text)) == "Read https://x.org/a. code b end"


def test_discord_shows_both_natively():
    assert str(run(CLOSES)) == "<t:1796058000:F>"
    assert str(run(Link("https://x.org/a", url="https://x.org/a"))) == "<https://x.org/a>"
    assert str(run(Link("a *b*", url="https://x.org"))) == "[a \\*b\\*](<https://x.org>)"


def test_slack_shows_both_natively():
    shown = blocks(Reply("Week 1", (CARD,)))
    small = next(block for block in shown if block["type"] == "context")
    assert small["elements"][0]["text"] == f"Open until {IN_SLACK}."
    body = next(block for block in shown if block["type"] == "rich_text")
    link = body["elements"][0]["elements"][1]
    assert (link["type"], link["url"]) == ("link", "https://course.fast.ai/a_")


def test_words_that_slack_would_read_as_markup_stand_as_they_are_beside_a_moment():
    for words in ("*Ben*", "snake_case", "> 18:00", ":tada:", "`code`"):
        (small,) = blocks(Reply("x", (Card(footer=Text(words, CLOSES)),)))
        assert small["elements"][0] == {"type": "plain_text", "text": words, "emoji": False}
        assert small["elements"][-1]["text"] == IN_SLACK
    (small,) = blocks(Reply("x", (Card(footer=Text("<!channel> & ", CLOSES)),)))
    assert small["elements"] == [{"type": "mrkdwn", "text": f"&lt;!channel&gt; &amp; {IN_SLACK}", "verbatim": True}]


def test_where_only_text_can_be_shown_the_groups_zone_is_named():
    assert "Open until Monday 30 November, 18:00 (Europe/Berlin)." in render_text(Reply("Week 1", (CARD,)))
