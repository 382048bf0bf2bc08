"""Interactions: what a person sets off, how it must be acknowledged, and what becomes of late and double answers."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Any

from tests.counterparts.discord.shapes import (
    answered_components,
    attachment_shape,
    bad_body,
    check_layout,
    message_shape,
    stamp,
    user_shape,
    walk,
)
from tests.counterparts.discord.world import COMPONENTS_V2, EPHEMERAL, LOADING, ApiError, Channel, Guild, User, World

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
TOKEN_LIFE = 15 * 60.0
CALLBACKS = {COMMAND: {4, 5, 9}, COMPONENT: {4, 5, 6, 7, 9}, AUTOCOMPLETE: {8}, MODAL_SUBMIT: {4, 5, 6, 7}}


@dataclass
class Interaction:
    """One thing a person set off, and what the bot said to it."""

    id: int
    token: str
    kind: int
    user: User
    guild: Guild | None
    channel: Channel
    created: float
    payload: dict[str, Any] = field(default_factory=dict)
    source: dict[str, Any] | None = None
    answer: int | None = None
    acknowledged: float | None = None
    original: dict[str, Any] | None = None
    followups: list[dict[str, Any]] = field(default_factory=list)
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def settled(self) -> bool:
        """Whether the person sees the outcome, not a spinner."""
        if self.answer in (4, 7, 8, 9):
            return True
        if self.answer == 5:
            return bool(self.followups) if self.original is None else not self.original["flags"] & LOADING
        return self.answer == 6 and (self.original is None or "_touched" in self.original or bool(self.followups))


class Interactions:
    """All of them, and the routes by which they are answered."""

    def __init__(self, world: World, file_url: Any) -> None:
        self._world = world
        self._file_url = file_url
        self.all: dict[int, Interaction] = {}
        self.private: dict[int, dict[str, Any]] = {}
        self.deadline = 30.0
        """Seconds to acknowledge an interaction. Discord gives three: tests of the deadline shorten it."""

    def begin(self, kind: int, user: User, guild: Guild | None, channel: Channel) -> Interaction:
        """A new interaction, not yet told to the bot."""
        world = self._world
        made = Interaction(world.snowflake(), secrets.token_urlsafe(24), kind, user, guild, channel, world.clock())
        self.all[made.id] = made
        return made

    def _by_token(self, token: str) -> Interaction:
        found = next((i for i in reversed(self.all.values()) if i.token == token), None)
        if found is None or found.answer is None:
            raise ApiError(404, 10015, "Unknown Webhook")
        if self._world.clock() - found.created > TOKEN_LIFE:
            raise ApiError(401, 50027, "Invalid Webhook Token")
        return found

    def acknowledge(self, made: int, token: str, body: dict[str, Any], files: dict[int, bytes]) -> dict[str, Any]:
        """POST /interactions/{id}/{token}/callback."""
        world, found = self._world, self.all.get(made)
        if found is None or found.token != token:
            raise ApiError(404, 10062, "Unknown interaction")
        if found.answer is not None:
            raise ApiError(400, 40060, "Interaction has already been acknowledged.")
        if world.clock() - found.created > self.deadline:
            raise ApiError(404, 10062, "Unknown interaction")
        kind, data = int(body["type"]), body.get("data") or {}
        if kind not in CALLBACKS[found.kind] or (kind in (6, 7) and found.source is None):
            raise bad_body("type", f"Callback type {kind} does not fit an interaction of type {found.kind}")
        resource: dict[str, Any] | None = None
        if kind == 4:
            found.original = self._message(found, data, files)
            resource = {"type": 4, "message": found.original}
        elif kind == 5:
            flags = int(data.get("flags") or 0) & EPHEMERAL | LOADING
            found.original = self._message(found, {"flags": flags}, {})
            resource = {"type": 4, "message": found.original}
        elif kind in (6, 7):
            found.original = found.source
            if kind == 7:
                self._revise(found.original, data, files, found.channel)
                resource = {"type": 7, "message": found.original}
        elif kind == 8:
            if len(data.get("choices", [])) > 25:
                raise bad_body("choices", "Must be 25 or fewer in length.")
            found.choices = data["choices"]
        elif kind == 9:
            self._check_modal(data)
            found.modal = data
        found.answer, found.acknowledged = kind, world.clock()
        found.changed.set()
        said = {"id": str(found.id), "type": found.kind, "response_message_loading": kind == 5}
        if found.original is not None:
            said |= {
                "response_message_id": found.original["id"],
                "response_message_ephemeral": bool(found.original["flags"] & EPHEMERAL),
            }
        shown = {k: v for k, v in resource.items() if k != "_"} if resource else None
        return {"interaction": said} | ({"resource": _clean(shown)} if shown else {})

    @staticmethod
    def _check_modal(data: dict[str, Any]) -> None:
        everything = walk(data["components"])
        if len(data["components"]) > 5:
            raise bad_body("components", "Must be 5 or fewer in length.")
        ids = [c["custom_id"] for c in everything if c.get("custom_id")]
        if len(ids) != len(set(ids)):
            raise bad_body("components", "Component custom id cannot be duplicated")
        for field_ in everything:
            if field_["type"] == 4 and len(field_.get("value") or "") > (field_.get("max_length") or 4000):
                raise bad_body("components", "Value is longer than max_length")

    def _attach(self, channel: Channel, body: dict[str, Any], files: dict[int, bytes]) -> dict[str, dict[str, Any]]:
        made = {}
        for declared in body.get("attachments") or ():
            if int(declared["id"]) not in files:
                continue
            key = self._world.snowflake()
            name, data = declared["filename"], files[int(declared["id"])]
            self._world.files[str(key)] = (name, data)
            made[name] = attachment_shape(
                key, name, data, self._file_url(channel.id, key, name), declared.get("description")
            )
        return made

    def _message(self, found: Interaction, data: dict[str, Any], files: dict[int, bytes]) -> dict[str, Any]:
        made = message_shape(self._world, found.channel, data, self._attach(found.channel, data, files))
        made["webhook_id"] = made["application_id"] = str(self._world.application_id)
        made["interaction_metadata"] = {
            "id": str(found.id),
            "type": found.kind,
            "user": user_shape(found.user),
            "authorizing_integration_owners": {},
        }
        if found.kind in (COMPONENT, MODAL_SUBMIT):
            made["interaction_metadata"] |= (
                {"interacted_message_id": made["id"]}
                if found.kind == COMPONENT
                else {
                    "triggering_interaction_metadata": {
                        "id": str(found.id),
                        "type": COMMAND,
                        "user": user_shape(found.user),
                        "authorizing_integration_owners": {},
                    }
                }
            )
        else:
            made["type"] = 20
        if made["flags"] & EPHEMERAL:
            self.private[int(made["id"])] = made
        else:
            found.channel.messages[int(made["id"])] = made
        return made

    def _revise(self, message: dict[str, Any], data: dict[str, Any], files: dict[int, bytes], channel: Channel) -> None:
        flags = message["flags"] & ~LOADING | (int(data.get("flags") or 0) & COMPONENTS_V2)
        v2 = bool(flags & COMPONENTS_V2)
        if v2 and (data.get("content") or data.get("embeds")):
            raise bad_body("content", "The content field cannot be used when using MessageFlags.IS_COMPONENTS_V2")
        fresh = self._attach(channel, data, files)
        if data.get("attachments") is not None:
            kept = {str(a["id"]) for a in data["attachments"]}
            old = [a for a in message["attachments"] if a["id"] in kept]
            message["attachments"] = [*old, *fresh.values()]
        if data.get("components") is not None:
            check_layout(data["components"], v2=v2)
            known = {a["filename"]: a for a in message["attachments"]}
            message["components"] = answered_components(data["components"], known, self._world)
        if data.get("content") is not None:
            message["content"] = data["content"]
        message["flags"] = flags
        message["edited_timestamp"] = stamp(self._world.snowflake())
        message["_touched"] = True

    def get_original(self, token: str) -> dict[str, Any]:
        """GET …/messages/@original."""
        found = self._by_token(token)
        if found.original is None:
            raise ApiError(404, 10008, "Unknown Message")
        return _clean(found.original)

    def edit_original(self, token: str, data: dict[str, Any], files: dict[int, bytes]) -> dict[str, Any]:
        """PATCH …/messages/@original."""
        found = self._by_token(token)
        if found.original is None:
            raise ApiError(404, 10008, "Unknown Message")
        self._revise(found.original, data, files, found.channel)
        found.changed.set()
        return _clean(found.original)

    def delete_original(self, token: str) -> None:
        """DELETE …/messages/@original."""
        found = self._by_token(token)
        if found.original is None:
            raise ApiError(404, 10008, "Unknown Message")
        self.private.pop(int(found.original["id"]), None)
        found.channel.messages.pop(int(found.original["id"]), None)
        found.original = None
        found.changed.set()

    def follow_up(self, token: str, data: dict[str, Any], files: dict[int, bytes]) -> dict[str, Any]:
        """POST /webhooks/{application}/{token}; the first one after a deferral takes the spinner's place."""
        found = self._by_token(token)
        if found.original is not None and found.original["flags"] & LOADING:
            self._revise(found.original, data, files, found.channel)
            found.changed.set()
            return _clean(found.original)
        made = self._message(found, data, files)
        found.followups.append(made)
        found.changed.set()
        return _clean(made)


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items() if not key.startswith("_")}
    return [_clean(inner) for inner in value] if isinstance(value, list) else value
