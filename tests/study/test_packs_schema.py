"""The published schema says what the loader says, and is in step with the code."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from study.packs import pack_schema

CONTENT = Path(__file__).parents[2] / "content"
FILES = sorted(CONTENT.glob("*/*.yaml"))


def errors(data):
    return [error.message for error in Draft202012Validator(pack_schema()).iter_errors(data)]


def test_the_published_schema_is_in_step():
    written = json.loads((CONTENT / "pack.schema.json").read_text(encoding="utf-8"))
    assert written == pack_schema(), "studybot check --write-schema brings it up to date"


def test_it_is_a_schema():
    Draft202012Validator.check_schema(pack_schema())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_our_packs_fit_it(path):
    assert errors(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "data",
    [
        {"id": "demo", "title": "A demo"},
        {"id": "A demo", "title": "A demo", "language": "en"},
        {"id": "demo", "title": "A demo", "language": "en", "synonyms": [["GPU"]]},
        {"number": 1},
        {"number": "one", "title": "Week"},
        {"number": 1, "title": "Week", "extra": 1},
        {"number": 1, "title": "Week", "items": [{"id": "q", "ask": "?", "answer": "!"}]},
        {
            "number": 1,
            "title": "W",
            "items": [{"id": "q", "ask": "?", "answer": "!", "points": ["a"], "ungraded": "x"}],
        },
        {"number": 1, "title": "Week", "recap": {"prompt": "?", "answer": "!"}},
        [{"question": "Why?"}],
    ],
)
def test_it_objects_to_what_the_loader_objects_to(data):
    assert errors(data)


@pytest.mark.parametrize(
    "data",
    [
        {"id": "demo", "title": 1984, "language": "en", "synonyms": [["GPU", "card"]]},
        {"number": 1, "title": "Week", "items": [{"id": "q", "ask": "?", "answer": 1.0, "points": [{"a": ["b"]}]}]},
        {"number": 1, "title": "Week", "items": [{"id": "q", "ask": "?", "answer": True, "ungraded": "An activity."}]},
        [{"question": "Why?", "answer": "Because."}],
    ],
)
def test_it_takes_what_the_loader_takes(data):
    assert errors(data) == []
