"""Somebody at the page, in the words of the contract of every platform."""

from __future__ import annotations

import html
import re

from tests.platforms.browser.visitor import plain


class Player:
    """A visitor of the page, in the contract's words."""

    def __init__(self, visitor):
        self.visitor, self._form, self._last, self._told = visitor, {}, None, ""

    def _read(self, answer):
        _, told = answer
        if "form" in told:
            hidden = re.findall(r'type="hidden" name="([\w.]+)" value="([^"]*)"', told["form"])
            self._form = {name: html.unescape(value) for name, value in hidden}
            return plain(told["form"])
        self._told = told["entries"][-1]["html"] if told["entries"] else ""
        faults = " ".join(told.get("faults", {}).values())
        return " ".join([told.get("fault", ""), faults, *(plain(entry["html"]) for entry in told["entries"])])

    async def command(self, name, **options):
        line = " ".join([f"/{name}", *(f"{option}: {value}" for option, value in options.items())])
        return self._read(await self.visitor.write(line))

    async def presses(self, title, label):
        entries = await self.visitor.entries()
        return await self.press_in(next(one for one in entries if f"<h2>{title}" in html.unescape(one)), label)

    async def press_in(self, entry, label):
        """Press a button of an entry that this person sees."""
        message = re.search(r'id="m(\d+)"', entry)[1]
        press = re.search(rf'name="press" value="([^"]+)">{label}<', html.unescape(entry))[1]
        return self._read(await self.visitor.press(html.unescape(press), message=message))

    async def sends(self, **fields):
        self._last = {**self._form, **{f"field.{name}": value for name, value in fields.items()}}
        return self._read(await self.visitor.post("press", self._last))

    async def sends_again(self):
        await self.visitor.post("press", self._last)

    async def presses_reply(self, label):
        return await self.press_in(self._told, label)

    async def _letters(self):
        return [entry for entry in await self.visitor.entries() if 'class="entry private letter' in entry]

    async def inbox(self):
        return list(map(plain, await self._letters()))

    async def presses_in_private(self, label):
        return await self.press_in((await self._letters())[-1], label)
