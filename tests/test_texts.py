"""What people read is in the catalogues: whole, with the same placeholders, and nothing stands outside of them."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from docs.catalogue import catalogue
from study.texts import (
    ENGLISH,
    LazyText,
    _,
    joined,
    language,
    language_for,
    languages,
    lazy,
    n_,
    n_lazy,
    number_text,
    percent_text,
    using_language,
    weekdays,
)

ROOT = Path(__file__).parent.parent
CATALOGUES = sorted((ROOT / "study" / "texts").glob("*.po"))


def fields(text):
    return {name for _words, name, *_rest in Formatter().parse(text) if name is not None}


def texts(message, of):
    both = getattr(message, of)
    return both if isinstance(both, (tuple, list)) else (both,)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_is_in_step_with_the_code_and_whole(path):
    assert catalogue(path) == path.read_text(encoding="utf-8"), "run python docs/generate.py"
    with path.open("rb") as file:
        messages = [message for message in read_po(file, locale=path.stem) if message.id]
    assert [message.id for message in messages if message.fuzzy or not all(texts(message, "string"))] == []
    for message in messages:
        wanted = set.union(*map(fields, texts(message, "id")))
        for text in texts(message, "string"):
            assert fields(text) | {"count"} == wanted | {"count"}, text
            assert [part.isspace() for part in (text[:1], text[-1:])] == [
                part.isspace() for part in (texts(message, "id")[0][:1], texts(message, "id")[0][-1:])
            ], text


def test_the_first_language_that_can_be_spoken_is():
    assert set(languages()) >= {ENGLISH, "de"}
    assert [language_for(*wished) for wished in (["de-AT"], ["de_CH"], ["fr", "de"], ["fr"], [""], [])] == [
        *("de", "de", "de"),
        *("en", "en", "en"),
    ]


def test_texts_dates_and_numbers_are_written_in_the_language_used():
    def told():
        names = joined(["Ann", "Ben", "Cem"])
        return language(), _("Task"), names, number_text(2.5), percent_text(0.5), weekdays()[0]

    def open_(count):
        return n_("One question is still open for you.", "{count} questions are still open for you.", count)

    assert told() == ("en", "Task", "Ann, Ben and Cem", "2.5", "50%", "Monday")
    with using_language("de-DE"):
        assert told() == ("de", "Aufgabe", "Ann, Ben und Cem", "2,5", "50\N{NO-BREAK SPACE}%", "Montag")
        assert open_(1) == "Eine Frage ist noch offen für dich."
        assert open_(4) == "4 Fragen sind noch offen für dich."
    assert open_(4) == "4 questions are still open for you."


def test_a_text_that_is_kept_has_its_words_when_it_is_read():
    """Texts within texts and texts for a count, too; what no catalogue knows stands as it is."""
    days = n_lazy("{count} day", "{count} days", 2)
    foreign = LazyText('{"text": not ours, {x}}')
    texts = [lazy("Task"), lazy("Week {week}", week=days), days, foreign, LazyText()]
    assert [LazyText.of(one.kept) for one in texts] == texts
    assert [str(one) for one in texts] == ["Task", "Week 2 days", "2 days", foreign.text, ""]
    assert lazy("Task").kept == "Task"
    with using_language("de"):
        assert [str(one) for one in texts] == ["Aufgabe", "Woche 2 Tagen", "2 Tagen", foreign.text, ""]
        assert f"{LazyText.of(texts[1].kept)}" == "Woche 2 Tagen"


# --- nothing outside the catalogue ------------------------------------------------------------------------------------

MARKS = {"_", "lazy", "n_", "n_lazy", "p_", "np_", "noop"}
SHOWN = ("cogs", "bot/platforms", "bot/dispatcher.py", "bot/schedule", "bot/channel_events.py", "bot/vision")
FOR_OPERATORS = re.compile(r"(Settings|Discord|Slack|Browser|Platform|Value|Type|Runtime|Lookup|Assertion|Bot)Error$")
"""What these say is read by whoever runs the bot or writes it, in the log and on the command line: English."""
OPERATORS = {
    "bot/platforms/browser/__init__.py": 1,
    "bot/platforms/browser/folders/pages.py": 1,
    "bot/platforms/browser/platform.py": 5,
    "bot/platforms/browser/signin/client.py": 11,
    "bot/platforms/browser/signin/pages.py": 1,
    "bot/platforms/browser/signin/tokens.py": 5,
    "bot/platforms/browser/signin/ways.py": 5,
    "bot/platforms/discord/platform.py": 4,
    "bot/platforms/slack/platform.py": 1,
    "bot/platforms/terminal/platform.py": 1,
    "bot/schedule/jobs.py": 1,
    "bot/schedule/meetings.py": 2,
    "bot/schedule/nudges.py": 2,
    "bot/schedule/regrading.py": 1,
    "bot/schedule/rounds.py": 2,
    "bot/schedule/trainings.py": 2,
    "bot/vision/child.py": 2,
    "cogs/deeds.py": 13,
    "cogs/predict.py": 1,
}
"""How many sentences of a file are for whoever runs the bot (in its log, at its start, a command to type), or are names
under which something is kept."""
OPERATORS_ALONE = {"doctor.py", "settings.py", "providers.py", "manifest.py", "cipher.py", "connect.py", "installs.py"}
SENTENCE = re.compile(r"[A-Za-z]{2,}[,:;]? [a-z]{2,}[,:;.]? [a-z]|^[A-Z][a-z]+ [a-z]+.*[.?!]$")


def parents(tree):
    """Each node with all that it stands in, the nearest first."""
    above = {}
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            above[child] = node
    return above


def called(node):
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def outside(path):
    """The sentences of a file that no catalogue knows and that somebody in a chat may read."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    above = parents(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or not SENTENCE.search(node.value):
            continue
        one, within = node, []
        while one in above:
            one = above[one]
            within.append(one)
        if isinstance(within[0], ast.Expr) or any(isinstance(each, ast.Assert) for each in within):
            continue
        calls = [each for each in within if isinstance(each, ast.Call)]
        if any(called(each) in MARKS or FOR_OPERATORS.search(called(each)) for each in calls):
            continue
        if any(
            isinstance(each.func, ast.Attribute) and ast.unparse(each.func.value) in ("log", "re") for each in calls
        ):
            continue
        yield f"{path.relative_to(ROOT)}:{node.lineno}: {node.value[:60]}"


