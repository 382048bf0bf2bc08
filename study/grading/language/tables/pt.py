"""Portuguese."""

from __future__ import annotations

from study.grading.language.language import Language, word_set

LANGUAGE = Language(
    tag="pt",
    stemmer="portuguese",
    stop=word_set(
        "o a os as um uma uns umas e ou mas de do da dos das em no na nos nas por pelo pela para com sem sobre entre "
        "como que se seu sua seus suas lhe é são era eram ser foi está estão estar há mais muito já também porque "
        "quando onde qual quais este esta estes estas esse essa isso isto não nem eu tu ele ela nós eles pode podem "
        "ao à às aos etc"
    ),
    negators=word_set("não nem nunca jamais sem nada ninguém nenhum nenhuma"),
    breaks=word_set("mas porém porque embora enquanto então pois senão"),
    after_not=word_set("só somente apenas sempre necessariamente"),
    yes=word_set("sim verdadeiro correto certo verdade"),
    no=word_set("não falso incorreto errado nunca"),
    giving_up=(
        "não sei", "nao sei", "não faço ideia", "nao faço ideia", "nenhuma ideia", "sem ideia", "nem ideia",
        "sem resposta", "passo", "não lembro", "não me lembro", "esqueci", "nunca ouvi", "nunca ouvi falar",
        "não entendi", "desisto",
    ),
    around_giving_up=word_set(
        "eu desculpe desculpa disso isso nada mesmo realmente sinceramente o que é de"
    ),
    subjects=word_set("eu tu ele ela nós eles elas isto isso"),
    numbers={
        "zero": 0, "um": 1, "uma": 1, "dois": 2, "duas": 2, "três": 3, "quatro": 4, "cinco": 5, "seis": 6,
        "sete": 7, "oito": 8, "nove": 9, "dez": 10, "vinte": 20, "trinta": 30, "cinquenta": 50, "cem": 100,
        "mil": 1000,
    },
    fractions={"meio": 0.5, "metade": 0.5, "terço": 1 / 3, "quarto": 0.25, "quinto": 0.2, "décimo": 0.1},
    percent=("porcento", "por cento"),
    others=word_set("outro outra"),
    nobody=word_set("nada"),
    and_words=word_set("e"),
    or_words=word_set("ou nem"),
    nor_words=word_set("nem no"),
    joining=word_set("e ou"),
)  # fmt: skip
