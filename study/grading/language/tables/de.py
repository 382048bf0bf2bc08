"""German."""

from __future__ import annotations

from study.grading.language.language import Language, phrase_set, word_set

_UNITS = ["eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"]
_TENS = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".replace("ß", "ss").split()
_TEENS = ["zehn", "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"]
_JOINED = ["ein", *_UNITS[1:]]
_BELOW_A_HUNDRED = (
    {"null": 0, "ein": 1, "eine": 1, "einen": 1, "zwo": 2}
    | {word: value for value, word in enumerate(_UNITS, 1)}
    | {word: value for value, word in enumerate(_TEENS, 10)}
    | {word: 10 * value for value, word in enumerate(_TENS, 2)}
    | {f"{unit}und{ten}": 10 * i + k for i, ten in enumerate(_TENS, 2) for k, unit in enumerate(_JOINED, 1)}
)
_NUMBERS = (
    _BELOW_A_HUNDRED
    | {f"{word}hundert": 100 * value for value, word in enumerate(_JOINED, 1)}
    | {f"{word}tausend": 1000 * value for word, value in _BELOW_A_HUNDRED.items() if value}
    | {f"{word}einhalb": value + 0.5 for value, word in enumerate(_JOINED, 1)}
    | {"anderthalb": 1.5, "hunderttausend": 1e5}
)

LANGUAGE = Language(
    tag="de",
    name="German",
    stemmer="german",
    stop=word_set(
        "der die das den dem des ein eine einen einem einer eines und oder aber in im an am auf aus bei mit nach von "
        "vom zu zum zur für über unter vor durch um als wie ist sind war waren sein wird werden wurde wurden hat haben "
        "hatte kann können muss müssen soll sollen es er sie wir ihr ich du man sich dass wenn weil da auch nur "
        "noch schon sehr so dann dieser diese dieses diesem diesen welche welcher welches was wer wo warum nicht kein "
        "keine keinen keiner keinem mehr etwa etc"
    ),
    negators=word_set("nicht kein keine keinen keiner keinem keines nie niemals ohne weder nichts niemand"),
    breaks=word_set("aber sondern jedoch doch weil denn während obwohl dagegen stattdessen"),
    verb_negators=word_set("nicht kein keine keinen keiner keinem keines nie niemals nichts"),
    before_verb_negators=8,
    contrast=word_set("sondern"),
    after_not=word_set("nur bloss lediglich allein immer unbedingt"),
    supposing=word_set("falls sonst ansonsten andernfalls"),
    yes=word_set("ja doch stimmt richtig wahr klar"),
    no=word_set("nein nee falsch nicht kein keine"),
    giving_up=(
        "weiß nicht", "weiss nicht", "weiß nix", "keine ahnung", "null ahnung", "keine idee", "keinen plan",
        "kein plan", "null plan", "keinen schimmer", "kein schimmer", "keinen blassen schimmer", "nie gehört",
        "nicht gehört", "keine antwort", "passe", "weiter", "ka", "k.a.", "kp", "vergessen", "nicht gelesen",
        "nicht sicher", "gebe auf", "geb auf", "weiß nicht mehr", "weiss nicht mehr", "verstehe nicht",
    ),
    around_giving_up=word_set(
        "ich das es leider sorry davon habe hab echt wirklich gar überhaupt absolut ehrlich gesagt noch so auch hier "
        "was ist entschuldigung tut mir leid da bin mir da zu sagen"
    ),
    subjects=word_set("ich du er sie es wir ihr man dies das"),
    fractions={"halb": 0.5, "hälfte": 0.5, "drittel": 1 / 3, "viertel": 0.25, "fünftel": 0.2, "zehntel": 0.1},
    others=word_set("andere anderer anderes anderen"),
    nobody=word_set("niemand nichts"),
    and_words=word_set("und so"),
    or_words=word_set("oder noch"),
    nor_words=word_set("noch kein keine"),
    joining=word_set("und oder auch"),
    abbreviations=(("z.b.", "zb"), ("z. b.", "zb"), ("d.h.", "dh"), ("d. h.", "dh"), ("&", " und ")),
    numbers=_NUMBERS,
    multipliers={
        "dutzend": 12, "hundert": 100, "tausend": 1000, "million": 1e6, "millionen": 1e6, "milliarde": 1e9,
        "milliarden": 1e9,
    },
    articles=word_set("ein eine einen einer einem"),
    percent=phrase_set("prozent"),
    out_of=phrase_set("von", "aus", "von je"),
    minus=word_set("minus"),
    not_minus_after=word_set("oder"),
    below_zero=phrase_set("unter null"),
    times=word_set("mal"),
    to_the_power=phrase_set("hoch"),
    grouping_space=True,
)  # fmt: skip
