"""How far a question is proved: by looking at it, by examples that can fail, by answers from elsewhere."""

from dataclasses import replace

import pytest

from study.course import Item, Proof
from study.grading import draft, read_rubric
from study.packs import load_course
from study.packs.maturity import maturity
from study.packs.proofs import with_proofs

EXAMPLES = [{"blue": 1}, {"it is blue": 1}, {"green": 0}, {"red": 0}]


def item(examples=(), word="blue", **more):
    rubric = read_rubric(
        {"points": [{"blue": [word]}], **({"examples": list(examples)} if examples else {})},
        language="en", synonyms=(), question="Which colour?", reference="Blue.",
    )  # fmt: skip
    return Item("q1", "Which colour?", "Blue.", rubric, **more)


@pytest.mark.parametrize(
    ("one", "state"),
    [
        (Item("q1", "Make tea.", "Done.", None, ungraded="a thing to do"), "task"),
        (item(EXAMPLES, draft="sure"), "draft"),
        (item(), "looked at"),
        (item([*EXAMPLES[:2], {"blue, I think": 1}, {"deep blue": 1}]), "looked at"),  # none that must be refused
        (item([*EXAMPLES[:2], {"azure": 1}, EXAMPLES[3]]), "looked at"),  # one that the rubric does not know
        (item(EXAMPLES), "tested"),
    ],
)
def test_a_state_says_what_was_done(one, state):
    assert maturity(one) == state


def test_a_draft_that_was_looked_at_is_none_any_more_though_nothing_in_it_was_changed():
    drafted = draft("Which colour?", "It is blue, like the sky.")
    one = Item("q1", "Which colour?", "It is blue, like the sky.", drafted, draft="doubtful")
    assert maturity(one) == "draft" and maturity(replace(one, draft="")) == "looked at"


def test_what_proved_a_rubric_proves_no_other_nor_with_too_few_or_too_different_marks():
    one = item(EXAMPLES)
    proof = Proof("q1", one.rubric.version, 10, 9)
    assert maturity(one, proof) == "proven"
    assert maturity(item(EXAMPLES, word="blu*"), proof) == "tested"
    for less in (replace(proof, answers=9), replace(proof, agreed=8)):
        assert maturity(one, less) == "tested"


def test_proofs_are_kept_in_the_pack_the_newest_of_each_item():
    week = "number: 1\ntitle: One\nitems:\n  - id: q1\n    ask: Which?\n    answer: Blue.\n    points: [blue]\n"
    text = with_proofs([Proof("q1", "a", 10, 2), Proof("q2", "b", 10, 9, "2026-03-02")], [Proof("q1", "c", 12, 12)])
    files = {"course.yaml": "id: a\ntitle: A\nlanguage: en\n", "week-01.yaml": week, "proof.yaml": text}
    assert load_course(files).proofs == (Proof("q1", "c", 12, 12), Proof("q2", "b", 10, 9, "2026-03-02"))
