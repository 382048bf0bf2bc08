"""Question banks of other programs: read as they mean, or refused in a sentence."""

import io
import json
import sqlite3
import zipfile

import pytest

from study.notes import NotesError, read_file
from tests.study.notes.forms import q, said


def told(name, content):
    content = content.encode() if isinstance(content, str) else content
    return [said(entry) for entry in read_file(name, content).entries]


def test_gift():
    bank = r"""
// a bank
$CATEGORY: rivers

::Mouth:: What is a river's mouth? {
  =Where it ends#Right.
  ~Where it begins#That is its spring.
  ~%-50%A fish
}

Which two are rivers?{~%50%Elbe ~%50%Oder ~Alps}

The Danube flows east.{T}

The sign for \{equal\} is \=.{FALSE#It is another.}

The source of the {=Danube =Donau} lies in the Black Forest.

How long is the Elbe in kilometres?{#1094:10}

Match. {=river -> water =road -> stone}

Write about a river. {}
"""
    assert told("bank.txt", bank) == [
        q(1, "What is a river's mouth?", "Where it ends", options="*Where it ends|Where it begins|A fish"),
        q(2, "Which two are rivers?", "Elbe\nOder", options="*Elbe|*Oder|Alps"),
        q(3, "The Danube flows east.", "True", options="*True|False"),
        q(4, "The sign for {equal} is =.", "False", options="True|*False"),
        q(5, "The source of the ____ lies in the Black Forest.", "Danube"),
        q(6, "How long is the Elbe in kilometres?", "1094"),
        q(7, "Match.", "river – water\nroad – stone"),  # noqa: RUF001
        q(8, "Write about a river.", ""),
    ]


HEADED = """# Rivers {#rivers}

1. What is a mouth? {T}

   Where a river ends.

2. What is a spring? {=not so}

   Where it begins.
"""


@pytest.mark.parametrize("name", ["note.md", "NOTE.MD", "note.markdown", "note.qmd", "note.txt", "note"])
def test_a_brace_does_not_make_a_note_a_bank(name):
    note = (
        HEADED
        if not name.endswith("txt")
        else HEADED + "\n".join(f"\n{n}. What is {n}?\n\n   A number.\n" for n in range(3, 9))
    )
    said = [entry.answer for entry in read_file(name, note.encode()).entries]
    assert said[:2] == ["Where a river ends.", "Where it begins."] and len(said) in (2, 8)


def test_what_is_called_gift_is_gift():
    (entry,) = read_file("a.gift", b"A text.\n\nA second.\n\nA third.\n\nThe Elbe flows north. {T}\n").entries
    assert entry.answer == "True"


def test_feedback_is_kept():
    (entry,) = read_file("x.gift", b"Where? {=here#Yes. ~there#No, here.}").entries
    assert [option.feedback for option in entry.options] == ["Yes.", "No, here."]


def test_gift_with_shares_tolerances_formats_and_general_feedback():
    bank = r"""
Some words that ask nothing.

Which is a grain?{~%50%Buckwheat =Rye ~Sand}

Which are grains?{~%50%[plain]Rye # yes ~%-100%[html]<b>Sand</b> ~%50%Spelt}

The dough rises by {=yeast =leaven =%50%air}.

How long, in hours? {#2:0.5}

And how warm? {# =20..30 #Right =%50%25:20 }

Bread is old. {FALSE#It is.#Quite so.####Think of Egypt.}";

Match. {=rye -> bread = -> sand}
"""
    notes = read_file("bank.gift", bank.encode())
    assert [said(entry) for entry in notes.entries] == [
        q(1, "Which is a grain?", "Rye", options="Buckwheat|*Rye|Sand"),
        q(2, "Which are grains?", "Rye\nSpelt", options="*Rye|Sand|*Spelt"),
        q(3, "The dough rises by ____.", "yeast"),
        q(4, "How long, in hours?", "2"),
        q(5, "And how warm?", "25"),
        q(6, "Bread is old.", "False", options="True|*False", explanation="Think of Egypt."),
        q(7, "Match.", "rye – bread"),  # noqa: RUF001
    ]
    assert [option.feedback for option in notes.entries[5].options] == ["It is.", "Quite so."]
    assert [remark.what for remark in notes.remarks] == [
        "A text before it that asks nothing was left out.",
        "What earns a part there counts as wrong here: Buckwheat.",
        "Right as well, and to be added to the draft: leaven.",
        "The bank accepts 2:0.5; the draft looks for 2.",
        "The bank accepts 20..30; the draft looks for 25.",
    ]


def test_anki_text_tells_which_columns_are_texts():
    head = "#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:6\n"
    rows = "k1\tBasic\tBread\tWhat makes dough <b>rise</b>?\tYeast<br>or leaven\tbread\n"
    rows += "k2\tCloze\tBread\tDough has {{c1::flour::what?}} in it\tMostly\t\n"
    expected = [
        q(1, "What makes dough rise?", "Yeast\nor leaven"),
        q(2, "Dough has ____ in it", "flour", explanation="Mostly"),
    ]
    assert told("deck.txt", head + rows) == expected
    assert told("deck.txt", "#separator:Pipe\n#columns:Tags|Back|Front\na|Yeast|What?\n") == [q(1, "What?", "Yeast")]
    assert told("deck.csv", "# FRONT\tBACK\nWhat?\tYeast\n") == [q(1, "What?", "Yeast")]


@pytest.mark.parametrize(
    "note",
    [
        "## What is a weir? {#weir}\n\nA low dam.\n",
        "1. What is $\\mathbb{F}$?\n\n> A field $\\frac{T}{F}$.\n",
        "{{c1::x}} y",
    ],
)
def test_braces_in_notes_are_no_bank(note):
    assert read_file("note.md", note.encode()).entries[0].answer not in ("", "True")


