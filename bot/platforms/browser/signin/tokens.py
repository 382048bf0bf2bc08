"""Whether a signed token says what it must: by whom, for whom, when, and in answer to what we asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import (
    BadSignatureError,
    ClaimError,
    ExpiredTokenError,
    InvalidKeyIdError,
    JoseError,
    UnsupportedAlgorithmError,
)
from joserfc.jwk import KeySet

from bot.errors import BotError

SKEW = 60
"""Seconds by which an issuer's clock may differ from ours."""

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
"""Signatures that only the issuer can make. One made with a shared secret, or none, is not among them."""


class UnknownKey(BotError):
    """The token was signed with a key that is not among those given; the issuer may have new ones."""


class BadToken(BotError):
    """The token proves nothing. The message says why, for whoever runs the page."""


def verified(
    token: str, keys: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: int
) -> dict[str, Any]:
    """The claims of an ID token (OpenID Connect Core, 3.1.3.7). Raises UnknownKey or BadToken."""
    try:
        known = KeySet.import_key_set({"keys": list(keys.get("keys", ()))})
        claims: dict[str, Any] = jwt.decode(token, known, list(ALGORITHMS)).claims
        rules = jwt.JWTClaimsRegistry(
            now=now,
            leeway=SKEW,
            iss={"essential": True, "value": issuer},
            sub={"essential": True},
            aud={"essential": True, "value": client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
            azp={"essential": isinstance(claims.get("aud"), list) and len(claims["aud"]) > 1, "value": client_id},
        )
        rules.validate(claims)
    except InvalidKeyIdError as error:
        raise UnknownKey(str(error)) from error
    except UnsupportedAlgorithmError as error:
        raise BadToken("its signature is of a kind that proves nothing") from error
    except BadSignatureError as error:
        raise BadToken("its signature is not the issuer's") from error
    except ExpiredTokenError as error:
        raise BadToken("it has expired") from error
    except ClaimError as error:
        raise BadToken(f"its claim {error.claim} is not what it must be") from error
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise BadToken(f"it cannot be read ({error})") from error
    return claims
