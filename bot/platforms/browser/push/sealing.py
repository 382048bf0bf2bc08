"""Seals a message so that one browser alone can read it: RFC 8291, over the content coding `aes128gcm` of RFC 8188."""

from __future__ import annotations

import os
import struct

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()
RECORD = 4096
"""Bytes that every push service takes at least, of which the message has what its envelope leaves."""
LAST = b"\x02"
"""Ends the last record, which here is the only one."""
SALT, SECRET = 16, 16
ENVELOPE = SALT + 4 + 1 + 65 + 16 + len(LAST)


def sealed(
    message: bytes, key: bytes, secret: bytes, *, sender: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b""
) -> bytes:
    """The message for the browser of this key and secret. Raises ValueError where these are none.

    `sender` and `salt` are made anew for each message, except to compare with an example.
    """
    if len(secret) != SECRET or len(message) > RECORD - ENVELOPE:
        raise ValueError("the secret of a subscription has 16 bytes, and its message fits into one record")
    sender, salt = sender or ec.generate_private_key(CURVE), salt or os.urandom(SALT)
    shared = sender.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, key))
    mine = raw(sender.public_key())
    root = _derived(secret, shared, b"WebPush: info\0" + key + mine, 32)
    content = _derived(salt, root, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(salt, root, b"Content-Encoding: nonce\0", 12)
    header = salt + struct.pack("!IB", RECORD, len(mine)) + mine
    return header + AESGCM(content).encrypt(nonce, message + LAST, None)


def raw(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as it travels: a point of the curve, uncompressed."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
