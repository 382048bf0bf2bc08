"""Questions and answers under marks: Q and A, in several languages, bold or plain."""

# ruff: noqa: RUF001 - signs as people type them

import pytest

from tests.study.notes.forms import Forms, q

FORMS = Forms()
form = FORMS.add

form(
    "plain Q. and A.",
    """
    Q. What is a tensor?

    A. An array.

    And more.

    Q. Details about each function

    A.

    Q. No question mark here, just a remark.

    A. Noted.
    """,
    q(1, "What is a tensor?", "An array.\n\nAnd more."),
    q(2, "Details about each function"),
    q(3, "No question mark here, just a remark.", "Noted."),
)
form(
    "Q: and A: on neighbouring lines",
    """
    Q: What is a tensor?
    A: An array.
    Q: What is rank?
    A: The number of axes,
    also called dimensions.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes, also called dimensions."),
)
form(
    "bold Q and A",
    """
    **Q:** What is a tensor?
    **A:** An array.

    **Q. What is rank?**

    **A.** The number of axes.

    __Q:__What is shape?

    __A:__The size of each axis.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes."),
    q(3, "What is shape?", "The size of each axis."),
)
form(
    "numbered Q and A",
    """
    Q1. What is a tensor?
    A1. An array.

    Q2) What is rank?
    A2) The number of axes.

    Question 3: What is shape?
    Answer: The size of each axis.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes."),
    q(3, "What is shape?", "The size of each axis."),
)
form(
    "words on lines of their own",
    """
    ### Question 1

    What is a tensor?

    **Answer**

    An array.

    ### Question 2

    What is rank?

    #### Answer

    The number of axes.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes."),
)
form(
    "a question of two paragraphs before its answer",
    """
    Q. I read the paper.

    Why is the rate so high?

    A. Try it.

    Q. Is that all?

    A. Yes.
    """,
    q(1, "I read the paper.\nWhy is the rate so high?", "Try it."),
    q(2, "Is that all?", "Yes."),
)
form(
    "questions marked, answers not",
    """
    Q: What is a tensor?
    An array.

    Q: What is rank?

    The number of axes.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes."),
)
form(
    "a list in an answer",
    """
    Q: What do you need?

    A: Three things:

    1. data
    2. a model
    3. a loss

    Q: Anything else?

    A: No.
    """,
    q(1, "What do you need?", "Three things:\ndata\na model\na loss"),
    q(2, "Anything else?", "No."),
)
form(
    "options, and the letter of the right one",
    """
    Q: Which is a loss?
    A. accuracy
    B. L1
    C. recall
    Answer: B

    Q: Which is a metric?

    A) L2
    B) accuracy

    Answer: B) accuracy
    """,
    q(1, "Which is a loss?", "L1", options="accuracy|*L1|recall"),
    q(2, "Which is a metric?", "accuracy", options="L2|*accuracy"),
)
form(
    "bullets Q and A",
    """
    - **Q:** What is a tensor?
    - **A:** An array.
    - **Q:** What is rank?
      - **A:** The number of axes.
    - Q: What is shape?
      - The size of each axis.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes."),
    q(3, "What is shape?", "The size of each axis."),
)
form(
    "German",
    """
    Frage 1: Was ist ein Tensor?
    Antwort: Ein Feld von Zahlen – größer als ein Vektor.

    Frage 2: Erkläre „Überanpassung“.
    Antwort: Das Modell lernt auswendig.
    """,
    q(1, "Was ist ein Tensor?", "Ein Feld von Zahlen – größer als ein Vektor."),
    q(2, "Erkläre „Überanpassung“.", "Das Modell lernt auswendig."),
)
form(
    "German letters",
    """
    F: Was ist ein Tensor?
    A: Ein Feld.

    F: Was ist der Rang?
    A: Die Zahl der Achsen.
    """,
    q(1, "Was ist ein Tensor?", "Ein Feld."),
    q(2, "Was ist der Rang?", "Die Zahl der Achsen."),
)
form(
    "Chinese",
    """
    问：什么是张量？
    答：一种多维数组。

    问：什么是秩？
    答：轴的
    数量。
    """,
    q(1, "什么是张量？", "一种多维数组。"),
    q(2, "什么是秩？", "轴的数量。"),
)
form(
    "Chinese, numbered",
    """
    1、什么是张量？

    一种多维数组。

    2、什么是秩？

    轴的数量。
    """,
    q(1, "什么是张量？", "一种多维数组。"),
    q(2, "什么是秩？", "轴的数量。"),
)
form(
    "Ans: below lists, at any indent",
    """
    1. Do you need these?

       - Lots of math T / F
       - A PhD T / F

       Ans: F and F.

    1. What does PDP need?

       Ans:
       A set of units
       A state

    1. Why did it stall?
       Ans:
       - One layer is too little.
       - Two are too slow.

    1. Complete the appendix.
       Ans: DONE
    1. Why is it hard to explain?

      Ans: Too many layers.

    1. What do the early layers find?
       Ans:
    1. What is segmentation?
    """,
    q(1, "Do you need these?\nLots of math T / F\nA PhD T / F", "F and F."),
    q(2, "What does PDP need?", "A set of units\nA state"),
    q(3, "Why did it stall?", "One layer is too little.\nTwo are too slow."),
    q(4, "Complete the appendix.", "DONE"),
    q(5, "Why is it hard to explain?", "Too many layers."),
    q(6, "What do the early layers find?"),
    q(7, "What is segmentation?"),
)
form(
    "answers with a mark, and questions without one",
    """
    # Clefs

    Some words about them.

    Name two clefs
    A: Treble and bass.

    Dur und Moll im Vergleich

    Antwort: Die Terz ist anders.
    """,
    q(1, "Name two clefs", "Treble and bass."),
    q(2, "Dur und Moll im Vergleich", "Die Terz ist anders."),
)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read(name):
    FORMS.check(name)
