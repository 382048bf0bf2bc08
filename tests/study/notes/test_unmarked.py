"""Questions told by bold print, or by their question marks alone."""

import pytest

from tests.study.notes.forms import Forms, q

FORMS = Forms()
form = FORMS.add

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


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read(name):
    FORMS.check(name)
