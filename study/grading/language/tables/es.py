"""Spanish."""

from __future__ import annotations

from study.grading.language.language import Language, word_set

LANGUAGE = Language(
    tag="es",
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
    numbers={
        "cero": 0, "uno": 1, "una": 1, "un": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6,
        "siete": 7, "ocho": 8, "nueve": 9, "diez": 10, "veinte": 20, "treinta": 30, "cincuenta": 50, "cien": 100,
        "mil": 1000,
    },
    fractions={"medio": 0.5, "mitad": 0.5, "tercio": 1 / 3, "cuarto": 0.25, "quinto": 0.2, "décimo": 0.1},
    percent=("porciento", "por ciento"),
    others=word_set("otro otra"),
    nobody=word_set("nadie nada"),
    and_words=word_set("y e"),
    or_words=word_set("o ni"),
    nor_words=word_set("ni no"),
    joining=word_set("y o"),
)  # fmt: skip
