"""Numbered questions: lazily or well, answered by quotations, indented or below."""

import pytest

from tests.study.notes.forms import Forms, q

FORMS = Forms()
form = FORMS.add

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
form(
    "a line that tells, its answer on the next lines, as under the questions of the note",
    """
    1. Name two clefs
    Treble and bass.
    2. What is a bar?
    A measure of beats.
    3. Explain tempo
    How fast it goes,
    in beats a minute.
    """,
    q(1, "Name two clefs", "Treble and bass."),
    q(2, "What is a bar?", "A measure of beats."),
    q(3, "Explain tempo", "How fast it goes, in beats a minute."),
)
form(
    "lines that tell alone, answered on the next",
    """
    1) Nenne zwei Schlüssel
    Violine und Bass.
    2) Erkläre das Tempo
    So schnell geht es.
    """,
    q(1, "Nenne zwei Schlüssel", "Violine und Bass."),
    q(2, "Erkläre das Tempo", "So schnell geht es."),
)
form(
    "answers in small letters, as under the questions of the note",
    """
    1. Name two clefs
    treble and bass
    2. What is a bar?
    a measure of beats
    """,
    q(1, "Name two clefs", "treble and bass"),
    q(2, "What is a bar?", "a measure of beats"),
)
form(
    "lines that tell, broken where they were full",
    """
    1. Name two clefs that are
    used for the piano
    2. Explain tempo in your
    own words
    """,
    q(1, "Name two clefs that are used for the piano"),
    q(2, "Explain tempo in your own words"),
)
form(
    "questions that are broken where their line was full",
    """
    1. Name two clefs of the
    Baroque
    2. What is a bar and why
    do we use it?
    3. Explain tempo
    in music
    """,
    q(1, "Name two clefs of the Baroque"),
    q(2, "What is a bar and why do we use it?"),
    q(3, "Explain tempo in music"),
)
form(
    "a long line that tells goes on",
    """
    1. Explain why most players of the bass clarinet read the clef of the
    Violin
    2. What is a bar?
    A measure.
    3. What is a rest?
    A pause.
    """,
    q(1, "Explain why most players of the bass clarinet read the clef of the Violin"),
    q(2, "What is a bar?", "A measure."),
    q(3, "What is a rest?", "A pause."),
)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read(name):
    FORMS.check(name)
