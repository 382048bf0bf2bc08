"""A member's own page: what is open, all answers with what was found, wishes and data; on the page and by a link."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.async_playwright import Axe

from cogs.messages import Person
from store import Subject
from study.group import Account, Place
from tests.platforms.browser.chromium import DESKTOP, PHONE, chromium, tab
from tests.platforms.browser.school import school
from tests.platforms.browser.visitor import Visitor, plain

DISCORD = Place("discord", "guild", "room", "room")


@pytest.fixture
async def served(tmp_path, migrated_sqlite):
    async with school(tmp_path, migrated_sqlite) as (platform, talk):
        yield platform, talk


async def turn(visitor, base, press, **fields):
    """A button of the page pressed, or a form sent: the status and what is read."""
    page = (await visitor.get(base))[1]
    token = re.search(r'name="token" value="(\w+)"', page)[1]
    form = {"as": visitor.as_, "token": token, "key": fields.pop("key", ""), "press": press}
    form |= {name if name == "opener" else f"field.{name}": value for name, value in fields.items()}
    async with visitor.http.post(f"{visitor.base}{base}", data=form) as answer:
        return answer.status, await answer.text()


async def test_a_member_answers_looks_back_and_decides_on_their_own_page(served):
    platform, _talk = served
    async with Visitor(platform) as olga, Visitor(platform) as ana:
        await olga.join("Olga")
        await ana.join("Ana")
        assert "Your own page" in (await ana.get("/c/study-group"))[1]
        empty = plain((await ana.get("/c/study-group/me"))[1])
        assert "Nothing is open for you" in empty and "You have not answered anything yet." in empty
        await olga.press("group.now:1")
        page = (await ana.get("/c/study-group/me"))[1]
        answer = re.search(r'value="(quiz.answer:\d+)">\s*Answer Week 1 · Question 2', page)[1]
        status, form = await turn(ana, "/c/study-group/me", answer)
        assert status == 200 and "Name the two colours" in form and 'action="/c/study-group/me"' in form
        send = re.search(r'name="press" value="(quiz.send:\d+)"', form)[1]
        status, again = await turn(ana, "/c/study-group/me", send, opener=answer, answer="  ")
        assert status == 422 and "Name the two colours" in again
        _, told = await turn(ana, "/c/study-group/me", send, opener=answer, answer="yellow", key="once")
        assert "Partly right. 5 of 10 points." in plain(told)
        await turn(ana, "/c/study-group/me", send, opener=answer, answer="yellow", key="once")
        shown = plain((await ana.get("/c/study-group/me"))[1])
        assert "1 answer " in shown and "Partly right. 5 of 10 points." in shown and "cyan" not in shown
        assert "so far 5 of 10 points" in shown and "5 points in 1 week." in shown
        await turn(ana, "/c/study-group/me", "leaderboard.hide:hide")
        assert "You are hidden" in plain((await ana.get("/c/study-group/me"))[1])
        _, exported = await turn(ana, "/c/study-group/me", "me.export")
        assert json.loads(exported)["answers"][0]["text"] == "yellow"
        assert "for good" in plain((await turn(ana, "/c/study-group/me", "me.delete"))[1])
        assert "Your data was deleted." in plain((await turn(ana, "/c/study-group/me", "me.erase"))[1])
        assert "Welcome" in (await ana.get("/c/study-group/me"))[1]


async def test_what_is_closed_is_told_in_full_and_what_is_open_again_is_not(served):
    platform, talk = served
    async with Visitor(platform) as olga:
        await olga.join("Olga")
        await olga.press("group.now:1")
        post = next(one for one in await talk.store.posts.open(1) if one.item == "t-q2")
        await olga.press(f"quiz.send:{post.id}", answer="yellow", opener=f"quiz.answer:{post.id}")
        assert "Answer: Yellow and cyan." not in plain((await olga.get("/c/study-group/me"))[1])
        talk.clock.time += timedelta(days=8)
        await talk.store.rounds.close_due(talk.clock.time)
        closed = plain((await olga.get("/c/study-group/me"))[1])
        assert "Answer: Yellow and cyan." in closed and "missing cyan" in closed.lower().replace(":", "")


async def test_every_question_so_far_is_looked_up_on_a_page_of_its_own(served):
    platform, talk = served
    async with Visitor(platform) as olga:
        await olga.join("Olga")
        await olga.press("group.now:1")
        address = re.search(r'href="(/c/study-group/me/archive[^"]*)"', (await olga.get("/c/study-group/me"))[1])[1]
        assert "Yellow and cyan." not in plain((await olga.get(address))[1])
        talk.clock.time += timedelta(days=8)
        await talk.store.rounds.close_due(talk.clock.time)
        assert "Answer: Yellow and cyan." in plain((await olga.get(address))[1])
        found = (await olga.get(f"{address}?words=cyan"))[1]
        assert "Archive · 1 question with “cyan”" in plain(found) and 'value="cyan"' in found
        one = re.search(r'value="(archive.show:\d+)"', found)[1]
        assert "nobody answered." in plain((await turn(olga, "/c/study-group/me", one))[1])
        hostile = (await olga.get(address, params={"words": '"><b>zebra'}))[1]
        assert "Nothing that was asked mentions" in plain(hostile) and "<b>zebra" not in hostile


async def test_a_member_of_another_platform_comes_by_the_link_of_me(served):
    platform, talk = served
    talk.services = replace(talk.services, page_url=platform.url.rstrip("/"))
    talk.dispatcher._services = talk.services
    code = await talk.store.codes.issue("join", talk.now, Subject(1))
    await talk.store.groups.join(code, DISCORD, talk.now)
    kofi = Person("discord", "42", "Kofi")
    talk.now = datetime.now(UTC)
    told = await talk.say(kofi, "me", place=DISCORD)
    link = re.search(r"/me/enter\?code=[\w-]+", told)[0]
    async with Visitor(platform) as visitor, Visitor(platform) as thief:
        assert (await visitor.get("/me"))[0] == 403
        assert "Open my page" in (await visitor.get(link))[1]
        code = link.partition("=")[2]
        await visitor.http.post(f"{visitor.base}/me/enter", data={"code": code})
        page = (await visitor.get("/me"))[1]
        assert "Kofi" in plain(page) and "Leave this page" in page
        async with thief.http.post(f"{thief.base}/me/enter", data={"code": code}) as late:
            assert late.status == 410
        assert "no reminders any more" in plain((await turn(visitor, "/me", "nudge.never:1"))[1])
        async with visitor.http.post(f"{visitor.base}/me", data={"press": "me.erase", "token": "no"}) as forged:
            assert forged.status == 403
        token = re.search(r'name="token" value="(\w+)"', page)[1]
        await visitor.http.post(f"{visitor.base}/me/leave", data={"token": token})
        assert (await visitor.get("/me"))[0] == 403


async def test_a_visit_ends_once_the_platform_says_that_its_person_left(served):
    platform, talk = served
    left = []

    async def belongs(place, person):
        return (place.workspace, person) not in left

    talk.dispatcher.asks_who_belongs("discord", belongs)
    code = await talk.store.codes.issue("join", talk.now, Subject(1))
    await talk.store.groups.join(code, DISCORD, talk.now)
    await talk.say(Person("discord", "42", "Kofi"), "me", place=DISCORD)
    kofi = await talk.store.members.find(1, Account("discord", "guild", "42"))
    async with Visitor(platform) as visitor:
        link = await talk.store.codes.issue("me", datetime.now(UTC), Subject(1, kofi.id))
        await visitor.http.post(f"{visitor.base}/me/enter", data={"code": link})
        assert "Kofi" in (await visitor.get("/me"))[1]
        left.append(("guild", "42"))
        assert (await visitor.get("/me"))[0] == 403
        left.clear()
        assert (await visitor.get("/me"))[0] == 403, "it is over for good"


@pytest.mark.parametrize(("viewport", "language"), [(DESKTOP, "en"), (PHONE, "de")], ids=["desk", "phone"])
async def test_it_keeps_nobody_out(served, viewport, language):
    platform, _talk = served
    async with (
        Visitor(platform) as olga,
        chromium() as browser,
        tab(browser, viewport=viewport, locale=language) as ana,
    ):
        await olga.join("Olga")
        await olga.press("group.now:1")
        await ana.page.goto(platform.url)
        await ana.page.locator("input[name=name]").fill("Ana")
        await ana.page.keyboard.press("Enter")
        await ana.live()
        await ana.page.goto(f"{platform.url}c/study-group/me")
        await ana.page.locator('button[value^="quiz.answer"]').first.press("Enter")
        await ana.page.locator("textarea").fill("yellow")
        await ana.page.locator(".form .primary").press("Enter")
        await ana.page.get_by_role("status").wait_for()
        assert (await Axe().run(ana.page)).response["violations"] == []
        await ana.page.locator("main a.button").press("Enter")
        await ana.page.locator(".past > li").wait_for()
        assert (await Axe().run(ana.page)).response["violations"] == []
        assert await ana.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await ana.page.locator('a[href*="/me/archive"]').press("Enter")
        await ana.page.locator("#words").fill("green")
        await ana.page.locator("#words").press("Enter")
        await ana.page.get_by_text("green”" if language == "en" else "green“").wait_for()
        assert (await Axe().run(ana.page)).response["violations"] == []
        assert await ana.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
