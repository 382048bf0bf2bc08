"""No text makes reading grow by the square: neither a pattern's steps nor the reader's calls."""

import ast
import importlib
import pkgutil
import re
from functools import partial
from html.parser import HTMLParser
from itertools import product
from pathlib import Path

import pytest

import study.choosing
import study.grading.authoring.sketching
import study.grading.language.guess
import study.notes
from study.notes import read_notes
from study.notes.markdown.html import parts_of
from tests.study.counting import calls
from tests.study.notes.backtracking import Steps

ANCHORED = ("match", "fullmatch")
SCANS = ("search", "sub", "subn", "finditer", "findall", "split")


def modules(package):
    yield package.__name__
    for found in pkgutil.walk_packages(getattr(package, "__path__", []), f"{package.__name__}."):
        yield found.name


def uses(tree):
    """The methods that each name is called with: `_SIGN.sub(…)`, and `map(_SIGN.match, …)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield node.value.id, node.attr


def patterns(package):
    """Every pattern of the package by name, with whether it is looked for all over a text."""
    found, scanned, inline = {}, set(), []
    for name in modules(package):
        module = importlib.import_module(name)
        tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
        used = list(uses(tree))
        inline += [f"{name}: re.{attr}" for owner, attr in used if owner == "re" and attr in (*SCANS, *ANCHORED)]
        scanned |= {f"{name}.{owner}" if owner[0] == "_" else owner for owner, attr in used if attr in SCANS}
        for key, value in vars(module).items():
            held = value.items() if isinstance(value, dict) else [("", value)]
            for inner, each in held:
                if isinstance(each, re.Pattern):
                    found[each] = f"{name}.{key}"
                    scanned |= {f"{name}.{key}"} if inner else set()
    assert not inline, "patterns are compiled once, where this test can see them"
    return {each: (name, bool({name, name.rpartition(".")[2]} & scanned)) for each, name in found.items()}


PATTERNS = {}
for each in (study.notes, study.choosing, study.grading.authoring.sketching, study.grading.language.guess):
    PATTERNS |= patterns(each)


def pumps(pattern):
    """Texts that a pattern may stumble over: what it is made of, again and again, behind what may lead up to it."""
    text = re.sub(r"\\[wsdbWSDB]|\(\?[P<:=!]*|[\[\]{}|^+]", "", pattern)
    brackets = re.findall(r"\\([\[\]{}|^+])", pattern)  # meant as themselves
    signs = [char for char in dict.fromkeys([*brackets, *text]) if not char.isalnum() and char not in "\\)"][:9]
    leads = ["", "a? ", "[[", *(sign * 2 for sign in signs[:4])]
    opened = [f"{sign * times}a " for sign in signs for times in (1, 2)]
    yield from product(leads, ["a", " ", "1", "a ", *signs, *opened], ("", "\x00"))


@pytest.mark.parametrize("pattern", PATTERNS, ids=[name for name, _ in PATTERNS.values()])
def test_a_pattern_takes_steps_by_the_length_of_its_text(pattern):
    _, scanned = PATTERNS[pattern]
    steps = Steps(pattern.pattern, pattern.flags & (re.IGNORECASE | re.DOTALL | re.VERBOSE))
    count = steps.scan if scanned else steps.match
    for lead, unit, tail in pumps(pattern.pattern):
        few, many = (count(lead + unit * times + tail) for times in (12, 48))
        assert many <= 5 * few + 100, (lead, unit, tail, few, many)


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "".join(
            f"{i}. What is thing number {i}?\n\n> It is thing {i}, and so on.\n\n" for i in range(n // 60)
        ),
        lambda n: "Q. What is it?\nA. That.\n" * (n // 24),
        lambda n: "- a bullet that tells something\n" * (n // 32),
        lambda n: "word " * (n // 5),
        lambda n: "*" * n,
        lambda n: "[" * (n // 8),
        lambda n: "> " * (n // 8),
        lambda n: "\t- x\n" * (n // 5),
        lambda n: "`" * (n // 8) + "a",
        lambda n: "==a " * (n // 4),
        lambda n: "^^a ==b" * (n // 7),
        lambda n: "<b>x " * (n // 5),
        lambda n: "[](x) " * (n // 6),
        lambda n: "a :: b " * (n // 7),
        lambda n: "![a](b)" * (n // 7),
        lambda n: "1. a?\n" * (n // 6),
        lambda n: "- [ ] a\n" * (n // 8),
        lambda n: "#" * n,
        lambda n: "- a?\n\nx\n\n" * (n // 9),
        lambda n: "- a\n\n  > " * (n // 9),
        lambda n: "<!--" * (n // 8),
        lambda n: "T / F " * (n // 12),
        lambda n: "".join("  " * min(i, 400) + "- a?\n" for i in range(n // 800)),
        lambda n: "".join(f"{i}. What?\n\n- so\n- and so\n\n" for i in range(n // 24)),
        lambda n: "plain words\n" * (n // 12),
        lambda n: "A: words\n" * (n // 9),
        lambda n: "Q. What?\n" + "A. That.\n" * (n // 9),
        lambda n: "Q. What?\n" + "A: That.\n" * (n // 9),
        lambda n: "Q. What?\n" + "".join(f"A. one\nB. two {i}\nAnswer: B\n" for i in range(n // 26)),
        lambda n: "Q. What?\n\n" + "A. That.\n\n" * (n // 10),
        lambda n: "Q. What?\n" + "- [ ] so\n\nA: That.\n\n" * (n // 21),
        lambda n: "Q. What?\n" + "a ==b== c\n" * (n // 10),
        lambda n: "A. one\nB. two\n" * (n // 14),
        lambda n: "".join(f"{chr(65 + i % 26)}. one\n" for i in range(n // 7)),
        lambda n: "1. What is it?\n" + "2. so\n" * (n // 6),
        lambda n: "What is it?\n" + "so\n\n" * (n // 4),
        lambda n: "??\n" * (n // 3),
        lambda n: "| a | b |\n| - | - |\n" + "| c? | d |\n" * (n // 10),
    ],
)
def test_a_note_twice_as_long_takes_twice_the_calls(make):
    few, many = (calls(partial(read_notes, make(length))) for length in (4_000, 12_000))
    assert many <= 4.5 * few + 10_000


@pytest.mark.parametrize(
    "piece",
    ["<!--", "a<!--b>", "<a", "</b", "<?", "<!"],
)
def test_what_no_sign_ends_in_html_is_text_and_its_end_is_looked_for_nowhere(piece, monkeypatch):
    looked = []
    monkeypatch.setattr(HTMLParser, "parse_comment", lambda _self, at, _report=1: looked.append(at) or -1)
    assert parts_of(f"{piece} {piece}") == ([("text", (f"{piece} {piece}",))], 0)
    assert looked == []


@pytest.mark.parametrize("section", ["<![CDATA[", "<![if", "<![1", "<![x["])
def test_a_section_of_sgml_in_html_is_a_comment_to_its_end_and_no_fault(section):
    assert parts_of(f"<p>a {section}b> c</p>{section}d") == ([("text", ("a c", f"{section}d"))], 0)
