from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms import typed
from bot.vision.pictures import PictureRefused
from cogs import COGS
from cogs.declare import MOST_TEXT, Cog, Command, Option
from cogs.messages import Choice, Picture
from study.texts import using_language


async def nothing(ask, services):
    raise AssertionError("a line is only read here")


async def models(ask, services, typed_so_far):
    return ()


def words(text):
    return text


def option(name, kind="text", **more):
    return Option(name, words(name.capitalize()), kind, **more)


COMMANDS = typed.commands_of(
    [
        Cog(
            "all",
            words("All"),
            (
                Command("help", words("What there is"), nothing),
                Command(
                    "leaderboard",
                    words("Who leads"),
                    nothing,
                    (
                        option(
                            "window",
                            "choice",
                            required=False,
                            choices=(Choice("This week", "week"), Choice("Of all time", "all")),
                        ),
                    ),
                ),
                Command(
                    "classify",
                    words("Look"),
                    nothing,
                    (option("image", "picture"), option("model", required=False, suggest=models)),
                ),
                Command("answer", words("Answer"), nothing, (option("item"), option("text"))),
                Command("group", words("About"), nothing),
                Command("privacy export", words("All"), nothing),
                Command("privacy delete", words("None"), nothing),
                Command(
                    "group setup",
                    words("Begin"),
                    nothing,
                    (option("zone"), option("items", "number", required=False)),
                    organiser=True,
                ),
            ),
        )
    ]
)


def read(line, **more):
    meant = typed.parse(line, COMMANDS, **more)
    return meant.command.name, dict(meant.options), dict(meant.faults), meant.missing


def test_words_fill_the_options_in_their_order_the_last_takes_the_rest():
    line = "/answer ch01-q21 It overfits, that is why"
    assert read(line) == ("answer", {"item": "ch01-q21", "text": "It overfits, that is why"}, {}, ())


def test_named_options_may_stand_anywhere():
    assert read("/answer text: two words item: q1") == ("answer", {"item": "q1", "text": "two words"}, {}, ())
    assert read('/answer q1 text: "quoted: yes"') == ("answer", {"item": "q1", "text": "quoted: yes"}, {}, ())


def test_the_longest_name_wins_and_case_does_not_matter():
    assert read("/Group Setup Europe/Berlin items: 5")[:2] == ("group setup", {"zone": "Europe/Berlin", "items": 5})
    assert read("/group")[0] == "group"


def test_a_choice_goes_by_its_label_or_value():
    assert read("/leaderboard of all time")[1] == {"window": "all"}
    assert read("/leaderboard ALL")[1] == {"window": "all"}
    assert read("/leaderboard soon")[2] == {"window": "window is one of: This week, Of all time."}


def test_a_number_is_a_number():
    assert read("/group setup UTC items: many")[2] == {"items": "items is a whole number, such as 3."}


NAMED = [
    (command, one)
    for command in typed.commands_of(COGS)
    for one in command.options
    if one.kind == "text" and one.max_length < MOST_TEXT
]


@pytest.mark.parametrize(("command", "one"), NAMED, ids=lambda it: it.name)
def test_every_option_for_a_name_says_how_much_fits_and_what_was_typed_stays(command, one):
    for length in (1, one.max_length, one.max_length + 1, 10_000):
        text = "n" * length
        for read_so in (
            typed.parse(f"/{command.name} {one.name}: {text}", typed.commands_of(COGS)),
            typed.filled(command, {one.name: text}),
        ):
            assert read_so.options[one.name] == text
            told = read_so.faults.get(one.name, "")
            assert told.startswith(f"At most {one.max_length:,} characters fit") == (length > one.max_length)


def test_what_is_missing_is_named():
    assert read("/answer q1")[3] == ("text",)
    assert read("/classify digits") == ("classify", {"model": "digits"}, {}, ("image",))
    picture = Picture(b"x")
    assert read("/classify", picture=picture) == ("classify", {"image": picture}, {}, ())


def test_a_form_for_what_is_missing_speaks_the_language_of_whoever_fills_it_in():
    with using_language("de"):
        fields = typed.form(typed.parse("/ask", typed.commands_of(COGS))).fields
        assert [field.label for field in fields] == ["Frage"]


