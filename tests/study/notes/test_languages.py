"""What is said of notes is said in the language of whoever imports them."""

import io
import zipfile

import pytest

from study.notes import NotesError, read_file, unpacked
from study.notes.weeks import write_week
from study.texts import using_language

NOTE = """
- Wir rechneten.

## Was ist ein Takt?

Er teilt die Zeit. ![](takt.png)

## Was ist ein Ton?

## Was ist eine Pause?

## Literatur

- Ein Buch
"""


def test_what_was_left_out_is_told_in_german():
    with using_language("de"):
        read = read_file("takt.md", NOTE.encode())
        made = write_week(1, "Takt", read.entries, language="de")
    assert [remark.what for remark in read.remarks] == [
        "„Wir rechneten.“ gehört zu keiner Frage; es wurde weggelassen.",
        "ein Bild (takt.png) wurde weggelassen.",
        "Der Abschnitt „Literatur“ enthält keine Fragen; er wurde weggelassen.",
    ]
    assert made.remarks == ("Die Fragen 2, 3 stehen bei den Gesprächsanstößen, denn die Notizen geben keine Antwort.",)


@pytest.mark.parametrize("content", [b"%PDF-1.4", b"\xd0\xcf\x11\xe0", b"\x00\x01\x02", b"PK\x03\x04"])
def test_what_cannot_be_read_is_refused_in_german(content):
    with using_language("de"), pytest.raises(NotesError, match="Das ist "):
        read_file("notizen", content)


@pytest.mark.parametrize("names", [["word/document.xml"], ["xl/workbook.xml"], ["mimetype", "content.xml"]])
def test_documents_of_office_programs_are_refused_as_such(names):
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    with pytest.raises(NotesError, match="a document of an office program"):
        list(unpacked(kept.getvalue()))


def test_true_and_false_of_a_bank_are_said_in_the_language_of_the_course():
    read = read_file("takt.gift", b"Ein Takt teilt die Zeit. {TRUE}\n\nWas?{=Takt ~True ~False}\n")
    made = {language: write_week(1, "Takt", read.entries, language=language).text for language in ("de", "en")}
    assert "answer: Richtig" in made["de"] and "Falsch" in made["de"] and made["de"].count("True") == 1
    assert "Richtig" not in made["en"]


ANSWERED = """
Q. Warum wärmt man die Kanne?

A. Eine kalte Kanne nimmt dem Wasser Wärme, und die Blätter geben weniger.

Q. Nenne zwei Tees.

A. Zwei der folgenden:
- Grüner Tee
- Schwarzer Tee
- Weißer Tee
"""


@pytest.mark.parametrize("reader", ["en", "de"])
def test_drafted_points_have_names_in_the_language_of_the_course(reader):
    notes = read_file("tee.md", ANSWERED.encode())
    with using_language(reader):
        made = {language: write_week(1, "Tee", notes.entries, language=language).text for language in ("de", "en")}
    assert "kommt der ganzen Antwort nahe" in made["de"] and "near the answer as a whole" in made["en"]
    assert "2 von 3" in made["de"] and "2 of 3" in made["en"]
