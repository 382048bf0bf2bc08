# ruff: noqa: RUF001 - people type signs that look alike
"""Numbers are read by value and names with their signs, however people write them."""

from __future__ import annotations

import pytest

from study.grading import ACCEPT, draft, grade, read_rubric
from study.grading.language.languages import LANGUAGES, language_of
from study.grading.language.numbers import quantities
from study.grading.language.text import Text


def values(text, language="en"):
    tables = language_of(language)
    return [round(one.value, 9) for one in quantities(Text(text, tables), tables)]


def accepts(point, answer, language="en"):
    rubric = read_rubric({"points": [{"the point": point}]}, language=language)
    return grade(rubric, answer).score >= ACCEPT


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("10^4", 10000),
        ("10⁴ pictures", 10000),
        ("10**4", 10000),
        ("about 2 × 10³", 2000),
        ("2x10^3", 2000),
        ("2·10^3", 2000),
        ("10⁻³", 0.001),
        ("1 × 10⁻³", 0.001),
        ("1e-3", 0.001),
        ("1E-3", 0.001),
        ("2.5e3", 2500),
        ("ten to the power of minus three", 0.001),
        ("two to the power of 10", 1024),
        ("2^10", 1024),
        ("12 squared", 144),
        ("½", 0.5),
        ("⅔", 2 / 3),
        ("1½", 1.5),
        ("1 1/2", 1.5),
        ("2 3/4 cups", 2.75),
        ("3/4", 0.75),
        ("two and a half", 2.5),
        ("2 and a half", 2.5),
        ("one and three quarters", 1.75),
        ("two and a half million", 2.5e6),
        ("half a million", 5e5),
        ("half a dozen", 6),
        ("two dozen", 24),
        ("10 000", 10000),
        ("10 000 000", 1e7),
        ("10'000", 10000),
        ("10’000", 10000),
        ("10_000", 10000),
        ("10\u202f500", 10500),
        ("10,000.5", 10000.5),
        ("one hundred and five", 105),
        ("two thousand five hundred", 2500),
        ("ten thousand five hundred and two", 10502),
        ("twenty-five", 25),
        ("minus ten", -10),
        ("minus 10", -10),
        ("negative 0.5", -0.5),
        ("–1", -1),
        ("−1", -1),
        ("it is -1.", -1),
        ("ten below zero", -10),
        ("minus two and a half", -2.5),
        ("1 in 5", 0.2),
        ("20 per cent", 0.2),
        ("-20 %", -0.2),
        ("100 °F", 37.777777778),
        ("0 kelvin", -273.15),
    ],
)
def test_one_number(text, value):
    assert values(text) == [round(value, 9)]


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("5-10", [5, 10]),
        ("5–10", [5, 10]),
        ("ten minus three", [10, 3]),
        ("x minus 1", [1]),
        ("plus or minus 3", [3]),
        ("the negative one", [1]),
        ("sizes 64 128 256", [64, 128, 256]),
        ("18 34 50 101", [18, 34, 50, 101]),
        ("224 224", [224, 224]),
        ("in 2019 300 people", [2019, 300]),
        ("two three", [2, 3]),
        ("1 × 10", [1, 10]),
        ("2, 10^2 and 3", [2, 100, 3]),
        ("step 1: 3/4", [1, 0.75]),
    ],
)
def test_several_numbers_stay_several(text, several):
    assert values(text) == several


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("de", "10.000", 10000),
        ("de", "1.000.000,5", 1000000.5),
        ("de", "1,5", 1.5),
        ("de", "1.5", 1.5),
        ("de", "0.001", 0.001),
        ("de", "12 500", 12500),
        ("de", "zehntausend", 10000),
        ("de", "fünfundzwanzig", 25),
        ("de", "dreißig", 30),
        ("de", "zweieinhalb", 2.5),
        ("de", "anderthalb", 1.5),
        ("de", "zwei Millionen", 2e6),
        ("de", "minus zehn", -10),
        ("de", "10 hoch minus drei", 0.001),
        ("de", "10 Grad unter Null", -10),
        ("de", "1 von 5", 0.2),
        ("fr", "12 500", 12500),
        ("fr", "1,5", 1.5),
        ("fr", "soixante-dix", 70),
        ("fr", "quatre-vingt-dix-neuf", 99),
        ("fr", "vingt et un", 21),
        ("fr", "deux et demi", 2.5),
        ("fr", "moins dix", -10),
        ("fr", "au moins 10", 10),
        ("fr", "10 puissance 4", 10000),
        ("es", "10.000", 10000),
        ("es", "treinta y cinco", 35),
        ("es", "dos y medio", 2.5),
        ("es", "menos diez", -10),
        ("es", "al menos diez", 10),
        ("pt", "trinta e cinco", 35),
        ("pt", "dois e meio", 2.5),
        ("pt", "pelo menos 10", 10),
        ("ja", "10,000人", 10000),
        ("ru", "1,5", 1.5),
    ],
)
def test_each_language_writes_its_numbers(language, text, value):
    assert values(text, language) == [round(value, 9)]


