"""A sharp sign within a sentence, which YAML takes for the beginning of a remark."""

import pytest

from study.packs import load_pack

COURSE = "id: signs\ntitle: Signs\nlanguage: en\n"


def cut_off(ask, answer="It starts a comment."):
    week = f"number: 1\ntitle: Signs\nitems:\n  - id: q\n    ask: {ask}\n    answer: {answer}\n    ungraded: so\n"
    return list(load_pack({"course.yaml": COURSE, "week-01.yaml": week}).origins["q"].cut_off())


@pytest.mark.parametrize(
    ("ask", "lost"),
    [("What does # do in Python?", "do in Python?"), ("Why #tags", "tags"), ("What is C # for?", "for?")],
)
def test_what_is_cut_off_is_told(ask, lost):
    assert cut_off(ask) == [("ask", lost)]


@pytest.mark.parametrize(
    "ask",
    ["What does this do?  # from chapter 2", '"What does # do?"', "What is C# for", "'One # two'", "What is this"],
)
def test_a_remark_behind_a_sentence_is_one(ask):
    assert cut_off(ask) == []
