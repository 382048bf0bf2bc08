"""Every reader of banks on files made to harm: work that grows with the file, never with its square; no crash."""

import json
import random
import tracemalloc

import pytest

from bot.packs.importing import ImportRefused, read_notes_files
from study.notes import NotesError, read_file
from tests.study.counting import calls
from tests.study.notes.banks.test_banks import MOODLE, TABLE, deck

GIFT = "::T::[html]What? {=%50%a#b ~c####d}\n\nTrue? {F#a#b}\n\nHow many? {#1..3}\n\nPairs {=a->b =c->d}\n\n"
AIKEN = "What?\nA. one\nB) two\nANSWER: B\n\n"
ANKI = "#separator:tab\n#html:true\n#tags column:3\nWhat?\t<b>That</b> {{c1::x}}\ttag\n"
CELL = {"cell_type": "markdown", "source": ["1. What is it?\n", "\n", "> That.\n"]}
BANKS = {
    "x.gift": lambda n: GIFT * (n // len(GIFT)),
    "open.gift": lambda n: "{T}\n\n" + "a {=b ~" * (n // 7),
    "signs.gift": lambda n: "What? {=a" + "#~=%5%" * (n // 6) + "}\n",
    "after.gift": lambda n: "a {=b} c ::" * (n // 11),
    "x.txt": lambda n: AIKEN * (n // len(AIKEN)),
    "letters.txt": lambda n: "What?\n" + "".join(f"{chr(65 + i % 26)}. x\n" for i in range(n // 5)) + "ANSWER: A\n",
    "x.csv": lambda n: TABLE + TABLE.partition("\n")[2] * (n // 60),
    "quotes.csv": lambda n: "a,b\n" + '"a""",' * (n // 6),
    "wide.csv": lambda n: "question,answer," + "option a," * (n // 9) + "\n" + "x," * (n // 9),
    "deck.txt": lambda n: ANKI + "a\tb\tc\n" * (n // 6),
    "gaps.txt": lambda n: ANKI + "{{c1::a" * (n // 7) + "\tb\tc\n",
    "tags.tsv": lambda n: "q\ta\n" + "<b" * (n // 2) + "\tx\n",
    "x.xml": lambda n: MOODLE.replace("</quiz>", MOODLE.partition("<quiz>")[2].rpartition("</quiz>")[0] * (n // 700) + "</quiz>"),  # noqa: E501
    "x.ipynb": lambda n: json.dumps({"cells": [CELL] * (n // 60)}),
}  # fmt: skip


@pytest.mark.parametrize("name", BANKS)
def test_reading_a_bank_takes_work_by_its_length(name):
    def work(size):
        content = BANKS[name](size).encode()
        return calls(lambda: _read(name.partition(".")[0] + "." + name.rpartition(".")[2], content))

    work(2_000)
    few, many = work(4_000), work(16_000)
    assert many <= 5 * few + 2_000


def _read(name, content):
    try:
        return read_file(name, content)
    except NotesError as refused:
        return str(refused)


@pytest.mark.parametrize("name", BANKS)
def test_a_damaged_bank_is_read_or_refused_in_a_sentence(name):
    rng = random.Random(name)
    whole = BANKS[name](1_500).encode()
    for _ in range(25):
        damaged = bytearray(whole)
        for _ in range(rng.randrange(1, 8)):
            at = rng.randrange(len(damaged))
            damaged[at : at + rng.randrange(4)] = rng.choice((b"", b"\0", b"\xff", b"{", b"}", b"%", b'"', b"<", b"\n"))
        read = _read(name, bytes(damaged[: rng.randrange(len(damaged))]) if rng.random() < 0.3 else bytes(damaged))
        assert not isinstance(read, str) or (read.endswith((".", ".")) and "\n" not in read)


def test_a_damaged_deck_is_read_or_refused_in_a_sentence():
    rng, whole = random.Random(1), deck(("What?", "That"), ("Why?", "So"))
    for _ in range(60):
        damaged = bytearray(whole)
        damaged[rng.randrange(4, len(damaged))] ^= 1 << rng.randrange(8)
        read = _read("deck.apkg", bytes(damaged))
        assert not isinstance(read, str) or read.endswith(".")


def test_a_deck_that_unpacks_to_far_more_than_notes_takes_no_more_memory_than_it_may():
    content = deck(database=b"\0" * 101_000_000)
    tracemalloc.start()
    assert _read("deck.apkg", content) == "Its notes are far too large to be unpacked."
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "notes.md"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    tracemalloc.start()
    with pytest.raises(ImportRefused, match=r"larger than 16 MB; leave pictures out"):
        read_notes_files([path])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000
