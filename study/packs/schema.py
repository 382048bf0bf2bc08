"""The JSON Schema of a pack's files, for editors that complete and check while one types."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from study.grading import RUBRIC_SCHEMA
from study.packs.choices import MOST
from study.packs.shapes import (
    CHOICE,
    COURSE,
    ID,
    ID_LONGEST,
    ITEM,
    KNOWLEDGE,
    LANGUAGE,
    PICTURE,
    RECAP,
    TRUST,
    WEEK,
    Key,
    Shape,
)  # fmt: skip

Schema = dict[str, Any]


def pack_schema() -> Schema:
    """One schema (draft 2020-12) for course, week and knowledge files; which of them a file is shows in its keys."""
    rubric = copy.deepcopy(RUBRIC_SCHEMA)
    definitions = {
        **rubric.get("$defs", {}),
        "course": _object(COURSE, "What the whole course shares."),
        "week": _object(WEEK, "One week of the course."),
        "recap": _with_rubric(RECAP, rubric, "A week's recap."),
        "item": _item(rubric),
        "knowledge": _list(_object(KNOWLEDGE, "A question with its answer."), "Questions to look up."),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A course pack of studybot",
        "if": {"type": "array"},
        "then": {"$ref": "#/$defs/knowledge"},
        "else": {
            "if": {"anyOf": [{"required": [key]} for key in ("number", "recap", "items")]},
            "then": {"$ref": "#/$defs/week"},
            "else": {"$ref": "#/$defs/course"},
        },
        "$defs": definitions,
    }


def _object(shape: Shape, summary: str) -> Schema:
    return {
        "type": "object",
        "description": summary,
        "properties": {name: _property(key) for name, key in shape.items()},
        "required": [name for name, key in shape.items() if key.required],
        "additionalProperties": False,
    }


def _with_rubric(shape: Shape, rubric: Mapping[str, Any], summary: str) -> Schema:
    made = _object(shape, summary)
    made["properties"].update(rubric["properties"])
    made["required"].append("points")
    return made


def _item(rubric: Mapping[str, Any]) -> Schema:
    made = _with_rubric(ITEM, rubric, "One question.")
    made["required"] = [name for name in made["required"] if name not in rubric["properties"]]
    made["if"] = {"required": ["ungraded"]}
    made["then"] = {"properties": dict.fromkeys(rubric["properties"], False)}
    made["dependentRequired"] = {"picture": ["alt"], "alt": ["picture"]}
    made["else"] = {"anyOf": [{"required": ["points"]}, {"required": ["choices"]}]}
    return made


def _list(of: Schema, summary: str) -> Schema:
    return {"type": "array", "items": of, "description": summary}


# Every scalar is read as the text that stands there, so an editor must not object to what YAML takes for a number.
_TEXT = ["string", "number", "boolean"]


def _property(key: Key) -> Schema:
    text: Schema = {"type": _TEXT, "minLength": 1, "maxLength": key.longest}
    match key.kind:
        case "number":
            made: Schema = {"type": "integer", "minimum": 0}
        case "id":
            made = {"type": _TEXT, "pattern": f"^{ID}$", "maxLength": ID_LONGEST}
        case "language":
            made = {"type": "string", "pattern": f"^{LANGUAGE}$"}
        case "texts":
            made = {"type": "array", "items": text}
        case "synonyms":
            words = {"type": "array", "items": {"type": _TEXT, "minLength": 1}, "minItems": 2}
            made = {"type": "array", "items": words}
        case "recap":
            return {"$ref": "#/$defs/recap", "description": key.summary}
        case "draft":
            made = {"enum": list(TRUST)}
        case "picture":
            made = {"type": "string", "pattern": f"^{PICTURE}$", "maxLength": key.longest}
        case "flag":
            made = {"type": "boolean"}
        case "choices":
            option = {"anyOf": [{"type": _TEXT}, _object(CHOICE, "An option.")]}
            made = {"type": "array", "items": option, "minItems": 2, "maxItems": MOST}
        case "items":
            made = {"type": "array", "items": {"$ref": "#/$defs/item"}}
        case _:
            made = text
    return {**made, "description": key.summary}
