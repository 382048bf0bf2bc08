"""Which language a text is in: of notes a proposal, of answers only what is clear."""

# ruff: noqa: RUF001 - letters of other scripts are meant

from __future__ import annotations

import pytest

from study.grading.language.guess import likely_language, other_language
from study.grading.language.languages import LANGUAGES
from study.texts import language_name

TEXTS = {
    "en": "What is a network? It is a number of layers that learn from examples, and none of them was written by hand.",
    "de": "Was ist ein Netz? Viele Schichten, die aus Beispielen lernen, und keine davon hat jemand von Hand gemacht.",
    "fr": "Qu'est-ce qu'un réseau ? Des couches qui apprennent par des exemples, et que personne n'a faites à la main.",
    "es": "¿Qué es una red? Son capas que aprenden de los ejemplos, y nadie las ha escrito a mano para el modelo.",
    "pt": "O que é uma rede? São camadas que aprendem com exemplos, e ninguém as escreveu à mão para o modelo.",
    "it": "Che cos'è una rete? Sono strati che imparano dagli esempi, e nessuno li ha scritti a mano per il modello.",
    "nl": "Wat is een netwerk? Het zijn lagen die van voorbeelden leren, en niemand heeft ze met de hand gemaakt.",
    "zh": "什么是神经网络？由很多层组成，从例子中学习。",
    "ja": "ニューラルネットワークとは何ですか。例から学ぶ層です。",
    "ko": "신경망이란 무엇인가요? 예제에서 배우는 층입니다.",
    "ru": "Что такое нейронная сеть? Это слои, которые учатся на примерах.",
}
SHORT = {
    "de": "die Schichten lernen aus den Beispielen",
    "fr": "les couches apprennent avec des exemples",
    "es": "las capas aprenden de los ejemplos",
    "pt": "as camadas aprendem com os exemplos",
    "it": "gli strati imparano dagli esempi che sono dati",
    "nl": "de lagen leren van het voorbeeld dat er is",
}


@pytest.mark.parametrize(("tag", "text"), TEXTS.items(), ids=TEXTS)
def test_a_note_is_in_the_language_it_is_written_in(tag, text):
    assert likely_language(text) == tag
    assert language_name(tag) != tag


@pytest.mark.parametrize("text", ["", "42", "x = y", "Loss? Entropy.", "print('hello')"])
def test_where_nothing_speaks_for_another_it_is_english(text):
    assert likely_language(text) == "en"


@pytest.mark.parametrize("own", ["en", "de", "fr", "es", "pt", "pt-BR"])
@pytest.mark.parametrize(("tag", "text"), SHORT.items(), ids=SHORT)
def test_an_answer_in_another_language_is_told(own, tag, text):
    assert other_language(text, own) == (None if own[:2] == tag else tag)


@pytest.mark.parametrize("own", LANGUAGES)
@pytest.mark.parametrize(
    "answer",
    [
        "y = n * x + e",
        "dy/dx = u * du/dx + n",
        "y en = de * la + du",
        "w_n = w - lr * d_e / d_w, y = f(n)",
        "die die die die die",
        "P(un | la) = P(la | un) * P(un) / P(la)",
        "int n = 0; for (e in es) { y += e; } return y, n",
        "x y z n e o a u",
        "les <= des <= une <= las",
        "el[i] = los[i] + una[i] - del[j]",
    ],
)
def test_formulas_and_code_are_in_no_language(own, answer):
    assert other_language(answer, own) is None


@pytest.mark.parametrize(
    "answer",
    [
        "a van with a man in it",
        "the die is cast, and the man hat no war",
        "de facto and en route, via una",
        "Los Angeles, El Paso",
    ],
)
def test_an_english_answer_with_foreign_words_is_english(answer):
    assert other_language(answer, "en") is None


def test_an_answer_in_other_letters_is_in_another_language_whichever():
    assert other_language("не знаю, какие слои", "en") == ""
    assert other_language("λ = α + β", "en") is None
    assert other_language("layers that learn", "ru") is None


def test_it_is_quick_whatever_the_text():
    """Each sign of a text is read a few times, not once for each other: a hundred times the text is no thousandfold."""
    for piece in ("a", " ", "a ", "=", "a=", "(", "a(", "\u00e9"):
        assert other_language(piece * 4000, "en") in (None, "") and likely_language(piece * 100_000)
