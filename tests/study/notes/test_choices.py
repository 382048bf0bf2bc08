"""Choices that an author answered by setting one alternative apart."""

import pytest

from tests.study.notes.forms import Forms, q

FORMS = Forms()
form = FORMS.add

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
    q(1, "Which is a loss?", "L1", options="accuracy|*L1|recall"),
    q(2, "Which is a metric?", "accuracy", options="L2|*accuracy"),
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


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read(name):
    FORMS.check(name)
