"""Whether words stand in an order that people write: a right answer shuffled has all its words and says nothing.

Two neighbours are judged by their classes: each small word of English has one, others go by their ending. How much more
often one class follows another than chance would have it was counted once, in this project's own pages and answers, by
`python -m bench.word_order`. A rubric adds the neighbours that its own phrases and reference answer have.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from study.grading.language import Language
from study.grading.text import Text

LEAST = 6
"""Words below which an order says too little."""
BESIDE = 4
"""Neighbours, the ends of sentences not counted, below which a list is no sentence to be shuffled."""
SCRAMBLED = -0.8
"""What neighbours tell, by the root of their number, below which words are taken to be shuffled."""
KNOWN, TORN = 2.0, 1.0
"""What a pair of neighbours tells for the order that the rubric knows too, and against it where it is torn apart."""

SMALL = (
    "the", "a an", "my your its our their his her", "this that these those", "it", "we you they i he she people",
    "is was are were", "isn't aren't wasn't weren't doesn't don't can't won't didn't couldn't", "be been being",
    "can could will would should must may might", "has have had", "do does did", "not never", "of", "to",
    "in on at within", "for", "from", "with without by", "as", "and", "or",
    "but so because since while whereas although though", "if when where", "which who whose", "what how why", "than",
    "into onto through over under after before during about between against per", "more less better most",
    "very too so much many enough", "all each every any some no both one two", "only also just even still already then",
    "same other another own such", "there here", "them us him me itself themselves ourselves", "out up down back away",
    "e g i eg ie etc vs", "minus plus times equals squared over divided multiplied",
)  # fmt: skip
ENDINGS = ("ing", "ed", "ly", "tion ment ness ity ance ence sion", "al ive ous able ible ful ic less", "er or est", "s")
START, END, NUMBER, OTHER = range(len(SMALL) + len(ENDINGS), len(SMALL) + len(ENDINGS) + 4)
OF_CONTENT = frozenset((*range(len(SMALL), START), OTHER))
CLASSES = OTHER + 1
STEP, MIDDLE = 0.75, 4
FOLLOWS: tuple[str, ...] = (
    "0010000210112000020102111030441262112453455644035",
    "0011000222223000121222232131310113213345366624025",
    "2232221333333222332323343343343484334443354554024",
    "3433556536553223232413334243445533343543433354234",
    "1123126637664154335433243243223523343424512254413",
    "1122115837663223233314225242321624433414512204215",
    "4523210231226034621332442533464545223447515424224",
    "2333332453664333343434344343333334434445534334235",
    "3333432433443224343324334344463335434458526414144",
    "2232221382676221232323433242333633434412522204225",
    "4644432463335262343324453343456534334446423234243",
    "4544643443448334343444534443354534434423524334533",
    "4433233463543334433324453343352535434436524444235",
    "6565420322222111131213223432345243623554254354043",
    "5452220372452111131213225332524233423331413434255",
    "6564410321222022122223336334435343424343444334354",
    "5554351332333113232313233442446233633463455444143",
    "6553432443444332343444435543334544534453344444164",
    "5664321342333111332323235442545543633454444244154",
    "4654553433333223443324443343344335334444355244034",
    "5644343423444213233223524534534524223544244454054",
    "3534334434345233343334534443635344434425433544154",
    "5456673433345425333323333343565435344453534434243",
    "6564572333333243433323333443333336334464323234023",
    "4233546535353423333324333343434434334433353454134",
    "5444676334353142232323233242364335334441334244124",
    "5655443444444344444434444445444444444453434324254",
    "6654552332333222232333435343335344435454342344363",
    "2133232334333343333343433364332334334455434354345",
    "2233333433343344433533533343473344334434632454424",
    "2134244434333513344425434133432254233533455544435",
    "4333474353553244553533453345634334344435334344344",
    "1333233333333224332833333344342334334432344454424",
    "3443337444444344343455544444453544444433433324432",
    "3434344554444354343454445545344334555434323334533",
    "4454433434333455565644534545334334334432522334542",
    "4533332443444334543434344543444444444454454544454",
    "3364445444444444445544544444443444444444435534443",
    "4435334224432344444443534434344424445322324354444",
    "2233322323233356666555353236442324364332423344533",
    "1434242443334255533344543554334444334645323254534",
    "1135145324222554534255334334221223325333322444544",
    "0022135333333452444346434232232223324443364554444",
    "2234425535434645454453344272323423435333343344543",
    "4445445415442555555454544425433445455443423334533",
    "5543550210225033333322564523435525125353554444054",
    "4444444444444444444444444444444444444444444444444",
    "0123224333334553534456244244422423334523442344653",
    "4334434334543554455455444435433423454433343444543",
)
"""A row for each class, a digit for the class after it: 4 is chance, each step above or below it is 0.75."""

_SMALL = {word: i for i, words in reversed(list(enumerate(SMALL))) for word in words.split()}
_ENDINGS = tuple((ending, len(SMALL) + i) for i, endings in enumerate(ENDINGS) for ending in endings.split())
_TABLE = tuple(tuple((int(digit) - MIDDLE) * STEP for digit in row) for row in FOLLOWS)
_CLASSES: dict[str, int] = dict(_SMALL)


def _class(word: str) -> int:
    known = _CLASSES.get(word)
    if known is None:
        known = NUMBER if word[0].isdigit() or word[0] == "." else OTHER
        if known == OTHER and len(word) > 4 and not word.endswith("ss"):
            known = next((number for ending, number in _ENDINGS if word.endswith(ending)), OTHER)
        if len(_CLASSES) < 50_000:
            _CLASSES[word] = known
    return known


def neighbours(text: Text) -> list[tuple[int, int]]:
    """The classes of neighbouring words, with the start and the end of each sentence; commas part neighbours."""
    out: list[tuple[int, int]] = []
    before = START
    clause = sentence = -1
    for word, its_clause, its_sentence in zip(text.words, text.clause, text.sentence, strict=True):
        here = _class(word)
        if its_clause == clause or sentence < 0:
            out.append((before, here))
        elif its_sentence != sentence:
            out += ((before, END), (START, here))
        before, clause, sentence = here, its_clause, its_sentence
    if out:
        out.append((before, END))
    return out


def known_pairs(phrases: Iterable[Text], language: Language) -> dict[str, frozenset[str]]:
    """Which stem follows which in phrases of a rubric, small words next to small words left out."""
    found: dict[str, set[str]] = {}
    for text in phrases:
        for i, (one, two) in enumerate(pairwise(text.stems)):
            alike = text.words[i] in language.stop and text.words[i + 1] in language.stop
            if text.clause[i] == text.clause[i + 1] and not alike and one != two:
                found.setdefault(one, set()).add(two)
    return {one: frozenset(others) for one, others in found.items()}


def scrambled(text: Text, known: dict[str, frozenset[str]]) -> bool:
    """Whether so many words stand beside words beside which they never stand that the text must be shuffled."""
    if len(text) < LEAST or 2 * text.lists >= len(text):
        return False
    pairs = neighbours(text)
    if sum(one != START and two != END for one, two in pairs) < BESIDE:
        return False
    stems = set(text.stems)
    beside = set(pairwise(text.stems))
    together = apart = 0
    for one in stems & known.keys():
        for two in known[one] & stems:
            together += (one, two) in beside
            apart += (one, two) not in beside and (two, one) not in beside
    told = sum(_TABLE[one][two] for one, two in pairs) + KNOWN * together - TORN * apart
    bare = not text.lists and not text.sentence[-1] and all(one in OF_CONTENT for one, _ in pairs[1:])
    if bare and together * LEAST <= len(text):
        return True
    return bool(told < SCRAMBLED * len(pairs) ** 0.5)
