"""The rubric keys of an item as JSON Schema, for editors to complete; in step with the reading of them."""

from __future__ import annotations

from typing import Any

POINT_KEYS = ("worth", "required", "bonus", "hit", "missed", "typos", "negation")
KIND_KEYS = (
    "any",
    "of",
    "pair",
    "near",
    "order",
    "within",
    "says",
    "about",
    "number",
    "unit",
    "formula",
    "regex",
    "like",
)
WRONG_KEYS = ("feedback", "costs", "typos")

_MATCH = {"$ref": "#/$defs/rubricMatch"}
_GROUPS = {"type": "array", "minItems": 1, "items": _MATCH}
_TEXT = {"type": "string", "minLength": 1, "maxLength": 500}

_KINDS: dict[str, Any] = {
    "any": {
        "type": "integer",
        "minimum": 1,
        "description": "How many of them earn the point in full; fewer earn their share.",
    },
    "of": {**_GROUPS, "minItems": 1, "description": "The things of which so many are asked; each counts once."},
    "pair": {
        "description": "What goes with what: left side, then the ways of saying its own right side.",
        "oneOf": [
            {"type": "object", "minProperties": 1, "additionalProperties": _MATCH},
            {"type": "array", "minItems": 1, "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": _MATCH}},
        ],
    },
    "near": {**_GROUPS, "minItems": 2, "description": "All of these, close together, in any order."},
    "order": {**_GROUPS, "minItems": 2, "description": "All of these, in this order."},
    "within": {
        "type": "number",
        "minimum": 0,
        "description": "For near and order: words. For number: how far off it may be.",
    },
    "says": {"enum": ["yes", "no", True, False], "description": "A plain yes or no to the question."},
    "about": {"$ref": "#/$defs/rubricMatch", "description": "Other words that say the same yes or no."},
    "number": {"type": ["number", "string"], "description": "A number by value."},
    "unit": {"type": "string", "description": "Its unit: ms, GB, %, cm ..."},
    "formula": {**_TEXT, "description": "A formula; signs and order matter as in mathematics."},
    "regex": {**_TEXT, "description": "A regular expression (RE2) over the answer in small letters."},
    "like": {**_TEXT, "description": "A sentence whose words are looked for; what drafting writes."},
}
_POINT: dict[str, Any] = {
    "worth": {"type": "number", "exclusiveMinimum": 0, "description": "Credit for the point; 1 unless said."},
    "required": {"type": "boolean", "description": "Without it an answer earns half at most."},
    "bonus": {"type": "boolean", "description": "Earns credit, but is not missed."},
    "hit": {"type": "string", "description": "Said when the point is earned."},
    "missed": {"type": "string", "description": "Said when it is not."},
    "typos": {"type": "boolean", "description": "false: typing errors are not forgiven."},
    "negation": {"enum": ["heed", "ignore"], "description": "ignore: a 'not' over the words does not matter."},
}

RUBRIC_SCHEMA: dict[str, Any] = {
    "properties": {
        "points": {
            "type": "array",
            "minItems": 1,
            "description": "What is worth saying: the reason for the credit, then the ways of saying it.",
            "items": {
                "oneOf": [
                    _TEXT,
                    {
                        "type": "object",
                        "minProperties": 1,
                        "properties": {**_POINT, **_KINDS},
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
                "properties": {
                    "feedback": {"type": "string"},
                    "costs": {
                        "type": "number",
                        "exclusiveMinimum": 0,
                        "description": "Half of all points unless said.",
                    },
                    "typos": {"type": "boolean"},
                    **_KINDS,
                },
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
                    "properties": _KINDS,
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
                    "properties": {**_POINT, **_KINDS},
                    "additionalProperties": False,
                },
            ]
        },
    },
}
