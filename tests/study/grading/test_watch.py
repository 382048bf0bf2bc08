"""What is watched for in answers: only patterns that may be there are looked for, and none of these is passed over."""

import pytest

from study.grading import grade, read_rubric
from study.grading.match.watch import Watch


def test_words_are_met_where_an_answer_has_all_of_them():
    watch = Watch()
    one, two, same = watch.words([1]), watch.words([1, 2, 2]), watch.words([2, 1])
    assert two == same != one
    assert watch.met({1, 3}, "") == {one}
    assert watch.met({1, 2}, "") == {one, two}
    more = watch.words([3])
    assert watch.met({3}, "") == {more}


def test_expressions_are_met_in_one_pass_beside_words():
    watch = Watch()
    word, digits, model = watch.words([1]), watch.expression(r"\d+"), watch.expression(r"model_?\w+\.pkl")
    assert watch.met(set(), "model_two.pkl") == {model}
    assert watch.met({1}, "größer als 3") == {word, digits}


def test_where_expressions_cannot_be_told_all_of_them_are_looked_for():
    watch = Watch()
    digits, ends = watch.expression(r"\d+"), watch.expression("never")
    watch.met(set(), "")
    watch._expressions._set = type("NoMemory", (), {"Match": lambda self, text: None})()
    assert watch.met(set(), "no figure") == {digits, ends}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("export.pkl", ("export", "pkl")),
        ("the trained model", ("trained", "model")),
        ("it is 20% of the trained models", ("trained", "models")),
        ("data set", ("data", "set")),
        ("the datasets", ("datasets",)),
        ("a fifth", ("fifth",)),
        ("export", ()),
    ],
)
def test_of_many_alternatives_the_longest_that_is_there_counts(answer, words):
    rubric = read_rubric(
        {"points": [{"one": [{"regex": r"export\.pkl"}, "trained model", "data set", "20%", "model near export"]}]}
    )
    (result,) = grade(rubric, answer).results
    assert (result.words, result.hit) == (words, bool(words))
