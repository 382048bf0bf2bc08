"""The forms that people's notes take: each a small note, and what it says."""

# ruff: noqa: RUF001 - signs as people type them

from textwrap import dedent

import pytest

from study.notes import read_notes

FORMS = {}


def form(name, note, *expected):
    FORMS[name] = (dedent(note).removeprefix("\n"), expected)


def q(number, question, answer=""):
    return ("question", number, question, answer)


def recap(number, question, answer=""):
    return ("recap", number, question, answer)


def prompt(number, question):
    return ("prompt", number, question, "")


# --- numbered questions ---------------------------------------------------------------------------------------------

form(
    "numbered with quoted answers",
    """
    1. What is a tensor?

    > An array of one type.

    2. Name two losses

    > L1 and L2.
    """,
    q(1, "What is a tensor?", "An array of one type."),
    q(2, "Name two losses", "L1 and L2."),
)
form(
    "no blank line between answer and next question",
    """
    1. What is a tensor?
    > An array
    > of one type.
    2. What is rank?
    > The number of axes.
    3. What is shape?
    > The size of each axis.
    """,
    q(1, "What is a tensor?", "An array of one type."),
    q(2, "What is rank?", "The number of axes."),
    q(3, "What is shape?", "The size of each axis."),
)
form(
    "plain paragraphs as answers",
    """
    1. What is a tensor?

    An array of one type.

    It may live on a GPU.

    2. What is rank?

    The number of axes.
    """,
    q(1, "What is a tensor?", "An array of one type.\n\nIt may live on a GPU."),
    q(2, "What is rank?", "The number of axes."),
)
form(
    "indented answers",
    """
    1. What is a tensor?
       An array of one type.
    2. What is rank?

       The number of axes.

       Not the size of them.
    3) What is shape?
        - the size of each axis
        - as a tuple
    """,
    q(1, "What is a tensor?", "An array of one type."),
    q(2, "What is rank?", "The number of axes.\n\nNot the size of them."),
    q(3, "What is shape?", "the size of each axis\nas a tuple"),
)
form(
    "lazy numbering",
    """
    1. What is a tensor?

    > An array.

    1. What is rank?

    > The number of axes.

    1. Name a loss

    > L1
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes."),
    q(3, "Name a loss", "L1"),
)
form(
    "lazy numbering in one list",
    """
    1. What is a tensor?
       - An array.
    1. What is rank?
       - The number of axes.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes."),
)
form(
    "numbers that start late",
    """
    12. What is SGD?

    > Stochastic gradient descent.

    13. What is a mini-batch?

    > A few items at once.
    """,
    q(12, "What is SGD?", "Stochastic gradient descent."),
    q(13, "What is a mini-batch?", "A few items at once."),
)
form(
    "a numbered list as quoted answer",
    """
    4. What does PDP need?

    > 1. A set of units
    > 2. A state of activation
    > 3. An output function

    5. Who wrote it?

    > Rumelhart and McClelland
    """,
    q(4, "What does PDP need?", "A set of units\nA state of activation\nAn output function"),
    q(5, "Who wrote it?", "Rumelhart and McClelland"),
)
form(
    "a numbered list as bare answer",
    """
    1. What are the steps of gradient descent?

    1. Initialise the weights
    2. Predict
    3. Compute the loss

    2. What is a gradient?

    A slope.
    """,
    q(1, "What are the steps of gradient descent?", "Initialise the weights\nPredict\nCompute the loss"),
    q(2, "What is a gradient?", "A slope."),
)
form(
    "a numbered list beneath the question",
    """
    1. What are the steps?
       1. Initialise
       2. Predict
    2. What is a gradient?
       A slope.
    """,
    q(1, "What are the steps?", "Initialise\nPredict"),
    q(2, "What is a gradient?", "A slope."),
)
form(
    "bullets as unindented answer",
    """
    1. Name two losses.
    - L1
    - L2
    2. What is rank?
    - The number of axes
    """,
    q(1, "Name two losses.", "L1\nL2"),
    q(2, "What is rank?", "The number of axes"),
)
form(
    "unanswered",
    """
    ## Questionnaire

    1. What is a tensor?
    2. Draw a picture of a neural network.
    3. What is rank?

       > The number of axes.
    4. What is shape?
    """,
    q(1, "What is a tensor?"),
    q(2, "Draw a picture of a neural network."),
    q(3, "What is rank?", "The number of axes."),
    q(4, "What is shape?"),
)
form(
    "bold numbered questions",
    """
    1. **What is a tensor?**
       An array.
    2. **Explain rank.** The number of axes.
    3. **What is shape?** The size of each axis.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "Explain rank.", "The number of axes."),
    q(3, "What is shape?", "The size of each axis."),
)
form(
    "bold numbers outside a list",
    """
    **1. What is a tensor?**

    An array.

    **2. Explain rank**

    The number of axes.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "Explain rank", "The number of axes."),
)
form(
    "escaped numbers and numbers in brackets",
    """
    1\\. What is a tensor?

    An array.

    (2) What is rank?

    The number of axes.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes."),
)
form(
    "question over several lines",
    """
    1. What is the difference between
       an array and
       a tensor?
       Where they may live.
    2. Why do we need a validation set? Why
       not the training set?

    > To notice overfitting.
    """,
    q(1, "What is the difference between an array and a tensor?", "Where they may live."),
    q(2, "Why do we need a validation set? Why not the training set?", "To notice overfitting."),
)
form(
    "year at the start of an answer's paragraph",
    """
    1. When did it begin?

    > It took long.
    >
    > 1957. The Mark I was built.

    2. Who built it?

    > Rosenblatt
    """,
    q(1, "When did it begin?", "It took long.\n\n1957. The Mark I was built."),
    q(2, "Who built it?", "Rosenblatt"),
)
form(
    "two chapters with their own numbers",
    """
    # Chapter 1
    1. What is a GPU?
    > A card.
    2. What is a CPU?
    > A chip.

    # Chapter 2
    1. What is a bear?
    > An animal.
    """,
    q(1, "What is a GPU?", "A card."),
    q(2, "What is a CPU?", "A chip."),
    q(1, "What is a bear?", "An animal."),
)
form(
    "answer marks within numbered items",
    """
    1. What is a tensor?
       **Answer:** An array.
    2. What is rank?

       A: The number of axes.
    3. What is shape?
       - Answer: The size of each axis.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes."),
    q(3, "What is shape?", "The size of each axis."),
)
form(
    "code holds numbered lines",
    """
    1. How do you loop?

    ```python
    1. not a question?
    for i in range(3):
        print(i)
    ```

    2. How do you stop?

    > `break`
    """,
    q(1, "How do you loop?", "1. not a question?\nfor i in range(3):\n    print(i)"),
    q(2, "How do you stop?", "break"),
)

