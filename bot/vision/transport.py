"""Requests to whoever runs the models: bytes out and back within a deadline, and one sentence for each failure."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

import aiohttp
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.vision import pictures
from bot.vision.pictures import PictureRefused
from cogs.messages import Picture
from cogs.services import ClassifierError
from study.texts import _

SECONDS = 10.0
_MOST_ANSWER_BYTES = 8 * 1024 * 1024


class Sent(BaseModel):
    """What somebody else's program says; what is not known of it is passed over."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Transport:
    """Requests to one server. `where` is the address, or says it when asked, or why there is none."""

    def __init__(self, where: str | Callable[[], str], *, token: str = "", at_once: int = 8) -> None:
        self._where, self._token = where, token
        self._places = asyncio.Semaphore(at_once)
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def address(self) -> str:
        """Where the server is. Raises ClassifierError where there is none."""
        return (self._where if isinstance(self._where, str) else self._where()).rstrip("/")

    async def ask(
        self,
        method: str,
        path: str,
        seconds: float,
        data: bytes = b"",
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        """The status and body of an answer that came in time. Raises ClassifierError where none did."""
        address, until = self.address() + path, time.monotonic() + seconds
        try:
            async with asyncio.timeout(seconds), self._places:
                left = max(until - time.monotonic(), 0.001)
                deadline = {"X-Deadline-Ms": str(int(left * 1000) + 1)}
                return await self._once(method, address, data, query, {**deadline, **(headers or {})})
        except TimeoutError:
            raise ClassifierError(
                _(
                    "The model service did not answer within {seconds} seconds: try again in a moment.",
                    seconds=f"{seconds:.0f}",
                )
            ) from None
        except aiohttp.InvalidURL:
            raise ClassifierError(_("The address of the model service (MODELS_URL) is not a web address.")) from None
        except aiohttp.ClientError:
            raise ClassifierError(
                _(
                    "The model service cannot be reached just now: try again in a minute; "
                    "if it lasts, tell an organiser."
                )
            ) from None

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
            connector = aiohttp.TCPConnector(limit=16, keepalive_timeout=20)
            self._session = aiohttp.ClientSession(connector=connector, headers=headers, trust_env=False)
        return self._session

    async def _once(
        self, method: str, address: str, data: bytes, query: Mapping[str, str] | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        async with self._connected().request(
            method,
            address,
            data=io.BytesIO(data) if data else None,
            params=query,
            headers=headers,
            allow_redirects=False,
        ) as answer:
            said = await answer.content.read(_MOST_ANSWER_BYTES + 1)
            while chunk := await answer.content.read(_MOST_ANSWER_BYTES + 1 - len(said)):
                said += chunk
            return answer.status, said


def check(picture: Picture) -> None:
    """Refuse what the service would refuse, before it is sent. Raises ClassifierError."""
    try:
        pictures.check(picture.data, picture.name)
    except PictureRefused as refused:
        raise ClassifierError(str(refused)) from None


Kind = TypeVar("Kind", bound=Sent)


def read(kind: type[Kind], body: bytes) -> Kind:
    """An answer's body as what it should be. Raises ClassifierError."""
    try:
        return kind.model_validate_json(body)
    except ValidationError:
        raise ClassifierError(
            _("The model service gave an answer that cannot be understood: is it the right one?")
        ) from None
