"""How secrets are kept through restarts: encrypted, each under a key with a name."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken

from bot.errors import BotError


class CipherError(BotError):
    """A key cannot be used, or is missing; the message is a sentence for the operator."""


class Cipher:
    """Encrypts what is kept. Each ciphertext names its key, so that keys can be changed one after another.

    The first key encrypts; the others only decrypt what was kept under them before.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise CipherError("Set STUDYBOT_SECRET_KEY: without a key, Slack tokens cannot be kept safely.")
        self._keys: dict[str, Fernet] = {}
        for key in keys:
            made = _fernet(key)
            self._keys.setdefault(key_id(key), made)
        self._first = key_id(keys[0])

    def encrypt(self, text: str) -> str:
        """The text, encrypted with the first key."""
        return f"{self._first}:{self._keys[self._first].encrypt(text.encode()).decode()}"

    def decrypt(self, locked: str) -> str:
        """The text again. Raises CipherError when its key is gone or it was changed."""
        name, _, token = locked.partition(":")
        key = self._keys.get(name)
        if key is None:
            raise CipherError(f"The key {name} that encrypted a Slack token is missing: add it to STUDYBOT_SECRET_KEY.")
        try:
            return key.decrypt(token.encode()).decode()
        except InvalidToken:
            raise CipherError("A kept Slack token was changed and cannot be read: install the app again.") from None

    def outdated(self, locked: str) -> bool:
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
            raise CipherError("STUDYBOT_SECRET_KEY is too short: use at least 16 characters, at random.") from None
        return Fernet(base64.urlsafe_b64encode(hashlib.scrypt(key.encode(), salt=b"studybot", n=2**14, r=8, p=1)[:32]))
