"""What people read is in the catalogues: whole, with the same placeholders, and nothing stands outside of them."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from docs.catalogue import catalogue
from study.texts import (
    ENGLISH,
    _,
    joined,
    language,
    language_for,
    languages,
    n_,
    number_text,
    percent_text,
    using_language,
    weekdays,
)

ROOT = Path(__file__).parent.parent
CATALOGUES = sorted((ROOT / "study" / "texts").glob("*.po"))


def fields(text):
    return {name for _words, name, *_rest in Formatter().parse(text) if name is not None}


def texts(message, of):
    both = getattr(message, of)
    return both if isinstance(both, (tuple, list)) else (both,)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_is_in_step_with_the_code_and_whole(path):
    assert catalogue(path) == path.read_text(encoding="utf-8"), "run python docs/generate.py"
    with path.open("rb") as file:
        messages = [message for message in read_po(file, locale=path.stem) if message.id]
    assert [message.id for message in messages if message.fuzzy or not all(texts(message, "string"))] == []
    for message in messages:
        wanted = set.union(*map(fields, texts(message, "id")))
        for text in texts(message, "string"):
            assert fields(text) | {"count"} == wanted | {"count"}, text
            assert [part.isspace() for part in (text[:1], text[-1:])] == [
                part.isspace() for part in (texts(message, "id")[0][:1], texts(message, "id")[0][-1:])
            ], text


def test_the_first_language_that_can_be_spoken_is():
    assert set(languages()) >= {ENGLISH, "de"}
    assert [language_for(*wished) for wished in (["de-AT"], ["de_CH"], ["fr", "de"], ["fr"], [""], [])] == [
        *("de", "de", "de"),
        *("en", "en", "en"),
    ]


def test_texts_dates_and_numbers_are_written_in_the_language_used():
    def told():
        names = joined(["Ann", "Ben", "Cem"])
        return language(), _("Task"), names, number_text(2.5), percent_text(0.5), weekdays()[0]

    def open_(count):
        return n_("One question is still open for you.", "{count} questions are still open for you.", count)

    assert told() == ("en", "Task", "Ann, Ben and Cem", "2.5", "50%", "Monday")
    with using_language("de-DE"):
        assert told() == ("de", "Aufgabe", "Ann, Ben und Cem", "2,5", "50\N{NO-BREAK SPACE}%", "Montag")
        assert open_(1) == "Eine Frage ist noch offen für dich."
        assert open_(4) == "4 Fragen sind noch offen für dich."
    assert open_(4) == "4 questions are still open for you."