# --- Q and A --------------------------------------------------------------------------------------------------------

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
    "options are part of the question",
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
    q(1, "Which is a loss?\nA. accuracy\nB. L1\nC. recall", "B"),
    q(2, "Which is a metric?\nA) L2\nB) accuracy", "B) accuracy"),
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

# --- headings -------------------------------------------------------------------------------------------------------

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

# --- bold or plain paragraphs ---------------------------------------------------------------------------------------

form(
    "bold questions",
    """
    **What is a tensor?**

    An array.

    **What is rank?**
    The number of axes. **Not** their size.

    **What is shape?** The size of each axis.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes. Not their size."),
    q(3, "What is shape?", "The size of each axis."),
)
form(
    "plain questions with quoted answers",
    """
    What is a tensor?

    > An array.

    What is rank?

    > The number of axes.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes."),
)
form(
    "quoted questions with plain answers",
    """
    > What is a tensor?

    An array.

    > What is rank?

    The number of axes.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes."),
)

# --- bullets and outliners ------------------------------------------------------------------------------------------

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

# --- choices --------------------------------------------------------------------------------------------------------

form(
    "choices shown by bold or code",
    """
    1. Do you need these for deep learning?
       - Lots of math T / **F**
       - Lots of data: `T`/F
       - A GPU (True / **False**)
       - A PhD - **True** or False
       - Patience **T**/F because it takes time
    """,
    q(
        1,
        "Do you need these for deep learning?",
        "Lots of math: False\nLots of data: True\nA GPU: False\nA PhD: True\nPatience: True because it takes time",
    ),
)
form(
    "choices in the question",
    """
    1. Overfitting is good. (T / **F**)
    2. A GPU is a must: **Yes** / No
    3. Rank counts axes. ~~False~~ / True
    """,
    q(1, "Overfitting is good. (T / F)", "False"),
    q(2, "A GPU is a must: Yes / No", "Yes"),
    q(3, "Rank counts axes. False / True", "True"),
)
form(
    "the chosen option is bold",
    """
    1. Which is a loss?
       - accuracy
       - **L1**
       - recall
    2. Which is a metric?
       - [ ] L2
       - [x] accuracy
    """,
    q(1, "Which is a loss?\naccuracy\nL1\nrecall", "L1"),
    q(2, "Which is a metric?\nL2\naccuracy", "accuracy"),
)

# --- recaps and prompts ---------------------------------------------------------------------------------------------

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

# --- mess -----------------------------------------------------------------------------------------------------------

form(
    "Windows line ends and a byte order mark",
    "\ufeff1. What is a tensor?\r\n\r\n> An array\r\n> of numbers.\r\n\r\n2. What is rank?\r\n\r\n> Axes.\r\n",
    q(1, "What is a tensor?", "An array of numbers."),
    q(2, "What is rank?", "Axes."),
)
form(
    "unclosed emphasis and smart quotes",
    """
    1. What did Samuel mean by “weight assignment”?

    > ****note**, he said “ _automatic means_ _” and **stopped

    2. What is `y_range` for?

    > It keeps y_range * 2 within __init__ limits, see `**kwargs`.
    """,
    q(1, "What did Samuel mean by “weight assignment”?", "note, he said “ automatic means ” and stopped"),
    q(2, "What is y_range for?", "It keeps y_range * 2 within init limits, see **kwargs."),
)
form(
    "nested quotations",
    """
    1. What did he say?

    > He said:
    >> Deep learning
    >> is easy.

    2. Was he right?

    > Yes.
    """,
    q(1, "What did he say?", "He said:\n\nDeep learning is easy."),
    q(2, "Was he right?", "Yes."),
)
form(
    "comments, links, pictures, mathematics",
    """
    <!-- 9. What is this? -->
    1. What is the formula?

    > It is $f(x) = w_1*x^2 + w_2*x$, see [the *book*](https://example.org) and <https://example.org/a_b>.
    > ![plot](plot.png)

    2. What is shown?

    > ![a picture of a bear](bear.jpg)
    """,
    q(1, "What is the formula?", "It is $f(x) = w_1*x^2 + w_2*x$, see the book and https://example.org/a_b."),
    q(2, "What is shown?", "a picture of a bear"),
)
form(
    "tabs",
    "1.\tWhat is a tensor?\n\n\tAn array.\n\n2.\tWhat is rank?\n\t- axes\n\t\t- their number\n",
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "axes\ntheir number"),
)
form(
    "other bullets",
    """
    • What is a tensor?
      ◦ An array.
    • What is rank?
      ◦ Axes.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "Axes."),
)
form(
    "rules drawn under answers",
    """
    Q. What is a tensor?
    A. An array.
    ---
    Q. What is rank?
    A. The number of axes.
    ---
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes."),
)
form(
    "indented as if it were code",
    """
    Q. What is a tensor?

        A. An array.

    Q. What is rank?

        A. The number of axes.
    """,
    q(1, "What is a tensor?", "An array."),
    q(2, "What is rank?", "The number of axes."),
)


# --- as found in the wild -------------------------------------------------------------------------------------------

form(
    "lazy numbers, indented answers, unanswered ones between",
    """
    *This page is a work in progress*

    ## Chapter 1

    1. Do you need these?

       - Lots of math T / **F**
       - A PhD T / **F**

    1. Name two fields where it leads.
        - Vision (e.g., faces)
        - Games (e.g., Go)

    1. What is a GPU?

        A processor for graphics.

    1. Follow through each cell of the notebook.


    1. Complete the appendix.
    1. Why is it hard to explain a prediction?
    1. What is segmentation?

        A class for every pixel. ![](https://example.org/a.jpg)
    1. What is `y_range` for?

        It limits the output.
    """,
    q(1, "Do you need these?", "Lots of math: False\nA PhD: False"),
    q(2, "Name two fields where it leads.", "Vision (e.g., faces)\nGames (e.g., Go)"),
    q(3, "What is a GPU?", "A processor for graphics."),
    q(4, "Follow through each cell of the notebook."),
    q(5, "Complete the appendix."),
    q(6, "Why is it hard to explain a prediction?"),
    q(7, "What is segmentation?", "A class for every pixel."),
    q(8, "What is y_range for?", "It limits the output."),
)
form(
    "bold questions, some numbered ones among them",
    """
    **Note**: *collapse the sidebars.*

    ## Questionnaire

    (If you are not sure, read the chapter.)

    **Do you need these?**

       - Lots of math T / F: False
       - A PhD T / F: False

    **Name two fields where it leads.**

    Vision (faces)
    Games (Go)

    1. Open a notebook. What happens?
    1. Complete the appendix.
    1. Why is it hard to write rules?

    There are too many of them.

    **What is a GPU?**

    A processor for graphics.

    **Describe overfitting.**

    Don't know, do you?
    """,
    q(1, "Do you need these?", "Lots of math T / F: False\nA PhD T / F: False"),
    q(2, "Name two fields where it leads.", "Vision (faces)\nGames (Go)"),
    q(3, "Open a notebook. What happens?"),
    q(4, "Complete the appendix."),
    q(5, "Why is it hard to write rules?", "There are too many of them."),
    q(6, "What is a GPU?", "A processor for graphics."),
    q(7, "Describe overfitting.", "Don't know, do you?"),
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
form(
    "answers in lines pushed in by tabs",
    "1. Do you need these?\n    \n    - Lots of math T / F F\n"
    "2. Name two fields where it leads.\n\t    Medicine\n\t    Vision\n"
    "3. Open a notebook and execute `1+1`. What happens?\n     Prints 2\n4. Complete the appendix.\n    \n"
    "5. What is a test set? Why do we need it?\n\tIt is kept apart.\n    It comes last.\n",
    q(1, "Do you need these?", "Lots of math T / F F"),
    q(2, "Name two fields where it leads.", "Medicine\nVision"),
    q(3, "Open a notebook and execute 1+1. What happens?", "Prints 2"),
    q(4, "Complete the appendix."),
    q(5, "What is a test set? Why do we need it?", "It is kept apart.\nIt comes last."),
)
form(
    "choices with a reason, pictures by a site's variable",
    """
    1. Do you need these?

       - Lots of math T / F: **False**, libraries do it
       - A PhD T / F: **False**

    1. Draw a picture of the model.
    \t- ![]({{ site.baseurl }}/images/model.png "The model")
    1. What is rank?
        - The number of axes

    ---

    """,
    q(1, "Do you need these?", "Lots of math T / F: False, libraries do it\nA PhD T / F: False"),
    q(2, "Draw a picture of the model."),
    q(3, "What is rank?", "The number of axes"),
)
form(
    "coloured answers, and a number without its space",
    """
    8. **Execute a cell. What happens?**

          <span style="color:red"> **Two** is printed </span>

    9. **Complete the appendix.**

          <span style="color:blue"> NOT DONE  </span>

    10.**Why is it hard to write rules?**

          <span style="color:red"> There are too many </span>


    1. What did Samuel mean?
    1. What is a head?
    """,
    q(8, "Execute a cell. What happens?", "Two is printed"),
    q(9, "Complete the appendix.", "NOT DONE"),
    q(10, "Why is it hard to write rules?", "There are too many"),
    q(11, "What did Samuel mean?"),
    q(12, "What is a head?"),
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
    "choices in what looks like code",
    """
    1.  Do you need these?

            Lots of math T / <b>F</b>
            A PhD T / <b>F</b>

    2.  Name two fields.

        > vision and language

    3.  What is a GPU?
    """,
    q(1, "Do you need these?", "Lots of math: False\nA PhD: False"),
    q(2, "Name two fields.", "vision and language"),
    q(3, "What is a GPU?"),
)
form(
    "choices by code after the statement",
    """
    # Lesson 1 questions

    * Do you need these?
      * Lots of math `F`
      * A PhD `F`

    * Name two fields.
      * NLP
      * Medicine

    * Who built it?
      * Rosenblatt
    """,
    q(1, "Do you need these?", "Lots of math F\nA PhD F"),
    q(2, "Name two fields.", "NLP\nMedicine"),
    q(3, "Who built it?", "Rosenblatt"),
)
form(
    "tensors are no links",
    """
    1. What is `a`?
    > a tensor [[1, 2], [3, 4]] or [[5,6]] or a[[0]]
    2. What is rank?
    > axes
    """,
    q(1, "What is a?", "a tensor [[1, 2], [3, 4]] or [[5,6]] or a[[0]]"),
    q(2, "What is rank?", "axes"),
)
form(
    "quoted, numbered questions with plain answers",
    """
    Notes on chapter four.

    > 8. How do we compute thousands of numbers at once?

    Use tensors.

    - they run on a GPU
    - they are compiled

    > 9. Create a 3×3 tensor. Double it.

    ```python
    t = torch.arange(9)
    ```

    > 10. What is broadcasting?

    Stretching the smaller tensor.

    > As the manual says.
    """,
    q(8, "How do we compute thousands of numbers at once?", "Use tensors.\nthey run on a GPU\nthey are compiled"),
    q(9, "Create a 3×3 tensor. Double it.", "t = torch.arange(9)"),
    q(10, "What is broadcasting?", "Stretching the smaller tensor.\n\nAs the manual says."),
)
form(
    "plain questions right above their answers",
    """
    What is SGD?
    Descent on part of the data. It is stochastic.

    What are the steps in SGD?
    1. Initialise the weights.
    2. Predict.
    3. Compute the loss.

    How do we initialise the weights?
    At random.
    """,
    q(1, "What is SGD?", "Descent on part of the data. It is stochastic."),
    q(2, "What are the steps in SGD?", "Initialise the weights.\nPredict.\nCompute the loss."),
    q(3, "How do we initialise the weights?", "At random."),
)
form(
    "plain questions with bullets as answers, some without",
    """
    What is a GPU?

    - A processor for graphics.

    Complete the appendix.
    Why is it hard to write rules?

    - There are too many of them.
    """,
    q(1, "What is a GPU?", "A processor for graphics."),
    q(2, "Complete the appendix."),
    q(3, "Why is it hard to write rules?", "There are too many of them."),
)
form(
    "plain questions, each the first line of its paragraph",
    """
    How is a picture stored? And in colour?
    As an array of numbers.

    Explain how pixel similarity works.
    We take the mean and compare each new picture with it.

    What is a list comprehension? Create one that doubles odd numbers.
    A loop in one line. `[2 * x for x in xs]`

    Show the steps of a training loop.
    def train(model):
        for x, y in data:
            step(x, y)

    What does the @ operator do?
    Matrix multiplication.
    """,
    q(1, "How is a picture stored? And in colour?", "As an array of numbers."),
    q(2, "Explain how pixel similarity works.", "We take the mean and compare each new picture with it."),
    q(
        3,
        "What is a list comprehension? Create one that doubles odd numbers.",
        "A loop in one line. [2 * x for x in xs]",
    ),
    q(4, "Show the steps of a training loop.", "def train(model):\nfor x, y in data:\nstep(x, y)"),
    q(5, "What does the @ operator do?", "Matrix multiplication."),
)
form(
    "numbers gone wrong",
    """
    11. **What is SGD?**
    Descent on part of the data.

    134. **Why mini-batches?**
    One item is too little.
    Find a balance.

    15. **What are the steps?**
    \t1. Initialise,
    \t2. Predict.
    """,
    q(11, "What is SGD?", "Descent on part of the data."),
    q(134, "Why mini-batches?", "One item is too little.\nFind a balance."),
    q(15, "What are the steps?", "Initialise,\nPredict."),
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
    "skipped questions",
    """
    6. What is a GPU?

        A processor for graphics.

    7. Open a notebook...

        Skip.

    8. Skip 8 as well.

    9. Skip 9.

    10. Why is it hard?

        Rules are many.
    """,
    q(6, "What is a GPU?", "A processor for graphics."),
    q(7, "Open a notebook...", "Skip."),
    q(8, "Skip 8 as well."),
    q(9, "Skip 9."),
    q(10, "Why is it hard?", "Rules are many."),
)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read(name):
    note, expected = FORMS[name]
    told = [(entry.kind, entry.number, entry.question, entry.answer) for entry in read_notes(note).entries]
    assert told == list(expected)
