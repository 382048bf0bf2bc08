"""Answers that only say that whoever reads shall do it: they become tasks, and whatever says more does not."""

import pytest

from study.notes import left_to_reader, read_notes
from study.notes.weeks import write_week
from study.packs import load_course

LEFT = (
    "To be done by the reader.",
    "This is left as an exercise for the reader!",
    "_Left to the student_",
    "Try it yourself :)",
    "(do this on your own, at home)",
    "Hands-on practice for you",
    "Wird dem Leser überlassen.",
    "Selbst ausprobieren",
    "Übung für die Lernenden",
    "Laissé en exercice au lecteur",
    "À faire par le lecteur.",
    "Se deja como ejercicio para el lector.",
    "Deixado como exercício para o leitor",
    "Lasciato come esercizio al lettore",
)
SAYS = (
    "Exercise.",
    "The reader.",
    "Done.",
    "Try 7 times.",
    "The reader process.",
    "It is left to the optimizer.",
    "Students practise with spaced repetition.",
    "Üben hilft.",
    "",
)


@pytest.mark.parametrize("answer", LEFT)
def test_an_answer_that_leaves_it_to_the_reader_is_known_in_each_language(answer):
    assert left_to_reader("Complete the appendix.", answer)


@pytest.mark.parametrize("answer", SAYS)
def test_an_answer_that_says_something_is_graded(answer):
    assert not left_to_reader("What keeps a heart well?", answer)


def test_what_letters_stand_for_may_say_so():
    assert not left_to_reader("What does DIY stand for?", "Do it yourself")
    assert left_to_reader("What happens if you knead it longer?", "Do it yourself")


def test_such_a_question_is_a_task_and_told_of():
    note = (
        "1. Knead a dough.\n\n> To be done by the reader.\n\n2. What is yeast?\n\n> A fungus that makes gas of sugar.\n"
    )
    made = write_week(1, "Bread", read_notes(note).entries)
    course = load_course({"course.yaml": "id: bread\ntitle: Bread\nlanguage: en\n", "week-01.yaml": made.text})
    knead, yeast = course.items()
    assert knead.rubric is None and knead.ungraded == "a thing to do; there is no answer in words to mark"
    assert yeast.rubric is not None and (made.items, made.tasks) == (1, 1)
    assert made.remarks == ("Question 1 is a task, for its answer leaves it to the reader.",)
