"""Lines that declare a question by a mark, and which of them were not read."""

import pytest

from study.notes import read_notes


@pytest.mark.parametrize(
    ("note", "lines"),
    [
        ("1. What is a keel?\n\n> The spine.\n\n2. What is a hull?\n", [1, 5]),
        ("## What is a keel?\n\nThe spine.\n", [1]),
        ("**Q:** Name a sail\n\nA: The jib.\n", [1]),
        ("- Q1: Name a sail\n", [1]),
        ("The keel is the spine. Is it? Yes.\n", []),
        ("```\n1. What is code?\n```\n", []),
        ("1. One step\n2. Another step\n", []),
    ],
)
def test_marks_are_seen_without_reading(note, lines):
    assert [each.line for each in read_notes(note).marked] == lines


def test_what_was_marked_and_not_read_is_told():
    note = "1. What is a keel?\n\n> The spine.\n\n## References\n\n1. Who wrote the seaman's manual?\n"
    assert [(each.line, each.what) for each in read_notes(note).missed] == [(7, "Who wrote the seaman's manual?")]


def test_a_question_within_an_answer_is_not_missed():
    note = "Q: What did she ask?\n\nA: Two things:\n\n1. What is a keel?\n2. What is a hull?\n"
    assert read_notes(note).missed == ()
