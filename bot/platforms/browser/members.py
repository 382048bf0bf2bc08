"""Who a browser speaks as: a signed cookie names the members it may be, a token proves a form came from our page."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from itsdangerous import BadSignature, URLSafeSerializer

_YEAR = 365 * 24 * 3600
NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Session:
    """One browser: the members it may speak as, the first by default, and the id its token is made from."""

    id: str
    members: tuple[int, ...]


class Sessions:
    """Reads and writes the cookie. Its name is made from the secret, so that two bots on one machine keep apart."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        strong = {"digest_method": hashlib.sha256}
        self._signer = URLSafeSerializer(secret, salt="studybot.member", signer_kwargs=strong)
        self.cookie = "studybot-" + hashlib.sha256(secret).hexdigest()[:8]

    def read(self, request: web.Request) -> Session | None:
        """The session of a request, if its cookie is ours."""
        try:
            told = self._signer.loads(request.cookies.get(self.cookie, ""))
            return Session(str(told["id"]), tuple(int(member) for member in told["members"]))
        except (BadSignature, KeyError, TypeError, ValueError):
            return None

    def joined(self, session: Session | None, member: int) -> Session:
        """The session with one more member to speak as."""
        if session is None:
            return Session(secrets.token_urlsafe(16), (member,))
        return Session(session.id, (*session.members, member))

    def write(self, response: web.StreamResponse, session: Session, *, secure: bool) -> None:
        """Set the cookie: unreadable to scripts, not sent along with other sites' forms."""
        value = self._signer.dumps({"id": session.id, "members": list(session.members)})
        assert isinstance(value, str)
        response.set_cookie(self.cookie, value, max_age=_YEAR, httponly=True, samesite="Lax", secure=secure, path="/")

    def token(self, session: Session) -> str:
        """What a form of this session must bring back."""
        return hmac.new(self._secret, b"form:" + session.id.encode(), hashlib.sha256).hexdigest()

    def genuine(self, session: Session, token: str) -> bool:
        """Whether a form brought this session's token."""
        return hmac.compare_digest(self.token(session), token)


def secret_in(folder: Path) -> bytes:
    """The signing secret of a data folder, made on the first start and readable only by its owner."""
    path = folder / "browser.secret"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        kept = path.read_bytes()
        if len(kept) >= 32:
            return kept
        handle = os.open(path, os.O_WRONLY | os.O_TRUNC)
    made = secrets.token_hex(32).encode()
    with os.fdopen(handle, "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(made)
        file.flush()
        os.fsync(file.fileno())
    return made


def from_here(request: web.Request) -> bool:
    """Whether a request that changes something was made by one of our own pages, as far as the browser tells."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin.partition("://")[2] == request.host
    return request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")


def tidy_name(typed: str) -> tuple[str, str]:
    """A name as it may be shown, and a sentence where it may not."""
    shown = "".join(c for c in unicodedata.normalize("NFC", typed) if unicodedata.category(c)[0] != "C")
    name = " ".join(shown.split())
    if not name:
        return "", "Type a name that the others will know you by."
    if len(name) > NAME_LENGTH:
        return "", f"That name has {len(name)} characters; use at most {NAME_LENGTH}."
    return name, ""
