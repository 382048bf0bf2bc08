"""Bullets, and what outliners export."""

import pytest

from tests.study.notes.forms import Forms, q

FORMS = Forms()
form = FORMS.add

form(
    "nested bullets",
    """
    - What is a tensor?
      - An array.
      - It may live on a GPU.
    - What is rank?
      - The number of axes.
    - What is shape?
    """,
    q(1, "What is a tensor?", "An array.\nIt may live on a GPU."),
    q(2, "What is rank?", "The number of axes."),
    q(3, "What is shape?"),
)
form(
    "Logseq",
    """
    title:: Lesson 1
    tags:: [[fastai]], course

    - ## Questionnaire
      collapsed:: true
    \t- What is a [[tensor]]? #card
    \t  id:: 64f0c3a2-1111-2222-3333-444455556666
    \t  card-last-interval:: 4
    \t\t- An [[Array|array]] of one [[data/type]].
    \t\t- See ((64f0c3a2-1111-2222-3333-444455556666))
    \t- What is **rank**? #card
    \t\t- The number of axes.
    - [[References]]
    \t- [The book](https://example.org)
    """,
    q(1, "What is a tensor?", "An array of one type.\nSee"),
    q(2, "What is rank?", "The number of axes."),
)
form(
    "Logseq cards that do not ask",
    """
    - ## Frequently asked
    - #card How to add a paragraph
    \t- press both keys
    \t  like this
    - #card Adding a video
      card-last-interval:: 4
    \t- with its address
    - something else
    \t- of no interest
    """,
    q(1, "How to add a paragraph", "press both keys like this"),
    q(2, "Adding a video", "with its address"),
)
form(
    "Roam",
    """
    - Lesson 1
        - {{[[TODO]]}} Questionnaire
            - What is a ^^tensor^^?
                - An array of #[[one type]].
            - What is rank?
                - The number of axes.
    """,
    q(1, "What is a tensor?", "An array of one type."),
    q(2, "What is rank?", "The number of axes."),
)
form(
    "Obsidian",
    """
    ---
    tags: [course, fastai]
    aliases:
      - lesson one
    ---

    > [!question] What is a tensor?
    > An ==array== of one type. ^abc123

    > [!question]- What is rank?
    > The number of axes.

    What is shape?::The size of each axis.
    """,
    q(1, "What is a tensor?", "An array of one type."),
    q(2, "What is rank?", "The number of axes."),
    q(3, "What is shape?", "The size of each axis."),
)
form(
    "pairs on a line each, under a page",
    """
    - [[Lesson 1]] #fastai
      - What is a tensor?::An array.
      - What is rank? :: The number of axes.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes."),
)
form(
    "cards with a line between",
    """
    What is a tensor?
    ?
    An array.

    What is rank?
    ?
    The number of axes.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes."),
)
form(
    "numbered tasks, extras",
    """
    1. [ ] What is a tensor?
       - An array.
    2. [x] What is rank?
       - Axes.

    To do next week:

    * read chapter 6

    ## Extra reading

    1. What is attention?
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "Axes."),
)
form(
    "toggles",
    """
    1. What is a tensor?

    <details>
    <summary>Answer</summary>

    An array.

    </details>

    2. What is rank?

    <details><summary>Click to reveal</summary>The number of axes.</details>
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes."),
)
form(
    "a table",
    """
    | # | Question | Answer |
    |---|---|---|
    | 1 | What is a tensor? | An **array**. |
    | 2 | What is rank? | The number of axes. |
    | 3 | What is shape? | |
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes."),
    q(3, "What is shape?"),
)
form(
    "an outliner's numbered questions under a page link",
    """
    - [[Ch 1 Questions]]
        1. Do you need these?
            1. Lots of math T / F | **False!**
            2. A PhD T / F | **False**
        2. Name two fields where it leads.
            - **[[NLP]], [[Computer Vision]]**
        3. What was hard about the [[perceptron]]?
            - ** It could not learn [[XOR]].
            - ** Nobody added layers**
        8. Follow
     through each cell of the
    notebook. Guess what will happen.
            - **Ok**
        9. Complete the [[[[Jupyter]] Notebook ]]appendix.
            - **Not needed.**
        10. Draw a picture.
            - ![](https://example.org/a.svg)
    """,
    q(1, "Do you need these?", "Lots of math T / F | False!\nA PhD T / F | False"),
    q(2, "Name two fields where it leads.", "NLP, Computer Vision"),
    q(3, "What was hard about the perceptron?", "It could not learn XOR.\nNobody added layers"),
    q(8, "Follow through each cell of the notebook. Guess what will happen.", "Ok"),
    q(9, "Complete the Jupyter Notebook appendix.", "Not needed."),
    q(10, "Draw a picture."),
)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read(name):
    FORMS.check(name)
