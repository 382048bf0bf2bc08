"""Questions to choose from, in all the ways in which people list options and say which of them is right."""

import pytest

from study.course import Option
from study.notes.questions.options import choose
from tests.study.notes.forms import Forms, q

FORMS = Forms()
form = FORMS.add

form(
    "bullets with letters, a folded answer with its explanation",
    """
    ### 1. What does a barometer measure?

    - A: Heat
    - B: The weight of the air
    - C: Rain

    <details><summary><b>Answer</b></summary>
    <p>

    #### Answer: B

    Mercury was used for it first.

    </p>
    </details>

    ---

    ### 2. What does this say?

    ```python
    print("a" * 2)
    ```

    - A: `aa`
    - B: `a2`

    <details><summary><b>Svar</b></summary>

    A. A text can be repeated.

    </details>
    """,
    q(
        1,
        "What does a barometer measure?",
        "The weight of the air",
        options="Heat|*The weight of the air|Rain",
        explanation="Mercury was used for it first.",
    ),
    q(2, 'What does this say?\nprint("a" * 2)', "aa", options="*aa|a2", explanation="A text can be repeated."),
)
form(
    "letters and a key beneath each",
    """
    1. Which metal is liquid in a warm room?
    A. Iron
    B. Mercury
    C. Gold
    ANSWER: B

    2. Which two are gases?
    a) helium
    b) salt
    c) neon
    Correct answer: a and c
    """,
    q(1, "Which metal is liquid in a warm room?", "Mercury", options="Iron|*Mercury|Gold"),
    q(2, "Which two are gases?", "helium\nneon", options="*helium|salt|*neon"),
)
form(
    "a heading that states, its answer in another language",
    """
    ###### 1. Alle Metalle sind fest.

    - A: wahr
    - B: falsch

    <details><summary><b>Lösung</b></summary>

    #### Richtige Antwort: B

    Quecksilber fließt.

    </details>
    """,
    q(1, "Alle Metalle sind fest.", "falsch", options="wahr|*falsch", explanation="Quecksilber fließt."),
)
form(
    "boxes to tick, with code between",
    """
    #### Q1. What comes out?

    ```py
    print(7 // 2)
    ```

    - [ ] 3.5
    - [x] 3

    #### Q2. Which are seas?

    - [x] the Baltic
    - [ ] the Alps
    - [X] the Aegean

    **Explanation:** the Alps are mountains.
    """,
    q(1, "What comes out?\nprint(7 // 2)", "3", options="3.5|*3"),
    q(
        2,
        "Which are seas?",
        "the Baltic\nthe Aegean",
        options="*the Baltic|the Alps|*the Aegean",
        explanation="the Alps are mountains.",
    ),
)
form(
    "blank boxes, the solutions at the end",
    """
    ### Question 1
    What sinks in water?
    - [ ] Cork
    - [ ] Lead

    ### Question 2
    Ben leaves a glass of water in the frost. What happens to it?
    - [ ] It bursts.
    - [ ] Nothing.

    ## Solutions

    1. Lead
    2. It bursts.
    """,
    q(1, "What sinks in water?", "Lead", options="Cork|*Lead"),
    q(2, "Ben leaves a glass of water in the frost. What happens to it?", "It bursts.", options="*It bursts.|Nothing."),
)
form(
    "blank boxes and no solutions",
    """
    ### Question 1
    What sinks in water?
    - [ ] Cork
    - [ ] Lead
    """,
    q(1, "What sinks in water?", "", options="Cork|Lead"),
)
form(
    "a key in one line",
    """
    1. Which is a bird?
       A. the bat
       B. the owl
    2. Which is a fish?
       A. the eel
       B. the whale

    **Answers:** 1. B, 2. A
    """,
    q(1, "Which is a bird?", "the owl", options="the bat|*the owl"),
    q(2, "Which is a fish?", "the eel", options="*the eel|the whale"),
)
form(
    "letters in paragraphs, the right one in bold or ticked",
    """
    **1. Which is the longest river?**

    a) the Rhine
    b) **the Nile**

    2. Which is the highest peak?
       (a) Everest ✓
       (b) Elbrus

    3. Which is an island?
       - A. Crete (correct)
       - B. Tibet
    """,
    q(1, "Which is the longest river?", "the Nile", options="the Rhine|*the Nile"),
    q(2, "Which is the highest peak?", "Everest", options="*Everest|Elbrus"),
    q(3, "Which is an island?", "Crete", options="*Crete|Tibet"),
)
form(
    "each option a paragraph, in French",
    """
    Question 1 : Quel animal vole ?

    A) la vache

    B) la mouche

    Bonne réponse : B
    """,
    q(1, "Quel animal vole ?", "la mouche", options="la vache|*la mouche"),
)
form(
    "lettered answers are no options",
    """
    Q: What are the steps?

    A: There are two.
    a) look
    b) leap

    Q: Who goes first?

    A: The one who asks.
    """,
    q(1, "What are the steps?", "There are two.\na) look\nb) leap"),
    q(2, "Who goes first?", "The one who asks."),
)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read(name):
    FORMS.check(name)


PLANETS = tuple(map(Option, ("Mars", "Saturn", "A moon of Mars")))


@pytest.mark.parametrize(
    ("said", "right", "explanation"),
    [
        ("B", "Saturn", ""),
        ("(b)", "Saturn", ""),
        ("b) Saturn", "Saturn", ""),
        ("B. Saturn, for its rings.", "Saturn", "for its rings."),
        ("B because it has rings", "Saturn", "because it has rings"),
        ("Option B", "Saturn", ""),
        ("It's B", "Saturn", ""),
        ("B is correct", "Saturn", ""),
        ("B is correct, since it has rings.", "Saturn", "since it has rings."),
        ("Both A and C", "Mars A moon of Mars", ""),
        ("The correct answer is (b).", "Saturn", ""),
        ("Die richtige Antwort ist B", "Saturn", ""),
        ("saturn.", "Saturn", ""),
        ("A, C", "Mars A moon of Mars", ""),
        ("A und C", "Mars A moon of Mars", ""),
        ("Mars\nSaturn", "Mars Saturn", ""),
        ("C\n\nIt is small.", "A moon of Mars", "It is small."),
    ],
)
def test_an_answer_names_options(said, right, explanation):
    options, rest = choose(PLANETS, said)
    assert (" ".join(option.text for option in options if option.right), rest) == (right, explanation)


@pytest.mark.parametrize("said", ["A planet with rings", "Venus", "D", "", "Be careful", "a ring"])
def test_an_answer_that_names_no_option_is_not_bent_to_one(said):
    assert choose(PLANETS, said) is None
