"""Forms that real note files of many makers have: each read wrongly once, here in a small note of its own words."""

import pytest

from study.notes import read_notes
from study.notes.sections import section_of
from tests.study.notes.forms import Forms, q, recap

FORMS = Forms()
form = FORMS.add

form(
    "stars and faces behind the question mark, lists in the answers",
    """
    # Interview questions about bread

    ## Dough

    **What is yeast? ⭐️**

    A living thing that makes gas.

    **What goes into dough? 👶**

    1. Flour
    2. Water
    3. Salt

    **Why let it rest? 🚀🚀**

    So that it rises.
    """,
    q(1, "What is yeast? ⭐️", "A living thing that makes gas."),
    q(2, "What goes into dough? 👶", "Flour\nWater\nSalt"),
    q(3, "Why let it rest? 🚀🚀", "So that it rises."),
)
form(
    "a summary of several lines, tags before the end of what is folded",
    """
    <details>
    <summary>What is yeast?</summary><br><b>

    A living thing. There are three kinds:

    1. Fresh
    2. Dry
    </b></details>

    <details>
    <summary>Explain the following:

    * Crumb
    * Crust
    </summary><br><b>

    * Crumb: the inside
    * Crust: the outside
    </b></details>

    <details>
    <summary>Some kinds of flour</summary><br><b>

    Wheat, rye and spelt.</b></details>
    """,
    q(1, "What is yeast?", "A living thing. There are three kinds:\nFresh\nDry"),
    q(2, "Explain the following:\nCrumb\nCrust", "Crumb: the inside\nCrust: the outside"),
    q(3, "Some kinds of flour", "Wheat, rye and spelt."),
)
form(
    "a summary that never ends is what is folded",
    "<details><summary>What is rye?\n\nA grain.\n\n</details>\n\n## What is spelt?\n\nA grain too.\n",
    q(1, "What is rye?", "A grain."),
    q(2, "What is spelt?", "A grain too."),
)
form(
    "a place to write in",
    """
    ### 1. Why let it rest?

    **Your answer:**

    **Correct answer:** So that it rises.

    ### 2. How long?

    Your answer: ________

    **Correct answer:** An hour.
    """,
    q(1, "Why let it rest?", "So that it rises."),
    q(2, "How long?", "An hour."),
)
form(
    "choices in a line, a word for their kind, a template above",
    """
    Format:
    Question: ...
    Type: Multiple choice, Free text
    Answer: ...
    Choices: ...

    # Lesson 1

    - Question: What makes it rise?
      - Type: Multiple choice (one answer)
      - Answer: Yeast
      - Choices: Salt; Yeast; Water
    - Question: How many hours does it rest?
      - Answer: 2
      - Choices: 1, 2, 3
    - Question: What are the choices of flour?
      - Answer: Wheat, or rye
      - Choices: there are many, in truth
    """,
    q(1, "What makes it rise?", "Yeast", options="Salt|*Yeast|Water"),
    q(2, "How many hours does it rest?", "2", options="1|*2|3"),
    q(3, "What are the choices of flour?", "Wheat, or rye\n\nChoices: there are many, in truth"),
)
form(
    "headings that name the sides of a card",
    """
    ## Note
    model: Basic

    ### Front
    Kinds of flour

    ### Back
    Wheat<div>Rye</div>

    ## Card 2

    ### Question

    Why let it rest?

    ### Answer

    So that it rises.
    """,
    q(1, "Kinds of flour", "Wheat\nRye"),
    q(2, "Why let it rest?", "So that it rises."),
)
form(
    "numbered headings beneath a table of contents",
    """
    # Bread questions

    ### Table of Contents

    | No. | Questions |
    | --- | --------- |
    | 1 | [What is yeast?](#what-is-yeast) |

    1. ### What is yeast?

        A living thing. There are two kinds:

        1. Fresh
        2. Dry

       **[⬆ Back to Top](#table-of-contents)**

    2. ### Proofing
        It is left to rise.

    3. ### Explain kneading

        ```python
        knead(dough)
        ```
    """,
    q(1, "What is yeast?", "A living thing. There are two kinds:\nFresh\nDry"),
    q(2, "Proofing", "It is left to rise."),
    q(3, "Explain kneading", "knead(dough)"),
)
form(
    "a point between letter and number",
    "Q1) What is yeast?\nAns: A living thing.\n\nQ.2 What is rye?\nAns) A grain.\n",
    q(1, "What is yeast?", "A living thing."),
    q(2, "What is rye?", "A grain."),
)
form(
    "a line of tags above a card",
    "#flashcards/bread #baking\nWhat is rye?\n?\nA grain\n\n#Q\nWhat is spelt?\n?\nA grain too\n",
    q(1, "What is rye?", "A grain"),
    q(2, "What is spelt?", "A grain too"),
)
form(
    "what is learned is no recap, what was learned is one",
    """
    ## Machine learning

    What is a model?

    A function with weights.

    ## My learnings

    - Bread needs time
    """,
    q(1, "What is a model?", "A function with weights."),
    recap(1, "Bread needs time"),
)


@pytest.mark.parametrize("name", FORMS)
def test_form(name):
    FORMS.check(name)


@pytest.mark.parametrize("title", ["Deep Learning", "Learning rate", "Transfer learning", "Machine learning 101"])
def test_a_subject_with_learning_in_its_name_is_no_recap(title):
    assert section_of(title) == ""


def test_the_count_knows_questions_in_bold_and_in_summaries():
    notes = read_notes(
        "**What is rye? ⭐**\n\nA grain.\n\n<details><summary>What is spelt?</summary>\n\nToo.\n</details>\n"
    )
    assert [each.what for each in notes.marked] == ["What is rye? ⭐", "What is spelt?"]


def test_a_title_of_several_lines_is_told():
    notes = read_notes("2. Bread\nA. Rolls\n\t- Baking\nQ. When?\n")
    assert any("Bread" in each.what for each in notes.remarks)
