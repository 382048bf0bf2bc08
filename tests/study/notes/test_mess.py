"""What editors, sites and people in a hurry leave in notes."""

import pytest

from tests.study.notes.forms import Forms, q

FORMS = Forms()
form = FORMS.add

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


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read(name):
    FORMS.check(name)
