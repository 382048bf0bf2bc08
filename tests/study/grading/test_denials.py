"""Answers that deny what they say, or say it both ways, as a learner may put it."""

from __future__ import annotations

import pytest

from study.grading import grade, read_rubric

CARD = "a graphics card does many small sums at once and trains networks fast"


def score(answer, *points, question="What is a GPU, and what is it good for?", reference=CARD):
    points = points or ({"card": ["graphics card"]},)
    return grade(read_rubric({"points": list(points)}, question=question, reference=reference), answer).score


@pytest.mark.parametrize(
    "denial",
    [
        "It is not.",
        "They aren't.",
        "None of these is.",
        "Not one of these is true.",
        "None of it is anything a GPU would be good for.",
        "Neither of these has anything to do with a GPU.",
        "This is not what happens.",
        "That isn't what a GPU means.",
        "No, such things are not a GPU.",
    ],
)
def test_a_sentence_may_deny_all_that_stands_before_it(denial):
    assert score(CARD) == 1
    assert score(f"Many think: {CARD}. {denial}") == 0


@pytest.mark.parametrize(
    "answer",
    [
        "A graphics card with many small cores is not what it is.",
        "A graphics card for quick sums is the last thing a GPU is.",
        "Graphics cards with many small cores are never what a GPU means, nor are memory chips.",
        "A card, or graphics card with small cores, so that's not a GPU.",
    ],
)
def test_a_predicate_that_says_nothing_new_denies_its_sentence(answer):
    assert score(answer) == 0


@pytest.mark.parametrize(
    "rest",
    [
        "It is not only for games.",
        "It is not always needed.",
        "It is not a CPU.",
        "None of the sums is hard.",
        "They never wait for one another.",
        "That's not enough for a whole course, though.",
        "What it does first is the last thing I understood.",
    ],
)
def test_a_sentence_that_says_something_else_denies_nothing(rest):
    assert score(f"It's a graphics card with lots of little cores. {rest}") == 1


@pytest.mark.parametrize(
    ("answer", "earned"),
    [
        ("a graphics card does not do sums at all", 0),
        ("Here a graphics card isn't used.", 0),
        ("A graphics card was never tried for it.", 0),
        ("a graphics card, which isn't a CPU", 1),
        ("a graphics card for sums you would not do by hand", 1),
        ("a graphics card isn't only for games", 1),
        ("a CPU is slow and a graphics card isn't", 1),
        ("a graphics card does sums, a CPU does not", 1),
    ],
)
def test_a_not_at_the_verb_denies_what_its_clause_speaks_of(answer, earned):
    assert score(answer) == earned


def test_where_the_answer_is_a_denial_a_not_denies_nothing():
    points = ({"rules": ["rules"]},)
    assert score("rules don't work", *points, reference="Nobody can write the rules.") == 1
    assert score("rules don't work", *points, reference="One writes the rules.") == 0


def test_a_case_that_something_is_not_goes_on_over_its_and():
    points = {"train": ["knows the training data"]}, {"new": ["poor on new data"]}
    assert score("when it knows the training data and is poor on new data", *points) == 1
    assert score("it isn't when it knows the training data and is poor on new data", *points) == 0


@pytest.mark.parametrize(
    "answer",
    [
        "A graphics card can do either: draw, or do many sums.",
        "A graphics card does all sums at once, no waiting needed.",
        "a graphics card, the other way round from a CPU it does many things at a time",
        "every graphics card has small cores and no large one",
    ],
)
def test_opposites_of_different_things_go_together(answer):
    assert score(answer) == 1


def test_what_is_done_to_one_thing_but_another_is_done():
    points = ({"pixels": ["label near pixel"]},)
    reference = "Each pixel gets a label."
    assert score("not labelling the whole picture but each pixel of it", *points, reference=reference) == 1
    assert score("not labelling each pixel but the whole picture", *points, reference=reference) == 0
    assert score("not labelling but drawing each pixel", *points, reference=reference) == 0


def test_pairs_joined_both_ways_are_joined_in_neither():
    sides = {"goes with": {"pair": {"metric": ["people"], "loss": ["optimi*"]}}}
    assert score("the metric is for people and the loss for the optimizer", sides) == 1
    other = "the metric is for the optimizer and the loss for people"
    assert score(f"the metric is for people and the loss for the optimizer, or {other}", sides) == 0


@pytest.mark.parametrize(
    "answer",
    [
        "Wrong: {}.",
        "Myth: {}.",
        "The opposite of this: {}.",
        "The following is untrue. {}.",
        "Forget the idea that {}.",
        "It doesn't mean that {}.",
        "It has nothing to do with this: {}.",
        "Never say {}.",
        "{}? No.",
        "{} - NOT",
        "{}... just kidding, it's the opposite.",
        "{}. Scratch that.",
        "{}, which couldn't be further from the truth.",
        "{}. It's the other way round.",
        "{}, but that is false, it is memory.",
        "{}. Don't believe it.",
        "{} and at the same time it doesn't.",
        "Sometimes {} and sometimes exactly the opposite.",
        "{}. You could say it's true and it's false.",
    ],
)
def test_an_aside_that_rejects_the_answer_is_believed(answer):
    assert score(answer.format("a graphics card for many small sums")) <= 0.3


