"""What is kept through restarts, and how secrets are kept: encrypted, each under a key with a name."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Protocol

from cryptography.fernet import Fernet, InvalidToken

from store import CODE_LIFE


class Keep(Protocol):
    """What is asked of the store: small facts by name."""

    async def get(self, key: str) -> str | None:
        """The fact kept under this key."""

    async def set(self, key: str, value: str) -> None:
        """Keep a fact, in place of what was kept."""


class Codes(Protocol):
    """The codes of installations begun, each good once and for ten minutes."""

    async def issue(self, purpose: Literal["slack-install"], at: datetime) -> str:
        """A new code."""

    async def redeem(self, purpose: Literal["slack-install"], code: str, at: datetime) -> object | None:
        """None where the code is unknown, used or too old; it cannot be used again."""


class MemoryKeep:
    """Remembers until the process ends: enough for one's own workspace, where the token comes from the settings."""

    def __init__(self) -> None:
        self._facts: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        """The fact kept under this key."""
        return self._facts.get(key)

    async def set(self, key: str, value: str) -> None:
        """Keep a fact."""
        self._facts[key] = value


class MemoryCodes:
    """Codes that end with the process."""

    def __init__(self) -> None:
        self._issued: dict[str, datetime] = {}

    async def issue(self, purpose: Literal["slack-install"], at: datetime) -> str:
        """A new code."""
        code = secrets.token_urlsafe(24)
        self._issued[code] = at
        return code

    async def redeem(self, purpose: Literal["slack-install"], code: str, at: datetime) -> object | None:
        """None where the code is unknown, used or too old."""
        issued = self._issued.pop(code, None)
        return issued if issued is not None and at - issued < CODE_LIFE else None


class KeyFault(Exception):
    """A key cannot be used, or is missing; the message is a sentence for the operator."""


class Locker:
    """Encrypts what is kept. Each ciphertext names its key, so that keys can be changed one after another.

    The first key encrypts; the others only decrypt what was kept under them before.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise KeyFault("Set STUDYBOT_SECRET_KEY: without a key, Slack tokens cannot be kept safely.")
        self._keys: dict[str, Fernet] = {}
        for key in keys:
            made = _fernet(key)
            self._keys.setdefault(key_id(key), made)
        self._first = key_id(keys[0])

    def lock(self, text: str) -> str:
        """The text, encrypted with the first key."""
        return f"{self._first}:{self._keys[self._first].encrypt(text.encode()).decode()}"

    def unlock(self, locked: str) -> str:
        """The text again. Raises KeyFault when its key is gone or it was changed."""
        name, _, token = locked.partition(":")
        key = self._keys.get(name)
        if key is None:
            raise KeyFault(f"The key {name} that encrypted a Slack token is missing: add it to STUDYBOT_SECRET_KEY.")
        try:
            return key.decrypt(token.encode()).decode()
        except InvalidToken:
            raise KeyFault("A kept Slack token was changed and cannot be read: install the app again.") from None

    def old(self, locked: str) -> bool:
        """Whether this was encrypted with another key than the first."""
        return locked.partition(":")[0] != self._first


def key_id(key: str) -> str:
    """A key's public name."""
    return hashlib.sha256(b"studybot key id\0" + key.encode()).hexdigest()[:8]


def _fernet(key: str) -> Fernet:
    try:
        return Fernet(key)
    except ValueError:
        # not in Fernet's own form: any long passphrase serves, stretched once into a key
        if len(key) < 16:
            raise KeyFault("STUDYBOT_SECRET_KEY is too short: use at least 16 characters, at random.") from None
        return Fernet(base64.urlsafe_b64encode(hashlib.scrypt(key.encode(), salt=b"studybot", n=2**14, r=8, p=1)[:32]))
