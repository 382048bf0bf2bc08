from __future__ import annotations

from bot.platforms.text import literal, render_text
from cogs.messages import (
    ActionId,
    Bar,
    Bars,
    BulletList,
    Button,
    Card,
    Entry,
    Fields,
    File,
    Image,
    Picture,
    Quote,
    Ranking,
    Reply,
    Row,
    Text,
    code,
    say,
    strong,
)


def card(*blocks, **more):
    return render_text(Reply("in short", (Card(blocks=blocks, **more),)))


def test_one_sentence_is_itself():
    assert render_text(say("Done.")) == "Done."


def test_a_reply_without_cards_is_its_summary():
    assert render_text(Reply("Nothing to see.")) == "Nothing to see."


def test_marks_are_told_in_signs_and_words():
    entries = tuple(Entry(Text(strong(m)), m) for m in ("hit", "miss", "against", "note", "plain", "number"))
    assert card(BulletList(entries)).splitlines() == [
        "  ✓ Found: hit",
        "  ○ Missing: miss",
        "  ✗ Against: against",
        "  * Note: note",
        "  - plain",
        "  6. number",
    ]


def test_every_block_has_its_lines():
    assert card(Quote("one\ntwo")) == "> one\n> two"
    assert card(Fields((("Answered", "3"), ("Right", "1")))) == "Answered: 3\nRight: 1"
    assert card(Image(Picture(b"", alt="a seven"))) == "[picture: a seven]"
    assert card(Text("a ", code("b"))) == "a `b`"
    assert card(Bars((Bar("7", 0.5, "50%"), Bar("10", 2.0)))).splitlines() == [
        "7  ██████████░░░░░░░░░░ 50%",
        "10 ████████████████████",
    ]


def test_a_ranking_stands_in_columns_and_names_the_own_line():
    shown = card(Ranking((Row(1, "Ana", "28 points"), Row(10, "Mei-Ling", "3 points", "1 answered", own=True))))
    assert shown.splitlines() == ["  1.   Ana             28 points", "> 10.  Mei-Ling (you)  3 points   1 answered"]


def test_buttons_are_named_and_numbered_where_asked():
    reply = Reply("x", (Card("T", (Text("t"),), (Button("Go", ActionId("a")), Button("Stay", ActionId("b")))),))
    assert render_text(reply).endswith("[Go] [Stay]")
    assert render_text(reply, first_button=4).endswith("[4 Go] [5 Stay]")


def test_files_and_faults_are_told():
    reply = Reply("Not kept.", files=(File("a.csv", "text/csv", b"12345"),), faults={"answer": "Write first."})
    assert render_text(reply) == "Not kept.\n\nanswer: Write first.\n\n[file: a.csv, 5 bytes]"


def test_nobodys_words_can_steer_the_terminal():
    assert literal("a\x1b[2Jb\x07\u202ec\r\nd\te") == "a[2Jbc\nd\te"
    assert "\x1b" not in card(Quote("\x1b]0;title\x07"), title="\x1b[31m")
