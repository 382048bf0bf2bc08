"""Whatever a note holds: reading it ends, breaks on nothing, and loses no word without saying so."""

# ruff: noqa: E501, RUF001 - many small pieces of notes, as people type them

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from study.notes import LARGEST, NotesError, decode, read_notes

PIECES = st.sampled_from(
    [
        "1. What is a tensor?", "2. Name two losses", "1. lorem", "- ipsum dolor", "\t- nested", "  - [ ] open", "> quoted",
        "> > twice", "> 1. listed", "Q. why so?", "A. because", "**Q:** bold?", "Answer:", "A. first", "B. second", "# Title",
        "## What now?", "### References", "## Summary", "---", "===", "```", "~~~", "    code = 1", "| Question | Answer |",
        "|---|---|", "| a | b |", "<details>", "<summary>Answer</summary>", "</details>", "<!-- hidden", "-->", "key:: value",
        "[[link]] ((aaaaaaaaa))", "![alt](x.png)", "[^1]: foot", "[ref]: http://x.y", "$a_b$ *c", "**T** / F", "T / `F`",
        "What :: that", "?", "", "", "", "\u4ec0\u4e48\uff1f", "1) x", "10.**What?**", "- #card x", "*", "-", "1.", "\\", "{{x}}",
    ]
)  # fmt: skip
NOTES = st.lists(PIECES, max_size=25).map("\n".join) | st.text(max_size=200)


@settings(deadline=None, max_examples=200)
@given(NOTES)
def test_no_note_breaks_the_reading(note):
    notes = read_notes(note)
    lines = note.count("\n") + note.count("\r") + len(re.findall("[\u2028\u2029\x0b\x0c\x85]", note)) + 1
    for entry in notes.entries:
        assert entry.question.strip() == entry.question != ""
        assert 1 <= entry.line <= lines
    assert all(1 <= remark.line <= lines and remark.what for remark in notes.remarks)
    assert [entry.line for entry in notes.entries] == sorted(entry.line for entry in notes.entries)


WORDS = [f"word{n:03}x" for n in range(40)]
SHAPES = st.sampled_from(
    [
        "1. {}?", "2. {}", "1. {}", "- {}", "- {}?", "\t- {}", "> {}", "> - {}", "Q. {}?", "A. {}", "**{}?**", "**{}**", "{}?",
        "{}", "{}", "# {}", "## {}?", "### {}", "    {}", "| {} | {} |\n|---|---|\n| {} | {} |", "```\n{}\n```", "* {} `{}`",
        "Answer: {}", "{} :: {}", "<b>{}</b>", "<p>{}</p>", "- [x] {}", "### References\n{}", "## Recap\n- {}", "---", "",
    ]
)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(st.lists(SHAPES, max_size=20), st.randoms(use_true_random=False))
def test_no_word_is_lost_silently(shapes, random):
    words = iter(random.sample(WORDS, len(WORDS)))
    lines, used = [], {}
    for shape in shapes:
        count = shape.count("{}")
        given_words = [next(words, None) for _ in range(count)]
        if None in given_words:
            break
        text = shape.format(*given_words)
        lines.append(text)
        start = sum(line.count("\n") + 1 for line in lines[:-1]) + 1
        used |= dict.fromkeys(given_words, start)
    notes = read_notes("\n".join(lines))
    told = " ".join(f"{entry.question} {entry.answer} {entry.explanation}" for entry in notes.entries)
    told += " ".join(f"{option.text} {option.feedback}" for entry in notes.entries for option in entry.options)
    said = " ".join(remark.what for remark in notes.remarks)
    sections = [remark.line for remark in notes.remarks if remark.what.startswith("The section") or "…" in remark.what]
    above = [line for line, below in pairwise("\n".join(lines).split("\n")) if below == "---" or below[:1].isspace()]
    headings = [line for line in lines if line.startswith(("#", "**", "<b>"))]
    titles = {word for line in headings + above for word in re.findall(r"word\d+x", line)}
    lost = [
        word
        for word, line in used.items()
        if word not in told and word not in said and word not in titles and not any(line >= at for at in sections)
    ]
    assert lost == []


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Größe?\n".encode(), "Größe?\n"),
        ("\ufeffGröße?\n".encode(), "Größe?\n"),
        ("Größe?\n".encode("utf-16"), "Größe?\n"),
        ("Größe – “so”?\n".encode("cp1252"), "Größe – “so”?\n"),
        (b"", ""),
    ],
)
def test_the_usual_encodings_are_told_apart(content, text):
    assert decode(content) == text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x00\x01\x02 text", "It is not a text file"),
        (bytes(range(256)) * 4, "It is not a text file"),
        (b"x" * (LARGEST + 1), "It is larger than 5 MB"),
    ],
)
def test_what_is_no_note_is_refused_in_a_sentence(content, sentence):
    with pytest.raises(NotesError, match=sentence):
        decode(content)
