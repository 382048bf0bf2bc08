"""A course written as another program's bank reads back as it was, where that bank can hold it; the rest is named."""

import re

import pytest

from study.banks import FORMS, write_bank
from study.course import Course, Item, Knowledge, Option, Recap, Week, with_letters
from study.grading import draft
from study.notes import read_file
from study.texts import using_language

HOSTILE = (
    "What is {a} ~ b = c # d : e \\ f?",
    "=HYPERLINK(\"http://x\",\"y\")",
    "'=1+1",
    "-5 or +5 @ once",
    "// no comment",
    "$CATEGORY: none",
    "::no title:: [html] text",
    "a -> b",
    "%50% of it",
    "<script>alert(1)</script> & <b>bold</b> &amp;",
    "List<int> when a < b && c > d",
    "{{c1::no gap}} [sound:no.mp3]",
    "<!DOCTYPE html> ]]> <![CDATA[",
    "ANSWER: B",
    "A. no option",
    '"quotes", commas; and\ttabs | pipes',
    "two\nlines of it",
    "Äpfel, 你好, 🐍, مرحبا",
    "T",
    "sep=;",
)  # fmt: skip


def graded(number, ask, answer, options=()):
    return Item(f"q{number:02}", ask, answer, draft(ask, answer or "x", language="en"), choices=options)


def of(*items, **more):
    return Course("c", "A course: of <all>", "en", (Week(1, "One / two", "", more.pop("recap", None), items, **more),))


def plain(text):
    return "\n".join(" ".join(line.split()) for line in text.split("\n") if line.strip())


def read_back(name, course):
    form = FORMS[name]
    written = write_bank(form, course)
    return read_file(f"bank.{form.ending}", written.data).entries, written


OPEN = of(*(graded(n, f"Say: {text}", f"Said: {text}") for n, text in enumerate(HOSTILE)))
BARE = of(*(graded(n, text, text[::-1]) for n, text in enumerate(HOSTILE)))
CHOICE = of(
    *(
        graded(n, f"{text}?", text, (Option("Nothing", False, text), Option(text, True, f"Yes: {text}"), Option("x y")))
        for n, text in enumerate(HOSTILE)
    ),
    graded(90, "Which two?", "", (Option("one", True), Option("no"), Option("two", True), Option("three", True))),
    graded(91, "Both?", "", (Option("left", True), Option("right", True))),
)


@pytest.mark.parametrize("course", [OPEN, BARE], ids=["in a sentence", "bare"])
@pytest.mark.parametrize("name", ["anki", "csv", "tsv", "gift", "moodle"])
def test_questions_and_answers_read_back_as_they_were(name, course):
    entries, _ = read_back(name, course)
    wanted = [(plain(item.ask), plain(item.answer)) for item in course.items()]
    assert [(plain(one.question), plain(one.answer)) for one in entries] == wanted


@pytest.mark.parametrize("name", ["csv", "tsv", "gift", "moodle"])
def test_options_read_back_with_which_are_right_and_what_is_said_of_them(name):
    entries, written = read_back(name, CHOICE)
    says = name in ("gift", "moodle")
    for one, item in zip(entries, CHOICE.items(), strict=True):
        got = [(plain(option.text), option.right, plain(option.feedback)) for option in one.options]
        assert got == [(plain(each.text), each.right, plain(each.feedback) if says else "") for each in item.choices]
        assert plain(one.question) == plain(item.ask)
    assert says or "A table has no feedback on options." in written.left


def test_a_deck_shows_options_on_its_front_and_the_right_ones_on_its_back():
    entries, _ = read_back("anki", CHOICE)
    for one, item in zip(entries, CHOICE.items(), strict=True):
        assert plain(one.question) == plain(with_letters(item.ask, item.choices))
        assert plain(one.answer).startswith(plain(next(each.text for each in item.choices if each.right)))


def test_aiken_holds_what_has_one_right_option_and_names_the_rest():
    entries, written = read_back("aiken", of(*CHOICE.items(), graded(92, "In words?", "In words.")))
    single = [item for item in CHOICE.items() if sum(option.right for option in item.choices) == 1]
    for one, item in zip(entries, single, strict=True):
        assert one.question == " ".join(item.ask.split())
        assert [(each.text, each.right) for each in one.options] == [
            (" ".join(each.text.split()), each.right) for each in item.choices
        ]
    assert re.match(r"3 questions left out: Aiken holds questions to choose from.*\(q90, q91, q92\)\.", written.left[0])


def test_what_no_bank_holds_is_named_and_the_rest_of_the_course_is_there():
    rubric = draft("Tell.", "All of it.", language="en")
    task = Item("t1", "Make tea.", "Tea.", None, ungraded="a thing to do")
    course = of(graded(1, "Why?", "So."), task, recap=Recap("Tell.", "All of it.", rubric), prompts=("And you?",))
    course = Course(course.id, course.title, "en", course.weeks, (Knowledge("Who?", "We."),))
    for name in ("anki", "csv", "gift", "moodle"):
        entries, written = read_back(name, course)
        wanted = [("Why?", "So."), ("Tell.", "All of it."), ("Who?", "We.")]
        assert [(one.question, one.answer) for one in entries] == wanted
        assert written.left == (
            "1 task left out: no answer can be written to one.",
            "1 prompt to talk about left out.",
            "Rubrics, examples and hints stay behind: only this bot grades by them.",
        )
        assert write_bank(FORMS[name], course).data == written.data


def test_what_a_bank_cannot_hold_is_told_in_german_and_its_titles_are_the_course_s():
    course = of(
        graded(1, "Why?", "So."), Item("t1", "Make tea.", "Tea.", None, ungraded="to do"), prompts=("And you?",)
    )
    course = Course(course.id, course.title, "de", course.weeks, (Knowledge("Who?", "We."),))
    with using_language("de"):
        told = write_bank(FORMS["aiken"], course).left
    assert told == (
        "2 Fragen weggelassen: Aiken fasst nur Auswahlfragen mit einer richtigen Antwort, und keine Rückmeldung dazu "
        "(q01, known-01).",
        "1 Aufgabe weggelassen: Darauf lässt sich keine Antwort schreiben.",
        "1 Gesprächsanstoß weggelassen.",
    )
    assert b"$CATEGORY: Zum Nachschlagen" in write_bank(FORMS["gift"], course).data
