"""The organiser's page: the group at a glance, as a page, CSV and JSON, and for organisers alone."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from axe_playwright_python.async_playwright import Axe

from bot.packs.bench import Bench
from bot.packs.live import LiveCourses
from bot.platforms.browser.overview import plotted
from cogs.overview import Overview, QuestionRow, SlipRow, WeekRow
from store import Subject
from study.analysis import Agreement, QuestionFigures
from tests.platforms.browser.chromium import DESKTOP, PHONE, chromium, tab
from tests.platforms.browser.visitor import Visitor, plain

FIGURES = QuestionFigures("q1", 12, 0.61, 0.34, 2, 1, Agreement.counted(1, 2))
SHOWN = Overview(
    "Readers",
    "A course",
    (("Every week", "Mondays 18:00"),),
    14,
    (WeekRow(date(2026, 3, 2), 12, 30), WeekRow(date(2026, 3, 9), 6, 9)),
    (QuestionRow("Week 1 · Question 1", '=HYPERLINK("x") <b>', FIGURES),),
    (SlipRow("Kofi <script>", date(2026, 3, 2)),),
    (("Answers to review", 2, "group disputes"), ("Questions of members", 0, "ask open")),
)


@pytest.fixture
def platform_of(build, packs, tmp_path):
    def made(shown):
        async def at(place):
            return shown if place == 1 or getattr(place, "channel", "") == "study-group" else None

        platform = build(tmp_path)
        workbench = Bench(LiveCourses(packs), tmp_path / "packs", tmp_path / "bench", lambda: datetime.now(UTC))
        platform._host = replace(platform._host, overview=at, bench=workbench)
        return platform

    return made


async def test_the_group_at_a_glance_and_as_files(platform_of):
    platform = platform_of(SHOWN)
    await platform.start()
    async with Visitor(platform) as ana, Visitor(platform) as ben:
        await ana.join("Ana")
        await ben.join("Ben")
        assert "at a glance" in (await ana.get("/c/study-group"))[1]
        status, page = await ana.get("/c/study-group/overview")
        told = plain(page)
        assert status == 200 and "<script>" not in page
        assert "2 Answers to review /group disputes" in told and "0 Questions of members" in told
        assert "Kofi <script> , last on 2 March 2026" in told and "12 6.1 0.34 2, 1 upheld" in told
        _, table = await ana.get("/c/study-group/overview.csv")
        assert "'=HYPERLINK" in table and "Week 1 · Question 1" in table
        _, raw = await ana.get("/c/study-group/overview.json")
        assert '"monday": "2026-03-02"' in raw
        for path in ("", ".csv", ".json"):
            assert (await ben.get(f"/c/study-group/overview{path}"))[0] == 403
        assert "at a glance" not in (await ben.get("/c/study-group"))[1]
    await platform.stop()


async def test_an_organiser_of_another_platform_sees_their_group_by_the_link_to_the_bench(platform_of):
    platform = platform_of(SHOWN)
    await platform.start()
    code = await platform._host.codes.issue("bench", datetime.now(UTC), Subject(1, 7))
    async with Visitor(platform) as olga:
        assert "Welcome" in (await olga.get("/bench/tea/overview"))[1]
        await olga.http.post(f"{olga.base}/bench/enter", data={"code": code})
        assert "Readers at a glance" in (await olga.get("/bench/tea/overview"))[1]
        assert "Week 1" in (await olga.get("/bench/tea/overview.csv"))[1]
    await platform.stop()


async def test_without_a_group_the_page_says_how_to_make_one(platform_of):
    platform = platform_of(None)
    await platform.start()
    async with Visitor(platform) as ana:
        await ana.join("Ana")
        status, page = await ana.get("/c/study-group/overview")
        assert status == 404 and "/group setup" in page
    await platform.stop()


def test_the_plot_shows_the_newest_weeks_against_the_fullest():
    bars = plotted(tuple(WeekRow(date(2026, 1, 5), n, n) for n in range(80)))
    assert len(bars) == 60 and bars[-1].height == 120 and bars[0].x == 0
    assert plotted((WeekRow(date(2026, 1, 5), 0, 0),))[0].height == 0


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
async def test_it_keeps_nobody_out(platform_of, viewport):
    platform = platform_of(SHOWN)
    await platform.start()
    async with chromium() as browser, tab(browser, viewport=viewport) as ana:
        await ana.join(platform.url, "Ana")
        await ana.page.goto(f"{platform.url}c/study-group/overview")
        assert (await Axe().run(ana.page)).response["violations"] == []
        assert await ana.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await platform.stop()
