"""Numbered questions as they are found: skipped, unanswered, miscounted, pushed in."""

# ruff: noqa: RUF001 - signs as people type them

import pytest

from tests.study.notes.forms import Forms, q

FORMS = Forms()
form = FORMS.add

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
    FORMS.check(name)
