"""Recaps and prompts."""

import pytest

from study.notes import read_notes
from tests.study.notes.forms import Forms, prompt, q, recap

FORMS = Forms()
form = FORMS.add

form(
    "recap bullets",
    """
    ## Recap of Week 4

    - Everything is an array
    - Differences are:
    a) NumPy on the CPU
    b) PyTorch on the GPU
    - rank is the number of axes
      - of a tensor
    """,
    recap(1, "Everything is an array"),
    recap(2, "Differences are:", "a) NumPy on the CPU\nb) PyTorch on the GPU"),
    recap(3, "rank is the number of axes", "of a tensor"),
)
form(
    "recap without a title",
    """
    - Everything is an array
    - rank is the number of axes
    """,
    recap(1, "Everything is an array"),
    recap(2, "rank is the number of axes"),
)
form(
    "a learning log with an open question",
    """
    # Chapter 2

    - Rank tells how deeply a tensor is nested
      + it is the length of the shape
    - Shape lists the axes

    # Chapter 3

    1. A gradient is a slope
    2. Its sign tells where to go

    # Open questions

    - Why does it work at all?
    """,
    recap(1, "Rank tells how deeply a tensor is nested", "it is the length of the shape"),
    recap(2, "Shape lists the axes"),
    recap(1, "A gradient is a slope"),
    recap(2, "Its sign tells where to go"),
    prompt(1, "Why does it work at all?"),
)
form(
    "key takeaways, numbered",
    """
    ## Key takeaways
    1. Everything is an array
    2. Broadcasting saves loops
    """,
    recap(1, "Everything is an array"),
    recap(2, "Broadcasting saves loops"),
)
form(
    "questions, then a summary of prompts",
    """
    1. What is a tensor?

    > An array.

    ## Summary
    - Welcome to the course
    - How do you find broken images? How do you remove them?
    - Why a GPU?
    """,
    q(1, "What is a tensor?", "An array."),
    prompt(1, "Welcome to the course"),
    prompt(2, "How do you find broken images? How do you remove them?"),
    prompt(3, "Why a GPU?"),
)
form(
    "discussion prompts",
    """
    ## Discussion

    1. Tell us what surprised you.
    2. Would you trust it?

    ## Food for thought

    - What about bias?
    """,
    prompt(1, "Tell us what surprised you."),
    prompt(2, "Would you trust it?"),
    prompt(3, "What about bias?"),
)
form(
    "a section that is not questions",
    """
    Q. What is a tensor?

    A. An array.

    References

    [1] A paper: what is attention?

    2. Another paper
    """,
    q(1, "What is a tensor?", "An array."),
)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read(name):
    FORMS.check(name)


def test_an_empty_box_is_no_idea():
    notes = read_notes("# Recap\n\n- Salt comes last\n- [ ]\n")
    assert [entry.question for entry in notes.entries] == ["Salt comes last"]
    assert [str(remark.what) for remark in notes.remarks] == ["The line “[ ]” says nothing; it was left out."]
