"""One browser without scripts: what it sends and what it reads."""

from __future__ import annotations

import html
import re

import aiohttp

JSON = {"Accept": "application/json"}


class Visitor:
    """A person at the page, by plain requests."""

    def __init__(self, platform):
        self.base = platform.url.rstrip("/")
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.as_ = self.token = ""

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        await self.http.close()

    async def join(self, name, **more):
        async with self.http.post(f"{self.base}/join", data={"name": name, "zone": "Asia/Tokyo", **more}) as answer:
            page = await answer.text()
        if found := re.search(r'data-as="(\w+)" data-token="(\w+)"', page):
            self.as_, self.token = found.groups()
        return answer.status, page

    async def post(self, path, fields, headers=JSON, **files):
        texts = {name: value for name, value in fields.items() if isinstance(value, str)}
        form = aiohttp.FormData({"as": self.as_, "token": self.token, "key": "", **texts})
        for name, ticked in [(name, value) for name, value in fields.items() if isinstance(value, list)]:
            for one in ticked:
                form.add_field(name, one)
        for name, data in files.items():
            form.add_field(name, data, filename="seven.png", content_type="image/png")
        if not files:
            form.add_field("nothing", b"", filename="", content_type="application/octet-stream")
        async with self.http.post(f"{self.base}/c/study-group/{path}", data=form, headers=headers) as answer:
            told = await answer.json() if answer.content_type == "application/json" else await answer.text()
            return answer.status, told

    async def write(self, text, **more):
        return await self.post("write", {"text": text}, **more)

    async def press(self, press, **fields):
        given = {name if name in ("message", "opener", "key") else f"field.{name}": v for name, v in fields.items()}
        return await self.post("press", {"press": press, **given})

    async def get(self, path, **more):
        async with self.http.get(f"{self.base}{path}", **more) as answer:
            return answer.status, await answer.text()

    async def entries(self):
        """Every message of the page, as HTML."""
        page = (await self.get("/c/study-group"))[1]
        return re.split(r'(?=<li class="entry)', page.partition('</ol>\n<div class="empty"')[0])[1:]


def plain(markup):
    """What a reader sees of some HTML."""
    shown = re.sub(r"<(svg|script)\b.*?</\1>", "", markup, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", shown))).strip()
