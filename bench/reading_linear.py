"""Every reader of people's text, given the same few signs over and over: twice as much takes about twice as long.

`python -m bench.reading_linear [READER...]`. A reader is tried on each unit repeated to a length and to four times that
length; where the longer takes more than `MOST` times the processor time of the shorter, it is told, and the exit is 1.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from itertools import product

from bot.platforms import typed
from bot.platforms.text import literal
from cogs import COGS
from cogs.slots import read_slots
from study.grading import draft, grade
from study.notes.banks import read_file

MOST = 9.0
"""A step that grows with the square takes sixteen times as long; one in linear time four, give or take."""
SHORT, LONG = 8_000, 32_000
NOTABLE = 0.15
"""Seconds of processor below which growth is noise."""

SIGNS = (
    *(
        "==a ",
        "==",
        "**",
        "*a ",
        "_",
        "__a",
        "`",
        "``a ",
        "[",
        "](",
        "[a](",
        "![",
        "[^1]",
        "<",
        "<a ",
        "<!--",
        "-->",
        "&",
    ),
    *(
        "- ",
        "> ",
        "#",
        "# ",
        "1. ",
        "1) ",
        "| a ",
        "{",
        "}",
        "{{c1::",
        "~",
        "~~",
        "=",
        "%",
        "%50%",
        ":",
        "::",
        "$",
        "$$",
    ),
    *(
        "\\",
        "\\(",
        "(",
        ")",
        '"',
        "'",
        "?",
        "Q: ",
        "A: ",
        "a? ",
        "not ",
        "no ",
        "n't ",
        "but ",
        "1/",
        "10^",
        "0",
        "1,",
        "1.5 ",
    ),
    *(
        "http://a",
        "@",
        "/",
        "-",
        "--",
        "a-",
        "\t",
        " ",
        "\n",
        "é",
        "\u0301",
        "ab ",
        "a",
        "because ",
        "is ",
        "if ",
        "…",
        ";",
    ),
    *("<details>", "<summary>", "```", "~~~", "    a", "a\\", "a b. ", "Mon ", "10:00 ", "option:", "x=y "),
)
UNITS = (
    *SIGNS,
    *(f"{sign}\n" for sign in SIGNS),
    *(f"{sign}\n\n" for sign in SIGNS[::3]),
    "- a\n  - b\n",
    "| a | b |\n",
)

RUBRIC = draft("What is a tensor?", "An array of numbers with any number of dimensions, all of one kind.")
COMMANDS = typed.commands_of(COGS)


def _bank(name: str, before: str = "", after: str = "") -> Callable[[str], object]:
    return lambda text: read_file(name, (before + text + after).encode())


def _line(text: str) -> object:
    for name in ("ask", "group setup", "quiz"):
        typed.parse(f"/{name} {text}", COMMANDS)
    return typed.complete(f"/group setup {text}", COMMANDS)


def _slots(text: str) -> object:
    return read_slots(text)


READERS: dict[str, Callable[[str], object]] = {
    "notes": _bank("notes.md"),
    "notes in a list": _bank("notes.md", "# Week 1\n\n- What is it? "),
    "gift": _bank("bank.gift", "::a:: What? {"),
    "plain text": _bank("bank.txt"),
    "spreadsheet": _bank("bank.csv", "question,answer\n"),
    "tabs": _bank("bank.tsv", "question\tanswer\n"),
    "moodle": _bank(
        "quiz.xml", "<quiz><question><questiontext><text><![CDATA[", "]]></text></questiontext></question></quiz>"
    ),
    "answer": lambda text: grade(RUBRIC, text, question="What is a tensor?"),
    "reference": lambda text: draft("What is a tensor?", text),
    "command line": _line,
    "slots": _slots,
    "shown": literal,
}


def taken(read: Callable[[str], object], unit: str, length: int) -> float:
    """Seconds of processor."""
    text = unit * (length // len(unit))
    begun = time.process_time()
    try:
        read(text)
    except RecursionError:
        print(f"RecursionError: {unit!r} to {length}", flush=True)
    except Exception:  # noqa: S110 - a sentence about what could not be read is an answer
        pass
    return time.process_time() - begun


def slow(names: list[str]) -> Iterator[str]:
    """What grows faster than its input, reader by reader."""
    for name, unit in product(names or READERS, UNITS):
        read = READERS[name]
        long = taken(read, unit, LONG)
        if long < NOTABLE:
            continue
        short = min(taken(read, unit, SHORT) for _ in range(3))
        if (ratio := min(long, taken(read, unit, LONG)) / short) > MOST:
            yield f"{name}: {unit!r} takes {long:.2f} s at {LONG:,} signs, {ratio:.0f} times as long as at {SHORT:,}"


def main(names: list[str]) -> int:
    """1 where a reader is not linear."""
    found = 0
    for told in slow(names):
        found += 1
        print(told, flush=True)
    print(f"{', '.join(names) or 'all readers'}: {len(UNITS)} units, {found} grow faster than their input")
    return int(found > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
