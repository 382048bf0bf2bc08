"""English."""

from __future__ import annotations

from study.grading.language.language import Language, phrase_set, word_set
from study.grading.language.tables.en.related import RELATED
from study.grading.language.tables.en.small_talk import SMALL_TALK, TAG_QUESTION
from study.grading.language.tables.en.spelling import american

_NUMBERS = {
    word: value
    for value, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
} | {
    word: value
    for value, word in zip(
        range(30, 100, 10), ["thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], strict=True
    )
}

LANGUAGE = Language(
    tag="en",
    name="English",
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
        "hasnt haven't havent hadn't hadnt ain't aint mustn't needn't needn without hardly nothing nobody nowhere"
    ),
    breaks=word_set(
        "but however instead rather whereas while although though because since so therefore thus hence then yet "
        "otherwise unlike except whilst nevertheless"
    ),
    after_not=word_set("only just merely simply solely necessarily always forget"),
    supposing=word_set("if otherwise"),
    yes=word_set("yes yeah yep yup true correct right indeed sure certainly"),
    no=word_set("no nope nah not never false wrong incorrect untrue none don't isn't doesn't neither"),
    giving_up=(
        "don't know", "dont know", "do not know", "dunno", "idk", "no idea", "no clue", "not clue",
        "haven't clue", "haven't got clue", "haven't idea", "haven't got idea", "haven't foggiest", "have no idea",
        "have no clue", "got no clue", "not sure", "unsure", "no answer", "no response", "n/a", "na", "pass", "skip",
        "next", "no comment", "forgot", "forgotten", "can't remember", "cannot remember", "don't remember",
        "don't recall", "can't recall", "never heard", "not heard", "haven't heard", "have never heard", "give up",
        "gave up", "beats me", "search me", "who knows", "god knows", "couldn't say", "can't say", "couldn't tell you",
        "can't answer", "cannot answer", "didn't read", "haven't read", "did not read", "don't understand", "don't get",
        "wish knew",
    ),
    around_giving_up=word_set(
        "sorry really honestly tbh lol haha well hm hmm um uh ok okay so just simply absolutely actually totally "
        "completely at all afraid am i i'm about this that it's it is one here to be of a an the yet either though "
        "mate guys please today right now what means mean works how question quite still any slightest even "
        "anything anymore got chapter book reading me my we for on with before and but up then"
    ),
    subjects=word_set("i you he she we they it this that these those there"),
    fractions={
        "half": 1 / 2, "halves": 1 / 2, "third": 1 / 3, "thirds": 1 / 3, "quarter": 1 / 4, "quarters": 1 / 4,
        "fourth": 1 / 4, "fourths": 1 / 4, "fifth": 1 / 5, "fifths": 1 / 5, "sixth": 1 / 6, "sixths": 1 / 6,
        "eighth": 1 / 8, "eighths": 1 / 8, "tenth": 1 / 10, "tenths": 1 / 10, "hundredth": 0.01,
        "hundredths": 0.01, "thousandth": 0.001, "thousandths": 0.001,
    },
    glue=word_set(
        "a an the and or of to in on at for from with by as is are was were be been it its this that these so"
    ),
    empty=word_set(
        "a an the is are was were be been being am it its it's this that these those there i you he she we they me him "
        "her us them my your his our their do does did have has had one ones thing things i'm we're you're they're"
    ),
    light=word_set(
        "contain include consist involve exist locate make give take put use go come become keep let seem appear "
        "mean show happen occur cause need want try help know see look say tell find form provide produce result "
        "start begin still even always usually probably maybe often already simply itself themselves able possible "
        "part kind sort type piece case example call name various certain following another lot thus therefore"
    ),
    auxiliaries=word_set("is are was were has have had can could will would must should do does did may might be"),
    pronouns=word_set("it they them both he she"),
    spelling=american,
    meaningful=word_set(
        "more most same before after above below up down one over under between against into out off only each "
        "both other again until during through any few further too s t d m"
    ),
    others=word_set("other latter former second"),
    noun_negators=word_set("no none nobody nothing nowhere neither nor hardly"),
    nobody=word_set("nobody nothing"),
    and_words=word_set("and so then"),
    or_words=word_set("or nor"),
    nor_words=word_set("nor or no"),
    joining=word_set("and or also"),
    tag_question=TAG_QUESTION,
    decimal_comma=False,
    related=RELATED,
    small_talk=SMALL_TALK,
    retractions=True,
    abbreviations=(
        ("e.g.", "eg"), ("i.e.", "ie"), ("w/o ", "without "), (" w/ ", " with "), ("&", " and "), ("p.m.", "pm"),
        ("a.m.", "am"),
    ),
    numbers=_NUMBERS,
    multipliers={"dozen": 12, "hundred": 100, "thousand": 1000, "million": 1e6, "billion": 1e9, "trillion": 1e12},
    articles=word_set("a an one"),
    percent=phrase_set("percent", "percents", "pct", "percentage", "per cent"),
    out_of=phrase_set("in", "out of"),
    minus=word_set("minus negative"),
    not_minus_after=word_set("or the a an this that"),
    below_zero=phrase_set("below zero"),
    times=word_set("times"),
    powers={"squared": 2, "cubed": 3},
    to_the_power=phrase_set("to the power of", "to the power"),
    half_days={"am": 0, "pm": 12},
)  # fmt: skip
