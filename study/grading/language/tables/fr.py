"""French."""

from __future__ import annotations

import re

from study.grading.language.language import Language, phrase_set, word_set

_TO_TWENTY = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
    "vingt",
]
_SPELLED = (
    {word: value for value, word in enumerate(_TO_TWENTY)}
    | {"une": 1, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70, "nonante": 90}
    | {f"soixante-{word}": 60 + value for value, word in enumerate(_TO_TWENTY[:20]) if value >= 10}
    | {f"quatre-vingt-{word}": 80 + value for value, word in enumerate(_TO_TWENTY[:20]) if value}
    | {"soixante-et-onze": 71, "quatre-vingt": 80, "quatre-vingts": 80}
)
_NUMBERS = {word: value for word, value in _SPELLED.items() if "-" not in word}
_NUMBER_PHRASES = {tuple(word.split("-")): value for word, value in _SPELLED.items() if "-" in word}

LANGUAGE = Language(
    tag="fr",
    name="French",
    stemmer="french",
    stop=word_set(
        "le la les l un une des du de d et ou mais à a au aux en dans par pour sur sous avec sans entre comme que qui "
        "quoi dont où ce cet cette ces se s son sa ses leur leurs il elle ils elles on nous vous je tu est sont était "
        "être été a ont avoir peut peuvent plus très aussi si parce quand ne n pas c j m t qu jusqu lorsqu puisqu "
        "quoiqu y etc"
    ),
    negators=word_set("ne n pas jamais sans aucun aucune rien personne ni"),
    breaks=word_set("mais cependant pourtant car parce tandis alors donc plutôt"),
    verb_negators=word_set("pas jamais rien aucun aucune personne"),
    before_verb_negators=1,
    contrast=word_set("mais"),
    after_not=word_set("seulement uniquement simplement toujours nécessairement"),
    supposing=word_set("si sinon"),
    yes=word_set("oui vrai correct exact"),
    no=word_set("non faux incorrect pas jamais"),
    giving_up=(
        "sais pas", "ne sais pas", "sais rien", "ne sais rien", "n'en sais rien", "aucune idée", "pas idée",
        "pas d'idée", "pas la moindre idée", "jamais entendu parler", "jamais entendu", "pas de réponse", "passe",
        "sais plus", "ne sais plus", "connais pas", "ne connais pas", "comprends pas", "oublié", "pas sûr",
    ),
    around_giving_up=word_set(
        "je j'ai j'en n'en n'ai désolé désolée vraiment du tout de ça en ai ce que c'est franchement pardon moi "
        "non y la"
    ),
    subjects=word_set("je tu il elle on nous vous ils elles ce cela ça"),
    fractions={
        "demi": 0.5, "demie": 0.5, "moitié": 0.5, "tiers": 1 / 3, "quart": 0.25, "cinquième": 0.2, "dixième": 0.1,
    },
    second_negators=word_set("pas jamais rien aucun aucune personne"),
    others=word_set("autre"),
    nobody=word_set("personne rien"),
    and_words=word_set("et"),
    or_words=word_set("ou ni"),
    nor_words=word_set("ni"),
    joining=word_set("et ou"),
    abbreviations=(("&", " et "),),
    elision=re.compile(r"\b(l|d|n|j|s|c|m|t|qu|jusqu|lorsqu|puisqu|quoiqu)'(?=\w)"),
    numbers=_NUMBERS,
    number_phrases=_NUMBER_PHRASES,
    multipliers={
        "douzaine": 12, "douzaines": 12, "cent": 100, "cents": 100, "mille": 1000, "million": 1e6, "millions": 1e6,
        "milliard": 1e9, "milliards": 1e9,
    },
    tens_and_units=True,
    articles=word_set("un une"),
    percent=phrase_set("pourcent", "pour cent"),
    out_of=phrase_set("sur"),
    minus=word_set("moins"),
    not_minus_after=word_set("au du le ou"),
    below_zero=phrase_set("sous zéro", "en dessous de zéro"),
    times=word_set("fois"),
    to_the_power=phrase_set("puissance", "à la puissance", "exposant"),
    grouping_space=True,
)  # fmt: skip
