"""Flash cards: tags, one line for question and answer, gaps to fill; and what else stands in notes made for them."""

# ruff: noqa: RUF001 - signs as people type them

import pytest

from tests.study.notes.forms import Forms, q

FORMS = Forms()
form = FORMS.add

form(
    "tags on headings, with anchors",
    """
    # Rivers

    ## What is a delta? #card

    Where a river forks before the sea.

    ## Ford #flashcard

    A place to wade through.

    ## What is a weir? Name one. #water {#weir}

    A low dam.
    """,
    q(1, "What is a delta?", "Where a river forks before the sea."),
    q(2, "Ford", "A place to wade through."),
    q(3, "What is a weir? Name one.", "A low dam."),
)
form(
    "a line for each card",
    """
    # Knots

    What makes a loop? :: a bowline
    What joins two ropes? :: a sheet bend
    What stops the end from slipping? :: a figure of eight
    """,
    q(1, "What makes a loop?", "a bowline"),
    q(2, "What joins two ropes?", "a sheet bend"),
    q(3, "What stops the end from slipping?", "a figure of eight"),
)
form(
    "cards by other signs",
    """
    # Knots

    What makes a loop?;;a bowline

    Splice ;; two ropes woven into one

    What stops the end from slipping? >> a figure of eight
    """,
    q(1, "What makes a loop?", "a bowline"),
    q(2, "Splice", "two ropes woven into one"),
    q(3, "What stops the end from slipping?", "a figure of eight"),
)
form(
    "colons within an answer",
    """
    # Sorting

    What sorts a vector?

    Call std::sort with both ends.

    It takes std::less by itself.
    """,
    q(1, "What sorts a vector?", "Call std::sort with both ends.\n\nIt takes std::less by itself."),
)
form(
    "gaps",
    """
    - What is a lagoon? #card
    \t- {{cloze Shallow water behind a bank}}
    - The {{cloze heron}} stands in it. #card
    - It is ==salt== water, mostly. #card

    The tide turns {{c1::twice}} a {{c2::day::how long?}}.
    """,
    q(1, "What is a lagoon?", "Shallow water behind a bank"),
    q(2, "The ____ stands in it.", "heron"),
    q(3, "It is ____ water, mostly.", "salt"),
    q(4, "The tide turns ____ a ____.", "twice; day"),
)
form(
    "lines broken within a table's cell",
    """
    | Question | Answer |
    | --- | --- |
    | What are the primary colours? | red<br>yellow<br/>blue |
    | What is H<sub>2</sub>O in m<sup>3</sup>? | a lot of water<sup>(c)</sup> |
    """,
    q(1, "What are the primary colours?", "red\nyellow\nblue"),
    q(2, "What is H₂O in m³?", "a lot of water^(c)"),
)
form(
    "folded answers with lists, the questions in their summaries",
    """
    ### Sailing

    <details>
    <summary>What is a jib?</summary>

    The sail at the front.
    </details>

    <details>
    <summary>Describe how to tack</summary>

    Three steps:

    1. Warn the crew
    2. Turn into the wind
    3. Change sides
    </details>
    """,
    q(1, "What is a jib?", "The sail at the front."),
    q(2, "Describe how to tack", "Three steps:\nWarn the crew\nTurn into the wind\nChange sides"),
)
form(
    "headings within an answer, whatever they are called",
    """
    ## What is a keel?

    The spine of a boat.

    ### Takeaways

    It keeps her upright.

    ### References

    Any book on boats.

    ## What is a hull?

    All of her body.
    """,
    q(
        1,
        "What is a keel?",
        "The spine of a boat.\n\nTakeaways\n\nIt keeps her upright.\n\nReferences\n\nAny book on boats.",
    ),
    q(2, "What is a hull?", "All of her body."),
)
form(
    "answers of signs alone",
    """
    Q: Which sign divides?
    A: ÷

    Q: How do you feel?
    A: 🙂👍

    Q: And the arrow?
    A: →

    Q: Nothing yet?
    A: ...
    """,
    q(1, "Which sign divides?", "÷"),
    q(2, "How do you feel?", "🙂👍"),
    q(3, "And the arrow?", "→"),
    q(4, "Nothing yet?", ""),
)
form(
    "Arabic",
    """
    س: ما هي العاصمة؟
    ج: القاهرة

    سؤال 2: ما هو النهر؟
    الجواب: النيل
    """,
    q(1, "ما هي العاصمة؟", "القاهرة"),
    q(2, "ما هو النهر؟", "النيل"),
)
form(
    "Russian, Japanese and Korean",
    """
    Вопрос 1: Что такое лодка?
    Ответ: Малое судно.

    質問2：船とは？
    答え：水に浮くもの。

    질문 3: 배란?
    답: 물에 뜨는 것
    """,
    q(1, "Что такое лодка?", "Малое судно."),
    q(2, "船とは？", "水に浮くもの。"),
    q(3, "배란?", "물에 뜨는 것"),
)
form(
    "callouts of any name",
    """
    > [!question] What is a mast?
    > > [!success]- Show
    > > A pole for the sails.

    ## What is a boom?

    > [!tip]- Answer
    > A pole at the foot of a sail.
    """,
    q(1, "What is a mast?", "A pole for the sails."),
    q(2, "What is a boom?", "A pole at the foot of a sail."),
)
form(
    "links back to the top",
    """
    ### What is a buoy?

    A mark that floats.

    **[⬆ Back to Top](#contents)**

    ### What is a pier?

    A bridge into the sea.

    **[⬆ Back to Top](#contents)**
    """,
    q(1, "What is a buoy?", "A mark that floats."),
    q(2, "What is a pier?", "A bridge into the sea."),
)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read(name):
    FORMS.check(name)
