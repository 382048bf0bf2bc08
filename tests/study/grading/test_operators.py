"""Every operator of the rubric language: as a point, among alternatives, inside others, and among misconceptions."""

from __future__ import annotations

import jsonschema
import pytest

from study.grading import RUBRIC_SCHEMA, RubricFaults, grade, read_rubric, write_rubric
from study.grading.match.registry import BY_HEAD, KEYS, OPERATORS

SCHEMA = jsonschema.Draft202012Validator({"type": "object", **RUBRIC_SCHEMA})
EXAMPLES = {one.__name__: one.example for one in OPERATORS}
WORDS = "zebra"
"""A word that no example has."""


def read(points, wrong=()):
    data = {"points": points, "wrong": list(wrong)} if wrong else {"points": points}
    SCHEMA.validate(data)
    rubric = read_rubric(data)
    SCHEMA.validate(write_rubric(rubric))
    again = read_rubric(write_rubric(rubric))
    assert again == rubric and again.version == rubric.version
    return rubric


def earned(point, answer):
    return grade(read([{"the point": point}]), answer).score


@pytest.fixture(params=EXAMPLES.values(), ids=EXAMPLES)
def example(request):
    return request.param


def test_an_operator_by_itself(example):
    written, answer = example
    assert earned(written, answer) == 1
    assert earned(written, WORDS) < 0.3


def test_among_alternatives(example):
    written, answer = example
    for point in ([WORDS, written], [[WORDS, [written]]]):
        assert earned(point, answer) == earned(point, WORDS) == 1
        assert earned(point, "apples and pears") < 0.3


def test_inside_the_others(example):
    written, answer = example
    both = f"{WORDS}. {answer}"
    several = {"of": [written, WORDS]}
    assert earned(several, answer) == 0.5 and earned(several, both) == 1
    assert earned({"near": [written, WORDS], "within": 20}, both) == 1
    assert earned({"pair": [[WORDS, written], ["lion", "tiger"]]}, f"{WORDS}. {answer}. Lion tiger") == 1
    assert earned({"says": "yes", "about": written}, answer) == 1


def test_among_misconceptions(example):
    written, answer = example
    rubric = read([WORDS], wrong=[{"a mistake": written}])
    assert grade(rubric, f"{WORDS}. {answer}").score < 0.7
    assert grade(rubric, f"{WORDS}, apples").score == 1


def test_a_synonym_without_a_word_is_one_way_less():
    rubric = read_rubric({"points": [{"a card": ["GPU"]}]}, synonyms=[["GPU", "…", "graphics"]])
    assert grade(rubric, "Graphics.").score == grade(rubric, "A GPU.").score == 1
    with pytest.raises(RubricFaults, match="There is no word in “…”"):
        read_rubric({"points": [{"a card": ["…"]}]})
    with pytest.raises(RubricFaults, match="There is no word in “GPU near …”"):
        read_rubric({"points": [{"a card": ["GPU near …"]}]})
    read_rubric({"points": [{"a sign": ["=="]}, {"a small word": ["the"]}]})


def test_half_of_a_sentence_is_no_misconception():
    written = {"like": "The terminals are not separated by a gap."}
    rubric = read([WORDS], wrong=[{"a mistake": [written]}])
    assert grade(rubric, f"{WORDS}, by the terminals").score == 1


def test_every_key_is_described_once_and_belongs_to_an_operator():
    SCHEMA.check_schema(SCHEMA.schema)
    assert set(BY_HEAD) <= set(KEYS)
    assert all(schema["description"].endswith(".") for schema in KEYS.values())
    assert {key for one in BY_HEAD.values() for key in one.keys} == set(KEYS)


@pytest.mark.parametrize("head", BY_HEAD)
def test_a_head_tells_what_does_not_belong_to_it(head):
    written, _ = BY_HEAD[head].example
    stranger = next(key for key in KEYS if key not in BY_HEAD[head].keys and key not in BY_HEAD)
    with pytest.raises(RubricFaults, match=f"`{stranger}` does not belong with"):
        read_rubric({"points": [{"the point": {**written, stranger: 1}}]})


@pytest.mark.parametrize("name", ["typos", "worth", "hint", "negation", "bonus"])
def test_a_point_may_be_called_as_a_key_is(name):
    rubric = read([{name: ["mistyped word*"], **({} if name == "worth" else {"worth": 2})}, WORDS])
    assert rubric.points[0].name == name and rubric.points[0].typos
    assert grade(rubric, "mistyped words").points == (1 if name == "worth" else 2)
    nested = read([{name: {"any": 2, "of": ["lion", "tiger"]}}])
    assert grade(nested, "a lion and a tiger").score == 1


def test_a_misconception_may_be_called_as_a_key_is():
    assert read([WORDS], wrong=[{"costs": ["too dear"], "feedback": "It is free."}]).wrong[0].name == "costs"


def test_a_key_with_a_value_names_nothing():
    with pytest.raises(RubricFaults, match="has no name"):
        read_rubric({"points": [{"typos": False, "worth": 2}]})
