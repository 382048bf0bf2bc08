"""What a language contributes to grading: its stemmer, stop words, and the small words that turn a sentence round."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache


@dataclass(frozen=True, slots=True)
class Language:
    """The tables of one language. `negators` turn what follows; `breaks` end a negation's reach;
    `glue` are the words that no sentence is without, `light` those that say little, `auxiliaries` those before which a
    sentence has named its subject, `pronouns` those that may stand for it, and `choosing` those by which a question
    offers a choice."""

    tag: str
    stemmer: str
    stop: frozenset[str]
    negators: frozenset[str]
    breaks: frozenset[str]
    after_not: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    shrugs: tuple[str, ...]
    subjects: frozenset[str]
    numbers: dict[str, float] = field(default_factory=dict, hash=False)
    fractions: dict[str, float] = field(default_factory=dict, hash=False)
    percent: tuple[str, ...] = ("percent",)
    latin: bool = True
    glue: frozenset[str] = frozenset()
    light: frozenset[str] = frozenset()
    auxiliaries: frozenset[str] = frozenset()
    pronouns: frozenset[str] = frozenset()
    choosing: frozenset[str] = frozenset()


def word_set(text: str) -> frozenset[str]:
    """The words of a line: how the tables of words are written."""
    return frozenset(text.split())


_UNITS_IN_ENGLISH = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip
_EN_NUMBERS = {word: float(value) for value, word in enumerate(_UNITS_IN_ENGLISH)} | {
    "thirty": 30.0,
    "forty": 40.0,
    "fifty": 50.0,
    "sixty": 60.0,
    "seventy": 70.0,
    "eighty": 80.0,
    "ninety": 90.0,
    "hundred": 100.0,
    "thousand": 1000.0,
    "million": 1e6,
    "billion": 1e9,
    "dozen": 12.0,
}

_ENGLISH = Language(
    tag="en",
    stemmer="english",
    stop=word_set(
        "a an the and or of to in on at for from with by as is are was were be been being am it its it's this that "
        "these those which who whom whose what when where why how so than then there here i you he she we they me "
        "him her us them my your his our their mine do does did doing done have has had having can could will would "
        "shall should may might must if else also too very just only about into onto over under again further more "
        "most some any each both few such own same other because while during before after above below up down out "
        "off through between against until since though although but not no nor don't doesn't didn't isn't aren't "
        "wasn't weren't can't cannot couldn't won't wouldn't shouldn't hasn't haven't hadn't ain't let's i'm it'd "
        "that's there's they're we're you're i've we've like get gets got one ones thing things way ways well really "
        "basically actually etc eg ie e.g i.e via per vs s t d ll re ve m"
    ),
    negators=word_set(
        "not no never none neither nor cannot can't cant don't dont doesn't doesnt didn't didnt isn't isnt aren't "
        "arent wasn't wasnt weren't werent won't wont wouldn't wouldnt shouldn't shouldnt couldn't couldnt hasn't "
        "hasnt haven't havent hadn't hadnt ain't aint mustn't needn't needn without hardly nothing nobody nowhere "
        "false untrue unnecessary"
    )
    - word_set("unnecessary untrue false"),
    breaks=word_set(
        "but however instead rather whereas while although though because since so therefore thus hence then yet "
        "otherwise unlike except whilst nevertheless"
    ),
    after_not=word_set("only just merely simply solely necessarily always"),
    yes=word_set("yes yeah yep yup true correct right indeed sure certainly"),
    no=word_set("no nope nah not never false wrong incorrect untrue none don't isn't doesn't neither"),
    shrugs=(
        "i don't know", "i dont know", "i do not know", "don't know", "dont know", "do not know", "dunno", "idk",
        "no idea", "no clue", "not sure", "no answer", "no response", "n/a", "na", "pass", "skip", "none", "?",
        "i have no idea", "i'm not sure", "no comment", "i forgot", "can't remember",
    ),
    subjects=word_set("i you he she we they it this that these those there"),
    numbers=_EN_NUMBERS,
    fractions={
        "half": 1 / 2, "halves": 1 / 2, "third": 1 / 3, "thirds": 1 / 3, "quarter": 1 / 4, "quarters": 1 / 4,
        "fourth": 1 / 4, "fourths": 1 / 4, "fifth": 1 / 5, "fifths": 1 / 5, "sixth": 1 / 6, "sixths": 1 / 6,
        "eighth": 1 / 8, "eighths": 1 / 8, "tenth": 1 / 10, "tenths": 1 / 10, "hundredth": 0.01,
        "hundredths": 0.01, "thousandth": 0.001, "thousandths": 0.001,
    },
    percent=("percent", "pct", "percentage", "per cent"),
    glue=word_set(
        "a an the and or of to in on at for from with by as is are was were be been it its this that these so"
    ),
    light=word_set(
        "contain include consist involve exist locate make give take put use go come become keep let seem appear "
        "mean show happen occur cause need want try help know see look say tell find form provide produce result "
        "start begin still even always usually probably maybe often already simply itself themselves able possible "
        "part kind sort type piece case example call name various certain following another lot thus therefore"
    ),
    auxiliaries=word_set("is are was were has have had can could will would must should do does did may might be"),
    pronouns=word_set("it they them both he she"),
    choosing=word_set("or which who whose"),
)  # fmt: skip

_GERMAN = Language(
    tag="de",
    stemmer="german",
    stop=word_set(
        "der die das den dem des ein eine einen einem einer eines und oder aber in im an am auf aus bei mit nach von "
        "vom zu zum zur für über unter vor durch um als wie ist sind war waren sein wird werden wurde wurden hat haben "
        "hatte kann können muss müssen soll sollen es er sie wir ihr ich du man sich dass daß wenn weil da auch nur "
        "noch schon sehr so dann dieser diese dieses diesem diesen welche welcher welches was wer wo warum nicht kein "
        "keine keinen keiner keinem mehr etwa etc"
    ),
    negators=word_set("nicht kein keine keinen keiner keinem keines nie niemals ohne weder nichts niemand"),
    breaks=word_set("aber sondern jedoch doch weil denn während obwohl dagegen stattdessen"),
    after_not=word_set("nur bloß lediglich allein immer unbedingt"),
    yes=word_set("ja doch stimmt richtig wahr klar"),
    no=word_set("nein nee falsch nicht kein keine"),
    shrugs=(
        "ich weiß nicht", "ich weiss nicht", "weiß nicht", "weiss nicht", "keine ahnung", "keine antwort", "?",
        "weiß ich nicht",
    ),
    subjects=word_set("ich du er sie es wir ihr man dies das"),
    numbers={
        "null": 0, "eins": 1, "ein": 1, "eine": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6,
        "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12, "zwanzig": 20, "dreißig": 30,
        "vierzig": 40, "fünfzig": 50, "hundert": 100, "tausend": 1000,
    },
    fractions={"halb": 0.5, "hälfte": 0.5, "drittel": 1 / 3, "viertel": 0.25, "fünftel": 0.2, "zehntel": 0.1},
    percent=("prozent",),
    choosing=word_set("oder welche welcher welches welchen wer wessen"),
)  # fmt: skip

_SPANISH = Language(
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
    shrugs=("no sé", "no se", "no lo sé", "no lo se", "ni idea", "no tengo idea", "sin respuesta", "?"),
    subjects=word_set("yo tú él ella nosotros ellos ellas esto eso este esta"),
    numbers={
        "cero": 0, "uno": 1, "una": 1, "un": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6,
        "siete": 7, "ocho": 8, "nueve": 9, "diez": 10, "veinte": 20, "treinta": 30, "cincuenta": 50, "cien": 100,
        "mil": 1000,
    },
    fractions={"medio": 0.5, "mitad": 0.5, "tercio": 1 / 3, "cuarto": 0.25, "quinto": 0.2, "décimo": 0.1},
    percent=("porciento", "por ciento"),
    choosing=word_set("o u cuál cuáles cual quién"),
)  # fmt: skip

_FRENCH = Language(
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
    shrugs=("je ne sais pas", "je sais pas", "sais pas", "aucune idée", "pas de réponse", "?"),
    subjects=word_set("je tu il elle on nous vous ils elles ce cela ça"),
    numbers={
        "zéro": 0, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7,
        "huit": 8, "neuf": 9, "dix": 10, "vingt": 20, "trente": 30, "cinquante": 50, "cent": 100, "mille": 1000,
    },
    fractions={
        "demi": 0.5, "moitié": 0.5, "tiers": 1 / 3, "quart": 0.25, "cinquième": 0.2, "dixième": 0.1,
    },
    percent=("pourcent", "pour cent"),
    choosing=word_set("ou quel quelle quels quelles lequel laquelle qui"),
)  # fmt: skip

_PORTUGUESE = Language(
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
    shrugs=("não sei", "nao sei", "eu não sei", "não faço ideia", "nenhuma ideia", "sem resposta", "?"),
    subjects=word_set("eu tu ele ela nós eles elas isto isso"),
    numbers={
        "zero": 0, "um": 1, "uma": 1, "dois": 2, "duas": 2, "três": 3, "quatro": 4, "cinco": 5, "seis": 6,
        "sete": 7, "oito": 8, "nove": 9, "dez": 10, "vinte": 20, "trinta": 30, "cinquenta": 50, "cem": 100,
        "mil": 1000,
    },
    fractions={"meio": 0.5, "metade": 0.5, "terço": 1 / 3, "quarto": 0.25, "quinto": 0.2, "décimo": 0.1},
    percent=("porcento", "por cento"),
    choosing=word_set("ou qual quais quem"),
)  # fmt: skip

_PLAIN = Language(
    tag="und",
    stemmer="",
    stop=frozenset(),
    negators=frozenset(),
    breaks=frozenset(),
    after_not=frozenset(),
    yes=frozenset(),
    no=frozenset(),
    shrugs=("?",),
    subjects=frozenset(),
    latin=False,
)

_LANGUAGES = {one.tag: one for one in (_ENGLISH, _GERMAN, _SPANISH, _FRENCH, _PORTUGUESE)}


def language_of(tag: str) -> Language:
    """The tables for a BCP 47 tag; a language without tables is matched word by word, with no endings forgiven."""
    return _LANGUAGES.get(tag.replace("_", "-").split("-")[0].lower(), _PLAIN)


@cache
def stemmer(name: str) -> Callable[[str], str]:
    """The language's stemmer: Snowball compiled where it is there, else the same Snowball in Python."""
    if not name:
        return str
    try:
        import Stemmer  # type: ignore[import-not-found,unused-ignore]

        stem: Callable[[str], str] = Stemmer.Stemmer(name, 0).stemWord
    except ImportError:
        import snowballstemmer

        stem = snowballstemmer.stemmer(name).stemWord
    return (lambda word: stem(american(word))) if name == "english" else stem


