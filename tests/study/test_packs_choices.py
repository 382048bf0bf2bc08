"""Questions to choose from: their options in a pack, how they are shown, and what answers to them earn."""

import pytest

from study.course import Option
from study.grading import grade
from study.grading.feedback import in_full
from study.packs import PackFaults, load_course

COURSE = "id: sky\ntitle: The sky\nlanguage: en\n"
WEEK = """
number: 1
title: Planets
items:
  - id: q1
    ask: Which planet has rings?
    answer: Saturn
    choices:
      - text: Mars
        feedback: It has moons, but no ring.
      - text: Saturn
        right: true
      - Venus
  - id: q2
    ask: Which of these are stars?
    answer: "Vega, Rigel"
    choices: [{text: Vega, right: yes}, Pluto, {text: Rigel, right: yes}]
  - id: q3
    ask: Which is the smaller?
    answer: a moon of Mars
    choices: [Mars, {text: a moon of Mars, right: true}]
  - id: q4
    ask: What does "1" + "2" come to?
    answer: "'12'"
    choices: ["3", {text: "'12'", right: true}]
  - id: q5
    ask: The sun is a planet.
    answer: "false"
    choices: ["true", {text: "false", right: true}]
"""


def items():
    return {item.id: item for item in load_course({"course.yaml": COURSE, "week-01.yaml": WEEK}).items()}


def verdict(item, answer):
    return grade(item.rubric, answer, question=item.ask)


def test_options_are_read():
    assert items()["q1"].choices == (
        Option("Mars", feedback="It has moons, but no ring."),
        Option("Saturn", right=True),
        Option("Venus"),
    )


def test_the_question_is_asked_with_a_letter_before_each_option():
    assert items()["q1"].question == "Which planet has rings?\nA. Mars\nB. Saturn\nC. Venus"


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        ("q1", "Saturn"), ("q1", "b"), ("q1", "B)"),
        ("q1", "(B) Saturn"), ("q1", "answer: B"), ("q1", "not Mars but Saturn"),
        ("q2", "A and C"), ("q2", "a, c"), ("q2", "Vega and Rigel"), ("q3", "a moon of Mars"), ("q3", "B"),
        ("q4", "'12'"),
        ("q4", "B"), ("q5", "false"), ("q5", "B"),
        ("q1", "It's B"), ("q1", "B is correct"), ("q1", "I think it's B."), ("q1", "B, because it has rings"),
        ("q1", "the correct answer is b"), ("q1", "B - Saturn"), ("q1", "'b'"), ("q1", "“B”"), ("q1", "B!"),
        ("q1", "It is B, Saturn"), ("q1", "**B**"), ("q2", "Both A and C"), ("q2", "A & C are right"),
        ("q2", "A, C are both correct"), ("q2", "it's a and c"),
        ("q5", "F"), ("q5", "No"), ("q5", "It's false"), ("q5", "no, it is a star"), ("q5", "f."),
    ],
)  # fmt: skip
def test_the_right_options_are_right_by_letter_and_by_words(item, answer):
    assert verdict(items()[item], answer).score == 1


@pytest.mark.parametrize(
    ("item", "answer"),
    [
        ("q1", "Mars"), ("q1", "A"), ("q1", "Venus"), ("q1", "A planet"), ("q1", "A and B"), ("q2", "A"),
        ("q2", "a b c"),
        ("q3", "Mars"), ("q3", "A"), ("q4", "3"), ("q4", "A"), ("q5", "true"), ("q5", "a"),
        ("q1", "It's A"), ("q1", "A is correct"), ("q1", "B is wrong"), ("q1", "It's not B"), ("q1", "Both A and B"),
        ("q1", "Be careful"), ("q1", "It is a planet"), ("q2", "Both A and B"), ("q2", "C is correct"),
        ("q5", "T"), ("q5", "Yes"), ("q5", "It's true"), ("q5", "yes, it is"), ("q5", "Not sure"),
    ],
)  # fmt: skip
def test_other_options_are_not_accepted(item, answer):
    assert verdict(items()[item], answer).verdict != "accept"


