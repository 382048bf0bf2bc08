"""What a draft hears: who is spoken of, what is said the other way round, and which words stand for others."""

from __future__ import annotations

import pytest

from study.grading import draft, grade
from study.grading.language import language_of
from study.grading.text import Text

PITCH = "If the string is shorter, the pitch will be higher. If the string is longer, the pitch will be lower."


def score(reference, answer, question="Explain your reasoning."):
    return grade(draft(question, reference), answer).score


@pytest.mark.parametrize(
    ("reference", "better", "worse"),
    [
        ("Cups A and C are on a closed tray.", "They are on a closed tray.", "Boxes are on a closed tray."),
        ("Cups A and C are on a closed tray.", "Cups A and C are on a tray", "Cups A and B are on a tray"),
        ("Yes, the sizes differ.", "because they differ in size", "No, because they differ in size."),
        ("B. The larger area warms faster.", "B, the larger area warms faster", "C, the larger area warms faster"),
        ("If the string is shorter, the pitch is higher.", "The longer, the lower.", "The longer, the higher."),
        (PITCH, "A short string has a higher pitch.", "A short string has a lower pitch."),
        ("The lamp stays lit in rain.", "the lamp is lit in snow", "the lamp is not lit in snow"),
        ("The cups are on different trays.", "They are not on the same tray.", "They are on the same tray."),
        ("The tray contains a battery.", "a battery, a tray", "it contains a tray"),
        ("The lamp needs a closed path.", "a closed pathway", "a closed door"),
        ("There is a gap.", "It is not lit because there is a gap.", "It is lit and there is not a gap."),
        ("The marbles have different masses.", "One group's marbles are heavier.", "One group's marbles are blue."),
    ],
)
def test_the_better_answer_earns_clearly_more(reference, better, worse):
    assert score(reference, better) >= score(reference, worse) + 0.02


def test_a_pronoun_alone_earns_nothing():
    assert score("Cups A and C are on a closed tray.", "They, it, both of them") < 0.1


def test_letters_of_a_formula_are_no_names():
    reference = "The weights w move against the gradient g: w = w - r g"
    assert score(reference, "weights move against the gradient, v = v - r d") >= 0.5


def test_a_likely_answer_that_names_something_else_is_shown_to_a_human():
    made = draft("Which cup?", "Cup C is on the closed tray beside the lamp.")
    assert grade(made, "Cup C is on the closed tray beside the lamp").verdict == "accept"
    assert grade(made, "Cup D is on the closed tray beside the lamp").verdict == "ask"


def test_a_line_ends_a_sentence_after_a_stop_too():
    text = Text("One cup.\nTwo .5 cups, 20 % full\n\nThree", language_of("en"))
    assert text.words == ["one", "cup", "two", ".5", "cups", "20%", "full", "three"]
    assert text.sentence == [0, 0, 1, 1, 1, 1, 1, 2]


def test_another_choice_and_opposites_joined_the_other_way_cost_much():
    reference = "B. The larger area of the lid warms faster."
    assert score(reference, "C, larger area, lid warms faster") < 0.75 * score(
        reference, "larger area, lid warms faster"
    )
    reference = "Longer ones are lower. Shorter ones are higher."
    assert score(reference, "Shorter are lower") < 0.75 * score(reference, "Shorter are higher")
