"""What marks of other answers teach: alike answers follow them, and nothing else moves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study.grading import NO_MARKS, MarkedAnswer, Marks, draft, grade, marks_of, read_rubric, rubric_version
from study.grading.feedback import before_the_end, in_full
from study.grading.marks import ALIKE
from study.marking import NOTICED

QUESTION = "What is a GPU good for?"
REFERENCE = "It does many small sums at once, so networks train fast."
DRAFT = draft(QUESTION, REFERENCE)
WRITTEN = read_rubric(
    {"points": [{"sums": ["sums"]}, {"fast": ["fast"]}], "examples": [{"It does sums.": 0.5}]},
    question=QUESTION,
    reference=REFERENCE,
)
UNHEARD = "thousands of calculations side by side"
WRONG = "It does many small sums at once, so networks train slowly."


def marked(*marks):
    return Marks(tuple(MarkedAnswer(answer, score) for answer, score in marks))


@pytest.mark.parametrize("rubric", [DRAFT, WRITTEN])
def test_the_words_of_a_marked_answer_take_its_mark_outright(rubric):
    marks = marked((UNHEARD, 1), (WRONG, 0))
    for answer in (UNHEARD, "Thousands of calculation, side by side!"):
        got = grade(rubric, answer, marks=marks)
        assert (got.score, got.verdict, got.likened.same) == (1, "accept", True)
        assert str(in_full(rubric, got)[-1]) == "In the words of an answer that was marked right."
    assert grade(rubric, WRONG, marks=marks).verdict == "refuse"
    assert grade(rubric, UNHEARD).score < 0.5 and grade(rubric, UNHEARD).likened is None


def test_two_people_who_mark_the_same_words_differently_are_both_heard():
    assert grade(DRAFT, UNHEARD, marks=marked((UNHEARD, 1), (UNHEARD, 0))).score == 0.5


@pytest.mark.parametrize("rubric", [DRAFT, WRITTEN])
def test_an_answer_that_is_like_a_marked_one_moves_towards_its_mark(rubric):
    alike = "it does thousands of calculations, all side by side"
    plain = grade(rubric, alike)
    better = grade(rubric, alike, marks=marked((UNHEARD, 1)))
    assert better.score > plain.score + 0.2 and better.likened.nearness >= 0.6 and not better.likened.same
    assert better.points == round(better.score * better.possible, 2)
    assert str(in_full(rubric, better)[-1]) == "Like an answer that was marked right."
    assert grade(rubric, alike, marks=marked((UNHEARD, 0))).score <= plain.score


def test_a_mark_that_the_rubric_would_have_given_changes_nothing():
    marks = marked((REFERENCE, 1))
    for answer in (UNHEARD, "sums", "It does sums, fast", WRONG):
        assert grade(WRITTEN, answer, marks=marks).score == grade(WRITTEN, answer).score


@pytest.mark.parametrize("answer", [QUESTION, "I don't know", "", f"It is false that {UNHEARD}"])
def test_what_is_guarded_against_is_not_raised_by_being_near(answer):
    marks = marked((UNHEARD, 1), ("sums, quickly", 1), ("good for a GPU", 1))
    for rubric in (DRAFT, WRITTEN):
        assert grade(rubric, answer, marks=marks).score <= grade(rubric, answer).score


def test_examples_are_marks_too_and_a_rubric_is_proved_without_them():
    assert marks_of(WRITTEN).marks == WRITTEN.examples
    assert len(marks_of(WRITTEN, [MarkedAnswer("x", 0)]).marks) == 2
    assert grade(WRITTEN, "It does sums.").likened is None


def test_every_mark_given_or_taken_back_is_another_version():
    one, two = marked(("a", 1)), marked(("a", 1), ("b", 0))
    assert rubric_version(WRITTEN) == rubric_version(WRITTEN, NO_MARKS) == WRITTEN.version
    assert len({rubric_version(WRITTEN), rubric_version(WRITTEN, one), rubric_version(WRITTEN, two)}) == 3
    assert rubric_version(WRITTEN, two) == rubric_version(WRITTEN, marked(("b", 0), ("a", 1)))
    assert rubric_version(WRITTEN, one) != rubric_version(DRAFT, one)


ANSWERS = st.one_of(st.text(max_size=80), st.sampled_from([UNHEARD, WRONG, REFERENCE, "not", "no sums", "\ud800"]))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(ANSWERS, st.sampled_from([0, 0.5, 1])), max_size=6), ANSWERS)
def test_grading_with_marks_is_total_deterministic_and_within_bounds(marks, answer):
    for rubric in (DRAFT, WRITTEN):
        got = grade(rubric, answer, marks=marked(*marks))
        assert got == grade(rubric, answer, marks=marked(*reversed(marks)))
        assert 0 <= got.score <= 1 and 0 <= got.points <= got.possible and 0 <= got.confidence <= 1


STEP = read_rubric(
    {
        "points": [{"the step": [{"formula": "w - lr * grad"}]}],
        "examples": [{"w = w - lr * grad": 1}, {"w = w + lr * grad": 0}],
    },
    question="Write one step of gradient descent.",
    reference="w = w - lr * grad",
)


@pytest.mark.parametrize(
    ("marked_wrong", "other"),
    [
        ("w = w + lr * grad", "w = w - lr / grad"),
        ("x > 0", "x < 0"),
        ("log(p)", "-log(p)"),
        ("(a + b) * c", "a + b * c"),
        ("a -> b", "a <- b"),
        ("learn.fine_tune?", "learn.fine_tune??"),
        ("%time f()", "%%time f()"),
        ("df['fname']", "df[fname]"),
        ("the mask", "!mask"),
        ("it maps from labels to pictures", "it maps to labels from pictures"),
        ("rows or columns", "rows and columns"),
    ],
)
def test_words_between_which_other_signs_or_small_words_stand_are_not_the_same(marked_wrong, other):
    rubric = draft("What is it?", "something else entirely")
    marks = marked((marked_wrong, 0), (other, 1))
    for answer, score in ((marked_wrong, 0), (other, 1)):
        got = grade(rubric, answer, marks=marks)
        assert got.score == score and got.likened.same, answer


@pytest.mark.parametrize(("one", "other"), [("a random 20% is held out", "A random 20% is held out!"), ("C++", "c++.")])
def test_punctuation_is_no_sign(one, other):
    got = grade(draft("What is it?", "something else"), other, marks=marked((one, 1)))
    assert got.likened is not None and got.likened.same


@pytest.mark.parametrize("answer", ["w=w+lr*grad", "W = w + lr*grad.", "w  =  w+lr * grad"])
def test_a_formula_is_the_same_however_it_is_spaced(answer):
    assert grade(STEP, answer, marks=marks_of(STEP)).likened.same


@pytest.mark.parametrize("rubric", [DRAFT, WRITTEN, STEP])
def test_the_reference_itself_keeps_all_it_earns_whatever_was_marked(rubric):
    reference = rubric.reference or REFERENCE
    for marks in (marked((reference, 0)), marked((reference + " no", 0), (reference + "!", 0.5)), marks_of(rubric)):
        got = grade(rubric, reference, marks=marks)
        assert (got.score, got.verdict) == (1, "accept")


@pytest.mark.parametrize("further", range(0, 24, 2))
def test_a_correction_that_nobody_would_notice_is_none(further):
    rubric = read_rubric({"points": [{"one": ["tree*"]}, {"two": ["leaf", "leaves"]}]}, question="What grows?")
    answer = "Trees grow leaves " + " ".join(
        ["spring", "water", "sun", "soil", "rain", "wind", "night", "day", "root", "bark", "bird", "nest"][:further]
    )
    plain, got = grade(rubric, answer), grade(rubric, answer, marks=marked(("trees of stone", 0)))
    assert got == plain or plain.score - got.score >= NOTICED, got.score


def test_who_has_every_point_is_not_told_that_points_are_missing():
    rubric = read_rubric(
        {
            "points": [
                {"one": ["tree*"], "hint": "What has a trunk?"},
                {"two": ["leaf", "leaves"], "hint": "What is green?"},
            ]
        },
        question="What grows?",
    )
    answer = "trees and leaves"
    marks = marked(("trees with leaves", 0.5), ("tree and a leaf", 0.5), ("leaves and a tree", 0.5))
    got = grade(rubric, answer, marks=marks)
    assert got.score < 0.9 and all(one.hit for one in got.results)
    told = " ".join(map(str, before_the_end(rubric, got, answer, lambda text: grade(rubric, text, marks=marks))))
    assert "missing" not in told and "every part" not in told, told


PHRASES = [
    *(
        UNHEARD,
        WRONG,
        REFERENCE,
        QUESTION,
        "sums",
        "fast",
        "fast sums",
        "sums, done fast",
        "no sums, thousands of them",
    ),
    *("it does thousands of sums side by side", "It is false that sums are fast", "many sums, slowly and side by side"),
]


@pytest.mark.parametrize("rubric", [DRAFT, WRITTEN])
@pytest.mark.parametrize(
    ("answer", "marks"),
    [
        (f"It is false that {UNHEARD}", [(UNHEARD, 1)]),  # a guard keeps it from being raised
        (
            "sums, done fast and at once",
            [("sums, done fast and well", 1), ("fast sums", 0), ("sums fast", 0), ("sums: fast", 0)],
        ),
        ("sums, done fast", [("sums done fast, like this", 1)]),
    ],
)
def test_an_answer_is_likened_only_to_a_mark_that_moved_its_score_its_way(rubric, answer, marks):
    plain, got = grade(rubric, answer), grade(rubric, answer, marks=marked(*marks))
    if got.likened is not None:
        assert (got.score - plain.score) * (got.likened.mark - plain.score) > 0, (plain.score, got.score, got.likened)
    told = [str(line) for line in in_full(rubric, got)]
    assert any("marked" in line for line in told) == (got.score != plain.score)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(PHRASES), st.sampled_from([0, 0.5, 1])), max_size=6), st.sampled_from(PHRASES)
)
def test_what_moved_a_score_is_told_and_nothing_else_is(marks, answer):
    for rubric in (DRAFT, WRITTEN):
        plain, got = grade(rubric, answer), grade(rubric, answer, marks=marked(*marks))
        assert (got.likened is not None) >= (got.score != plain.score)
        if got.likened is not None and not got.likened.same:
            assert abs(got.score - plain.score) >= NOTICED - 1e-9
            assert (got.score - plain.score) * (got.likened.mark - plain.score) > 0 or got.likened.nearness < ALIKE
