"""Questions that are headings."""

# ruff: noqa: RUF001 - signs as people type them

import pytest

from tests.study.notes.forms import Forms, q

FORMS = Forms()
form = FORMS.add

form(
    "headings as questions",
    """
    # Week 2

    ## What is a tensor?

    An array.

    ## What is rank?

    - The number of axes
    - not their size

    ## References

    - [The book](https://example.org)
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes\nnot their size"),
)
form(
    "numbered headings",
    """
    # Questionnaire

    ### 1. What is a tensor?
    An array.

    ### 2. Explain rank
    The number of axes.

    #### A detail
    Also called dimensions.

    ### 3. What is shape?
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "Explain rank", "The number of axes.\n\nA detail\n\nAlso called dimensions."),
    q(3, "What is shape?"),
)
form(
    "underlined headings",
    """
    What is a tensor?
    -----------------

    An array.

    What is rank?
    -----------------

    The number of axes.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes."),
)
form(
    "a questionnaire within lecture notes",
    """
    # Practical notes

    > Somebody said something clear.

    ## Lesson 1

    * Taught top down.
    * Everybody uses it.

    ```python
    # 1. what is this?
    ```

    ### Questionnaire

    1. Do you need these? (no)
    2. Name two fields
       1. NLP
       2. Vision
    3. Who built it?
       1. Rosenblatt
    8. Complete the appendix.
    9. Always 224 pixels?
       1.  No


    --

    ## Lesson 2: Deployment

    x
    """,
    q(1, "Do you need these?", "no"),
    q(2, "Name two fields", "NLP\nVision"),
    q(3, "Who built it?", "Rosenblatt"),
    q(8, "Complete the appendix."),
    q(9, "Always 224 pixels?", "No"),
)
form(
    "headings with marks, rules between",
    """
    # Interview Questions

    ### Q1. What is broadcasting?

    Stretching the smaller array.

    ---

    ### Q2. When does it work?

    When dimensions are:

    * equal, or
    * one

    ---

    ### Q3. From which side?

    **Right to left**.
    """,
    q(1, "What is broadcasting?", "Stretching the smaller array."),
    q(2, "When does it work?", "When dimensions are:\nequal, or\none"),
    q(3, "From which side?", "Right to left."),
)
form(
    "bold in numbered headings, code in quotes",
    """
    ### 9. **Create a 3×3 tensor. Double it.**
    > A tensor...
    > ```
    > [1, 2, 3]
    > ```

    ### 10. **What is broadcasting?**
    > A trick.
    >
    > - Batch: (100, 28, 28)
    > - Digit: (28, 28)
    """,
    q(9, "Create a 3×3 tensor. Double it.", "A tensor...\n\n[1, 2, 3]"),
    q(10, "What is broadcasting?", "A trick.\nBatch: (100, 28, 28)\nDigit: (28, 28)"),
)
form(
    "headings that tell the reader to do something",
    """
    # Roman history

    ## Name two kings of Rome

    Romulus and Numa Pompilius.

    ## Erläutere das Zwölftafelgesetz

    Es hielt das Recht fest.

    ### Explain it further

    On bronze.

    ## The Forum

    ## List the hills.

    - Aventine
    - Caelian
    """,
    q(1, "Name two kings of Rome", "Romulus and Numa Pompilius."),
    q(2, "Erläutere das Zwölftafelgesetz", "Es hielt das Recht fest.\n\nExplain it further\n\nOn bronze."),
    q(3, "List the hills.", "Aventine\nCaelian"),
)
form(
    "one exercise in a section of questions",
    """
    # Quiz

    ## Name two clefs.

    Treble and bass.

    ## Clefs

    Signs at the head of a line.
    """,
    q(1, "Name two clefs.", "Treble and bass."),
)
form(
    "a chapter that begins with a verb",
    """
    # On writing

    ## Explain yourself

    - Say it plainly.

    ## Commas

    ## Compare prices

    ## Full stops
    """,
    ("recap", 1, "Say it plainly.", ""),
)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read(name):
    FORMS.check(name)