@pytest.mark.parametrize(
    ("point", "right", "wrong"),
    [
        (
            {"number": 100, "unit": "°C"},
            ["100 °C", "100°C", "100 degrees Celsius", "212 °F", "100 degrees"],
            ["100 °F"],
        ),
        ({"number": 10}, ["10", "ten"], ["10^4", "minus 10", "10 000", "10⁻³", "10½"]),
        ({"number": "½"}, ["0.5", "one half", "50%"], ["1½", "two and a half", "1 1/2"]),
        ({"number": "10^-3"}, ["0.001", "1e-3", "1 × 10⁻³"], ["10^3", "10"]),
        ({"number": -1}, ["minus one", "–1", "-1.0"], ["1", "one"]),
        (['"C++"'], ["C++", "it is c++."], ["C", "C#", "C+"]),
        (["C"], ["C", "in c."], ["C++", "C#"]),
        (['"C#"', "F#"], ["C#", "f#"], ["C", "F", "C++"]),
        (["Node.js"], ["Node.js", "node js", "NodeJS", "Node.JS", "on Node.js."], ["Node", "js"]),
        (["np.array"], ["np.array", "use np.array()"], ["array"]),
        (['"14:30"', "14:30"], ["14:30", "at 14:30."], ["14", "30", "15:30"]),
        (["14:30"], ["2:30 pm", "2:30 p.m."], ["2:30", "2:30 am"]),
        (['"=="'], ["==", "you use == here", "`==`"], ["=", "===", "!="]),
        (['"@"'], ["@"], ["#", "at"]),
        ({"formula": "(y - p)^2"}, ["(y - p)²", "(y-p)^2", "(y-p)**2"], ["(y - p)³", "y - p²"]),
        ({"formula": "a^2 + b^2"}, ["a² + b²", "b² + a²"], ["a² - b²"]),
        (["R²"], ["R²", "R^2", "R2"], ["R", "2"]),
        (["random*"], ["at random.It keeps a fifth"], ["It is not random.It keeps a fifth"]),
    ],
)
def test_a_point_takes_what_is_so_and_nothing_else(point, right, wrong):
    assert [answer for answer in right if not accepts(point, answer)] == []
    assert [answer for answer in wrong if accepts(point, answer)] == []


