"""What a draft hears: who is spoken of, what is said the other way round, and which words stand for others."""

from __future__ import annotations

import pytest

from study.grading import draft, grade
from study.grading.language.languages import language_of
from study.grading.language.text import Text
from study.grading.similarity.measure import Similarity

PLANETS = "Mercury Venus Earth Mars Jupiter Saturn Uranus Neptune Pluto Ceres Eris Haumea Makemake Sedna"
PITCH = "If the string is shorter, the pitch will be higher. If the string is longer, the pitch will be lower."


def score(reference, answer, question="Explain your reasoning."):
    return grade(draft(question, reference), answer).score


def seen(reference, answer, question="Explain your reasoning."):
    english = language_of("en")
    return Similarity(reference, Text(question, english), english).evidence(Text(answer, english))


@pytest.mark.parametrize(
    ("reference", "better", "worse"),
    [
        ("Cups A and C are on a closed tray.", "They are on a closed tray.", "Boxes are on a closed tray."),
        ("Cups A and C are on a closed tray.", "Cups A and C are on a tray", "Cups A and B are on a tray"),
        ("Yes, the sizes differ.", "because they differ in size", "No, because they differ in size."),
        ("B. The larger area warms faster.", "B, the larger area warms faster", "C, the larger area warms faster"),
        ("If the string is shorter, the pitch is higher.", "The longer, the lower.", "The longer, the higher."),
        ("The lamp stays lit in rain.", "the lamp is lit in snow", "the lamp is not lit in snow"),
        ("The cups are on different trays.", "The cups are not on the same tray.", "The cups are on the same tray."),
        ("The tray contains a battery.", "a battery, a tray", "it contains a tray"),
        ("The lamp needs a closed path.", "a closed pathway", "a closed door"),
        ("There is a gap.", "It is not lit because there is a gap.", "It is lit and there is not a gap."),
        ("The marbles have different masses.", "One group's marbles are heavier.", "One group's marbles are blue."),
        ("The pole is positive.", "it is one of the positive poles", "it is both a positive and a negative pole"),
        ("The cups are separated.", "They have gaps, they aren't together", "They are the same, they are together"),
        ("The tray is full and wet.", "my tray is full and wet", "a spoon is full and wet"),
        ("The lamp stays lit in the rain.", "the lamp is lit in rain", "all of it is hot as long as it is lit in rain"),
    ],
)
def test_the_better_answer_earns_clearly_more(reference, better, worse):
    assert score(reference, better) >= score(reference, worse) + 0.02


@pytest.mark.parametrize(
    ("question", "reference", "better", "worse"),
    [
        (
            "Which cup, Q or R, is fuller?",
            "The lines are closer at Q.",
            "Q because it is closer",
            "R because it is closer",
        ),
        ("How long is it?", "40 meters. Two lines of 20 meters.", "40, two lines of 20", "30, two lines of 20"),
        ("Why is the lamp on if the fan is off?", "The lamp has a path.", "The lamp has a path", "The fan has a path"),
        ("Does a long string sound low?", PITCH, "It is higher if it is short.", "It is low if it is short."),
    ],
)
def test_the_question_tells_what_is_chosen_and_what_is_spoken_of(question, reference, better, worse):
    assert score(reference, better, question) >= score(reference, worse, question) + 0.05


def test_a_reference_made_of_the_questions_words_is_met_by_itself():
    question = "A switch can light a bulb or run a motor. What happens when it is moved to the right?"
    assert score("The motor will run.", "The motor will run.", question) >= 0.95


def test_exactly_a_quarter_of_a_statement_is_partly_said_in_whatever_order_its_words_are_counted():
    question = "Where do larks, finches and robins feed and nest?"
    rubric = draft(question, "Larks, finches and robins are feeding and nesting.")
    assert [point.verdict for point in grade(rubric, "it is feeding", question=question).results] == ["partial"]


@pytest.mark.parametrize("denial", ["{} Not!", "Wrong: {}", "{} None of this is true.", "{} Scratch that."])
def test_a_draft_believes_who_takes_an_answer_back(denial):
    assert score(PITCH, PITCH) == 1
    assert score(PITCH, denial.format(PITCH)) <= 0.5


@pytest.mark.parametrize(
    ("reference", "exchanged", "turned_round"),
    [
        (
            "Early layers find edges and gradients while later layers find faces and wheels.",
            "Early layers find faces and wheels while later layers find edges and gradients.",
            "Later layers find wheels and faces while early layers find gradients and edges.",
        ),
        (
            "Plants take in carbon dioxide and give off oxygen during photosynthesis.",
            "Plants take in oxygen and give off carbon dioxide during photosynthesis.",
            "During photosynthesis plants give off oxygen and take in carbon dioxide.",
        ),
        (
            "The training loss is smaller than the validation loss when a model overfits.",
            "The validation loss is smaller than the training loss when a model overfits.",
            "When a model overfits, the training loss is smaller than the validation loss.",
        ),
    ],
)
def test_a_draft_refuses_its_reference_with_terms_exchanged_and_not_turned_round(reference, exchanged, turned_round):
    assert score(reference, exchanged) < 0.3
    assert score(reference, turned_round) > 0.9


def test_a_pronoun_alone_earns_nothing():
    assert score("Cups A and C are on a closed tray.", "They, it, both of them") < 0.1


def test_a_line_ends_a_sentence_after_a_stop_too():
    text = Text("One cup.\nTwo .5 cups, 20 % full\n\nThree", language_of("en"))
    assert text.words == ["one", "cup", "two", ".5", "cups", "20%", "full", "three"]
    assert text.sentence == [0, 0, 1, 1, 1, 1, 1, 2]
