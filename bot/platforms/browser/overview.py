"""The organiser's page: the group at a glance, with a plot, and the same as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from urllib.parse import quote

from aiohttp import web

from bot.platforms.browser.auth import Auth
from bot.platforms.browser.bench.doors import BenchDoors
from bot.platforms.browser.middleware import html
from bot.platforms.browser.view import View
from cogs.overview import Overview, WeekRow
from study.texts import _, day_text

HEIGHT, STEP, MOST = 120, 18, 60
"""Of the plot: its height, the width of a week, and the weeks that are drawn, the newest."""

At = Callable[[str], Awaitable[Overview | None]]
"""The overview of the group that reads in a channel; None where none does."""
Of = Callable[[int], Awaitable[Overview | None]]
"""The overview of a group by its id."""


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
class Seen:
    """An overview, and where it is seen: the address to go back to, that of the page itself, what follows addresses."""

    shown: Overview
    back: str
    base: str
    query: str = ""


Find = Callable[[web.Request], Awaitable[Seen]]


class OverviewPages:
    """The pages, for organisers alone: of the page in its channels, of other platforms by a private link."""

    def __init__(self, auth: Auth, doors: BenchDoors, view: View, at: At, of: Of) -> None:
        self._auth, self._doors, self._view, self._at, self._of = auth, doors, view, at, of

    def routes(self) -> list[web.RouteDef]:
        """The addresses."""
        return [
            web.get(f"{base}{suffix}", partial(sentences, find=find))
            for base, find in (("/c/{channel}/overview", self._here), ("/bench/{course}/overview", self._by_link))
            for suffix, sentences in (("", self.page), (".json", self.as_json), (".csv", self.as_csv))
        ]

    async def page(self, request: web.Request, find: Find) -> web.Response:
        """The page."""
        seen = await find(request)
        told = _("How many took part, week by week; the table below says the same.")
        page = self._view.page(
            "overview.html",
            shown=seen.shown,
            back=seen.back,
            base=seen.base,
            query=seen.query,
            plot=Plot(plotted(seen.shown.weeks), told),
            most=max((week.took_part for week in seen.shown.weeks), default=0),
        )
        return html(page)

    async def as_json(self, request: web.Request, find: Find) -> web.Response:
        """All of it as JSON."""
        shown = (await find(request)).shown
        return web.Response(
            text=json.dumps(asdict(shown), default=_plain, ensure_ascii=False, indent=1),
            content_type="application/json",
            headers={"Content-Disposition": 'attachment; filename="overview.json"'},
        )

    async def as_csv(self, request: web.Request, find: Find) -> web.Response:
        """The questions as a table that spreadsheets open."""
        shown = (await find(request)).shown
        text = io.StringIO()
        table = csv.writer(text)
        table.writerow(("question", "asked", "answered", "mean", "discrimination", "appealed", "upheld"))
        for one in shown.questions:
            figures = one.figures
            sentences = "" if figures.discrimination is None else f"{figures.discrimination:.3f}"
            row = (
                one.name,
                one.ask,
                figures.answered,
                f"{figures.mean:.3f}",
                sentences,
                figures.appealed,
                figures.upheld,
            )
            table.writerow([_harmless(cell) for cell in row])
        return web.Response(
            body=text.getvalue().encode("utf-8-sig"),
            content_type="text/csv",
            headers={"Content-Disposition": 'attachment; filename="questions.csv"'},
        )

    async def _here(self, request: web.Request) -> Seen:
        viewer = await self._auth.viewer(request)
        if not viewer.member.organiser:
            raise web.HTTPForbidden(text=_("This page is for organisers; ask one of yours."))
        shown = await self._at(viewer.channel)
        if shown is None:
            raise web.HTTPNotFound(text=_("No group reads here yet; /group setup in the channel makes one."))
        channel = f"/c/{quote(viewer.channel)}"
        return Seen(shown, f"{channel}{viewer.query}", f"{channel}/overview", viewer.query)

    async def _by_link(self, request: web.Request) -> Seen:
        sitting = await self._doors.sitting(request)
        shown = None if sitting.group is None else await self._of(sitting.group)
        if shown is None:
            raise web.HTTPNotFound(text=_("Open this page from your group's channel."))
        course = f"/bench/{sitting.course}"
        return Seen(shown, course, f"{course}/overview")


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


def _harmless(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