@pytest.mark.parametrize(
    ("language", "point", "right", "wrong"),
    [
        ("ja", "東京", ["東京", "東京です", "首都は東京です。"], ["大阪です", "京東"]),
        ("zh", "北京", ["北京", "是北京。", "首都是北京"], ["上海", "北方的京城"]),
        ("th", "กรุงเทพ", ["กรุงเทพ", "คือกรุงเทพมหานคร"], ["เชียงใหม่"]),
        ("ko", "서울", ["서울", "서울입니다", "수도는 서울이다"], ["부산입니다"]),
        ("hi", "दिल्ली", ["दिल्ली", "राजधानी दिल्ली है"], ["मुंबई"]),
        ("ja", '"GPU"', ["GPUです", "GPUを使う"], ["CPUです"]),
        ("de", "Größe", ["Größe", "Grösse", "die GROESSE"], ["Farbe"]),
        ("de", '"Straße"', ["Straße", "strasse"], ["Gasse"]),
        ("fr", "cœur", ["cœur", "le coeur"], ["corps"]),
        ("fr", "exemple*", ["l'exemple", "d’exemples", "des exemples"], ["règles"]),
    ],
)
def test_scripts_without_spaces_and_letters_for_which_many_write_two(language, point, right, wrong):
    assert [answer for answer in right if not accepts([point], answer, language)] == []
    assert [answer for answer in wrong if accepts([point], answer, language)] == []


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_the_words_of_the_tables_are_written_as_answers_are_read(language):
    tables = {
        *language.stop, *language.negators, *language.breaks, *language.after_not, *language.yes, *language.no,
        *language.numbers, *language.multipliers, *language.fractions, *language.minus, *language.articles,
    }  # fmt: skip
    assert {word for word in tables if "." not in word and Text(word, language).plain != word} == set()


@pytest.mark.parametrize(
    ("reference", "right", "wrong"),
    [
        ("-1", ["-1", "minus one", "–1", "It is -1."], ["1", "one", "not -1", "it lies between 0 and 1"]),
        ("10,000", ["10000", "10 000", "10'000", "ten thousand", "10^4", "about 10,000"], ["10", "1000", "100,000"]),
        ("½", ["0.5", "one half", "50%", "half"], ["1/3", "1½", "two"]),
        ("100 °C", ["100°C", "100 degrees Celsius", "212 °F"], ["100 °F", "100"]),
        ("two and a half", ["2.5", "2 1/2"], ["2", "0.5"]),
        ("C++", ["C++", "c++", "in C++"], ["C", "C#"]),
        ("==", ["=="], ["=", "!=", "==="]),
        ("None", ["None", "none."], ["False", "0"]),
        ("No idea", ["No idea"], ["five"]),
        ("東京", ["東京", "東京です"], ["大阪", "京都", "東"]),
        ("Node.js", ["Node.js", "NodeJS", "node js"], ["js", "JavaScript", "node"]),
        ("validation set", ["validation set", "it is the validation set"], ["set", "the training set", "test set"]),
        ("Marie Curie", ["Marie Curie", "curie, marie"], ["Pierre Curie", "Curie"]),
        ("gradient descent", ["gradient descent"], ["gradient ascent", "descent"]),
        ("x^2 + 1", ["x² + 1", "1 + x**2", "x squared plus 1", "f(x) = x^2+1"], ["x + 1", "x^3 + 1", "x2"]),
        ("w - lr*grad", ["w -= lr*grad", "w - grad * lr"], ["w + lr*grad", "lr*grad - w", "grad - lr*w"]),
        ("E = mc²", ["E=mc^2", "E = mc2", "E = m*c^2", "mc²"], ["E = mc", "E = m + c^2"]),
        ("None", ["It returns None", "None is returned"], ["nothing", "False"]),
    ],
)
def test_a_draft_compares_values_and_names(reference, right, wrong):
    made = draft("What is it?", reference)
    assert [answer for answer in right if grade(made, answer).verdict != "accept"] == []
    assert [answer for answer in wrong if grade(made, answer).verdict == "accept"] == []


@pytest.mark.parametrize(
    ("reference", "asked_about", "wrong"),
    [
        ("w - lr*grad", ["w.data -= w.grad * lr", "take lr times grad away from w"], ["w + lr*grad", "w = grad"]),
        ("validation set", ["validation", "the training set"], ["the model", "a graph"]),
    ],
)
def test_what_is_but_part_of_a_name_or_a_formula_in_words_is_shown_to_a_human(reference, asked_about, wrong):
    made = draft("What is it?", reference)
    assert [answer for answer in asked_about if grade(made, answer).verdict != "needs_review"] == []
    assert [answer for answer in wrong if grade(made, answer).verdict != "refuse"] == []


def test_words_of_the_question_are_no_part_of_a_name():
    made = draft("Which set is held back?", "The validation set")
    assert grade(made, "validation").verdict == "accept"


