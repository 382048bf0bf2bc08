"""What must hold for every question of every pack, whatever it asks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study.grading import draft, gives_up, grade, marks_of, read_rubric, says_nothing
from study.grading.authoring.examples import TOLERANCE
from study.marking import FULL
from tests.content.packs import courses

COURSES = courses().values()
GRADED = [(item.rubric, item.ask, item.answer) for course in COURSES for item in course.items() if item.rubric]
GRADED += [
    (week.recap.rubric, week.recap.prompt, week.recap.answer)
    for course in COURSES
    for week in course.weeks
    if week.recap
]


def graded(rubric, answer, question):
    """The grade of an answer as people who answer get it: the rubric's examples are marks that teach."""
    return grade(rubric, answer, question=question, marks=marks_of(rubric))


GIVEN_UP = [
    *("no idea really", "never heard of it", "no clue, sorry", "I don't know", "pass", "idk", "Sorry, no idea."),
    *("I have no clue what that is", "haven't got a clue", "beats me", "i really don't know tbh", "not sure", "dunno"),
    *("I did not read the chapter", "never heard of this, sorry", "don't know this one", "who knows?", "no answer"),
    *("keine Ahnung", "weiß ich leider nicht", "noch nie davon gehört", "kein Plan", "je ne sais pas", "aucune idée"),
    *("désolé, je ne sais vraiment pas", "jamais entendu parler de ça", "no sé", "ni idea", "la verdad, no lo sé"),
    *("nunca he oído hablar de eso", "não sei", "não faço ideia, desculpe"),
]
AROUND = ("{}", "{}!", "{}...", "sorry, {}", "{} :(", "hmm, {}", "{} lol", "\n {} \n")


@pytest.mark.parametrize("answer", GIVEN_UP)
def test_giving_up_is_noticed(answer):
    assert gives_up(answer)


@pytest.mark.parametrize(("rubric", "question", "reference"), GRADED, ids=[question[:40] for _, question, _ in GRADED])
def test_who_gives_up_earns_nothing_on_any_question(rubric, question, reference):
    marks, drafted = marks_of(rubric), draft(question, reference)
    for answer in GIVEN_UP:
        assert grade(rubric, answer, question=question).score == 0, answer
        assert grade(rubric, answer, question=question, marks=marks).score == 0, answer
        assert grade(drafted, answer, question=question).score == 0, answer


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(GRADED), st.sampled_from(GIVEN_UP), st.sampled_from(AROUND))
def test_nor_with_a_sigh_around_it(asked, answer, around):
    rubric, question, _ = asked
    assert graded(rubric, around.format(answer), question).score == 0


def test_signs_alone_say_nothing():
    signs = ["", " \n", "...", "?!", "—", "👍", "🤷🏽‍♀️ 🤷", "😀!!", ":-)", "“ ”"]
    assert all(map(says_nothing, signs))
    for rubric, question, _ in GRADED:
        for answer in signs:
            assert graded(rubric, answer, question).score == 0, (question, answer)


@pytest.mark.parametrize("answer", ["==", "x", "5", "[]", "*", "→", "no", "No.", "none", "ja", "日本", "👍 yes"])
def test_what_may_be_an_answer_says_something(answer):
    assert not says_nothing(answer) and not gives_up(answer)


@pytest.mark.parametrize(
    ("question", "reference", "answers"),
    [
        (
            "Which function takes the next thing of an iterator?",
            "next",
            ["next", "It's next", "next()"],
        ),
        (
            "Which statement of Python does nothing?",
            "pass",
            ["pass", "it is pass"],
        ),
        ("What is the number of things called?", "n", ["n", "N.", "It is n", "just n"]),
        ("What is the sign of sodium?", "Na", ["Na", "It's Na"]),
        (
            "What does a flat distribution say of the model?",
            "It is not sure.",
            ["it is not sure", "not sure"],
        ),
        ("Which of the commands leaves a test out?", "skip", ["skip", "It's skip."]),
    ],
)
def test_a_right_answer_that_reads_like_giving_up_is_right(question, reference, answers):
    by_hand = read_rubric({"points": [{"it": [reference.rstrip(".")]}]}, question=question, reference=reference)
    for answer in answers:
        for rubric in (draft(question, reference), by_hand):
            assert not any(one.kind == "nothing" for one in grade(rubric, answer, question=question).against), answer
        assert grade(by_hand, answer, question=question).score >= 0.7, answer


@pytest.mark.parametrize("answer", ["n", "N", "x", "a n", "it is n"])
def test_a_letter_is_an_answer(answer):
    assert not gives_up(answer)
    assert gives_up("n/a") and gives_up("N/A.")


def test_an_answer_that_only_sounds_like_giving_up_is_none():
    for answer in ("we don't know how we recognise things", "it has no idea of cats", "never more than one pass"):
        assert not gives_up(answer)
    made = draft("Which statement of Python does nothing?", "pass")
    assert grade(made, "pass").score == 1


def test_no_wrong_example_is_told_that_something_was_found_beside_its_opposite():
    for rubric, question, _ in GRADED:
        for example in rubric.examples:
            got = graded(rubric, example.answer, question)
            found = [one.name for one in got.results if one.hit]
            assert not (found and example.score == 0 and got.against), (question, example.answer, found)


def test_what_is_missing_is_never_a_bonus():
    for rubric, question, _ in GRADED:
        got = graded(rubric, "bananas and planks", question)
        assert not any(one.feedback for one in got.results if one.bonus)


def test_the_reference_itself_is_accepted_however_it_is_typed():
    for rubric, question, reference in GRADED:
        for typed in (reference, reference.upper(), f"  {' '.join(reference.split())}\n"):
            assert graded(rubric, typed, question).verdict == "accept", (question, typed)


def test_every_reference_and_every_example_earns_its_score_as_it_is_answered():
    for rubric, question, reference in GRADED:
        assert graded(rubric, reference, question).score >= FULL, (question, reference)
        for example in rubric.examples:
            got = graded(rubric, example.answer, question)
            assert abs(got.score - example.score) <= TOLERANCE + 1e-9, (question, example, got.score)
