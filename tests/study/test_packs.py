"""Packs: what their author wrote stays what they wrote, and every fault is told at once, with line and mend."""

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study.packs import PackFaults, item_ids, load_course, load_item, load_pack, recap_name

COURSE = "id: demo\ntitle: A demo\nlanguage: en\nsynonyms:\n  - [GPU, graphics card]\n"
WEEK = dedent(
    """
    number: 1
    title: The first week
    reading: Chapter 1
    recap:
      prompt: Tell us about the week.
      answer: Tensors have rank. Loss is minimised.
      points:
        - tensors: [tensor*]
        - loss: [loss]
    prompts:
      - What surprised you?
    items:
      - id: w1-q1
        number: 7
        ask: What is a GPU?
        answer: A graphics card.
        hint: It draws.
        points:
          - a graphics card: [graphics card]
      - id: w1-q2
        ask: Open a notebook.
        answer: It opens.
        ungraded: Something to do.
    """
).lstrip()
KNOWLEDGE = "- question: Why?\n  answer: Because.\n"


def pack(week=WEEK, course=COURSE, **others):
    files = {"course.yaml": course, "week-01.yaml": dedent(week)}
    return files | {name.replace("_", "-") + ".yaml": dedent(text) for name, text in others.items()}


def faults(files):
    with pytest.raises(PackFaults) as raised:
        load_course(files)
    return [str(fault) for fault in raised.value.faults]


def test_questions_that_no_book_numbers_are_called_by_their_places():
    third = "  - {id: w1-q3, ask: What is loss?, answer: An error., points: [{an error: [error]}]}\n"
    numbers = [item.number for item in load_course(pack(WEEK + third)).week(1).items]
    assert numbers == [7, None, None]
    numbers = [item.number for item in load_course(pack(WEEK.replace("    number: 7\n", "") + third)).week(1).items]
    assert numbers == [1, None, 2]


def test_a_course_holds_what_its_files_say():
    course = load_course(pack(knowledge=KNOWLEDGE))
    assert (course.id, course.title, course.language) == ("demo", "A demo", "en")
    week = course.week(1)
    assert (week.title, week.reading, week.prompts) == ("The first week", "Chapter 1", ("What surprised you?",))
    assert week.recap.prompt == "Tell us about the week."
    item, other = week.items
    assert (item.id, item.number, item.ask, item.answer, item.hint) == (
        "w1-q1",
        7,
        "What is a GPU?",
        "A graphics card.",
        "It draws.",
    )
    assert item.rubric is not None and item.ungraded == ""
    assert other.rubric is None and other.ungraded == "Something to do."
    assert [(each.question, each.answer) for each in course.knowledge] == [("Why?", "Because.")]


def test_weeks_are_in_order_whatever_their_files_are_called():
    second = "number: 2\ntitle: Two\n"
    course = load_course({"week-02.yaml": second, "week-01.yaml": WEEK, "course.yaml": COURSE, "README.md": "x"})
    assert [week.number for week in course.weeks] == [1, 2]


@pytest.mark.parametrize(
    "text",
    ["yes", "no", "on", "off", "1.0", "0x1F", "1_000", "2024-05-01", "12:30:45", "null", "~", "true", ".5", "1e3"],
)
def test_text_stays_the_text_its_author_wrote(text):
    week = f"number: 1\ntitle: {text}\nprompts: [{text}, '{text}']\n"
    read = load_course(pack(week)).week(1)
    assert (read.title, read.prompts) == (text, (text, text))


def test_the_grammar_is_that_of_yaml_1_2():
    week = '%YAML 1.2\n---\n{"number":1,"title":"a \\/ b"}\n'
    assert load_course(pack(week)).week(1).title == "a / b"


def test_a_repeated_part_may_be_named_and_used_again():
    week = WEEK.replace("[tensor*]", "&same [tensor*]").replace("[graphics card]", "*same")
    assert load_course(pack(week)).week(1).items[0].rubric is not None


def test_one_item_is_read_alone_and_is_the_same():
    files = pack(week_02="number: 2\ntitle: [broken\n")
    assert load_item(files, "w1-q1") == load_course(pack()).item("w1-q1")
    assert load_item(files, "w1-q9") is None
    assert item_ids(files) == ("w1-q1", "w1-q2")


