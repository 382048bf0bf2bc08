"""Item analysis: what answers say of their question."""

from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from study.analysis import Agreement, Judgement, Response, analysed, commonly_missed, commonly_mistaken
from study.grading import grade, read_rubric

PEOPLE = range(6)


def responses(question, *scores):
    return [Response(person, question, score) for person, score in zip(PEOPLE, scores, strict=False)]


def test_a_question_that_tells_the_strong_from_the_weak():
    knows = responses("a", 0, 0.2, 0.4, 0.6, 0.8, 1)
    luck = responses("b", 1, 0, 1, 0, 1, 0)
    same = responses("c", 1, 1, 1, 1, 1, 1)
    few = responses("d", 0, 1)
    by_name = {one.question: one for one in analysed([*knows, *luck, *same, *few], [])}
    assert by_name["a"].answered == 6 and by_name["a"].mean == approx(0.5)
    assert by_name["b"].discrimination < by_name["a"].discrimination
    assert by_name["c"].discrimination is None and by_name["d"].discrimination is None
    assert list(by_name) == ["a", "b", "c", "d"]


def test_appeals_and_agreement_are_counted():
    judged = [
        Judgement("a", 0, 1, appealed=True),
        Judgement("a", 0.5, 0.5, appealed=True),
        Judgement("a", 0.9, 1),
        Judgement("a", 0, None, appealed=True),
    ]
    (one,) = analysed(responses("a", 1, 0), judged)
    assert (one.appealed, one.upheld) == (3, 1)
    assert (one.agreement.agreed, one.agreement.of) == (2, 3)


def test_the_interval_is_wilsons():
    """As the formula gives it for 8 of 10: .490 to .943."""
    assert Agreement.counted(8, 10).low == approx(0.490, abs=0.001)
    assert Agreement.counted(8, 10).high == approx(0.943, abs=0.001)
    assert Agreement.counted(0, 0) == Agreement(0, 0, 0, 1)


@given(st.integers(0, 50), st.integers(0, 50))
def test_the_share_lies_within_its_interval(agreed, further):
    one = Agreement.counted(agreed, agreed + further)
    share = agreed / (agreed + further) if one.of else 0.5
    assert 0 <= one.low <= share + 1e-9 and share - 1e-9 <= one.high <= 1


def test_what_is_missed_and_mistaken_most():
    rubric = read_rubric(
        {"points": [{"red": ["red"]}, {"blue": ["blue"]}], "wrong": [{"green": ["green"], "feedback": "Not green."}]}
    )
    grades = [grade(rubric, answer) for answer in ("red", "red and green", "blue", "green")]
    assert commonly_missed(grades) == ("blue", 3)
    assert commonly_mistaken(grades) == ("Not green.", 2)
    assert commonly_missed([]) is None and commonly_mistaken(grades[:1]) is None