_ISE = re.compile(r"is(e|es|ed|ing|er|ers|ation|ations)$")
_ISE_STAYS = word_set(
    "adv bru chas circumc compr comprom conc cru dem desp dev disgu enterpris exc exerc expert franch improv inc incis "
    "likew merchand mortg nois otherw parad pois prais prec precis prom promis rais rev superv surpr surpris telev"
)
_SPELLINGS = {
    "colour": "color", "behaviour": "behavior", "neighbour": "neighbor", "favour": "favor", "flavour": "flavor",
    "honour": "honor", "labour": "labor", "centre": "center", "metre": "meter", "litre": "liter", "fibre": "fiber",
    "grey": "gray", "analyse": "analyze", "catalogue": "catalog", "dialogue": "dialog", "programme": "program",
    "defence": "defense", "modell": "model", "labell": "label", "travell": "travel", "cancell": "cancel",
    "vapour": "vapor", "mould": "mold", "artefact": "artifact", "sceptic": "skeptic", "aluminium": "aluminum",
}  # fmt: skip
_SPELLED = {word[:4]: [one for one in _SPELLINGS if one.startswith(word[:4])] for word in _SPELLINGS}


def american(word: str) -> str:
    """One spelling for British and American English, so that "recognise" and "recognize" share a stem."""
    found = _ISE.search(word) if "is" in word else None
    if found and found.start() >= 4 and word[: found.start()] not in _ISE_STAYS:
        word = word[: found.start()] + "iz" + word[found.start() + 2 :]
    for british in _SPELLED.get(word[:4], ()):
        if word.startswith(british):
            return _SPELLINGS[british] + word[len(british) :]
    return word