def test_every_part_knows_its_line():
    read = load_pack(pack())
    lines = WEEK.splitlines()
    assert lines[read.origins["w1-q1"].line() - 1].strip() == "- id: w1-q1"
    assert lines[read.origins["w1-q1"].line(("points", 0)) - 1].strip() == "- a graphics card: [graphics card]"
    assert lines[read.origins[recap_name(1)].line(("points", 1)) - 1].strip() == "- loss: [loss]"


SAID = {
    "an unknown key, with the nearest known": (
        pack(WEEK.replace("hint:", "hnit:")),
        ["week-01.yaml:17: There is no key “hnit” here. Did you mean “hint”?"],
    ),
    "a key twice": (
        pack(WEEK.replace("    hint: It draws.\n", "    ask: Again?\n")),
        ["week-01.yaml:17: “ask” stands here twice (first on line 15). Keep one of the two."],
    ),
    "an id twice": (
        pack(WEEK.replace("w1-q2", "w1-q1")),
        ["week-01.yaml:20: An item called w1-q1 already stands on line 13. Give one another id."],
    ),
    "an id of another week": (
        pack(week_02=WEEK.replace("number: 1", "number: 2")),
        [
            "week-02.yaml:13: An item called w1-q1 is already in week-01.yaml. Give one another id.",
            "week-02.yaml:20: An item called w1-q2 is already in week-01.yaml. Give one another id.",
        ],
    ),
    "an id that is none": (
        pack(WEEK.replace("id: w1-q1", "id: Q 1")),
        [
            "week-01.yaml:13: “Q 1” cannot be an id: small letters, digits and single dashes only, 60 at most. "
            "Write q-1, for example."
        ],
    ),
    "a missing key": (
        pack(WEEK.replace("    ask: What is a GPU?\n", "")),
        ["week-01.yaml:13: “ask” is missing. Add ask: the question, in your own words."],
    ),
    "no points": (
        pack(WEEK.replace("    points:\n      - a graphics card: [graphics card]\n", "")),
        [
            "week-01.yaml:13: “points” is missing. "
            "Say what earns credit, or say why words cannot answer it with “ungraded”."
        ],
    ),
    "points and none": (
        pack(WEEK.replace("hint: It draws.", "ungraded: because")),
        ["week-01.yaml:18: An ungraded item has no “points”. Take out one or the other."],
    ),
    "a number that is none": (
        pack(WEEK.replace("number: 7", "number: seven")),
        ["week-01.yaml:14: “number” must be a whole number, not “seven”. Write number: 1, for example."],
    ),
    "a list for a text": (
        pack(WEEK.replace("What is a GPU?", "[What, is]")),
        [
            "week-01.yaml:15: “ask” must be a single text, not a list or keys. "
            "If it holds a colon, a bracket or a dash, put it in quotes."
        ],
    ),
    "a text for a list": (
        pack(WEEK.replace("prompts:\n  - What surprised you?", "prompts: What surprised you?")),
        ["week-01.yaml:10: “prompts” must be a list. Begin each line with a dash."],
    ),
    "nothing where text should be": (
        pack(WEEK.replace("title: The first week", "title:")),
        ["week-01.yaml:2: “title” is empty. Write what the week is about, in a few words."],
    ),
    "a link": (
        pack(WEEK.replace("Chapter 1", "see [the book](https://example.org)")),
        [
            "week-01.yaml:3: “reading” holds a Markdown link, which is shown as it stands. "
            "Write the words and the address out."
        ],
    ),
    "the wrong week": (
        pack(WEEK.replace("number: 1", "number: 3")),
        ["week-01.yaml:1: The file's name says week 1, the file says 3. Make them agree."],
    ),
    "a colon": (
        pack(WEEK.replace("What is a GPU?", "Say: what is a GPU?").replace("Say: what", "Say what: is it")),
        ['week-01.yaml:15: A colon in the middle of a text reads as a key. Put the whole text in "quotes".'],
    ),
    "a tab": (
        pack(WEEK.replace("    number: 7", "\tnumber: 7")),
        ["week-01.yaml:14: A tab stands where spaces should indent. Use spaces only."],
    ),
    "a quote left open": (
        pack(WEEK.replace("What is a GPU?", '"What is a GPU?')),
        ["week-01.yaml:15: A quotation mark opens here and never closes. Close it."],
    ),
    "a code sign first": (
        pack(WEEK.replace("What is a GPU?", "`a` is what?")),
        ['week-01.yaml:15: A text cannot begin with ` here. Put the whole text in "quotes".'],
    ),
    "text after its quotes": (
        pack(WEEK.replace("What is a GPU?", '"GPU" is what?')),
        [
            "week-01.yaml:15: This line is not lined up with those above, or a text goes on after its closing quote. "
            'Line it up with its neighbours; put a text that holds quotes in "quotes" as a whole.'
        ],
    ),
    "an alias of nothing": (
        pack(WEEK.replace("What is a GPU?", "*what")),
        ['week-01.yaml:15: *what repeats something called &what, and there is none. For a text, write "*…" in quotes.'],
    ),
    "a tag": (
        pack(WEEK.replace("What is a GPU?", "!what is it")),
        ['week-01.yaml:15: !what reads as a YAML tag. Put the text in quotes: "!…", or take it out.'],
    ),
    "an empty file": (pack(""), ["week-01.yaml:1: The file is empty. Fill it in or delete it."]),
    "two documents": (
        pack(WEEK + "---\nnumber: 2\n"),
        ["week-01.yaml:24: A second document begins here. Take out the line of three dashes (---)."],
    ),
    "a file of another name": (
        pack(chapter_1="number: 2"),
        [
            "chapter-1.yaml:1: No file of a pack has this name. "
            "Name it course.yaml, knowledge.yaml, proof.yaml or week-01.yaml."
        ],
    ),
    "no course file": (
        {"week-01.yaml": WEEK},
        ["course.yaml:1: The pack has no such file. Write one with id, title and language."],
    ),
    "no weeks": ({"course.yaml": COURSE}, ["course.yaml:1: The course has no weeks. Write a week-01.yaml beside it."]),
    "a language that is none": (
        pack(course=COURSE.replace("language: en", "language: English, please")),
        ["course.yaml:3: “English, please” is no language tag. Write en, de or pt-BR, for example."],
    ),
    "a synonym alone": (
        pack(course=COURSE.replace("[GPU, graphics card]", "[GPU]")),
        ["course.yaml:5: A line of synonyms is a list of two words or more. Write - [GPU, graphics card]."],
    ),
    "knowledge that is no list": (
        pack(knowledge="question: Why?\nanswer: Because.\n"),
        ["knowledge.yaml:1: A list is expected here. Begin each question with “- question:”."],
    ),
}