@pytest.mark.parametrize(
    "answer",
    [
        "I could be wrong, but {}.",
        "Correct me if I'm wrong: {}.",
        "No doubt {}.",
        "No idea if it's right, but {}.",
        "Sorry, wrong thread. {}.",
        "{}, isn't it?",
        "{}. I don't like it though.",
        "At first I did not get it, but {}.",
        "Contrary to popular belief, {}.",
        "Not what people think: {}.",
        "{}. I thought the opposite before.",
        "{}. My first answer was wrong.",
        "{}. Many people get this wrong.",
        "{} isnt it?",
        "{}, isnt it",
        "{}, or am I wrong?",
        "{}. I'm not sure that's right.",
        "{}. Not the other way round!",
        "{}. It's not wrong to say that.",
        "{}. Nothing more.",
        "{}. No joke.",
        "{}. I hope that's not nonsense.",
        "{}. People say it's hard, but it isn't.",
        "{}. Never thought about it before.",
        "it draws each point with {}, being nonsense in between",
        "it has {}, and a loss: how wrong are we",
    ],
)
def test_doubts_and_small_talk_reject_nothing(answer):
    assert score(answer.format("a graphics card for many small sums")) == 1


def test_a_no_that_answers_is_no_aside():
    points = {"not always": {"says": "no"}}, {"new": ["like the new data"]}
    ask = "Is a random sample always a good validation set?"
    for answer in ("Not always: it must be like the new data.", "It must be like the new data. So no."):
        assert score(answer, *points, question=ask, reference="Not always. It must be like the new data.") == 1


def test_the_words_that_take_an_answer_back_are_shown():
    made = read_rubric({"points": [{"card": ["graphics card"]}]}, question="What is a GPU?", reference=CARD)
    for answer, words in (
        ("A graphics card. Scratch that.", ("scratch", "that")),
        ("Wrong: a graphics card", ("wrong",)),
        ("It is a myth that a GPU is a graphics card", ("it", "is", "a", "myth", "that")),
    ):
        assert next(one.words for one in grade(made, answer).against if one.kind == "negated") == words


@pytest.mark.parametrize(
    ("answer", "earned"),
    [
        ("if the shapes don't match, the smaller tensor is stretched", 1),
        ("if shapes dont match pytorch virtually stretches the smaller tensor", 1),
        ("stretching the smaller tensor, otherwise you couldn't add them", 1),
        ("you would never be able to add them if the smaller tensor were not stretched", 1),
        ("don't forget that the smaller tensor is stretched", 1),
        ("if you add them it does not stretch the smaller tensor", 0),
        ("it does not stretch the smaller tensor, if you add them", 0),
        ("it never stretches a tensor, if shapes differ it is an error", 0),
    ],
)
def test_what_is_but_supposed_is_not_denied(answer, earned):
    stretched = {"the smaller tensor is stretched": ["stretch*"]}
    reference = "The smaller tensor is stretched so that both have one shape."
    assert score(answer, stretched, question="What is broadcasting?", reference=reference) == earned


@pytest.mark.parametrize(
    ("answer", "earned"),
    [
        ("a graphics card has small cores that a plain processor doesn't have", 1),
        ("sums go to the graphics card, to the processor those that are not", 1),
        ("at first the graphics card has no say, later it trains networks", 1),
        ("a graphics card with many small cores, they say, is what a GPU is not", 0),
    ],
)
def test_a_not_that_says_which_thing_is_meant_denies_nothing_else(answer, earned):
    assert score(answer) == earned


def test_a_phrase_that_denies_is_met_in_what_is_but_supposed():
    no_spike = {"it is no lucky outlier": ["no spike*"]}
    reference = "Fine where the plot has no spike."
    assert score("if the plot has no spikes", no_spike, question="When?", reference=reference) == 1
    assert score("if the plot has spikes", no_spike, question="When?", reference=reference) == 0


@pytest.mark.parametrize(
    ("answer", "earned"),
    [
        ("not enough memory, many small cores", 1),
        ("Not much memory and many small cores.", 1),
        ("never enough memory, many small cores", 1),
        ("no cache, many small cores", 1),
        ("Not many small cores", 0),
        ("Not that it has many small cores, as people say", 0),
    ],
)
def test_a_not_that_opens_a_list_or_tells_of_too_little_takes_nothing_back(answer, earned):
    assert score(answer, {"cores": ["small core*"]}) == earned