def files():
    for name in SHOWN:
        at = ROOT / name
        yield from [at] if at.suffix else sorted(at.rglob("*.py"))


def test_no_text_that_people_read_stands_outside_of_the_catalogues():
    found = {path: list(outside(path)) for path in files() if path.name not in OPERATORS_ALONE}
    allowed = {ROOT / name: count for name, count in OPERATORS.items()}
    assert [line for path, lines in found.items() if len(lines) != allowed.get(path, 0) for line in lines] == []


def test_what_stands_where_nobody_says_otherwise_is_in_the_catalogues_too():
    """A default of a class is no sentence, and read all the same: what begins with a capital is written for people."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value.value}"
        for path in files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Constant)
        if isinstance(node.value.value, str) and re.match("[A-Z][a-z]", node.value.value)
    ]
    assert found == []


def test_texts_are_looked_up_where_extraction_sees_them():
    """In an f-string they would be looked up and never extracted."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in files()
        for string in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(string, ast.JoinedStr)
        for node in ast.walk(string)
        if isinstance(node, ast.Call) and called(node) in MARKS and isinstance(node.args[0], ast.Constant)
    ]
    assert found == []


def test_the_templates_say_nothing_outside_of_the_catalogues():
    found = []
    for path in sorted((ROOT / "bot" / "platforms" / "browser" / "templates").glob("*.html")):
        page = re.sub(r"\{% block kind %\}\w*|\{% set state %\}.*?endset", "", path.read_text(encoding="utf-8"))
        page = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", page, flags=re.DOTALL)
        said = re.findall(r'\b(?:aria-label|placeholder|title|alt|data-sure)="([^"]*)"', page)
        said += re.sub(r"<[^>]*>", "\n", page).splitlines()
        found += [f"{path.name}: {text}" for text in said if re.search(r"[A-Za-z]{2}", text.replace("studybot", ""))]
    assert found == []


SAID = r"[\"`]([A-Z][a-z]+:? [a-z$][^\"`\n]*|, [a-z]+ [a-z ]+)[\"`]"
"""A sentence, or what is put between or behind words."""


def test_the_scripts_say_nothing_outside_of_the_catalogues():
    found = []
    for path in sorted((ROOT / "bot" / "platforms" / "browser" / "static").glob("*.js")):
        script = re.sub(r"(?m)^\s*(?://|/\*).*$|\b_\(\s*\"[^\"]*\"", "", path.read_text(encoding="utf-8"))
        found += [f"{path.name}: {text}" for text in re.findall(SAID, script)]
    assert found == []
