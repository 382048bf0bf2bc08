"""The service's contract as an OpenAPI document; a test holds the routes and the answers to it."""

from __future__ import annotations

from typing import Any

from models.bundles.manifest import KINDS

_PROBABILITY = {"type": "number", "minimum": 0, "maximum": 1}
_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}

_SCHEMAS: dict[str, Any] = {
    "Error": {
        "type": "object",
        "required": ["error"],
        "properties": {"error": {"type": "string", "description": "One sentence for the person who asked."}},
    },
    "Prediction": {
        "type": "object",
        "required": ["label"],
        "properties": {
            "label": _TEXT,
            "probability": _PROBABILITY,
            "value": {"type": "number", "description": "For regression, in place of a probability."},
        },
    },
    "Answer": {
        "type": "object",
        "required": ["model", "version", "predictions"],
        "properties": {
            "model": _TEXT,
            "version": _TEXT,
            "kind": {"enum": list(KINDS)},
            "predictions": {"type": "array", "items": {"$ref": "#/components/schemas/Prediction"}},
            "confident": {"type": "boolean", "description": "Whether the model itself stands by its first prediction."},
            "notes": _TEXTS,
            "ood_score": {"type": "number", "description": "Above 1 the picture is unlike the training pictures."},
            "saliency": {"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"},
            "mask": {"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"},
        },
    },
    "Model": {
        "type": "object",
        "required": ["name", "version", "versions", "labels", "takes"],
        "properties": {
            "takes": {
                "enum": ["picture", "row", "pair"],
                "description": "A pair: who, and what to recommend.",
            },
            "columns": {"type": "array", "items": {"$ref": "#/components/schemas/Column"}},
            "name": _TEXT,
            "version": _TEXT,
            "versions": _TEXTS,
            "kind": _TEXT,
            "summary": _TEXT,
            "labels": _TEXTS,
            "measured": {"type": "object", "additionalProperties": {"type": "number"}},
            "tuning": {"$ref": "#/components/schemas/Tuning"},
        },
    },
    "Tuning": {
        "type": "object",
        "required": ["threads", "decoders", "batch", "gather", "tried"],
        "description": "How it is run on this machine, once it is loaded.",
        "properties": {
            "threads": {"type": "integer"},
            "decoders": {"type": "integer"},
            "batch": {"type": "integer", "description": "Pictures at a time, at most."},
            "gather": {"type": "boolean", "description": "Whether a batch waits for pictures that are being opened."},
            "tried": {"type": "boolean", "description": "Whether it was tried how it runs best here."},
            "rate": {"type": "number", "description": "Pictures a second when it was measured."},
        },
    },
    "Column": {
        "type": "object",
        "required": ["name", "usual"],
        "description": "Of words, with some or all of its values and their count; or of numbers, with their ends.",
        "properties": {
            "name": _TEXT,
            "values": _TEXTS,
            "count": {"type": "integer"},
            "least": {"type": "number"},
            "most": {"type": "number"},
            "usual": {"type": ["string", "number"]},
        },
    },
    "RowAnswers": {
        "type": "object",
        "required": ["model", "version", "rows"],
        "properties": {
            "model": _TEXT,
            "version": _TEXT,
            "kind": {"enum": list(KINDS)},
            "rows": {"type": "array", "items": {"$ref": "#/components/schemas/RowAnswer"}},
        },
    },
    "Answers": {"anyOf": [{"$ref": "#/components/schemas/Answer"}, {"$ref": "#/components/schemas/RowAnswers"}]},
    "RowAnswer": {
        "type": "object",
        "required": ["predictions", "confident", "notes"],
        "properties": {
            "predictions": {"type": "array", "items": {"$ref": "#/components/schemas/Prediction"}},
            "confident": {"type": "boolean"},
            "notes": _TEXTS,
        },
    },
    "Recommendation": {
        "type": "object",
        "required": ["model", "version", "predictions", "notes"],
        "properties": {
            "model": _TEXT,
            "version": _TEXT,
            "predictions": {"type": "array", "items": {"$ref": "#/components/schemas/Prediction"}},
            "notes": _TEXTS,
        },
    },
    "Models": {
        "type": "object",
        "required": ["models"],
        "properties": {
            "models": {"type": "array", "items": {"$ref": "#/components/schemas/Model"}},
            "faults": {"type": "object", "additionalProperties": _TEXT, "description": "Why a model is left out."},
        },
    },
    "Training": {
        "type": "object",
        "required": ["model", "state", "counts", "pictures"],
        "properties": {
            "model": _TEXT,
            "state": {"enum": ["idle", "running", "done", "failed", "stopped", "published"]},
            "version": _TEXT,
            "stage": {
                **_TEXT,
                "description": "What is being done: starting, opening, rate, head, learning …",
            },
            "share": {"type": "number", "description": "How much of that is done."},
            "epoch": {"type": "integer", "description": "Of stages in epochs: which one, from 1."},
            "of_epochs": {"type": "integer", "description": "Of how many; 0 where the stage has none."},
            "lines": {**_TEXTS, "description": "What was said on the way."},
            "measured": {"type": "object", "additionalProperties": {"type": "number"}},
            "compared": {
                "type": ["object", "null"],
                "additionalProperties": {"type": "number"},
                "description": "Beside the version that answers, on the pictures held back: fixed, regressed, p.",
            },
            "doubtful": {
                "type": "array",
                "items": {"type": "object"},
                "description": "Pictures whose labels it doubts: file, label, predicted, probability (of the label).",
            },
            "error": _TEXT,
            "fault": {
                "type": "object",
                "properties": {"name": _TEXT, "values": {"type": "object"}},
                "description": "The error as a value: few-pictures, no-room, ended …",
            },
            "kind": _TEXT,
            "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
            "nothing": {"type": "integer", "description": "Pictures that show none of the labels."},
            "pictures": {"type": "object", "additionalProperties": {"type": "string", "contentEncoding": "base64"}},
        },
    },
    "Version": {"type": "object", "required": ["model", "version"], "properties": {"model": _TEXT, "version": _TEXT}},
    "Comparable": {
        "type": "object",
        "required": ["offered"],
        "properties": {
            "offered": {"type": "object", "additionalProperties": {"type": "array", "items": _TEXT}},
        },
    },
    "Compared": {
        "type": "object",
        "required": ["models", "seen", "p", "on", "picture"],
        "properties": {
            "models": {
                "type": "array",
                "minItems": 2,
                "maxItems": 2,
                "items": {
                    "type": "object",
                    "required": ["model", "version", "right", "low", "high", "alone", "better"],
                    "properties": {
                        "model": _TEXT,
                        "version": _TEXT,
                        "right": {"type": "integer"},
                        "low": {"type": "number", "description": "The 95% interval of the share that is right."},
                        "high": {"type": "number"},
                        "alone": {"type": "integer", "description": "Right where the other is wrong."},
                        "better": {"type": "boolean"},
                    },
                },
            },
            "seen": {"type": "integer"},
            "p": {"type": "number", "description": "McNemar's exact test, two-sided."},
            "on": {"enum": ["handwriting", "given"], "description": "Held out; or what members gave for either."},
            "picture": {"type": "string", "contentEncoding": "base64"},
        },
    },
    "Removed": {"type": "object", "required": ["removed"], "properties": {"removed": {"type": "integer"}}},
    "Status": {"type": "object", "required": ["status"], "properties": {"status": _TEXT}},
    "Metadata": {"type": "object"},
    "Kept": {
        "type": "object",
        "required": ["model", "label", "kept"],
        "properties": {"model": _TEXT, "label": _TEXT, "kept": _TEXT},
    },
    "Inference": {
        "type": "object",
        "required": ["model_name", "outputs"],
        "properties": {"model_name": _TEXT, "model_version": _TEXT, "id": _TEXT, "outputs": {"type": "array"}},
    },
}