def test_a_value_among_others_is_shown_to_a_human():
    assert grade(draft("How many?", "10,000"), "1000, 10000 or 100000").verdict == "needs_review"


@pytest.mark.parametrize("answer", ["None", "none", '"None"', "It returns None"])
def test_a_denying_word_may_be_the_answer(answer):
    rubric = read_rubric({"points": [{"the point": ['"None"']}]}, question="What does it return?", reference="None")
    assert grade(rubric, answer).verdict == "accept"
    other = read_rubric({"points": [{"the point": ["zero"]}]}, question="What does it return?", reference="zero")
    assert grade(other, answer).score == 0


@pytest.mark.parametrize(
    ("language", "point", "right", "wrong"),
    [
        (
            "de",
            "misch*",
            ["Es mischt die Daten.", "Es mischt nicht nur, es sortiert auch", "Es sortiert nicht, es mischt"],
            ["Es mischt die Daten nicht.", "Es mischt nicht.", "Es mischt keine Daten.", "Es mischt nie"],
        ),
        (
            "de",
            "lernt",
            ["Es lernt nicht aus Regeln, sondern aus Beispielen", "Es lernt ohne Regeln", "Es lernt, keine Regeln"],
            ["Es lernt nicht", "Es lernt nichts"],
        ),
        (
            "fr",
            "mélange*",
            ["Il mélange les données", "Il trie pas, il mélange", "Il mélange pas seulement les données"],
            ["Il ne mélange pas", "Il mélange pas les données", "Il n'a jamais mélangé", "Il mélange rien"],
        ),
        ("es", "mezcla*", ["Mezcla los datos"], ["No mezcla los datos", "Nunca mezcla"]),
    ],
)
def test_a_denial_after_the_verb_denies_it(language, point, right, wrong):
    assert [answer for answer in right if not accepts([point], answer, language)] == []
    assert [answer for answer in wrong if accepts([point], answer, language)] == []


@pytest.mark.parametrize(
    ("phrase", "right", "wrong"),
    [
        ("used to", ["it is used to bake", "used to"], ["it is used for bread", "used"]),
        ("own data", ["our own data", "own training data"], ["data", "the data"]),
        ("how many", ["it tells how many"], ["many"]),
        ("the loss", ["loss", "a loss"], ["the gain"]),
        ("is random", ["random"], ["is sorted"]),
    ],
)
def test_a_phrase_keeps_its_small_words_where_else_one_word_would_be_left(phrase, right, wrong):
    assert [answer for answer in right if not accepts([phrase], answer)] == []
    assert [answer for answer in wrong if accepts([phrase], answer)] == []


def test_a_stray_word_earns_no_whole_question():
    points = [{"trained before": ["pretrain*", "weights"]}, {"on other data": ["other data", "weights"]}]
    rubric = read_rubric({"points": points})
    assert grade(rubric, "the weights of the fruit are measured in grams").score == 0.5
    assert grade(rubric, "pretrained weights from other data").score == 1


def test_the_reference_itself_always_passes():
    rubric = read_rubric({"points": [{"the point": ["banana"]}]}, question="?", reference="No, none of  these.")
    assert grade(rubric, "no, none of these.").verdict == "accept"
    assert grade(rubric, "none of these").verdict != "accept"


@pytest.mark.parametrize(
    ("written", "yes", "no"),
    [
        ("100%", ["100%", "100 percent", "a hundred per cent"], ["one of them", "1"]),
        ("1", ["one of them", "1.0"], ["100%", "100 percent"]),
        ("20%", ["a fifth", "0.2", "20 per cent"], ["20"]),
        ("0", ["zero", "0%"], ["1"]),
        ({"number": 95, "within": 5, "unit": "%"}, ["100%", "0.92", "95 percent"], ["95", "9"]),
        ({"number": 2}, ["two"], ["200%"]),
    ],
)
def test_a_whole_number_of_percent_is_no_whole_number(written, yes, no):
    made = read_rubric({"points": [{"it": written if isinstance(written, dict) else [written]}]})
    assert [answer for answer in yes if grade(made, answer).score < 1] == []
    assert [answer for answer in no if grade(made, answer).score > 0] == []
