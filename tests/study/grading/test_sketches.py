"""Rubrics sketched from a reference answer alone: the points a person would write, told by the answer's form."""

# ruff: noqa: RUF001 - dashes as people type them

import pytest

from study.grading import grade, read_rubric
from study.grading.authoring.sketching import common_words, sketch

CARDS = {
    "any three of a list": (
        "Name three ways to cross a river.",
        "Any three of the following:\nBridge – of stone, wood or steel\nFerry – a boat or a raft\n"
        "Ford – shallow water\nTunnel – under the bed of the river\nSwimming – if one must",
    ),
    "all of a list": (
        "What belongs into bread?",
        "1. A kind of flour\n2. Some water\n3. A pinch of salt\n4. Living yeast",
    ),
    "all false": ("Do you need these to bake?", "A thermometer - False\nA mixer - False\nA diploma - False"),
    "no, with reasons": (
        "Is rye always darker than wheat?",
        "No. Finely sieved rye is nearly white, and the whole grain of wheat is brown.",
    ),
    "yes": ("Can dough rise in the fridge?", "Yes, it rises slowly and gains flavour overnight."),
    "letters": (
        "What is a BUV?",
        "BUV stands for Bakers Union Vote. It is held once a year by every member in the hall.",
    ),
    "compared": (
        "What is the difference between baking and boiling?",
        "Baking uses dry heat in an oven. Boiling uses hot water in a pot.",
    ),
    "compared under articles": (
        "What is the difference between a mean and a median?",
        "A mean is the sum shared out. A median is what stands in the middle.",
    ),
    "alternatives": ("What clears a cloudy stock?", "- egg white\n- or ice"),
    "an aside of its own": (
        "Why is the pot warmed?",
        "A cold pot takes heat from the water, so the leaves give less.\n\nTo be perfectly honest, I forget it often.",
    ),
    "a name": ("Who wrote the oldest cookery book?", "Apicius, a Roman gourmet"),
    "prose": (
        "Why does dough rise?",
        "Good question! Yeast eats the sugar in the flour and breathes out gas, which the elastic gluten keeps inside. "
        "To be honest I never looked closer. For example, a dough with little gluten stays flat.",
    ),
}


def marked(name, answer):
    question, reference = CARDS[name]
    rubric = read_rubric(sketch(question, reference).rubric, language="en", question=question, reference=reference)
    return grade(rubric, answer, question=question)


@pytest.mark.parametrize("name", CARDS)
def test_its_own_answer_earns_all(name):
    assert marked(name, CARDS[name][1]).score == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("any three of a list", "a bridge, a ferry, or a tunnel"),
        ("any three of a list", "By raft, by swimming or over a bridge of steel"),
        ("all of a list", "flour, water, salt and yeast"),
        ("all false", "None needed: all false"),
        ("all false", "no"),
        ("no, with reasons", "No"),
        ("no, with reasons", "no, sieved rye is white"),
        ("yes", "Yes"),
        ("letters", "Bakers union vote"),
        ("compared", "baking is with dry heat in an oven, boiling in hot water"),
        ("compared under articles", "a mean is the sum shared out, a median stands in the middle"),
        ("alternatives", "ice"),
        ("alternatives", "the white of an egg"),
        ("an aside of its own", "a cold pot takes heat from the water"),
        ("a name", "It was Apicius, a gourmet"),
        ("prose", "the yeast makes gas out of sugar and gluten keeps it in"),
    ],
)
def test_what_people_say_is_accepted(name, answer):
    assert marked(name, answer).verdict == "accept"


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("any three of a list", "a bridge"),
        ("all of a list", "flour and cheese"),
        ("all false", "yes"),
        ("all false", "You need a mixer"),
        ("no, with reasons", "Yes"),
        ("yes", "No"),
        ("letters", "A kind of oven"),
        ("compared", "baking uses hot water in a pot and boiling dry heat in an oven"),
        ("compared under articles", "a mean stands in the middle, a median is the sum shared out"),
        ("alternatives", "cream"),
        ("an aside of its own", "to be honest, I forget it"),
        ("a name", "Nobody knows"),
        ("prose", "because it is warm in the kitchen"),
        ("prose", "good question, to be honest"),
    ],
)
def test_what_is_wrong_is_not_accepted(name, answer):
    assert marked(name, answer).verdict != "accept"


@pytest.mark.parametrize(
    ("name", "trust"),
    [
        ("any three of a list", "sure"),
        ("all false", "sure"),
        ("no, with reasons", "sure"),
        ("compared", "fair"),
        ("prose", "fair"),
    ],
)
def test_it_says_how_far_to_trust_it(name, trust):
    assert sketch(*CARDS[name]).trust == trust


def test_long_prose_is_doubtful():
    told = (
        "The bakers met in the old hall by the mill and spoke of flour until it was quite dark. Their eldest then rose "
        "and asked for silence. Nobody had seen so many of them in one room since the great fire, and when they voted "
        "at last, nearly all of them were for lower prices."
    )
    assert sketch("What happened?", told).trust == "doubtful"


def test_remarks_are_no_points():
    looked_for = str(sketch(*CARDS["prose"]).points[0])
    assert "honest" not in looked_for and "Good" not in looked_for and "gluten" in looked_for


def test_words_that_every_answer_has_count_together_once():
    answers = [f"The dough of bread number {n} is kneaded." for n in range(8)]
    common = common_words(answers)
    assert "dough" in common
    made = sketch("What next?", "The dough is kneaded until elastic and the bread shaped by hand.", common=common)
    assert "['dough', 'kneaded', 'bread']" in str(made.points[0])


def test_nothing_can_be_sketched_of_the_question_alone():
    assert sketch("What is bread?", "Bread is bread.") is None