_REASONS = {
    400: "The request itself is not right",
    401: "A token is needed",
    404: "No such model or version",
    409: "It does not go together with what there is; the sentence says why",
    408: "The picture did not arrive in time",
    413: "Too large",
    415: "Not a picture of an allowed format",
    422: "A broken picture",
    429: "Too many pictures are waiting; see Retry-After",
    503: "Not ready yet",
    504: "Past the deadline",
    507: "No room left to keep it",
}
_NAME = {"name": "name", "in": "path", "required": True, "schema": _TEXT}
_LABEL = {"name": "label", "in": "query", "required": True, "schema": {**_TEXT, "minLength": 1, "maxLength": 100}}
_SHOWS = {
    "name": "label",
    "in": "query",
    "schema": {**_TEXT, "maxLength": 2000},
    "description": "A label; several, parted by semicolons; numbers (name = value; …); right or wrong, of a mask.",
}
_NONE = {"name": "none", "in": "query", "schema": {"enum": ["0", "1", "true", "false"]}}
_FILE = {"name": "file", "in": "path", "required": True, "schema": {**_TEXT, "pattern": "^[0-9a-f]{24}[.]png$"}}
_GIVER = {"name": "giver", "in": "query", "schema": {**_TEXT, "pattern": "^[0-9a-f]{0,128}$"}}
_WHOSE = {"name": "giver", "in": "path", "required": True, "schema": {**_TEXT, "pattern": "^[0-9a-f]{1,128}$"}}
_VERSION = {"name": "version", "in": "path", "required": True, "schema": _TEXT}
_LOOK = [
    {"name": "top_k", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 10000}},
    {"name": "explain", "in": "query", "schema": {"enum": ["0", "1", "true", "false"]}},
    {"name": "X-Deadline-Ms", "in": "header", "schema": {"type": "number", "minimum": 1, "maximum": 600000}},
]
_PICTURE: dict[str, Any] = {
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
}
_CELLS = {"type": "object", "additionalProperties": {"type": ["string", "number", "null"]}}
_PICTURE_OR_ROWS: dict[str, Any] = {
    "required": True,
    "content": {
        **_PICTURE["content"],
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["rows"],
                "additionalProperties": False,
                "properties": {"rows": {"type": "array", "minItems": 1, "maxItems": 1000, "items": _CELLS}},
            }
        },
    },
}
_FOR_WHOM = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["who"],
                "additionalProperties": False,
                "properties": {
                    "who": {"type": "string", "minLength": 1, "maxLength": 200},
                    "top_k": {"type": "integer", "minimum": 1, "maximum": 1000},
                    "leave_out": {"type": "array", "items": _TEXT, "maxItems": 10000},
                },
            }
        }
    },
}
_ASKED = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}