def test_a_picture_may_be_a_path_where_the_platform_can_read_one():
    def open_(path):
        if path != "a.png":
            raise PictureRefused("No such picture.")
        return Picture(b"x", path)

    assert read("/classify a.png digits", read=open_)[1] == {"image": Picture(b"x", "a.png"), "model": "digits"}
    assert read("/classify b.png", read=open_)[2] == {"image": "No such picture."}


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("/leaderbord", "There is no command /leaderbord. Did you mean /leaderboard?"),
        ("/clasify a thing", "There is no command /clasify. Did you mean /classify?"),
        ("/xyzzy", "There is no command /xyzzy. /help lists what there is."),
        ("/Privacy", "/Privacy goes on with one of: delete, export."),
        ("/privacy erase", "/privacy goes on with one of: delete, export."),
        ("/", "There is no command /. /help lists what there is."),
    ],
)
def test_an_unknown_command_names_the_nearest(line, sentence):
    with pytest.raises(typed.UnknownCommandError) as told:
        typed.parse(line, COMMANDS)
    assert str(told.value) == sentence


def labels(line):
    found, wanted = typed.complete(line, COMMANDS)
    return [one.label for one in found], wanted.option.name if wanted else None


def test_completion_goes_from_names_to_options_to_values():
    assert labels("/") == (
        [
            "/answer",
            "/classify",
            "/group",
            "/group setup",
            "/help",
            "/leaderboard",
            "/privacy delete",
            "/privacy export",
        ],
        None,
    )
    assert labels("/gr")[0] == ["/group", "/group setup"]
    assert labels("/setup")[0] == ["/group setup"]
    assert labels("/group ")[0] == ["/group setup"]
    assert labels("/leaderboard ") == (["This week", "Of all time", "window:"], "window")
    assert labels("/leaderboard all") == (["Of all time"], "window")
    assert labels("/classify ") == (["model:"], "model")
    assert labels("/group setup UTC i")[0] == ["items:"]
    assert labels("/help ") == ([], None)


def test_what_completion_offers_can_be_read_back():
    for line in ("/", "/gr", "/leaderboard ", "/leaderboard window: "):
        for one in typed.complete(line, COMMANDS)[0]:
            typed.parse(line[: one.start] + one.insert, COMMANDS)


def test_organisers_commands_are_offered_to_organisers():
    cog = Cog("x", words("x"), COMMANDS)
    assert "group setup" not in [command.name for command in typed.commands_of([cog], organiser=False)]


def test_a_form_asks_for_what_is_open_and_keeps_what_was_typed():
    meant = typed.parse("/answer item: q7", COMMANDS)
    form = typed.form(meant, {"item": [Choice("Question 7", "q7")]})
    assert [(field.name, field.value, field.required) for field in form.fields] == [
        ("item", "q7", True),
        ("text", "", True),
    ]
    assert form.fields[0].choices == (Choice("Question 7", "q7"),)
    again = typed.filled(meant.command, {"item": "q7", "text": "so", "stray": "x"})
    assert again.ready
    assert again.options == {"item": "q7", "text": "so"}


@given(st.text(max_size=200))
def test_any_line_is_read_or_refused_in_words(text):
    typed.complete("/" + text, COMMANDS)
    try:
        meant = typed.parse("/" + text, COMMANDS)
    except typed.UnknownCommandError as told:
        assert str(told)[-1:] in ".?"
    else:
        assert meant.command in COMMANDS


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("/answer item: q1 text: item: is a word, and text: too", "item: is a word, and text: too"),
        ('/answer item: q1 text: "a" and "b"', '"a" and "b"'),
        ("/answer item: “q1” text: “all of it”", "all of it"),
        ("/answer item: „q1“ text: it is 5:30", "it is 5:30"),
        ("/answer q1 a few words", "a few words"),
    ],
)
def test_an_answer_takes_the_rest_of_the_line_whatever_it_holds(line, text):
    meant = typed.parse(line, typed.commands_of(COGS))
    assert meant.options == {"item": "q1", "text": text}
