"""The organiser's page: the group at a glance, with a plot, and the same as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from urllib.parse import quote

from aiohttp import web

from bot.platforms.browser.auth import Auth, number
from bot.platforms.browser.bench.doors import BenchDoors
from bot.platforms.browser.middleware import html
from bot.platforms.browser.view import View
from bot.platforms.host import Host
from cogs.overview import Overview, Trail, WeekRow
from study.banks.spreadsheet import guarded
from study.group import Place
from study.texts import _, day_text, noop

HEIGHT, STEP, MOST = 120, 18, 60
"""Of the plot: its height, the width of a week, and the weeks that are drawn, the newest."""


NO_GROUP = noop("No group reads here yet; /group setup in the channel makes one.")


@dataclass(frozen=True, slots=True)
class BarOfWeek:
    """A week in the plot, in the plot's own units."""

    x: int
    y: float
    height: float
    label: str
    width: int = STEP - 4


@dataclass(frozen=True, slots=True)
class Plot:
    """Bars side by side, with what is said of them to whoever cannot see them."""

    bars: Sequence[BarOfWeek]
    label: str
    height: int = HEIGHT

    @property
    def width(self) -> int:
        """Of all bars."""
        return max(1, len(self.bars)) * STEP


@dataclass(frozen=True, slots=True)
class Where:
    """A group that an organiser looks at: where it reads or its id, the address to go back to, that of the page itself,
    and what follows addresses."""

    group: Place | int
    back: str
    base: str
    query: str = ""


Find = Callable[[web.Request], Awaitable[Where]]


class OverviewPages:
    """The pages, for organisers alone: of the page in its channels, of other platforms by a private link."""

    def __init__(self, auth: Auth, doors: BenchDoors, view: View, host: Host, place: Callable[[str], Place]) -> None:
        self._auth, self._doors, self._view, self._host, self._place = auth, doors, view, host, place

    def routes(self) -> list[web.RouteDef]:
        """The addresses."""
        pages = (
            ("", self.page), (".json", self.as_json), (".csv", self.as_csv),
            ("/trail", self.trail), ("/trail.json", self.trail_as_json), ("/trail.csv", self.trail_as_csv),
        )  # fmt: skip
        return [
            web.get(f"{base}{suffix}", partial(shown, find=find))
            for base, find in (("/c/{channel}/overview", self._here), ("/bench/{course}/overview", self._by_link))
            for suffix, shown in pages
        ]

    async def page(self, request: web.Request, find: Find) -> web.Response:
        """The page."""
        where = await find(request)
        shown = await self._shown(where)
        told = _("How many took part, week by week; the table below says the same.")
        page = self._view.page(
            "overview.html",
            shown=shown,
            where=where,
            plot=Plot(plotted(shown.weeks), told),
            most=max((week.took_part for week in shown.weeks), default=0),
        )
        return html(page)

    async def trail(self, request: web.Request, find: Find) -> web.Response:
        """What was done in the group, page by page."""
        where = await find(request)
        wanted = number(request.query.get("page")) or 1
        trail = await self._done(where, max(0, min(wanted, 100_000) - 1))
        return html(self._view.page("trail.html", trail=trail, where=where))

    async def trail_as_json(self, request: web.Request, find: Find) -> web.Response:
        """All that was done, as JSON."""
        done = await self._done(await find(request), None)
        return _json([asdict(deed) for deed in done.deeds], "history.json")

    async def trail_as_csv(self, request: web.Request, find: Find) -> web.Response:
        """All that was done, as a table that spreadsheets open."""
        done = await self._done(await find(request), None)
        return _csv(("when", "who", "what"), [(deed.at, deed.by, deed.what) for deed in done.deeds], "history.csv")

    async def as_json(self, request: web.Request, find: Find) -> web.Response:
        """All of it as JSON."""
        return _json(asdict(await self._shown(await find(request))), "overview.json")

    async def as_csv(self, request: web.Request, find: Find) -> web.Response:
        """The questions as a table that spreadsheets open."""
        shown = await self._shown(await find(request))
        head = ("question", "asked", "answered", "mean", "discrimination", "appealed", "upheld")
        rows = []
        for one in shown.questions:
            figures = one.figures
            told = "" if figures.discrimination is None else f"{figures.discrimination:.3f}"
            mean, counts = f"{figures.mean:.3f}", (figures.appealed, figures.upheld)
            rows.append((one.name, one.ask, figures.answered, mean, told, *counts))
        return _csv(head, rows, "questions.csv")

    async def _shown(self, where: Where) -> Overview:
        shown = await self._host.overview(where.group)
        if shown is None:
            raise web.HTTPNotFound(text=_(NO_GROUP))
        return shown

    async def _done(self, where: Where, page: int | None) -> Trail:
        done = await self._host.trail(where.group, page)
        if done is None:
            raise web.HTTPNotFound(text=_(NO_GROUP))
        return done

    async def _here(self, request: web.Request) -> Where:
        viewer = await self._auth.viewer(request)
        if not viewer.organises:
            raise web.HTTPForbidden(text=_("This page is for organisers; ask one of yours."))
        channel = f"/c/{quote(viewer.channel)}"
        back = f"{channel}{viewer.query}"
        return Where(self._place(viewer.channel), back, f"{channel}/overview", viewer.query)

    async def _by_link(self, request: web.Request) -> Where:
        sitting = await self._doors.sitting(request)
        if sitting.group is None:
            raise web.HTTPNotFound(text=_("Open this page from your group's channel."))
        course = f"/bench/{sitting.course}"
        return Where(sitting.group, course, f"{course}/overview")


def _json(content: object, name: str) -> web.Response:
    return web.Response(
        text=json.dumps(content, default=_plain, ensure_ascii=False, indent=1),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> web.Response:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(head)
    table.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return web.Response(
        body=text.getvalue().encode("utf-8-sig"),
        content_type="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def plotted(weeks: tuple[WeekRow, ...]) -> list[BarOfWeek]:
    """The bars of the newest weeks: how many took part."""
    return bars_of([(week.took_part, _label(week)) for week in weeks])


def _label(week: WeekRow) -> str:
    return _(
        "Week of {day}: {took_part} took part, {answers} answers",
        day=day_text(week.monday),
        took_part=week.took_part,
        answers=week.answers,
    )


def bars_of(weeks: Sequence[tuple[float, str]]) -> list[BarOfWeek]:
    """The bars of the newest of these weeks, each of its height and with its words, the highest as high as the plot."""
    drawn = weeks[-MOST:]
    most = max((value for value, _label in drawn), default=0) or 1
    heights = [round(HEIGHT * value / most, 1) for value, _label in drawn]
    return [BarOfWeek(n * STEP, HEIGHT - heights[n], heights[n], label) for n, (_value, label) in enumerate(drawn)]


def _plain(value: object) -> str:
    assert isinstance(value, date)
    return value.isoformat()
