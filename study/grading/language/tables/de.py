"""German."""

from __future__ import annotations

from study.grading.language.language import Language, word_set

LANGUAGE = Language(
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
    numbers={
        "null": 0, "eins": 1, "ein": 1, "eine": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6,
        "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12, "zwanzig": 20, "dreißig": 30,
        "vierzig": 40, "fünfzig": 50, "hundert": 100, "tausend": 1000,
    },
    fractions={"halb": 0.5, "hälfte": 0.5, "drittel": 1 / 3, "viertel": 0.25, "fünftel": 0.2, "zehntel": 0.1},
    percent=("prozent",),
    others=word_set("andere anderer anderes anderen"),
    nobody=word_set("niemand nichts"),
    and_words=word_set("und so"),
    or_words=word_set("oder noch"),
    nor_words=word_set("noch kein keine"),
    joining=word_set("und oder auch"),
)  # fmt: skip
