"""What a draft hears: who is spoken of, what is said the other way round, and which words stand for others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from study.grading import draft, grade
from study.grading.draft_grader import Drafted
from study.grading.guards.guards import Question
from study.grading.language.languages import language_of
from study.grading.language.text import Text
from study.grading.similarity.likeness import Evidence, Likeness
from study.grading.verdict import of_draft

PLANETS = "Mercury Venus Earth Mars Jupiter Saturn Uranus Neptune Pluto Ceres Eris Haumea Makemake Sedna"
PITCH = "If the string is shorter, the pitch will be higher. If the string is longer, the pitch will be lower."


def score(reference, answer, question="Explain your reasoning."):
    return grade(draft(question, reference), answer).score


def seen(reference, answer, question="Explain your reasoning."):
    english = language_of("en")
    return Likeness(reference, Text(question, english), english).evidence(Text(answer, english))


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
        ("Who is right, Ann or Bo?", "Ann. Wood floats.", "Ann, because wood floats", "Bo, because wood floats"),
        ("Why is the lamp on if the fan is off?", "The lamp has a path.", "The lamp has a path", "The fan has a path"),
        ("Does a long string sound low?", PITCH, "It is higher if it is short.", "It is low if it is short."),
    ],
)
def test_the_question_tells_what_is_chosen_and_what_is_spoken_of(question, reference, better, worse):
    assert score(reference, better, question) >= score(reference, worse, question) + 0.05


def test_words_of_the_question_stray_where_the_reference_has_others_of_them():
    question = "Why is the lamp on if the fan is off?"
    strays = seen("The lamp has a path.", "The fan has a path", question)
    assert strays.stray == 1
    assert strays.likeness < replace(strays, stray=0).likeness
    assert seen("The lamp has a path.", "The lamp has a path, the fan none", question).stray == 0


def test_only_a_foreign_subject_is_another():
    assert seen("The tray is full.", "a spoon is full").conflicts > 0
    assert not any(seen("The tray is full.", one).conflicts for one in ("my tray is full", "surely it is full", "full"))


def test_both_poles_at_once_are_not_what_the_reference_says_and_idle_words_are_none():
    assert seen("The pole is positive.", "it is positive and negative").sharp > 0
    assert seen("The cups are connected.", "they are all directly connected at first").sharp == 0


@pytest.mark.parametrize(
    ("question", "reference", "answer"),
    [
        ("Which cup, Q or R, is fuller?", "The lines are closer at Q.", "R because it is closer"),
        ("How long is it?", "40 meters. Two lines.", "30, two lines"),
        ("How long are short and long strings heard?", PITCH, "the short one has more air, so it sounds low"),
    ],
)
def test_a_contrary_choice_or_pair_is_a_conflict(question, reference, answer):
    assert seen(reference, answer, question).conflicts >= 0.7


def test_a_reference_of_a_word_or_two_is_harder_to_meet_and_a_long_one_easier():
    brief, usual, long = (seen(one, "a gap").ease for one in ("There is a gap.", PITCH, PLANETS))
    assert brief > 1 > usual > long


def test_degrees_that_alternate_and_a_learner_who_says_i_are_no_conflict():
    assert not seen(PITCH, "A short string is high and a long string is low, a shorter one higher.").conflicts
    assert not seen("Cup Q is the fullest.", "I know cup Q is the fullest").conflicts


def test_a_fragment_of_the_question_is_a_choice_only_where_the_question_offers_one():
    reference, answer = "Rain. The lamp gets wet.", "Lamp, it gets wet"
    assert score(reference, answer, "Why does the lamp fail in rain?") >= 2 * score(
        reference, answer, "Which fails, the lamp or the rain?"
    )


def test_a_reference_made_of_the_questions_words_is_met_by_itself():
    question = "A switch can light a bulb or run a motor. What happens when it is moved to the right?"
    assert score("The motor will run.", "The motor will run.", question) >= 0.95


def test_the_score_alone_is_the_score_of_the_grade():
    made = Drafted(draft("Why?", PITCH), Question("Why?", language_of("en")), language_of("en"))
    for answer in (PITCH, "Shorter is lower.", "Why?", "", "I don't know", "It is not higher and it is higher."):
        assert made.score(answer) == made.grade(answer).score


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


def test_letters_of_a_formula_are_no_names():
    reference = "The weights w move against the gradient g: w = w - r g"
    assert score(reference, "weights move against the gradient, v = v - r d") >= 0.5


def test_a_likely_answer_that_names_something_else_is_shown_to_a_human():
    made = draft("Which cup?", "Cup C is on the closed tray beside the lamp.")
    assert grade(made, "Cup C is on the closed tray beside the lamp").verdict == "accept"
    assert grade(made, "Cup D is on the closed tray beside the lamp").verdict == "needs_review"


@pytest.mark.parametrize(
    ("evidence", "verdict"),
    [
        (Evidence(words=20), "accept"),
        (Evidence(words=20, conflicts=0.2), "needs_review"),
        (Evidence(words=60, conflicts=0.2), "accept"),
        (Evidence(words=60, sharp=0.25), "needs_review"),
    ],
)
def test_a_draft_that_would_accept_asks_about_what_conflicts(evidence, verdict):
    assert of_draft(0.8, evidence)[0] == verdict


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
