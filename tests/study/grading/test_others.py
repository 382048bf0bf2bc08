"""A rubric that pays for the answer to another question is told, with the words that earned it."""

from __future__ import annotations

from study.grading import Asked, check_others, grade, read_rubric

ANSWERS = {
    "loss": ("What is a loss?", "A number that says how far off the predictions are.", ["far off"]),
    "batch": ("What is a batch?", "Several pictures that go through the model together.", ["several near together"]),
    "epoch": ("What is an epoch?", "One pass over all the training data.", ["pass"]),
    "rate": ("What is a learning rate?", "How large a step against the gradient is.", ["step"]),
}


def asked(**changed):
    """The questions of a small course, some with other alternatives."""
    made = []
    for name, (ask, answer, known) in ANSWERS.items():
        points = [{"it": changed.get(name, known)}]
        made.append(Asked(name, ask, answer, read_rubric({"points": points}, question=ask, reference=answer)))
    return made


def test_a_course_whose_rubrics_ask_for_what_they_mean_has_nothing_to_tell():
    assert list(check_others(asked())) == []


def test_a_rubric_that_a_stray_word_passes_is_told_with_the_word():
    (passed,) = check_others(asked(rate=["step", "model", "all", "number"]))
    assert passed.name == "rate" and passed.often
    assert "The reference answers of epoch (by “all”), batch (by “model”), loss (by “number”)" in str(passed.fault)


def test_one_answer_by_chance_is_told_and_no_fault():
    (passed,) = check_others(asked(rate=["step", "model"]))
    assert not passed.often and "answer of batch (by “model”) would be accepted" in str(passed.fault)


def test_two_questions_that_ask_alike_pass_one_another():
    assert list(check_others(asked(loss=["far off", "step"], rate=["step", "far off"]))) == []


def test_a_few_right_words_in_a_text_about_something_else_are_shown_to_a_human():
    ask, answer, known = ANSWERS["rate"]
    made = read_rubric({"points": [{"it": known}]}, question=ask, reference=answer)
    beside = "Rabbits that hop through meadows eat clover, and each evening one step leads home under hedges."
    got = grade(made, beside, question=ask)
    assert (got.verdict, [one.kind for one in got.against]) == ("needs_review", ["beside"]) and 0.6 < got.score < 0.7
    assert grade(made, "the size of a step", question=ask).verdict == "accept"
    longer = "How large each step is that it takes downhill, against the gradient, which somebody sets before."
    assert grade(made, longer, question=ask).verdict == "accept"
