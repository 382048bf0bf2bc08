"""Portuguese."""

from __future__ import annotations

from study.grading.language.language import Language, phrase_set, word_set

_NUMBERS = (
    {
        word: value
        for value, word in enumerate(
            [
                "zero",
                "um",
                "dois",
                "três",
                "quatro",
                "cinco",
                "seis",
                "sete",
                "oito",
                "nove",
                "dez",
                "onze",
                "doze",
                "treze",
                "catorze",
                "quinze",
                "dezesseis",
                "dezessete",
                "dezoito",
                "dezenove",
                "vinte",
            ]
        )
    }
    | {
        word: value
        for value, word in zip(
            range(30, 100, 10),
            ["trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta", "noventa"],
            strict=True,
        )
    }
    | {"uma": 1, "duas": 2, "quatorze": 14, "dezasseis": 16, "dezassete": 17, "dezanove": 19}
)

LANGUAGE = Language(
    tag="pt",
    name="Portuguese",
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
    supposing=word_set("se senão"),
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
    fractions={"meio": 0.5, "meia": 0.5, "metade": 0.5, "terço": 1 / 3, "quarto": 0.25, "quinto": 0.2, "décimo": 0.1},
    others=word_set("outro outra"),
    nobody=word_set("nada"),
    and_words=word_set("e"),
    or_words=word_set("ou nem"),
    nor_words=word_set("nem no"),
    joining=word_set("e ou"),
    abbreviations=(("&", " e "),),
    numbers=_NUMBERS,
    multipliers={"dúzia": 12, "dúzias": 12, "cem": 100, "cento": 100, "mil": 1000, "milhão": 1e6, "milhões": 1e6},
    tens_and_units=True,
    articles=word_set("um uma"),
    percent=phrase_set("porcento", "por cento"),
    out_of=phrase_set("em", "em cada", "de cada"),
    minus=word_set("menos"),
    not_minus_after=word_set("pelo ao ou"),
    below_zero=phrase_set("abaixo de zero"),
    times=word_set("vezes"),
    to_the_power=phrase_set("elevado a", "elevado à"),
    grouping_space=True,
)  # fmt: skip
