"""Marks become examples of a pack, and are taken out again, and nothing else changes."""

import yaml
from hypothesis import given
from hypothesis import strategies as st

from study.packs import load_course
from study.packs.adopting import Example, with_examples, without_examples

COURSE = "id: sky\ntitle: The sky\nlanguage: en\n"
WEEK = """\
# A week about the sky.
number: 1
title: The sky

recap:
  prompt: What did you see?
  answer: Blue things.
  points:
    - blue: [blue]  # the first

items:
  # An easy one.
  - id: q1
    ask: Which colour?
    answer: Blue.
    points:
      - blue: [blue]   # nothing else
    examples:
      - azure: 0
  - id: q2
    ask: How high?
    answer: Very.
    points: [{very: [very]}]
"""
FILES = {"course.yaml": COURSE, "week-01.yaml": WEEK}
RULED = [
    Example(1, "q1", "the colour of cornflowers", 1),
    Example(1, "q2", "so high\nthat nobody knows", 0.5),
    Example(1, "", "all that is blue: the sky", 1),
]


def examples(files, item):
    found = load_course(files).item(item)
    return [(one.answer, one.score) for one in found.rubric.examples]


def test_marks_become_examples_and_every_comment_stays():
    got = with_examples(FILES, RULED)
    assert (got.done, got.left) == (tuple(RULED), ())
    files = FILES | got.files
    assert examples(files, "q1") == [("azure", 0), ("the colour of cornflowers", 1)]
    assert examples(files, "q2") == [("so high\nthat nobody knows", 0.5)]
    assert [one.answer for one in load_course(files).weeks[0].recap.rubric.examples] == ["all that is blue: the sky"]
    before, after = WEEK.splitlines(), files["week-01.yaml"].splitlines()
    assert [line for line in before if line not in after] == [] and len(after) > len(before)


def test_what_was_taken_in_is_taken_out():
    files = FILES | with_examples(FILES, RULED).files
    back = without_examples(files, RULED)
    assert back.done == tuple(RULED)
    assert yaml.safe_load((files | back.files)["week-01.yaml"]) == yaml.safe_load(WEEK)


def test_words_become_a_way_of_saying_their_point_and_are_taken_out():
    said = [
        Example(1, "q2", "towering", 1, "very"),
        Example(1, "q2", "Very", 1, "very"),
        Example(1, "q2", "x", 1, "no"),
    ]
    got = with_examples(FILES, said)
    assert (got.done, got.left) == (tuple(said[:1]), tuple(said[1:]))
    files = FILES | got.files
    assert yaml.safe_load(files["week-01.yaml"])["items"][1]["points"] == [{"very": ["very", "towering"]}]
    assert examples(files, "q2") == []
    back = files | without_examples(files, said).files
    assert yaml.safe_load(back["week-01.yaml"]) == yaml.safe_load(WEEK)


def test_an_answer_that_the_author_marked_stays_as_it_is_marked():
    ruled = [Example(1, "q1", "Azure ", 1), Example(1, "gone", "x", 1), Example(7, "", "x", 1)]
    got = with_examples(FILES, ruled)
    assert (got.files, got.done, got.left) == ({}, (), tuple(ruled))
    assert without_examples(FILES, [Example(1, "q1", "azure", 1)]).files == {}


@given(st.lists(st.tuples(st.text(min_size=1, max_size=150), st.sampled_from([0, 0.5, 1])), max_size=4))
def test_any_words_come_back_as_they_were(marks):
    ruled = [Example(1, "q2", answer.strip(), score) for answer, score in marks if answer.strip().isprintable()]
    ruled = [one for one in ruled if one.answer]
    got = with_examples(FILES, ruled)
    files = FILES | got.files
    if got.done:
        assert examples(files, "q2") == [(one.answer, one.score) for one in got.done]
    after = files | without_examples(files, got.done).files
    assert yaml.safe_load(after["week-01.yaml"]) == yaml.safe_load(WEEK)