@pytest.mark.parametrize("case", SAID)
def test_a_fault_is_told_with_its_line_and_mend(case):
    files, expected = SAID[case]
    assert faults(files) == expected


def test_faults_of_rubrics_stand_on_their_own_lines():
    week = WEEK.replace("- a graphics card: [graphics card]", "- a graphics card: [graphics card]\n        worth: much")
    (fault,) = faults(pack(week))
    assert fault.startswith("week-01.yaml:20: ")
    assert "worth" in fault


def test_all_faults_of_all_files_come_at_once():
    files = pack(WEEK.replace("hint:", "hnit:").replace("title: The", "titel: The"), course="id: demo\nlanguage: en\n")
    told = faults(files | {"knowledge.yaml": "- question: Why?\n"})
    assert [fault.split(" ")[0] for fault in told] == [
        "course.yaml:1:",
        "knowledge.yaml:1:",
        "week-01.yaml:1:",
        "week-01.yaml:2:",
        "week-01.yaml:17:",
    ]


def test_aliases_of_aliases_do_not_grow_without_end():
    levels = "\n".join(f"  - &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 9))
    week = f"number: 1\ntitle: Laughs\nprompts:\n  - &l0 [ha, ha]\n{levels}\n"
    assert "The aliases here repeat too much." in " ".join(faults(pack(week)))


def test_nesting_without_end_is_a_fault():
    assert "nested too deeply" in " ".join(faults(pack("number: 1\ntitle: x\nprompts: " + "[" * 3000 + "]" * 3000)))


@settings(deadline=None)
@given(st.text(max_size=300) | st.text(alphabet="ab:-[]{}\"'&*!|>#%\n\t ?,", max_size=80))
def test_no_text_whatever_breaks_the_reading(text):
    for files in (pack(text), pack(course=text), pack(knowledge=text), pack(WEEK.replace("[tensor*]", text))):
        try:
            load_course(files)
        except PackFaults as raised:
            assert all(fault.line >= 1 and fault.what for fault in raised.faults)
