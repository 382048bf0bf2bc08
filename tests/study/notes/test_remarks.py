"""What a teacher says to whoever asked is no answer: such a question is there to talk about."""

import pytest

from study.notes import read_notes
from study.notes.weeks import write_week

SAID = "Somebody said that tea of yesterday is bad for the heart."
REMARKS = [
    (SAID, "Well spotted."),
    (SAID, "Well spotted. I have never seen that, however."),
    (SAID, "Gut beobachtet!"),
    ("Is tea bad for the heart?", "Good question! I don\u2019t know."),
    ("Ist Tee schlecht?", "Das ist eine sehr gute Frage. Ich bin nicht sicher."),
    ("Is there a source?", "Great question. I'll look it up and tell you."),
]
ANSWERS = [
    ("Which tea do you drink?", "Good question. I drink oolong."),
    ("What does \u201cgute Frage\u201d mean?", "Good question."),
    ("gute Frage", "good question"),
    (SAID, "Well spotted. It is not so."),
    ("Who knows that they know nothing?", "I know that I do not know."),
]


def read(question, answer):
    notes = read_notes(f"Q. {question}\n\nA. {answer}\n")
    (entry,) = notes.entries
    return entry, notes


@pytest.mark.parametrize(("question", "answer"), REMARKS)
def test_a_remark_is_told_and_its_question_is_not_graded(question, answer):
    entry, notes = read(question, answer)
    assert entry.question == question and not entry.answer
    assert any(answer in remark.what for remark in notes.remarks)
    made = write_week(1, "Tea", notes.entries)
    assert (made.items, made.prompts) == (0, 1)


@pytest.mark.parametrize(("question", "answer"), ANSWERS)
def test_what_answers_is_kept(question, answer):
    entry, notes = read(question, answer)
    assert entry.answer == answer and not notes.remarks