@pytest.mark.parametrize(
    "answer",
    [
        "many cores: yes, lucky guesses: no",
        "Many cores? Yes. Lucky guesses? No.",
        "many cores - yes; lucky guesses - no",
        "lucky guesses no, many cores yes",
        "many cores (yes), lucky guesses (no)",
    ],
)
def test_where_each_thing_has_its_own_yes_or_no_a_no_is_said_of_one(answer):
    points = {"cores": ["many core*"]}, {"no guesses": ["no guess*"]}
    ask = "Which of these does it have: lucky guesses, many cores?"
    assert score(answer, *points, question=ask, reference="Many cores, but no lucky guesses.") == 1
    turned = answer.lower().replace("yes", "\0").replace("no", "yes").replace("\0", "no")
    assert score(turned, *points, question=ask, reference="Many cores, but no lucky guesses.") == 0


@pytest.mark.parametrize(
    ("verdicts", "earned"), [(("no", "no", "yes"), 1), (("yes", "no", "no"), 0), (("no", "yes", "no"), 0)]
)
@pytest.mark.parametrize("line", ["{}: {}; {}: {}; {}: {}", "{}: {}, {}: {}, {}: {}", "{} - {}. {} - {}. {} - {}."])
@pytest.mark.parametrize("names", [("first", "second", "third"), ("a", "b", "c"), ("cores", "guesses", "cards")])
def test_a_no_to_the_first_thing_of_several_rejects_nothing_after_it(names, line, verdicts, earned):
    said = line.format(*(word for pair in zip(names, verdicts, strict=True) for word in pair))
    asked = "Which of these many cores is a graphics card?"
    assert score(said, {"last": [f'"{names[2]}"']}, question=asked, reference=names[2]) == earned


def test_a_no_to_the_other_things_does_not_turn_the_reference_round():
    asked = "Which of these is a graphics card?"
    assert score("a: yes; b: no; c: no", {"a": ['"a"']}, question=asked, reference="a") == 1


def test_that_a_claim_is_not_right_still_rejects_it():
    assert score("That's not right: a graphics card. The next one is right") < 1


@pytest.mark.parametrize(
    ("answer", "earned"),
    [
        ("its order is not (really) random", 0),
        ("its order is not (as many people think) random", 0),
        ("it works without (any) random order", 0),
        ("its order isn't (strictly) random", 0),
        ("the order is not needed (it sorts them) but random", 1),
        ("fixed? no (random)", 1),
        ("No (I would say, in a random order)", 1),
    ],
)
def test_a_bracket_after_a_not_does_not_end_it(answer, earned):
    assert score(answer, {"random": ["random"]}, question="Which order?", reference="It is random.") == earned


@pytest.mark.parametrize(
    "answer",
    [
        "in no time it does many sums",
        "no fewer than a thousand and many sums",
        "it is nothing but many sums",
        "none other than many sums",
        "without doubt many sums",
        "no surprise many sums",
        "it is quick, not least at many sums",
    ],
)
def test_words_that_only_look_like_a_denial_deny_nothing(answer):
    assert score(answer, {"sums": ["many sum*"]}) == 1


@pytest.mark.parametrize("answer", ["Not needed, the library does it", "not necessary: the library does it"])
def test_not_needed_is_a_no_where_a_no_is_right(answer):
    asked = {"question": "Must we work out gradients by hand?", "reference": "No; the library does it."}
    assert score(answer, {"the library does": ["library"]}, **asked) == 1
    assert score(answer, {"the library does": ["library"]}, **asked | {"reference": "Yes, with a library."}) == 0


def test_small_words_side_by_side_may_hold_a_not():
    points = ({"compared": ["with and without"]}, {"buyers": ["buyers"]})
    assert score("the buyers with and without the tip", *points) == 1
    assert score("the buyers with the tip", *points) < 1


@pytest.mark.parametrize("answer", ["it has no time for many sums", "no other card does many sums", "it does no sums"])
def test_the_same_words_deny_where_they_do(answer):
    assert score(answer, {"sums": ["many sum*", "sums"]}) == 0


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("it takes input values", True),
        ("it takes the values of the input", True),
        ("for its values, input follows", False),
        ("it has values input", False),
    ],
)
def test_a_misconception_of_two_words_is_not_met_by_words_that_only_touch(answer, found):
    made = read_rubric({"points": [{"range": ["range"]}], "wrong": [{"inputs": ["input values"]}]})
    assert [one.kind for one in grade(made, answer).against] == ["misconception"] * found


@pytest.mark.parametrize(
    ("language", "answer", "said"),
    [
        ("de", "Gruppen (ohne Labels) und Muster", True),
        ("de", "Gruppen ohne Labels und Muster", False),
        ("de", "Gruppen (nicht beschriftet) und Muster", True),
        ("en", "groups (no labels) and patterns", True),
        ("en", "groups (without labels, or names) and patterns", True),
        ("en", "groups without labels and patterns", False),
    ],
)
def test_a_not_in_brackets_ends_with_them(language, answer, said):
    made = read_rubric({"points": [{"it": ["Muster", "pattern*"]}]}, language=language)
    assert (grade(made, answer).score == 1) is said
