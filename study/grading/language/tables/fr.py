"""French."""

from __future__ import annotations

from study.grading.language.language import Language, word_set

LANGUAGE = Language(
    tag="fr",
    stemmer="french",
    stop=word_set(
        "le la les l un une des du de d et ou mais à a au aux en dans par pour sur sous avec sans entre comme que qui "
        "quoi dont où ce cet cette ces se s son sa ses leur leurs il elle ils elles on nous vous je tu est sont était "
        "être été a ont avoir peut peuvent plus très aussi si parce quand ne n pas c j m t y etc"
    ),
    negators=word_set("ne n pas jamais sans aucun aucune rien personne ni"),
    breaks=word_set("mais cependant pourtant car parce tandis alors donc plutôt"),
    after_not=word_set("seulement uniquement simplement toujours nécessairement"),
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
    numbers={
        "zéro": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7,
        "huit": 8, "neuf": 9, "dix": 10, "vingt": 20, "trente": 30, "cinquante": 50, "cent": 100, "mille": 1000,
    },
    fractions={
        "demi": 0.5, "moitié": 0.5, "tiers": 1 / 3, "quart": 0.25, "cinquième": 0.2, "dixième": 0.1,
    },
    percent=("pourcent", "pour cent"),
    second_negators=word_set("pas jamais rien aucun aucune personne"),
    others=word_set("autre"),
    nobody=word_set("personne rien"),
    and_words=word_set("et"),
    or_words=word_set("ou ni"),
    nor_words=word_set("ni"),
    joining=word_set("et ou"),
)  # fmt: skip
