"""The same engine in other languages: an item in each, with endings, negation, numbers and accents."""

from __future__ import annotations

import pytest

from study.grading import draft, grade, read_rubric
from study.grading.language.languages import LANGUAGES

ITEMS = {
    "en": (
        {"points": [{"at random": ["random*"]}, {"a fifth": ["20%"]}, {"not labeled": ["not labeled"]}]},
        "The sets are chosen randomly: one fifth of the pictures, which have no labels.",
        "a random fifth, without labels",
        "never random; 30 percent, labeled",
    ),
    "de": (
        {"points": [{"Beispiele": ["Beispiele"]}, {"ein Fünftel": ["20%"]}, {"ohne Regeln": ["nicht Regeln"]}]},
        "Das Modell lernt aus Beispielen, ein Fünftel bleibt beiseite, und niemand schreibt Regeln.",
        "aus dem Beispiel lernen, keine Regeln, 20 Prozent",
        "kein Beispiel, sondern Regeln",
    ),
    "es": (
        {"points": [{"ejemplos": ["ejemplos"]}, {"un quinto": ["20%"]}, {"sin reglas": ["no reglas"]}]},
        "El modelo aprende de ejemplos, sin reglas escritas, y guarda un quinto de los datos.",
        "aprende con un ejemplo, no hay reglas, 20 por ciento",
        "no usa ejemplos, usa reglas",
    ),
    "fr": (
        {"points": [{"exemples": ["exemples"]}, {"un cinquième": ["20%"]}, {"sans règles": ["pas règles"]}]},
        "Le modèle apprend par des exemples, sans règles, et garde un cinquième des données.",
        "il apprend d'un exemple, on n'écrit pas de regles, 20 pour cent",
        "il n'y a pas d'exemples mais des règles",
    ),
    "pt": (
        {"points": [{"exemplos": ["exemplos"]}, {"um quinto": ["20%"]}, {"sem regras": ["não regras"]}]},
        "O modelo aprende com exemplos, sem regras, e guarda um quinto dos dados.",
        "aprende com um exemplo, não há regras, 20 por cento",
        "não usa exemplos, usa regras",
    ),
}  # fmt: skip


def test_every_file_of_tables_is_a_language_and_has_an_item_here():
    assert sorted(LANGUAGES) == sorted(ITEMS)
    assert {tag: language.tag for tag, language in LANGUAGES.items()} == {tag: tag for tag in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
def test_the_words_of_a_language_are_where_they_are_looked_for(language):
    assert language.noun_negators | language.second_negators | language.nobody <= language.negators
    assert language.meaningful | language.glue <= language.stop
    assert not language.yes & language.no and not language.negators & language.after_not


@pytest.mark.parametrize("language", sorted(ITEMS))
def test_an_item_in_each_language(language):
    data, reference, right, wrong = ITEMS[language]
    rubric = read_rubric(data, language=language, reference=reference)
    missed = [one.name for one in grade(rubric, reference).results if not one.hit]
    assert missed == []
    assert [one.name for one in grade(rubric, right).results if not one.hit] == []
    assert grade(rubric, wrong).score == 0


@pytest.mark.parametrize("language", sorted(ITEMS))
def test_a_draft_in_each_language(language):
    _, reference, right, _ = ITEMS[language]
    made = draft("?", reference, language=language)
    assert grade(made, reference).score == 1
    assert 0.2 < grade(made, right).score < 1
    assert grade(made, "xyz").score == 0


@pytest.mark.parametrize(
    ("language", "answer"),
    [("de", "Ich weiß nicht"), ("es", "no sé"), ("fr", "je ne sais pas"), ("pt", "não sei"), ("de-CH", "keine Ahnung")],
)
def test_a_shrug_earns_nothing_in_any_language(language, answer):
    assert grade(draft("?", "weiß sé sais sei Ahnung", language=language), answer).score == 0


def test_a_language_without_tables_is_matched_word_by_word():
    rubric = read_rubric({"points": [{"set": ["проверочный набор"]}]}, language="ru")
    assert grade(rubric, "это Проверочный набор").score == 1
    assert grade(rubric, "это набор").score == 0