@pytest.mark.parametrize(
    ("language", "answers"),
    [
        (
            "de",
            ["Es ist B", "B ist richtig", "Die richtige Antwort ist B", "ich denke, es ist B", "b, weil es hell ist"],
        ),
        ("fr", ["c'est B", "la réponse est B", "Je pense que c'est la B", "B est juste"]),
        ("es", ["es la B", "la respuesta correcta es B", "B es correcta", "creo que es la b"]),
        ("pt", ["é a B", "a resposta certa é B", "acho que é a B"]),
        ("it", ["B", "B)", "B. Saturno"]),
        ("en-GB", ["It's B"]),
    ],
)
def test_letters_are_named_in_the_words_of_the_course(language, answers):
    course = load_course({"course.yaml": COURSE.replace("en", language), "week-01.yaml": WEEK})
    item = next(course.items())
    for answer in answers:
        assert verdict(item, answer).score == 1, answer


@pytest.mark.parametrize("text", ["True", "Yes", "wahr", "Vrai"])
def test_yes_and_t_name_what_is_true(text):
    week = (
        "number: 1\ntitle: One\nitems:\n  - id: q\n    ask: Is it?\n    answer: so it is\n"
        f"    choices: ['False', {{text: '{text}', right: true}}]\n"
    )
    item = next(load_course({"course.yaml": COURSE, "week-01.yaml": week}).items())
    for answer in ("T", "Yes", "true", "yes, it is", text):
        assert verdict(item, answer).score == 1, answer
    for answer in ("F", "no", "false"):
        assert verdict(item, answer).score == 0, answer


def test_feedback_is_that_of_the_option_chosen():
    told = in_full(items()["q1"].rubric, verdict(items()["q1"], "A"))
    assert [line.text for line in told if line.sign == "against"] == ["It has moons, but no ring. You wrote “a”."]


@pytest.mark.parametrize(
    ("choices", "fault"),
    [
        ("Saturn", "“choices” must be a list."),
        ("[Saturn]", "A question to choose from has 2 to 26 options"),
        ("[Mars, mars]", "A question to choose from has 2 to 26 options"),
        ("[Mars, Saturn]", "None of the choices is right."),
        ("[Mars, {text: Saturn, right: perhaps}]", "“right” is yes or no, not “perhaps”."),
        ("[Mars, {right: true}]", "“text” is missing."),
        ("[Mars, {text: Saturn, correct: true}]", "There is no key “correct” here."),
    ],
)
def test_faults_are_told(choices, fault):
    week = f"number: 1\ntitle: One\nitems:\n  - id: q\n    ask: Which?\n    answer: Saturn\n    choices: {choices}\n"
    with pytest.raises(PackFaults, match=fault):
        load_course({"course.yaml": COURSE, "week-01.yaml": week})


def test_points_of_its_own_are_what_an_item_is_graded_by():
    week = (
        "number: 1\ntitle: One\nitems:\n  - id: q\n    ask: Which?\n    answer: Saturn, for its rings\n"
        "    choices: [Mars, {text: Saturn, right: true}]\n    points:\n      - rings: [rings]\n"
    )
    item = next(load_course({"course.yaml": COURSE, "week-01.yaml": week}).items())
    assert [point.name for point in item.rubric.points] == ["rings"]


PARTS = """
number: 1
title: Learning
items:
  - id: q1
    ask: The shop has no labels. Which kind of learning is that?
    answer: Unsupervised learning
    choices: [Supervised learning, {text: Unsupervised learning, right: true}, No learning at all]
  - id: q2
    ask: What makes a network deep?
    answer: Many layers, one after another
    choices: [Much data, {text: "Many layers, one after another", right: true}, It understands many things]
"""


@pytest.mark.parametrize(("question", "answer", "score"), [
    ("q1", "unsupervised", 1), ("q1", "I think it's Unsupervised.", 1), ("q1", "supervised", 0), ("q1", "learning", 0),
    ("q1", "not supervised", 0), ("q2", "layers", 1), ("q2", "many layers", 1), ("q2", "the many layers", 1),
    ("q1", "unsupervised because nobody says what is right", 1), ("q1", "There are no labels, so B.", 1),
    ("q1", "Nobody says what is right. So it's A", 0), ("q2", "just layers", 1),
    ("q2", "many", 0), ("q2", "no layers", 0), ("q2", "layers and data", 0), ("q2", "it understands", 0),
])  # fmt: skip
def test_some_of_an_options_words_name_it_where_no_other_option_has_one_of_them(question, answer, score):
    parts = {item.id: item for item in load_course({"course.yaml": COURSE, "week-01.yaml": PARTS}).items()}
    assert verdict(parts[question], answer).score == score
