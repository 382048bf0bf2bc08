"""Pictures out of Slack and files into it. A picture is fetched from Slack's own file host and from nowhere else."""

from __future__ import annotations

import logging
from urllib.parse import urljoin, urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack.rendering.limits import Json
from bot.platforms.text import literal
from bot.vision import pictures
from bot.vision.pictures import PictureRefused
from cogs.messages import File, Picture
from study.texts import _, noop

log = logging.getLogger(__name__)

FILE_HOST = "https://files.slack.com"
REDIRECTS = 5


class FileError(PictureRefused):
    """The file cannot be had or used; the message is a sentence for the person who sent it."""


def first_picture(files: list[Json]) -> Json | None:
    """The first picture among a message's files; without one, the first file at all."""
    pictures = [file for file in files if str(file.get("mimetype", "")).startswith("image/")]
    return next(iter(pictures or files), None)


class Files:
    """Fetches and hands over files. `host` differs from Slack's own only where a test serves the files."""

    def __init__(self, session: ClientSession, host: str = FILE_HOST, most: int = pictures.MOST_BYTES) -> None:
        self._session = session
        self._origin = _origin(host)
        self._most = most

    async def picture(self, client: AsyncWebClient, file: Json) -> Picture:
        """The picture of a file object. Raises PictureRefused."""
        if file.get("file_access") == "check_file_info" or not (file.get("url_private") or file.get("is_external")):
            file = await self._info(client, str(file.get("id", "")))
        self._check_file(file)
        data = await self.fetch(
            str(file.get("url_private_download") or file.get("url_private") or ""), client.token or ""
        )
        name = literal(str(file.get("name") or "picture"))[:120]
        kind = pictures.check(data, name)
        return Picture(data, name, kind, literal(str(file.get("alt_txt") or file.get("title") or name))[:500])

    def _check_file(self, file: Json) -> None:
        """Refuse what Slack's own words say is no picture that can be had, before it is fetched."""
        if file.get("mode") in {"tombstone", "hidden_by_limit"}:
            raise FileError(_("This file is no longer there: send the picture again."))
        if file.get("is_external") or file.get("mode") == "external":
            raise FileError(_("This file lives outside Slack: upload the picture itself."))
        if int(file.get("size") or 0) > self._most:
            raise PictureRefused(pictures.too_large(str(file.get("name"))))
        if str(file.get("mimetype") or pictures.MEDIA_TYPES[0]) not in pictures.MEDIA_TYPES:
            raise PictureRefused(pictures.not_a_picture(str(file.get("name"))))

    async def _info(self, client: AsyncWebClient, file_id: str) -> Json:
        try:
            answer = await client.files_info(file=file_id)
        except SlackApiError as error:
            if error.response.get("error") == "missing_scope":
                raise FileError(_(NO_SCOPE)) from None
            raise FileError(_("Slack does not show me this file: send the picture again.")) from None
        except (ClientError, TimeoutError, OSError):
            raise FileError(_("Slack did not hand over the picture: try again in a minute.")) from None
        return dict(answer["file"])

    async def fetch(self, url: str, token: str) -> bytes:
        """The bytes at a private URL, every hop checked before the token goes there. Raises FileError."""
        try:
            for _try in range(REDIRECTS + 1):
                self._check(url)
                async with self._session.get(
                    url,
                    headers={"Authorization": f"Bearer {token}"},
                    allow_redirects=False,
                    timeout=ClientTimeout(total=30, sock_connect=5),
                ) as answer:
                    if answer.status in {301, 302, 303, 307, 308}:
                        url = urljoin(url, answer.headers.get("Location", ""))
                        continue
                    if answer.status in {401, 403}:
                        raise FileError(_(NO_SCOPE))
                    if answer.status != 200:
                        raise FileError(_("Slack did not hand over the picture: try again in a minute."))
                    if answer.content_type == "text/html":
                        raise FileError(_(NO_SCOPE))
                    if (answer.content_length or 0) > self._most:
                        raise PictureRefused(pictures.too_large())
                    return await self._read(answer.content)
        except (ClientError, TimeoutError, OSError) as error:
            log.warning("a private file: %s", type(error).__name__)
            raise FileError(_("Slack did not hand over the picture: try again in a minute.")) from None
        raise FileError(_("Slack sent me in a circle for this file: send the picture again."))

    async def _read(self, content: object) -> bytes:
        data = bytearray()
        async for chunk in content.iter_chunked(65536):  # type: ignore[attr-defined]
            data += chunk
            if len(data) > self._most:
                raise PictureRefused(pictures.too_large())
        start = bytes(data[:200]).lstrip().lower()
        if start.startswith((b"<!doctype html", b"<html")):
            raise FileError(_(NO_SCOPE))
        return bytes(data)

    def _check(self, url: str) -> None:
        odd = any(sign.isspace() or sign == "\\" or not sign.isprintable() for sign in url)
        if odd or "@" in url.partition("//")[2].partition("/")[0] or _origin(url) != self._origin:
            raise FileError(_("This file does not come from Slack's own file store, so I leave it alone."))

    async def hand_over(self, client: AsyncWebClient, file: File | Picture, channel: str, thread: str = "") -> str:
        """Upload a file into a conversation; its id. Raises FileError."""
        alt = file.alt if isinstance(file, Picture) else ""
        try:
            asked = await client.files_getUploadURLExternal(
                filename=file.name, length=len(file.data), alt_txt=alt[:1000] or None
            )
            async with self._session.post(str(asked["upload_url"]), data=file.data) as answer:
                if answer.status != 200:
                    raise FileError(_("Slack did not take the file: try again in a minute."))
            await client.files_completeUploadExternal(
                files=[{"id": asked["file_id"], "title": file.name}],
                channel_id=channel,
                thread_ts=thread or None,
            )
        except SlackApiError as error:
            if error.response.get("error") == "missing_scope":
                raise FileError(_("I may not send files here: the app lacks the files:write permission.")) from None
            raise FileError(_("Slack did not take the file: try again in a minute.")) from None
        except (ClientError, TimeoutError, OSError):
            raise FileError(_("Slack did not take the file: try again in a minute.")) from None
        return str(asked["file_id"])


NO_SCOPE = noop("I may not read files here: the app lacks files:read. Tell whoever runs it to install the app again.")


def _origin(url: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ("", "", None)
    return (parts.scheme, (parts.hostname or "").lower(), port or {"https": 443, "http": 80}.get(parts.scheme))
