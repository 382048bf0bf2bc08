"""Whatever a reply holds, what leaves for Slack is within its limits, and nothing in it speaks Slack's markup."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.platforms.slack.rendering import limits, pages, views
from bot.platforms.slack.rendering.blocks import blocks, textual
from bot.platforms.slack.rendering.fitting import size
from bot.platforms.slack.rendering.limits import escape, fallback
from cogs.messages import (  # fmt: skip
    ActionId,
    Bar,
    Bars,
    BulletList,
    Button,
    Card,
    Choice,
    Code,
    CommandRef,
    Entry,
    Fields,
    Form,
    FormField,
    Image,
    Picture,
    Quote,
    Ranking,
    Reply,
    Row,
    Text,
    code,
    strong,
)
from tests.counterparts.slack import checks
from tests.counterparts.slack.webapi import words

NASTY = "<!channel> <!here|x> <@U1> *b* _i_ ~s~ `c` :tada: <https://x|y> & &amp; \x00\u2028\ud800 @here"


def sound(made, most=50):
    faults = list(checks.blocks(made, most))
    assert faults == []
    assert sum(map(size, made)) <= 12_300
    return made


def card(*body, **more):
    return Reply("A sentence.", (Card("Title", body, **more),))


@pytest.mark.parametrize("length", [1, 149, 150, 151, 2999, 3000, 3001, 40_000])
def test_a_text_of_any_length_fits(length):
    for block in (Text("x" * length), Quote("x" * length), BulletList((Entry(Text("x" * length), "hit"),))):
        made = sound(blocks(card(block)))
        shown = words(made)
        assert ("Shortened" in shown) == (length > 12_000), length
        if length <= 3001:
            assert shown.count("x") == length


@pytest.mark.parametrize("count", [1, 25, 26, 50, 51, 400])
def test_any_number_of_entries_rows_bars_and_facts_fits(count):
    sound(blocks(card(BulletList(tuple(Entry(Text(f"entry {n}"), "number") for n in range(count))))))
    sound(blocks(card(Ranking(tuple(Row(n, f"Somebody {n}", f"{n}", own=n == 3) for n in range(count))))))
    sound(blocks(card(Bars(tuple(Bar(f"label {n}", n / count) for n in range(count))))))
    sound(blocks(card(Fields(tuple((f"name {n}", "value") for n in range(count))))))


@pytest.mark.parametrize("count", [1, 25, 26, 49, 50, 51, 200])
def test_any_number_of_cards_fits_and_what_is_left_out_is_said(count):
    given = tuple(
        Card(f"Card {n}", (Text("Some words."),), (Button("Go", ActionId("a.b", (str(n),))),)) for n in range(count)
    )
    made = sound(blocks(Reply("Many", given)))
    left_out = count - sum(block["type"] == "header" for block in made)
    assert (f"{left_out} more" in words(made)) == bool(left_out)
    assert left_out == 0 or count > 12


def test_a_long_text_never_costs_a_card_its_buttons():
    made = blocks(
        card(Text("x" * 50_000), buttons=tuple(Button(f"B{n}", ActionId("a.b", (str(n),))) for n in range(30)))
    )
    assert sum(len(block["elements"]) for block in sound(made) if block["type"] == "actions") == 30


def test_numbers_are_written_out_and_marks_have_words():
    entries = (Entry(Text("one"), "number"), Entry(Text("two"), "number"), Entry(Text("three"), "miss"))
    shown = words(sound(blocks(card(BulletList(entries)))))
    assert "1. one\n2. two" in shown and "Missing: three" in shown


def test_my_own_line_is_named_and_not_only_bold():
    shown = words(sound(blocks(card(Ranking((Row(1, "Ana", "10"), Row(1, "Ben", "10", "new", True)))))))
    assert "1 | Ana | 10\n1 | Ben (you) | 10 · new" in shown


def test_a_ranking_is_a_table_and_where_there_is_none_it_is_lines():
    rows = (Row(1, "Ana", "10 points"), Row(1, "Ben", "10 points", "new", True))
    made = sound(blocks(card(Ranking(rows), Ranking(rows))))
    assert [block["type"] for block in made].count("table") == 1, "Slack shows one table a message"
    lines = "1. Ana: 10 points\n1. Ben (you): 10 points · new"
    for one in (made, sound(textual(made)), pages.reply_view(card(Ranking(rows)), views.Origin("C1"))["blocks"]):
        assert lines in words(one)
    assert not any(block["type"] == "table" for block in textual(made))


def test_a_picture_slack_holds_is_shown_with_its_words_and_another_is_told():
    seven = Picture(b"7", alt="a seven")
    made = sound(blocks(card(Image(seven)), uploaded=lambda picture: "F0123456789"))
    assert made[1] == {"type": "image", "slack_file": {"id": "F0123456789"}, "alt_text": "a seven"}
    assert "[picture: a seven]" in words(sound(blocks(card(Image(seven)))))


def test_peoples_words_stay_words():
    reply = Reply(
        NASTY,
        (
            Card(
                NASTY,
                (
                    Text(NASTY, strong(NASTY), code(NASTY)),
                    Quote(NASTY),
                    Ranking((Row(1, NASTY, "1"),)),
                    Fields(((NASTY, NASTY),)),
                ),
                (Button(NASTY, ActionId("a.b")),),
                footer=NASTY,
            ),
        ),
    )  # fmt: skip
    made = sound(blocks(reply))
    told = json.dumps(made)
    assert "mrkdwn" not in told and '"link"' not in told and '"broadcast"' not in told
    assert "<!channel>" in words(made), "shown exactly as written"
    assert list(checks.message({"text": fallback(NASTY), "blocks": made})) == []


@pytest.mark.parametrize("length", [0, 1, 2999, 3000, 3001, 90_000])
@pytest.mark.parametrize("sign", ["x", "&", "<", "😀", "\x00"])
def test_the_sentence_for_notifications_fits_even_escaped(length, sign):
    made = fallback(sign * length)
    assert 1 <= len(made) <= 3000 and made.count("&") == made.count(";")


def test_escaping_is_what_slack_asks_for():
    assert escape("a <!channel> & <b>") == "a &lt;!channel&gt; &amp; &lt;b&gt;"


def test_commands_are_named_as_they_are_typed():
    said = Text(CommandRef("quiz"), " ", CommandRef("group join", "K7"), " ", CommandRef("leaderboard"), " or /quiz")
    assert (
        words(blocks(card(said, BulletList((Entry(said),))))).count(
            "/study quiz /study group join K7 /leaderboard or /quiz"
        )
        == 2
    )


@pytest.mark.parametrize("length", [1, 23, 24, 25, 3000, 3001, 9000])
def test_a_form_of_any_size_fits(length):
    form = Form(
        "t" * length,
        ActionId("a.b", ("1",)),
        (
            FormField("text", "l" * length, "paragraph", value="v" * length, hint="h" * length, max_length=4000),
            FormField("line", "Line", max_length=length),
            FormField(
                "one", "One", "choice", choices=tuple(Choice("c" * length, f"{n}" + "v" * length) for n in range(101))
            ),
            FormField("picture", "Picture", "picture"),
        ),
        intro="i" * length,
        submit="s" * length,
    )
    made = views.form_view(
        form, views.Origin("C1", "study", "https://hooks.slack.com/x" * 9), faults={"text": "f" * length}
    )
    view_faults = list(checks.view(made))
    # 101 long values do not fit into a view's metadata; that they are missing must not break the rest
    assert view_faults == []


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize(("count", "length"), [(1, 1), (10, 75), (10, 76), (11, 5), (26, 400)])
def test_options_are_tapped_and_told_whole(count, length, several):
    choices = tuple(Choice(f"{n} " + "o" * (length - len(f"{n} ")), f"v{n}") for n in range(count))
    field = FormField("one", "One", "options", value="v0", choices=choices, several=several)
    made = views.form_view(Form("T", ActionId("a.b"), (field,)), views.Origin("C1"))
    assert list(checks.view(made)) == []
    element = next(block for block in made["blocks"] if block["type"] == "input")["element"]
    tapped = "checkboxes" if several else "radio_buttons"
    assert element["type"] == (tapped if count <= 10 else "plain_text_input")
    assert choices[-1].label.strip() in words(made) or count * length > 6000
    if count <= 10:
        assert "initial_options" in element or "initial_option" in element


def test_a_long_choice_comes_back_whole():
    value = "v" * 400
    form = Form("T", ActionId("a.b"), (FormField("one", "One", "choice", choices=(Choice("Short", value),)),))
    made = views.form_view(form, views.Origin("C1"))
    chosen = next(block for block in made["blocks"] if block["type"] == "input")["element"]["options"][0]
    state = {"values": {"field:one": {"field:one": {"type": "static_select", "selected_option": chosen}}}}
    assert views.filled({**made, "state": state}).texts == {"one": value}


pieces = st.text(max_size=400)
spans = st.builds(lambda a, b: Text(a, strong(b), code(a)), pieces, pieces)
entries = st.builds(Entry, spans, st.sampled_from(["plain", "number", "hit"]))
rows = st.builds(Row, st.integers(1, 99), pieces, pieces, pieces, st.booleans())
bodies = st.one_of(
    spans,
    st.builds(Quote, st.text(max_size=9000)),
    st.builds(Code, st.text(max_size=9000)),
    st.builds(lambda e: BulletList(tuple(e)), st.lists(entries, max_size=30)),
    st.builds(lambda r: Ranking(tuple(r)), st.lists(rows, max_size=60)),
    st.builds(lambda b: Bars(tuple(b)), st.lists(st.builds(Bar, pieces, st.floats(0, 1), pieces), max_size=9)),
    st.builds(lambda f: Fields(tuple(f)), st.lists(st.tuples(pieces, pieces), max_size=9)),
    st.builds(lambda a: Image(Picture(b"x", alt=a)), pieces),
)
a_button = st.builds(lambda label: Button(label, ActionId("a.b", ("1",))), st.text(min_size=1, max_size=200))
cards = st.builds(
    lambda t, b, u, f: Card(t, tuple(b), tuple(u), footer=f),
    pieces, st.lists(bodies, max_size=6), st.lists(a_button, max_size=30), pieces,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.builds(lambda s, c: Reply(s, tuple(c)), pieces, st.lists(cards, max_size=12)))
def test_no_reply_at_all_breaks_a_limit(reply):
    made = blocks(reply)
    assert list(checks.message({"text": fallback(reply.summary), "blocks": made})) in (
        [],
        ["a message without text for notifications"],
    )
    assert len(made) <= limits.MESSAGE.blocks
    assert list(checks.view(pages.reply_view(reply, views.Origin("C1")))) == []
