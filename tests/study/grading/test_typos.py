"""A slip of the finger is forgiven, another word is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.grading import grade, read_rubric
from study.grading.language.languages import language_of
from study.grading.language.stems import stem
from study.grading.language.typos import ONCE, TWICE, forgiven

WORDS = st.text(alphabet="abcdefghij", min_size=3, max_size=12)


def found(alternative, answer):
    return grade(read_rubric({"points": [{"it": [alternative]}]}), answer).score == 1


@pytest.mark.parametrize(
    ("alternative", "other"),
    [
        ("more", "they move fast"),
        ("same", "it saves money"),
        ("text", "it is a test"),
        ("loss", "there is less of it"),
        ("rate", "this is rare"),
        ("core*", "it comes late"),
        ("train*", "a trait of it"),
        ("layer", "it comes later"),
        ("model", "one module"),
        ("step", "it stopped early"),
        ("new", "it was on the news"),
        ("bright", "this is right"),
        ("memory", "an armory of it"),
    ],
)
def test_one_letter_of_four_makes_another_word(alternative, other):
    assert not found(alternative, other)


@pytest.mark.parametrize(
    ("alternative", "typed"),
    [
        ("label*", "one lable of it"),
        ("image", "one imgae of it"),
        ("loss", "the los of it"),
        ("weight*", "weigths of it"),
        ("error", "the errror of it"),
        ("parameter", "the paramter of it"),
        ("validation", "for valdation of it"),
        ("environment*", "the enviroment of it"),
        ("connectivity", "the conectivty of it"),
        ("GPU", "two gpus"),
    ],
)
def test_a_slip_of_the_finger_is_forgiven(alternative, typed):
    assert found(alternative, typed)


@given(WORDS, WORDS)
def test_what_is_forgiven_begins_alike_and_is_about_as_long(typed, meant):
    if forgiven(typed, meant):
        assert set(typed[:2]) & set(meant[:1]) and abs(len(typed) - len(meant)) <= (2 if len(meant) >= TWICE else 1)
        assert len(meant) >= ONCE or set(typed) == set(meant)


@given(WORDS.filter(lambda word: len(word) >= 4), st.integers(1, 10))
def test_two_neighbours_may_change_places(meant, place):
    at = min(place, len(meant) - 1)
    assert forgiven(meant[: at - 1] + meant[at] + meant[at - 1] + meant[at + 1 :], meant)


def test_processors_have_a_plural():
    assert [stem(word, language_of("en")) for word in ("gpus", "cpus", "bus")] == ["gpu", "cpu", "bus"]
