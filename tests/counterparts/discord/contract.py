"""Holds every request, answer and event against Discord's own published schemas, every object closed."""

from __future__ import annotations

import copy
import functools
import json
import re
from typing import Any

import jsonschema_rs

from tests.shared import SHARED, schema

HAVE_SCHEMAS = SHARED is not None
EVENTS = ("READY", "GUILD_CREATE", "INTERACTION_CREATE", "MESSAGE_CREATE", "MESSAGE_UPDATE")


class ContractBroken(AssertionError):
    """Something was said that Discord's schemas do not allow."""


def _closed(node: Any) -> Any:
    """The same schema with every object closed, so that a misspelt key is found out."""
    if isinstance(node, dict):
        made = {key: _closed(value) for key, value in node.items()}
        if made.get("type") == "object" and "properties" in made:
            made.setdefault("additionalProperties", False)
        return made
    return [_closed(value) for value in node] if isinstance(node, list) else node


class Contract:
    """The schemas, ready to check with."""

    def __init__(self) -> None:
        self.api = json.loads(schema("discord-openapi.json"))
        self.gateway = json.loads(schema("discord-gateway.schema.json"))
        self._components = _closed(self.api["components"]["schemas"])
        self._validators: dict[str, Any] = {}
        self._routes = [
            (
                path,
                re.compile(
                    "^" + re.sub(r"\{[^}]+\}", "[^/]+", re.escape(path).replace(r"\{", "{").replace(r"\}", "}")) + "$"
                ),
            )
            for path in self.api["paths"]
        ]
        self.checked = 0

    def template(self, path: str) -> str:
        """The published path that this one is an instance of; literal segments win."""
        fitting = [(template.count("{"), template) for template, pattern in self._routes if pattern.match(path)]
        if not fitting:
            raise ContractBroken(f"Discord has no path {path}")
        return min(fitting)[1]

    def _validator(self, name: str, schema: dict[str, Any]) -> Any:
        if name not in self._validators:
            whole = {**_closed(schema), "components": {"schemas": self._components}}
            self._validators[name] = jsonschema_rs.Draft202012Validator(whole, validate_formats=False)
        return self._validators[name]

    def request(self, method: str, path: str, body: Any) -> None:
        """Check what a client sends."""
        operation = self.api["paths"][self.template(path)].get(method.lower())
        if operation is None:
            raise ContractBroken(f"Discord has no {method} {path}")
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            if body not in (None, {}):
                raise ContractBroken(f"{method} {path} takes no body, but {body!r} came")
            return
        self._check(f"request {method} {self.template(path)}", content["schema"], _normalised(body))

    def response(self, method: str, path: str, status: int, body: Any) -> None:
        """Check what the counterpart answers."""
        answers = self.api["paths"][self.template(path)][method.lower()]["responses"]
        schema = answers.get(str(status), {}).get("content", {}).get("application/json", {}).get("schema")
        if schema is not None:
            self._check(f"response {method} {self.template(path)} {status}", schema, body)

    def event(self, name: str, data: Any) -> None:
        """Check an event of the gateway."""
        if name not in EVENTS:
            return
        if name not in self._validators:
            schema = {"$ref": f"#/properties/{name}", **self.gateway} | {
                "$ref": f"#/definitions/DiscordGateway/properties/{name}"
            }
            self._validators[name] = jsonschema_rs.Draft7Validator(schema, validate_formats=False)
        self._judge(f"event {name}", self._validators[name], data)

    def _check(self, name: str, schema: dict[str, Any], body: Any) -> None:
        self._judge(name, self._validator(name, schema), body)

    def _judge(self, name: str, validator: Any, body: Any) -> None:
        self.checked += 1
        if validator.is_valid(body):
            return
        faults = sorted(validator.iter_errors(body), key=lambda e: -len(list(e.instance_path)))[:5]
        raise ContractBroken(
            f"{name}: " + "; ".join(f"{'/'.join(map(str, f.instance_path))}: {f.message[:400]}" for f in faults)
        )


def _normalised(body: Any) -> Any:
    """What discord.py sends beyond the schemas and Discord takes: integer ids, `tts` in edits, `nsfw`."""
    made = copy.deepcopy(body)
    for command in made if isinstance(made, list) else ():
        command.pop("nsfw", None)
    inner = made.get("data") if isinstance(made, dict) and isinstance(made.get("data"), dict) else made
    if isinstance(inner, dict):
        inner.pop("tts", None)
        if "recipient_id" in inner:
            inner["recipient_id"] = str(inner["recipient_id"])
        if (inner.get("allowed_mentions") or {}).get("roles"):
            inner["allowed_mentions"]["roles"] = [str(role) for role in inner["allowed_mentions"]["roles"]]
        for attached in inner.get("attachments") or ():
            attached["id"] = str(attached["id"])
    return made


@functools.cache
def contract() -> Contract:
    """The one contract; reading the schemas takes half a second."""
    return Contract()
