"""What holds for every rubric and every answer, whatever they say."""

from __future__ import annotations

import string
from functools import partial

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from study.grading import check_examples, draft, grade, read_rubric, write_rubric
from study.grading.language.characters import LIMIT
from tests.study.counting import calls

DATA = {
    "points": [
        {"it makes a validation set itself": ["validation set", "hold* out", "set* near aside"], "worth": 2},
        {"at random": ["random*", "shuffl*"]},
        {"one fifth": ["20%", {"number": 0.2, "within": 0.001}]},
        {"each its own": {"pair": {"classification": ["categor*"], "regression": ["number*"]}}, "bonus": True},
        {"the step": [{"formula": "w - lr*grad"}, {"order": [["loss"], ["weights"]]}], "bonus": True},
    ],
    "wrong": [{"it stops": ["error", "crash*"], "feedback": "It does not stop."}],
}
QUESTION = "You train with fastai and hand it no validation data. What does it do?"
REFERENCE = "It makes a validation set itself, a random 20% of the data."
RUBRIC = read_rubric(DATA, question=QUESTION, reference=REFERENCE)
DRAFT = draft(QUESTION, REFERENCE)
RIGHT = [
    "It makes a validation set, a random fifth",
    "randomly holds out 20 percent",
    "sets a shuffled 0.2 aside",
    "20% at random is the validation set",
]
WORDS = st.lists(
    st.one_of(
        st.sampled_from(sorted({word for answer in RIGHT for word in answer.split()})),
        st.sampled_from(["not", "never", "no", "error", "w", "-", "lr", "*", "grad", "=", "and", "only", "yes"]),
        st.sampled_from(["classification", "number", "loss", "weights", "1/5", "3 GB", ",", ".", ";", "\n", "%"]),
    ),
    max_size=40,
).map(" ".join)
ANY = st.one_of(st.text(max_size=300), WORDS, st.text(alphabet=string.printable, max_size=300))
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(ANY)
@example("\ud800 \u202e\u200d\u0300" * 30)
@example("(" * 500)
@example("w - " * 400)
@example("not " * 500)
@example("1/" * 500)
def test_grading_is_total_deterministic_and_within_bounds(answer):
    for rubric in (RUBRIC, DRAFT):
        got = grade(rubric, answer)
        assert got == grade(rubric, answer)
        assert 0 <= got.score <= 1 and 0 <= got.points <= got.possible and 0 <= got.confidence <= 1
        assert got.verdict in ("accept", "partial", "refuse", "needs_review")
        assert len(got.results) == len(rubric.points)
        assert all(one.feedback or one.bonus for one in got.results)


@QUICK
@given(
    st.sampled_from(RIGHT), st.text(alphabet=string.ascii_lowercase + " ", min_size=3, max_size=30), st.integers(0, 2)
)
def test_another_alternative_never_lowers_a_right_answer(answer, alternative, point):
    assume(
        alternative.strip() and not alternative.strip().startswith("near") and not alternative.strip().endswith("near")
    )
    before = grade(RUBRIC, answer).score
    points = [dict(one) for one in DATA["points"]]
    name = next(iter(points[point]))
    points[point][name] = [*points[point][name], alternative]
    wider = read_rubric({**DATA, "points": points}, question=QUESTION, reference=REFERENCE)
    assert grade(wider, answer).score >= before


@QUICK
@given(st.permutations(range(5)), st.one_of(st.sampled_from(RIGHT), WORDS))
def test_the_order_of_points_does_not_matter(order, answer):
    points = [DATA["points"][i] for i in order]
    other = read_rubric({**DATA, "points": points}, question=QUESTION, reference=REFERENCE)
    one, two = grade(RUBRIC, answer), grade(other, answer)
    assert (one.score, one.verdict) == (two.score, two.verdict)
    assert {(r.name, r.earned) for r in one.results} == {(r.name, r.earned) for r in two.results}


@QUICK
@given(st.sampled_from(RIGHT), st.integers(0, 50), st.sampled_from(["swap", "drop", "double"]))
def test_a_typing_error_within_tolerance_never_changes_the_verdict(answer, seed, kind):
    words = answer.split()
    long = [i for i, word in enumerate(words) if len(word) >= 6 and word.isalpha()]
    i = long[seed % len(long)]
    word = words[i]
    k = 1 + seed % (len(word) - 3)
    words[i] = {
        "swap": word[:k] + word[k + 1] + word[k] + word[k + 2 :],
        "drop": word[:k] + word[k + 1 :],
        "double": word[:k] + word[k] + word[k:],
    }[kind]
    assert grade(RUBRIC, " ".join(words)).verdict == grade(RUBRIC, answer).verdict


@QUICK
@given(
    st.sampled_from(
        ["", " ", "\n", "\u200b", "?", "I don't know", "idk", "...", QUESTION, QUESTION.upper(), QUESTION * 2]
    )
)
def test_echo_and_blank_stay_at_nothing(answer):
    assert grade(RUBRIC, answer).score == 0
    assert grade(DRAFT, answer).score <= 0.3


@QUICK
@given(st.text(min_size=1, max_size=200), st.text(max_size=100))
def test_a_draft_can_always_be_made_written_and_read_again(reference, question):
    made = draft(question, reference)
    grade(made, reference)
    if made.points:
        again = read_rubric(write_rubric(made), question=question, reference=made.reference)
        assert again.version == made.version


def test_a_reference_earns_its_draft_full_marks():
    assert check_examples(DRAFT, REFERENCE, QUESTION) == []


HARD = {
    "one word": "a",
    "denials": "not random ",
    "phrases": "validation set ",
    "a formula": "w - lr*",
    "brackets": "(",
    "figures": "1 2 3 4 5 6 7 8 9 ",
    "Cyrillic": "\u0430\u0435\u043e ",
    "ligatures": "\ufdfa",
    "many signs": "random, validation; set. aside! ",
    "accents": "e\u0301\u0300",
    "a list": "red, blue or ",
    "the question": f"{QUESTION} ",
    "the reference": f"{REFERENCE} ",
}


@pytest.mark.parametrize("rubric", [RUBRIC, DRAFT], ids=["written", "drafted"])
@pytest.mark.parametrize("piece", HARD.values(), ids=HARD)
def test_an_answer_four_times_as_long_takes_no_more_than_its_share_of_calls(piece, rubric):
    """Past what is read of an answer, its length costs nothing."""
    few, many, most = (
        calls(partial(grade, rubric, (piece * length)[:length])) for length in (LIMIT // 4, LIMIT, 25 * LIMIT)
    )
    assert many <= 5 * few + 5_000
    assert most <= 1.2 * many + 1_000


def test_many_different_words_take_no_more_than_their_share_of_calls():
    few, many = (calls(partial(grade, RUBRIC, " ".join(f"ra{i:04d}om" for i in range(n)))) for n in (100, 400))
    assert many <= 5 * few + 5_000
