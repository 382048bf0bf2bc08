"""Who a browser speaks as: its cookie holds a secret by which the database knows it, and proves a form to be ours."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass

from aiohttp import web

from bot.platforms.browser.limits import Proxies
from store.page.sessions import SESSION_LIFE
from study.texts import _, has_language

NAME_LENGTH = 40
CODE_SHOWN = 300
"""For so many seconds the first page may show the recovery code; it is shown once."""


@dataclass(frozen=True, slots=True)
class Session:
    """One browser: the secret in its cookie, and the people it may speak as, the first by default."""

    secret: str
    members: tuple[str, ...]

    @property
    def token(self) -> str:
        """What a form of this session must bring back."""
        return hmac.new(self.secret.encode(), b"form", hashlib.sha256).hexdigest()

    def genuine(self, token: str) -> bool:
        """Whether a form brought this session's token."""
        return hmac.compare_digest(self.token.encode(), token.encode())


class Cookies:
    """Reads and writes them. Their names are made from the workspace, so that two bots on one machine keep apart."""

    def __init__(self, workspace: str, proxies: Proxies, *, page_url: str = "") -> None:
        self._proxies, self._secure = proxies, page_url.startswith("https://")
        self.session = f"studybot-{workspace[:8]}"
        self._code = f"{self.session}-code"

    def secret(self, request: web.Request) -> str:
        """The secret that a browser was given; empty where it brings none."""
        return request.cookies.get(self.session, "")[:100]

    def write(self, request: web.Request, response: web.StreamResponse, secret: str) -> None:
        """Set the cookie: unreadable to scripts, not sent along with other sites' forms."""
        self.set(request, response, self.session, secret, int(SESSION_LIFE.total_seconds()))

    def show_code(self, request: web.Request, response: web.StreamResponse, code: str) -> None:
        """Have the next page show the recovery code."""
        self.set(request, response, self._code, code, CODE_SHOWN)

    def code_to_show(self, request: web.Request) -> str:
        """The recovery code that this page is to show."""
        return request.cookies.get(self._code, "")[:40]

    def code_shown(self, response: web.StreamResponse) -> None:
        """No page shows the code again."""
        response.del_cookie(self._code, path="/")

    def forget(self, response: web.StreamResponse) -> None:
        """Sign the browser out."""
        response.del_cookie(self.session, path="/")

    def set(
        self, request: web.Request, response: web.StreamResponse, name: str, value: str, life: int, path: str = "/"
    ) -> None:
        """Set a cookie of ours; where the page is reached by TLS it never travels without."""
        secure = self._secure or self._proxies.encrypted(request)
        response.set_cookie(name, value, max_age=life, httponly=True, samesite="Lax", secure=secure, path=path)


def new_secret() -> str:
    """The secret of a browser's session."""
    return secrets.token_urlsafe(32)


def from_here(request: web.Request) -> bool:
    """Whether a request that changes something was made by one of our own pages, as far as the browser tells."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin.partition("://")[2] == request.host
    return request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")


def language_wished(request: web.Request) -> str:
    """The language that a browser is set to, as a BCP 47 tag: the first that the bot speaks, if it speaks any."""
    tags = [part.partition(";")[0].strip() for part in request.headers.get("Accept-Language", "").split(",")]
    return next(filter(has_language, tags), tags[0])


def tidy_name(typed: str) -> tuple[str, str]:
    """A name as it may be shown, and a sentence where it may not."""
    shown = "".join(c for c in unicodedata.normalize("NFC", typed) if unicodedata.category(c)[0] != "C")
    name = " ".join(shown.split())
    if not name:
        return "", _("Type a name that the others will know you by.")
    if len(name) > NAME_LENGTH:
        return "", _("That name has {count} characters; use at most {most}.", count=len(name), most=NAME_LENGTH)
    return name, ""
