"""Spanish."""

from __future__ import annotations

from study.grading.language.language import Language, phrase_set, word_set

_NUMBERS = (
    {
        word: value
        for value, word in enumerate(
            [
                "cero",
                "uno",
                "dos",
                "tres",
                "cuatro",
                "cinco",
                "seis",
                "siete",
                "ocho",
                "nueve",
                "diez",
                "once",
                "doce",
                "trece",
                "catorce",
                "quince",
                "dieciséis",
                "diecisiete",
                "dieciocho",
                "diecinueve",
                "veinte",
                "veintiuno",
                "veintidós",
                "veintitrés",
                "veinticuatro",
                "veinticinco",
                "veintiséis",
                "veintisiete",
                "veintiocho",
                "veintinueve",
            ]
        )
    }
    | {
        word: value
        for value, word in zip(
            range(30, 100, 10),
            ["treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"],
            strict=True,
        )
    }
    | {"un": 1, "una": 1}
)

LANGUAGE = Language(
    tag="es",
    name="Spanish",
    stemmer="spanish",
    stop=word_set(
        "el la los las un una unos unas y e o u pero de del a al en con por para sin sobre entre como que qué se su "
        "sus lo le les me te nos es son era eran ser fue está están estar ha han hay más muy ya también si porque "
        "cuando donde cual cuales este esta estos estas ese esa eso esto no ni yo tú él ella nosotros ellos puede "
        "pueden etc"
    ),
    negators=word_set("no ni nunca jamás sin nada nadie ningún ninguno ninguna tampoco"),
    breaks=word_set("pero sino porque aunque mientras entonces pues"),
    after_not=word_set("solo sólo solamente únicamente siempre necesariamente"),
    supposing=word_set("si"),
    yes=word_set("sí si cierto verdadero correcto verdad"),
    no=word_set("no falso incorrecto nunca"),
    giving_up=(
        "no sé", "no se", "no lo sé", "no lo se", "ni idea", "no tengo idea", "no tengo ni idea", "ninguna idea",
        "nunca he oído", "nunca lo he oído", "nunca oído", "nunca había oído", "sin respuesta", "paso",
        "no recuerdo", "no me acuerdo", "no entiendo", "me rindo", "ni la más remota idea", "no estoy seguro",
    ),
    around_giving_up=word_set(
        "yo la verdad lo siento perdón perdona de eso esto nada hablar realmente honestamente pues ya que es"
    ),
    subjects=word_set("yo tú él ella nosotros ellos ellas esto eso este esta"),
    fractions={"medio": 0.5, "media": 0.5, "mitad": 0.5, "tercio": 1 / 3, "cuarto": 0.25, "quinto": 0.2, "décimo": 0.1},
    others=word_set("otro otra"),
    nobody=word_set("nadie nada"),
    and_words=word_set("y e"),
    or_words=word_set("o ni"),
    nor_words=word_set("ni no"),
    joining=word_set("y o"),
    abbreviations=(("&", " y "),),
    numbers=_NUMBERS,
    multipliers={"docena": 12, "docenas": 12, "cien": 100, "ciento": 100, "mil": 1000, "millón": 1e6, "millones": 1e6},
    tens_and_units=True,
    articles=word_set("un una"),
    percent=phrase_set("porciento", "por ciento"),
    out_of=phrase_set("de cada", "de"),
    minus=word_set("menos"),
    not_minus_after=word_set("al lo o"),
    below_zero=phrase_set("bajo cero"),
    times=word_set("por"),
    to_the_power=phrase_set("elevado a", "elevado a la"),
    grouping_space=True,
)  # fmt: skip
