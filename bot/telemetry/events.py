"""Which event is being handled: one id from its arrival to the reply, by which its lines in the log belong together."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("event", default="")


@contextmanager
def event_id() -> Iterator[None]:
    """Around the handling of one event: within another it is the same one, and so are the tasks begun in it.

    The id is made up here: it says nothing of whose event it is.
    """
    if _current.get():
        yield
        return
    token = _current.set(secrets.token_hex(4))
    try:
        yield
    finally:
        _current.reset(token)


def current_event() -> str:
    """The id of the event that is being handled; empty outside of any."""
    return _current.get()
