"""The rubric keys of an item as JSON Schema, for editors to complete; in step with the reading of them."""

from __future__ import annotations

from typing import Any

from study.grading.match.operator import TEXT
from study.grading.match.registry import KEYS

POINT_KEYS = ("worth", "required", "bonus", "hit", "missed", "hint", "typos", "negation")
WRONG_KEYS = ("feedback", "costs", "typos")
RESERVED = frozenset((*POINT_KEYS, *WRONG_KEYS, *KEYS, "answer", "score"))
"""Words that are keys where a name stands, and so can name no point."""

_POINT: dict[str, Any] = {
    "worth": {"type": "number", "exclusiveMinimum": 0, "description": "Credit for the point; default 1."},
    "required": {"type": "boolean", "description": "Without it an answer earns half at most."},
    "bonus": {"type": "boolean", "description": "Earns credit, but is not missed."},
    "hit": {"type": "string", "description": "Said when the point is earned."},
    "missed": {"type": "string", "description": "Said when it is not, once the answer may be seen."},
    "hint": {"type": "string", "description": "A nudge towards it, while the answer may still be tried."},
    "typos": {"type": "boolean", "description": "false: typing errors are not forgiven."},
    "negation": {"enum": ["heed", "ignore"], "description": "ignore: a 'not' over the words does not matter."},
}

_WRONG: dict[str, Any] = {
    "feedback": {"type": "string"},
    "costs": {"type": "number", "exclusiveMinimum": 0, "description": "Default: half of all points."},
    "typos": {"type": "boolean"},
}


def _or_named(keys: dict[str, Any]) -> dict[str, Any]:
    """The keys of an entry, each of which may also be its name: then what is worth saying stands under it, no value."""
    named = {"type": ["array", "object"], "$ref": "#/$defs/rubricPointBody"}
    return {key: {"anyOf": [value, named]} for key, value in keys.items()}


RUBRIC_SCHEMA: dict[str, Any] = {
    "properties": {
        "points": {
            "type": "array",
            "minItems": 1,
            "description": "What is worth saying: the reason for the credit, then the ways of saying it.",
            "items": {
                "oneOf": [
                    TEXT,
                    {
                        "type": "object",
                        "minProperties": 1,
                        "properties": {**_or_named(_POINT), **KEYS},
                        "additionalProperties": {"oneOf": [{"type": "null"}, {"$ref": "#/$defs/rubricPointBody"}]},
                    },
                ]
            },
        },
        "wrong": {
            "type": "array",
            "description": "What people get wrong, how they say it, and a sentence that helps.",
            "items": {
                "type": "object",
                "minProperties": 1,
                "properties": {**_or_named(_WRONG), **KEYS},
                "additionalProperties": {"oneOf": [{"type": "null"}, {"$ref": "#/$defs/rubricPointBody"}]},
            },
        },
        "examples": {
            "type": "array",
            "description": "Answers with the score, 0 to 1, that each must earn.",
            "items": {
                "oneOf": [
                    {
                        "type": "object",
                        "required": ["answer", "score"],
                        "properties": {
                            "answer": {"type": "string"},
                            "score": {"type": "number", "minimum": 0, "maximum": 1},
                        },
                        "additionalProperties": False,
                    },
                    {
                        "type": "object",
                        "minProperties": 1,
                        "maxProperties": 1,
                        "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1},
                    },
                ]
            },
        },
    },
    "$defs": {
        "rubricMatch": {
            "oneOf": [
                {"type": ["string", "number"]},
                {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/rubricMatch"}},
                {
                    "type": "object",
                    "minProperties": 1,
                    "properties": dict(KEYS),
                    "additionalProperties": {"$ref": "#/$defs/rubricMatch"},
                },
            ]
        },
        "rubricPointBody": {
            "oneOf": [
                {"type": ["string", "number"]},
                {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/rubricMatch"}},
                {
                    "type": "object",
                    "minProperties": 1,
                    "properties": {**_POINT, **KEYS},
                    "additionalProperties": False,
                },
            ]
        },
    },
}
