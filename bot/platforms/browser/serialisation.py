"""A reply as JSON with its pictures beside it, so that a later version's templates can show an old message anew."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

from cogs.messages import ActionId, File, Picture, Reply
from store import Blob, Json


def blob(data: bytes, name: str, content_type: str) -> Blob:
    """Bytes under their own digest."""
    return Blob(hashlib.sha256(data).hexdigest(), name, content_type, data)


def written(reply: Reply) -> tuple[Json, tuple[Blob, ...]]:
    """The reply as JSON, in which `blob` stands for the bytes that are handed back beside it."""
    blobs: dict[str, Blob] = {}
    body = _written(reply, blobs)
    assert isinstance(body, dict)
    return body, tuple(blobs.values())


def shown(value: object) -> Json:
    """Any other value made of the neutral words, as the templates read it; it holds no pictures."""
    body = _written(value, {})
    assert isinstance(body, dict)
    return body


def _written(value: object, blobs: dict[str, Blob]) -> object:
    if isinstance(value, ActionId):
        return value.id
    if isinstance(value, Picture | File):
        kept = blob(value.data, value.name, value.content_type)
        blobs[kept.digest] = kept
        content = {"blob": kept.digest, "name": value.name, "size": len(value.data)}
        return {**content, "alt": value.alt} if isinstance(value, Picture) else content
    if is_dataclass(value) and not isinstance(value, type):
        content = {one.name: _written(getattr(value, one.name), blobs) for one in fields(value)}
        return {"is": type(value).__name__, **content}
    if isinstance(value, Mapping):
        return {str(name): _written(one, blobs) for name, one in value.items()}
    if isinstance(value, tuple | list):
        return [_written(one, blobs) for one in value]
    return value
