"""The study group in the browser: a round, and the verdict on a first answer."""

from __future__ import annotations

import asyncio
import html
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import aiohttp

from docs.pictures.picture import Picture
from tests.platforms.browser.visitor import Visitor

STATIC = Path(__file__).resolve().parents[2] / "bot/platforms/browser/static"
NOTES = Path(__file__).resolve().parents[2] / "tests/platforms/browser/notes"
QUESTION = "/bench/the-kitchen/q/w01-q01"
YAML = r'(?s)<textarea id="yaml"[^>]*>(.*?)</textarea>'
EXAMPLES = """examples:
  - it stretches the gluten into a net: 1
  - the gluten becomes a net that holds the gas: 1
  - to warm it: 0
  - because bakers like it: 0
"""
HALF = "Computer vision, medicine and playing games"


@asynccontextmanager
async def _served(folder: Path) -> AsyncIterator[SimpleNamespace]:
    """`studybot run` with nothing set but its folder; where its page is."""
    named = ("STUDYBOT", "DISCORD", "SLACK", "DATABASE")
    env = {key: value for key, value in os.environ.items() if not key.startswith(named)}
    env |= {"STUDYBOT_DATA": str(folder / "data"), "STUDYBOT_ZONE": "Europe/Berlin", "MODELS_URL": "http://127.0.0.1:9"}
    program = Path(sys.executable).with_name("studybot")
    running = await asyncio.create_subprocess_exec(
        program, "run", "--port", "0", cwd=folder, env=env, stdout=asyncio.subprocess.PIPE
    )
    assert running.stdout is not None
    try:
        while not (found := re.search(rb"http://\S+", line := await running.stdout.readline())):
            assert line, "studybot ended before it served"
        yield SimpleNamespace(url=found[0].decode())
    finally:
        running.terminate()
        await running.wait()


async def pictures(folder: Path) -> list[Picture]:
    """The channel as its first member sees it, on a screen and on a phone."""
    async with _served(folder) as page, Visitor(page) as ana, Visitor(page) as ben:
        await ana.join("Ana Ruiz")
        await ben.join("Ben")
        async with ana.http.ws_connect(f"{ana.base}/c/study-group/live") as live:
            await ana.write("/group now")
            while "Question 3" not in "".join(await ana.entries()):
                await live.receive()
        second = next(entry for entry in await ana.entries() if "Question 2" in entry)
        opener = _value(r'value="(quiz\.answer[^"]*)"', second)
        message = _value(r'name="message" value="(\d+)"', second)
        form = (await ana.press(opener, message=message))[1]["form"]
        send = _value(r'name="press" value="([^"]+)"', form)
        await ana.press(send, message=message, opener=opener, answer=HALF)
        shown = alone((await ana.get("/c/study-group"))[1])
        kitchen = await _begun(ana)
        await _mended(ana)
        said = "it stretches the gluten, and the dough turns elastic"
        bench = await _tried(ana, said)
        looks = await _tried(ana, said, look="discord")
    return [
        Picture("screenshots/channel.png", shown, 1280, 860),
        Picture("screenshots/phone.png", shown, 360, 740, dark=True),
        Picture("screenshots/bench.png", bench, 1280, 860),
        Picture("screenshots/bench-list.png", kitchen, 1280, 860),
        Picture("screenshots/bench-looks.png", looks, 390, 930),
    ]


async def _begun(ana: Visitor) -> str:
    """The list of a course that has just begun with notes."""
    form = aiohttp.FormData({"token": ana.token, "title": "The kitchen"})
    for path in sorted(NOTES.glob("*.md")):
        form.add_field("notes", path.read_bytes(), filename=path.name)
    async with ana.http.post(f"{ana.base}/bench", data=form) as begun:
        page = alone(await begun.text())
    return page.replace('<header class="bench-bar"', '<header id="look" class="bench-bar"')


async def _mended(ana: Visitor) -> None:
    """The draft of the question has become a rubric with examples."""
    page = (await ana.get(QUESTION))[1]
    item, _, points = html.unescape(_value(YAML, page)).partition("draft: fair\n")
    async with ana.http.post(
        f"{ana.base}{QUESTION}",
        data={"token": ana.token, "mode": "yaml", "stamp": _value(r'name="stamp" value="([^"]*)"', page)}
        | {"yaml": f"{item}{points.rstrip()}\n{EXAMPLES}"},
    ) as kept:
        await kept.read()


async def _tried(ana: Visitor, answer: str, look: str = "") -> str:
    """A question on the bench, with an answer tried beside it; or, below that, as another platform shows it."""
    page = (await ana.get(QUESTION))[1]
    async with ana.http.post(
        f"{ana.base}{QUESTION}/try",
        data={"token": ana.token, "mode": "yaml", "try": answer, "as": look}
        | {"yaml": html.unescape(_value(YAML, page))},
    ) as graded:
        trial = await graded.text()
    page = re.sub(r"(?s)(<div data-trial[^>]*>).*?(</div>\s*</aside>)", lambda found: found[1] + trial + found[2], page)
    page = re.sub(r'(?s)(<textarea id="try"[^>]*>)', lambda found: found[1] + answer, page)
    if look:
        return alone(page).replace("</fieldset></section>", '<span id="look"></span></fieldset></section>')
    return alone(page).replace('<header class="bench-bar"', '<header id="look" class="bench-bar"')


def _value(pattern: str, html: str) -> str:
    found = re.search(pattern, html)
    assert found is not None, pattern
    return found[1]


def alone(page: str, last: str = "") -> str:
    """The page with its style inside and without scripts, down to the message with the words `last`, or to its end."""
    page = re.sub(r"<script\b.*?</script>|<link rel=\"icon\"[^>]*>", "", page, flags=re.DOTALL)
    for name in ("page", "cards", "bench"):
        style = (STATIC / f"{name}.css").read_text(encoding="utf-8")
        page = page.replace(f'<link rel="stylesheet" href="/static/{name}.css">', f"<style>{style}</style>")
    if last:
        end = page.index("</article>", page.rindex(last))
        return f'{page[:end]}<i id="look"></i>{page[end:]}'
    before, feed, after = page.partition('</ol>\n<div class="empty"')
    return f'{before}<li id="look"></li>{feed}{after}' if feed else page
