"""Whatever a reply holds, the message stays within every limit and says nothing that was not meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.discord import limits
from bot.platforms.discord.cards import mark, render
from bot.platforms.discord.forms import filled, render_form
from bot.platforms.discord.words import cut, fit, run, width
from cogs.messages import (
    ActionId,
    Bar,
    Bars,
    BulletList,
    Button,
    Card,
    Choice,
    Code,
    Entry,
    Fields,
    File,
    Form,
    FormField,
    Image,
    Picture,
    Quote,
    Ranking,
    Reply,
    Row,
    Span,
    Text,
    say,
)
from tests.counterparts.discord.contract import HAVE_SCHEMAS, contract
from tests.counterparts.discord.shapes import check_layout, walk

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def shown(reply: Reply) -> list[dict]:
    layout = render(reply, key="7")
    components = layout.view.to_components()
    check_layout(components, v2=True)
    if HAVE_SCHEMAS:
        attachments = [{"id": str(at), "filename": name} for at, (name, _, _) in enumerate(layout.uploads)]
        body = {"components": components, "flags": 1 << 15, "attachments": attachments}
        contract().request("POST", "/channels/1/messages", body)
    assert sum(width(c["content"]) for c in walk(components) if c["type"] == 10) <= limits.MESSAGE_TEXT
    return components


def text_of(reply: Reply) -> str:
    return "\n".join(c["content"] for c in walk(shown(reply)) if c["type"] == 10)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("**bold** _it_ ~~no~~ ||spoil|| `code`", r"\*\*bold\*\* \_it\_ \~\~no\~\~ \|\|spoil\|\| \`code\`"),
        ("@everyone <@12> <#3> <t:1:R>", r"\@everyone \<\@12\> \<#3\> \<t:1:R\>"),
        ("# Heading", r"\# Heading"),
        ("-# small", r"\-# small"),
        ("- item\n1. one\n> quote", "\\- item\n1\\. one\n\\> quote"),
        ("[here](https://evil.example)", r"\[here\](https\://evil.example)"),
        ("join discord.gg/abc", r"join discord\.gg/abc"),
        (":smile: 12:30:00", r"\:smile\: 12:30:00"),
        ("back\\slash", "back\\\\slash"),
        ("C# and a-b, 1.5", "C# and a-b, 1.5"),
        ("evil\u202etxt", "eviltxt"),
    ],
)
def test_people_s_words_format_mention_and_link_nothing(said, written):
    assert str(run(Span(said))) == written


def test_code_and_bold_keep_their_frame():
    assert str(run(Span("a`b", "code"))) == "`` a`b ``"
    assert str(run(Span("a``b", "code"))) == r"a\`\`b"
    assert str(run(Span("x*y", "code"))) == "`x*y`"
    assert str(run(Span(" two words ", "strong"))) == " **two words** "
    assert str(run(Span("", "strong"))) == ""


@pytest.mark.parametrize("limit", [0, 1, 2, 5, 7, 10, 11, 50])
def test_a_cut_closes_what_it_opened_and_tears_no_escape(limit):
    made = cut([run(Span("*" * 9, "strong")), run(Span("`x`" * 9, "code")), run(Span("e\u0301" * 9))], limit)
    assert width(made) <= limit
    assert made.count("**") % 2 == 0
    assert not made.removesuffix("…").endswith("\\") or made.removesuffix("…").endswith("\\\\")


@pytest.mark.parametrize("length", [79, 80, 81])
def test_labels_are_cut_at_their_limit(length):
    made = fit("x" * length, 80)
    assert made == ("x" * length if length <= 80 else "x" * 79 + "…")


def test_an_emoji_family_is_not_torn():
    family = "👨‍👩‍👧"
    assert fit(family * 3, width(family) + 2) == family + "…"


@pytest.mark.parametrize("length", [3900, 3999, 4000, 4001, 9000])
def test_a_message_holds_4000_characters_in_all(length):
    made = text_of(Reply("x", (Card("Title", (Text("y" * length), Text("short one")), footer="small"),)))
    assert "short one" in made
    assert "### Title" in made
    assert "-# small" in made
    assert made.endswith("small")
    assert ("…" in made) == (length > 3970)


def test_the_short_stay_whole_beside_the_long():
    made = text_of(Reply("x", (Card("", (Text("long " * 2000), Quote("my own words"), Fields((("a", "b"),)))),)))
    assert "> my own words" in made
    assert "**a:** b" in made


def test_lists_lose_whole_lines_and_say_how_many():
    rows = tuple(Row(at, f"Person {at}", "10 points") for at in range(1, 400))
    made = text_of(Reply("x", (Card("Leaders", (Ranking(rows),)),)))
    lines = made.split("\n")
    kept = sum("Person" in line for line in lines)
    assert all(line.endswith("10 points") for line in lines if "Person" in line)
    assert lines[-1] == f"-# … and {399 - kept} more"


def test_shared_ranks_are_not_renumbered():
    made = text_of(
        Reply("x", (Card("", (Ranking((Row(1, "A", "9"), Row(1, "B", "9", own=True), Row(3, "C", "1"))),)),))
    )
    assert made == "1\\. A — 9\n1\\. **B** (you) — 9\n3\\. C — 1"


@pytest.mark.parametrize("cards", [1, 9, 10, 11, 30])
def test_a_message_holds_40_components_in_all(cards):
    button = lambda at: Button("Answer", ActionId("quiz.answer", (str(at),)))  # noqa: E731
    made = shown(Reply("x", tuple(Card(f"Card {at}", (Text("t"),), (button(at),)) for at in range(cards))))
    if cards <= 10:
        assert len([c for c in made if c["type"] == 17]) == cards
    else:
        assert "left out" in made[-1]["content"]


def test_one_card_of_too_many_buttons_keeps_the_first():
    buttons = tuple(Button(f"b{at}", ActionId("a.b", (str(at),))) for at in range(60))
    labels = [c["label"] for c in walk(shown(Reply("x", (Card("T", (), buttons),)))) if c["type"] == 2]
    assert labels[:2] == ["b0", "b1"]
    assert len(labels) < 40


def test_pictures_carry_words_and_eleven_are_too_many():
    cards = tuple(Card("", (Image(Picture(PNG, "a b?.png", alt=f"A seven {at}")),)) for at in range(12))
    layout = render(Reply("x", cards))
    assert len(layout.uploads) == 10
    assert len({name for name, _, _ in layout.uploads}) == 10
    assert all(item["description"] for c in walk(layout.view.to_components()) if c["type"] == 12 for item in c["items"])
    assert "Picture: A seven 11" in text_of(Reply("x", cards))


def test_files_are_offered():
    components = shown(Reply("Your data", files=(File("my data.json", "application/json", b"{}"),)))
    assert components[-1] == {"type": 13, "file": {"url": "attachment://my-data.json"}, "spoiler": False}


def test_a_bare_reply_shows_its_sentence():
    assert text_of(Reply("Only this.")) == "Only this."
    assert "### Really\nDone" in text_of(say("Done", title="Really"))


def test_marks_and_bars_say_in_words_what_they_show():
    listing = BulletList((Entry(Text("hit"), "hit"), Entry(Text("gone"), "miss"), Entry(Text("no"), "against")))
    made = text_of(Reply("x", (Card("", (listing, Bars((Bar("seven", 0.5), Bar("one", 0.071, "7.1%"))))),)))
    assert "✅ Found: hit\n⬜ Missing: gone\n❌ Against: no" in made
    assert "`██████░░░░░░` **seven** 50%" in made
    assert "7.1%" in made


def test_the_key_is_inside_the_message():
    assert shown(say("hello"))[0]["id"] == mark("7")
    assert mark("7") != mark("8")
    assert 0 < mark("anything") < 2**31


texts = st.text(max_size=900)
blocks = st.one_of(
    texts.map(Text),
    texts.map(Quote),
    texts.map(Code),
    st.lists(texts.map(lambda t: Entry(Text(t), "hit")), max_size=30).map(lambda e: BulletList(tuple(e))),
    st.lists(texts.map(lambda t: Row(1, t, "1 point", "note")), max_size=30).map(lambda r: Ranking(tuple(r))),
    st.lists(st.tuples(texts, texts), max_size=10).map(lambda p: Fields(tuple(p))),
)
buttons = st.lists(texts, max_size=12).map(
    lambda labels: tuple(Button(label, ActionId("a.b", (str(at),))) for at, label in enumerate(labels))
)
cards = st.builds(Card, texts, st.lists(blocks, max_size=8).map(tuple), st.just(()), st.just("good"), texts)


@settings(max_examples=60, deadline=None)
@given(st.lists(cards, max_size=14), buttons, texts)
def test_any_reply_is_within_every_limit(made, pressed, summary):
    first = [Card(c.title, c.blocks, pressed if at == 0 else (), c.tone, c.footer) for at, c in enumerate(made)]
    shown(Reply(summary, tuple(first)))


# --- forms


def sheet(form: Form) -> dict:
    made = render_form(form).to_dict()
    if HAVE_SCHEMAS:
        contract().request("POST", "/interactions/1/t/callback", {"type": 9, "data": made})
    assert len(made["components"]) <= 5
    return made


@pytest.mark.parametrize("length", [44, 45, 46, 300])
def test_form_titles_and_labels_hold_45_characters(length):
    made = sheet(Form("t" * length, ActionId("quiz.send", ("1",)), (FormField("answer", "l" * length, "paragraph"),)))
    assert len(made["title"]) == min(length, 45)
    label = next(c for c in made["components"] if c["type"] == 18)
    assert len(label["label"]) == min(length, 45)
    told = [c["content"] for c in made["components"] if c["type"] == 10]
    assert told == ([] if length <= 45 else ["l" * length])


@pytest.mark.parametrize("choices", [1, 25, 26])
def test_a_choice_holds_25_options(choices):
    field = FormField(
        "pick", "Pick", "choice", value="v0", choices=tuple(Choice(f"c{n}" * 60, f"v{n}") for n in range(choices))
    )
    options = sheet(Form("T", ActionId("a.b"), (field,)))["components"][0]["component"]["options"]
    assert len(options) == min(choices, 25)
    assert options[0]["default"] is True


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize(("count", "length"), [(1, 3), (2, 3), (10, 100), (10, 101), (11, 5), (26, 130)])
def test_options_are_tapped_and_told_whole(count, length, several):
    choices = tuple(Choice(f"{n} ".ljust(length, "o"), f"v{n}") for n in range(count))
    field = FormField("one", "One", "options", value="v1", choices=choices, several=several)
    made = sheet(Form("T", ActionId("a.b"), (field,)))
    component = made["components"][-1]["component"]
    native = 2 <= count <= 10
    assert component["type"] == (4 if not native else 22 if several else 21)
    labels = [one["label"] for one in component["options"]] if native else []
    above = "".join(part["content"] for part in made["components"] if part["type"] == 10)
    assert choices[-1].label in (*labels, *above.split("\n"))
    assert [one["value"] for one in component.get("options", ()) if one.get("default")] == (["v1"] if native else [])


def test_a_form_holds_five_parts_and_its_intro_gives_way_to_fields():
    fields = tuple(FormField(f"f{n}", f"FormField {n}", hint="h" * 200) for n in range(7))
    assert [c["type"] for c in sheet(Form("T", ActionId("a.b"), fields, intro="Read me"))["components"]] == [18] * 5
    made = sheet(Form("T", ActionId("a.b"), fields[:2], intro="Read *me* " * 900))
    assert [c["type"] for c in made["components"]] == [10, 18, 18]


def test_what_was_written_before_stands_in_the_field():
    made = sheet(Form("T", ActionId("a.b"), (FormField("a", "A", "paragraph", value="x" * 5000, max_length=9000),)))
    assert made["components"][0]["component"]["value"] == "x" * 4000


def test_a_sent_form_is_read_by_field_name():
    components = [
        {"type": 10, "id": 1},
        {"type": 18, "component": {"type": 4, "custom_id": "words", "value": "mine"}},
        {"type": 18, "component": {"type": 3, "custom_id": "pick", "values": ["b"]}},
        {"type": 18, "component": {"type": 3, "custom_id": "none", "values": []}},
        {"type": 18, "component": {"type": 19, "custom_id": "image", "values": ["77"]}},
        {"type": 18, "component": {"type": 21, "custom_id": "one", "value": "B"}},
        {"type": 18, "component": {"type": 21, "custom_id": "untouched", "value": None}},
        {"type": 18, "component": {"type": 22, "custom_id": "many", "values": ["A", "C"]}},
    ]
    read = {"words": "mine", "pick": "b", "one": "B", "untouched": "", "many": "A, C"}
    assert filled(components) == (read, {"image": "77"})
