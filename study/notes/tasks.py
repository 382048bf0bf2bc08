"""Answers that only say that whoever reads shall do it: “To be done by the reader.” Nothing in them can be graded."""

from __future__ import annotations

import re

_TO_DO = {
    "en": "a thing to do; there is no answer in words to mark",
    "de": "etwas zum Tun; es gibt keine Antwort in Worten zu bewerten",
}


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Each line is of one language: English, German, French, Spanish, Portuguese, Italian.
_WHO = _words(
    """reader readers student students learner learners you yourself yourselves own everyone
    leser lesern leserin leserinnen lernende lernenden dir dich selbst selber eigene eigenen
    lecteur lecteurs lectrice étudiant étudiants vous toi même
    lector lectora lectores estudiante estudiantes ti mismo usted
    leitor leitora leitores você mesmo
    lettore lettori lettrice studente studenti"""
)
_DOES = _words(
    """left leave do done try tried attempt complete completed work worked explore run practise practised
    überlassen machen mach tun erledigen ausprobieren ausprobiere probieren probiere probier versuchen versuche
    bearbeiten lösen üben
    laissé laissée faire fais faites essayer essaie essayez compléter
    dejado deja hacer haz hágalo hecho completar realizar inténtalo intenta
    deixado fazer faça feito tente realizado
    lasciato lasciata fare svolgere provare prova"""
)
_TASK = _words(
    """exercise exercises homework assignment activity task practice practical hands
    übung übungen übungsaufgabe aufgabe hausaufgabe
    exercice exercices devoir
    ejercicio ejercicios tarea
    exercício exercícios tarefa
    esercizio esercizi"""
)
_BETWEEN = _words(
    """to be by the a an is are as for it this that these on in out through your please must should at home
    vom von dem der den die das ist wird als für zu zum zur es dies bitte im am
    à au en le la les un une par pour comme est il ce c l
    al el los por para como es se lo
    o ao os pelo pela é
    dal dalla dai lo gli per come è"""
)
_MOST_WORDS = 14
_WORD = re.compile(r"[^\W\d_]+")


def left_to_reader(question: str, answer: str) -> bool:
    """Whether an answer does no more than tell whoever reads to do it.

    It names two of three, who, a doing and a task, and nothing besides. A question for what letters stand for may be
    answered so: “Do it yourself” is what DIY means.
    """
    words = _WORD.findall(answer.casefold())
    if len(words) > _MOST_WORDS or any(sign.isdigit() for sign in answer):
        return False
    if not _BETWEEN.union(_WHO, _DOES, _TASK).issuperset(words):
        return False
    initials = "".join(word[0] for word in words)
    named = sum(not group.isdisjoint(words) for group in (_WHO, _DOES, _TASK))
    return named > 1 and initials not in _WORD.findall(question.casefold())


def to_do(language: str) -> str:
    """Why such a question is a task, in a course's language, or in English."""
    return _TO_DO.get(language, _TO_DO["en"])