def test_aiken():
    bank = "What is the capital of Norway?\nA. Bergen\nB. Oslo\nANSWER: B\n\n"
    bank += "Where is Bergen?\nA) inland\nB) by the sea\nANSWER: B\n"
    assert told("bank.txt", bank) == [
        q(1, "What is the capital of Norway?", "Oslo", options="Bergen|*Oslo"),
        q(2, "Where is Bergen?", "by the sea", options="inland|*by the sea"),
    ]
    numbered = bank.replace("What", "1. What").replace("Where", "2. Where")
    assert told("bank.txt", numbered) == told("bank.txt", bank)
    assert told("bank.txt", bank.replace("What", "1066. What"))[0][2] == "1066. What is the capital of Norway?"


TABLE = 'Question;Answer\nWhat is Öl?;Oil, of course\n"What is ""Öl""?";"Two\nlines"\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_tables_in_the_encodings_that_spreadsheets_write(encoding):
    expected = [q(1, "What is Öl?", "Oil, of course"), q(2, 'What is "Öl"?', "Two\nlines")]
    assert told("cards.csv", TABLE.encode(encoding)) == expected
    assert told("cards.tsv", TABLE.replace(";", "\t").encode(encoding)) == expected
    assert told("cards.csv", f"sep=;\n{TABLE}".encode(encoding)) == expected


def test_a_table_without_a_head_asks_in_its_first_column():
    assert told("cards.csv", "keel,the spine\nhull,the body\n") == [q(1, "keel", "the spine"), q(2, "hull", "the body")]


@pytest.mark.parametrize(
    "head", ["question,option a,option b,answer", "Question,A,B,Answer", "q,choice 1,choice 2,answers"]
)
def test_a_table_with_options(head):
    table = f"{head}\nWhat floats?,lead,wood,B\nWhat sinks?,lead,wood,lead\n"
    assert told("quiz.csv", table) == [
        q(1, "What floats?", "wood", options="lead|*wood"),
        q(2, "What sinks?", "lead", options="*lead|wood"),
    ]


MOODLE = """<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<question type="category"><category><text>top</text></category></question>
<question type="multichoice"><questiontext format="html"><text><![CDATA[<p>What floats?</p>]]></text></questiontext>
<generalfeedback><text>Wood is light.</text></generalfeedback>
<answer fraction="0"><text>lead</text></answer><answer fraction="100"><text>wood</text></answer></question>
<question type="shortanswer"><questiontext><text>Who?</text></questiontext>
<answer fraction="100"><text>Ann</text></answer></question>
<question type="cloze"><questiontext><text>{1:SA:=x}</text></questiontext></question>
</quiz>
"""


def test_moodle():
    notes = read_file("questions.xml", MOODLE.encode())
    assert [said(entry) for entry in notes.entries] == [
        q(1, "What floats?", "wood", options="lead|*wood", explanation="Wood is light."),
        q(2, "Who?", "Ann"),
    ]
    assert [remark.what for remark in notes.remarks] == ["A question with answers within its text was left out."]


def test_a_notebook():
    cells = [
        {"cell_type": "markdown", "source": ["## What is a loop?\n", "\n", "Code that runs again."]},
        {"cell_type": "code", "source": ["for x in y:\n", "    pass"], "outputs": [{"text": "1. What?"}]},
    ]
    content = json.dumps({"cells": cells, "nbformat": 4})
    assert told("a.ipynb", content) == [q(1, "What is a loop?", "Code that runs again.\n\nfor x in y:\n    pass")]


def deck(*notes, name="collection.anki2", database=None):
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE notes (id INTEGER PRIMARY KEY, flds TEXT)")
        connection.executemany("INSERT INTO notes (flds) VALUES (?)", [("\x1f".join(note),) for note in notes])
        connection.commit()
        packed = connection.serialize()
    connection.close()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, packed if database is None else database)
    return out.getvalue()


def test_an_anki_deck():
    content = deck(
        ("What is a <b>keel</b>?", "The spine<br>of a boat[sound:a.mp3]"), ("The {{c1::jib}} is a sail.", "in front")
    )
    assert told("deck.apkg", content) == [
        q(1, "What is a keel?", "The spine\nof a boat"),
        q(2, "The ____ is a sail.", "jib", explanation="in front"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"%PDF-1.7 ...", "It is a PDF"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1", "It is a file of an old office program"),
        ("a.zip", deck(name="notes.txt"), "It is an archive without notes of its own"),
        ("a.apkg", deck(name="collection.anki21b"), "It is a deck of the new form"),
        ("a.apkg", deck(database=b"not a database" * 50), "It is a deck whose notes cannot be read"),
        ("a.apkg", b"PK\x03\x04 broken", "It is an archive that cannot be opened"),
        ("a.ipynb", b'{"cells": [{"cell_type": 1}]}', "It looks like a Jupyter notebook"),
        ("a.xml", b"<quiz><question>", "It is no complete XML file"),
        (
            "a.xml",
            b'<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "b">]><quiz></quiz>',
            "It declares entities of its own",
        ),
        ("a.csv", b"one\ntwo\n", "It is a table of one column"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(name, content, sentence):
    with pytest.raises(NotesError, match=sentence):
        read_file(name, content)


def test_an_archive_that_grows_without_end_is_not_unpacked():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("collection.anki2", b"\0" * 100_000_001)
    with pytest.raises(NotesError, match="far too large"):
        read_file("bomb.apkg", out.getvalue())
