"""The keys in the data folder, and how they go along with a backup: wrapped by a passphrase, which is in no file."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bot.errors import BotError
from store.durable import write_durably

KEY_FILE = "secret.key"
"""Encrypts the Slack tokens that are kept, where STUDYBOT_SECRET_KEY is not set."""
KEY_FILES = (KEY_FILE,)
FORM = "scrypt-17"
"""How a wrapped key is made: scrypt with n = 2 to the 17, r = 8, p = 1, then Fernet."""


class KeysLocked(BotError):
    """The keys of a backup cannot be had; the message says what to do. Nothing was changed."""


def wrapped_keys(data: Path, passphrase: str) -> dict[str, str]:
    """The keys of a data folder, by their file's name, so that only the passphrase opens them again."""
    there = {name: data / name for name in KEY_FILES if (data / name).is_file()}
    return {name: _wrapped(path.read_bytes(), passphrase) for name, path in there.items()}


def unwrapped_keys(wrapped: Mapping[str, str], passphrase: str) -> dict[str, bytes]:
    """The keys again. Raises KeysLocked where it is another passphrase."""
    return {name: _unwrapped(text, passphrase) for name, text in wrapped.items() if name in KEY_FILES}


def put_back(keys: Mapping[str, bytes], data: Path) -> list[str]:
    """Write keys that the data folder lacks; the names of those that are there and differ, which stay as they are."""
    differ = []
    for name, key in keys.items():
        path = data / name
        if not path.exists():
            write_durably(path, key)
        elif path.read_bytes().strip() != key.strip():
            differ.append(name)
    return differ


def _box(passphrase: str, salt: bytes) -> Fernet:
    key = Scrypt(salt=salt, length=32, n=2**17, r=8, p=1).derive(passphrase.encode())
    return Fernet(base64.urlsafe_b64encode(key))


def _wrapped(key: bytes, passphrase: str) -> str:
    salt = os.urandom(16)
    return f"{FORM}:{salt.hex()}:{_box(passphrase, salt).encrypt(key).decode()}"


def _unwrapped(text: str, passphrase: str) -> bytes:
    form, salt, token = text.split(":", 2)
    if form != FORM:
        raise KeysLocked("The keys in this backup were wrapped by another version of studybot: restore with that one.")
    try:
        return _box(passphrase, bytes.fromhex(salt)).decrypt(token)
    except InvalidToken:
        raise KeysLocked(
            "STUDYBOT_BACKUP_PASSPHRASE is not the one under which the keys of this backup were wrapped; nothing was "
            "restored. Without it set, the rest is restored."
        ) from None