def document() -> dict[str, Any]:
    """The whole document."""
    look = (200, "Answers", 400, 401, 404, 408, 413, 415, 422, 429, 503, 504)
    keep = (200, "Kept", 400, 401, 404, 408, 413, 415, 422, 429, 503, 504, 507)
    recommend = (200, "Recommendation", 400, 401, 404, 408, 413, 429, 503, 504)
    infer = (200, "Inference", 400, 401, 404, 408, 413, 415, 422, 429, 503, 504)
    paths = {
        "/livez": {"get": _does("Whether the process answers", (200, "Status"))},
        "/readyz": {"get": _does("Whether a picture would be answered", (200, "Status", 503, 504))},
        "/metrics": {"get": _does("Counts for Prometheus", (200, "text/plain", 401))},
        "/openapi.json": {"get": _does("This document", (200, "Metadata", 401))},
        "/v1/models": {"get": _does("The models on offer", (200, "Models", 401, 503))},
        "/v1/models/{name}": {"get": _does("One model", (200, "Model", 401, 404, 503), [_NAME])},
        "/v1/models/{name}/predict": {
            "post": _does("Look at a picture, or read rows", look, [_NAME, *_LOOK], _PICTURE_OR_ROWS)
        },
        "/v1/models/{name}/versions/{version}/predict": {
            "post": _does("The same with one version", look, [_NAME, _VERSION, *_LOOK], _PICTURE_OR_ROWS)
        },
        "/v1/models/{name}/recommend": {
            "post": _does("What somebody would rate highest", recommend, [_NAME, _LOOK[2]], _FOR_WHOM)
        },
        "/v1/models/{name}/feedback": {
            "post": _does("Keep a member's correction", keep, [_NAME, _SHOWS, _NONE, _GIVER, _LOOK[2]], _PICTURE)
        },
        **_trainings(),
        "/v1/comparisons": {"get": _does("Which models can be compared", (200, "Comparable", 401))},
        "/v1/comparisons/{name}/{other}": {
            "post": _does("Compare two models", (200, "Compared", 401, 404, 409), [_NAME, {**_NAME, "name": "other"}])
        },
        "/v2": {"get": _does("The server, in the Open Inference Protocol", (200, "Metadata", 401))},
        "/v2/health/live": {"get": _does("Alive", (200, "Metadata", 401))},
        "/v2/health/ready": {"get": _does("Ready", (200, "Metadata", 401, 503))},
    }
    for base, named in (("/v2/models/{name}", [_NAME]), ("/v2/models/{name}/versions/{version}", [_NAME, _VERSION])):
        paths[base] = {"get": _does("A model's tensors", (200, "Metadata", 401, 404, 503), named)}
        paths[f"{base}/ready"] = {"get": _does("A model is ready", (200, "Metadata", 401, 404, 503), named)}
        paths[f"{base}/infer"] = {"post": _does("Infer", infer, named, _ASKED)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "studybot models", "version": "1", "description": "Pictures in, calibrated answers out."},
        "components": {"schemas": _SCHEMAS, "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{}, {"token": []}],
        "paths": paths,
    }


def _trainings() -> dict[str, Any]:
    """The addresses under which models are trained."""
    told = (200, "Training", 400, 401, 404)
    here = "/v1/trainings/{name}"
    tried = (200, "Answers", 400, 401, 404, 408, 413, 415, 422, 429, 503, 504)
    collect = (*told, 408, 413, 415, 422, 429, 503, 504, 507)
    return {
        here: {
            "get": _does("How far a training is", told, [_NAME]),
            "post": _does("Train from what was collected", (*told, 409), [_NAME]),
            "delete": _does("Call it off", (*told, 409), [_NAME]),
        },
        f"{here}/pictures": {
            "post": _does("Keep a picture to learn from", collect, [_NAME, _LABEL, _GIVER, _LOOK[2]], _PICTURE)
        },
        f"{here}/pictures/{{file}}": {
            "get": _does("A picture that was given", (200, "image/png", 400, 401, 404), [_NAME, _FILE]),
            "post": _does("Say what it shows after all", told, [_NAME, _FILE, _LABEL]),
            "delete": _does("Remove it", told, [_NAME, _FILE]),
        },
        f"{here}/predict": {
            "post": _does("Ask what was trained", (*tried, 409), [_NAME, _LOOK[0], _LOOK[2]], _PICTURE)
        },
        f"{here}/publish": {"post": _does("Let it answer", (*told, 409), [_NAME])},
        f"{here}/rollback": {
            "post": _does("Let the version before answer", (200, "Version", 400, 401, 404, 409), [_NAME])
        },
        "/v1/givers/{giver}": {
            "delete": _does("Remove all that somebody gave", (200, "Removed", 400, 401, 404), [_WHOSE])
        },
    }


def _does(
    summary: str,
    answers: tuple[int | str, ...],
    parameters: list[dict[str, Any]] | None = None,
    body: dict[str, Any] | None = None,
) -> dict[str, Any]:
    status, schema, *refusals = answers
    named = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    content: dict[str, Any] = {str(schema): {}} if "/" in str(schema) else named
    responses: dict[str, Any] = {str(status): {"description": "Answered", "content": content}}
    for refusal in refusals:
        assert isinstance(refusal, int)
        responses[str(refusal)] = {
            "description": _REASONS[refusal],
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
        }
    operation: dict[str, Any] = {"summary": summary, "responses": responses}
    if parameters:
        operation["parameters"] = parameters
    if body:
        operation["requestBody"] = body
    return operation
