"""Signing in by a provider or a proxy: what holds is let in as one and the same, what does not is a sentence."""

from __future__ import annotations

import json
import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from yarl import URL

from bot.platforms.browser.limits import Proxies, networks
from bot.platforms.browser.platform import BrowserError
from bot.platforms.browser.signin.pages import BEGUN_ELSEWHERE
from bot.platforms.browser.signin.providers import KNOWN, Profile, Provider, providers
from bot.platforms.browser.signin.ways import Ways
from bot.settings import SettingsError
from store import Voucher
from store.database.page_tables import people
from store.database.tables import metadata
from tests.counterparts.openid import CLIENT, SECRET, issuer
from tests.platforms.browser.visitor import Visitor

LOOPBACK = Proxies(networks("127.0.0.0/8"))


@pytest.fixture
async def school():
    async with issuer() as made:
        yield made


def by(school, name="school", **more):
    return Provider(name, Profile("School", school.url), CLIENT, SECRET, **more)


@pytest.fixture
def serving(tmp_path, build):
    @asynccontextmanager
    async def served(*known, join="sign-in", **more):
        platform = build(tmp_path, ways=Ways(join, known, more.pop("proxy_user", "")), **more)
        await platform.start()
        try:
            yield platform
        finally:
            await platform.stop()

    return served


class Student(Visitor):
    """Somebody who signs in by a provider."""

    async def sign_in(self, name="school", invitation=""):
        asked = f"?invitation={invitation}" if invitation else ""
        status, page = await self.get(f"/sign-in/{name}{asked}")
        if found := re.search(r'data-as="(\w+)" data-token="(\w+)"', page):
            self.as_, self.token = found.groups()
        return status, page

    def forget(self):
        self.http.cookie_jar.clear()

    def cookie(self, tail=""):
        return next((one for one in self.http.cookie_jar if re.fullmatch(rf"studybot-\w+{tail}", one.key)), None)


async def test_whoever_signs_in_comes_back_as_themselves_without_a_cookie(serving, school, page, tmp_path):
    async with serving(by(school)) as platform, Student(platform) as ana, Student(platform) as eve:
        assert "Go on with School" in (await ana.get("/"))[1]
        assert "Your name here" not in (await ana.get("/"))[1]
        assert (await eve.join("Eve"))[0] == 403
        assert (await ana.sign_in())[0] == 200
        assert (await ana.write("it is me"))[0] == 200
        first = ana.as_
        ana.forget()
        school.person |= {"name": "Another name", "email": "changed@example.org"}
        await ana.sign_in()
        assert ana.as_ == first
        school.person = {"sub": "4712", "name": "ana ruiz"}
        await eve.sign_in()
        assert [one.name for one in await page(tmp_path).people.all()] == ["Ana Ruiz", "ana ruiz (2)"]
        assert "example.org" not in (await eve.get("/c/study-group"))[1]
        assert not any(one.organiser for one in await page(tmp_path).people.all())
        leads = platform.announcement.rpartition("invitation=")[2]
        await eve.sign_in(invitation=leads)
        assert [one.organiser for one in await page(tmp_path).people.all()] == [False, True]


WRONG = {
    "nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "audience": {"aud": "another-page"},
    "audiences": {"aud": [CLIENT, "another-page"]},
    "presenter": {"azp": "another-page"},
    "issuer": {"iss": "https://another.example.org"},
    "expired": {"exp": 1_700_000_000},
    "future": {"iat": 4_000_000_000},
    "nobody": {"sub": ""},
    "number": {"sub": 7},
}


async def test_a_token_that_does_not_hold_signs_nobody_in(serving, school, page, tmp_path):
    async with serving(by(school)) as platform, Student(platform) as eve:
        for name, school.wrong in WRONG.items():
            status, shown = await eve.sign_in()
            assert (name, status, "What School said does not prove who you are" in shown) == (name, 403, True)
        school.wrong = {}
        for school.algorithm in ("none", "HS256"):
            assert (await eve.sign_in())[0] == 403
        school.algorithm = "ES256"
        published, _ = school.published, school.rotate()
        school.published = published  # signed by a key that is not the issuer's
        assert (await eve.sign_in())[0] == 403
        assert (eve.cookie(), await page(tmp_path).people.all()) == (None, ())
        school.published = school.key
        assert (await eve.sign_in())[0] == 200
        school.rotate()
        eve.forget()
        assert (await eve.sign_in())[0] == 200
        assert len(await page(tmp_path).people.all()) == 1


async def test_clocks_may_differ_by_a_minute(serving, school):
    async with serving(by(school)) as platform, Student(platform) as ana:
        now = int(datetime.now(UTC).timestamp())
        for school.wrong in ({"iat": now + 45}, {"exp": now - 45}):
            assert (await ana.sign_in())[0] == 200
        school.wrong = {"exp": now - 90}
        assert (await ana.sign_in())[0] == 403


async def begun(visitor, name="school"):
    """The address that the provider would be asked at, and what stands in it."""
    async with visitor.http.get(f"{visitor.base}/sign-in/{name}", allow_redirects=False) as answer:
        asked = parse_qs(urlsplit(answer.headers["Location"]).query)
        return answer, {key: value for key, (value,) in asked.items()}


async def test_only_the_browser_that_left_comes_back_and_only_once(serving, school, page, tmp_path):
    other = Provider("other", Profile("Other", f"{school.url}/"), CLIENT, SECRET)
    async with serving(by(school), other) as platform, Student(platform) as ana, Student(platform) as eve:
        _, asked = await begun(ana)
        school.granted["code"] = asked
        back = f"/sign-in/school/back?code=code&state={asked['state']}"
        for way in (back, back.replace("school", "other"), back + "x", "/sign-in/school/back?code=code", back):
            status, shown = await eve.get(way)  # a link that Eve was lured to, with Ana's code
            assert (status, BEGUN_ELSEWHERE in shown) == (403, True)
        assert (await ana.get(back.replace("school", "other")))[0] == 403
        assert (await ana.get(f"{back}&iss=https://another.example.org"))[0] == 403
        assert (await ana.get(back))[0] == 403  # that try is used up
        _, asked = await begun(ana)
        school.granted["code"] = asked
        back = f"/sign-in/school/back?code=code&state={asked['state']}&iss={school.url}"
        assert (await ana.get(back))[0] == 200
        ana.forget()
        assert BEGUN_ELSEWHERE in (await ana.get(back))[1]
        assert len(await page(tmp_path).people.all()) == 1
        assert (await ana.get("/sign-in/nobody"))[0] == 404


async def test_a_no_and_a_provider_that_is_away_are_sentences(serving, school, page, tmp_path):
    async with serving(by(school)) as platform, Student(platform) as ana:
        school.says_no = True
        status, shown = await ana.sign_in()
        assert (status, "School was not allowed to say who you are" in shown) == (403, True)
        school.says_no, school.metadata = False, {"issuer": "https://another.example.org"}
        async with serving(by(school)) as fresh, Student(fresh) as ben:
            assert "does not prove who you are" in (await ben.sign_in())[1]
        school.metadata = {"token_endpoint": "http://login.example.org/token"}
        async with serving(by(school)) as fresh, Student(fresh) as ben:
            assert "does not prove who you are" in (await ben.sign_in())[1]
        await school.server.close()
        _, asked = await begun(ana)
        status, shown = await ana.get(f"/sign-in/school/back?code=code&state={asked['state']}")
        assert (status, "School does not answer just now" in shown) == (403, True)
        async with serving(by(school)) as fresh, Student(fresh) as ben:
            assert "School does not answer just now" in (await ben.sign_in())[1]
        assert await page(tmp_path).people.all() == ()


async def test_what_is_said_elsewhere_must_be_of_the_same_person(serving, school):
    school.methods = ["client_secret_post"]
    school.person = {"sub": "4711"}
    async with serving(by(school)) as platform, Student(platform) as ana:
        school.told = {"sub": "4712", "name": "Ben"}
        assert (await ana.sign_in())[0] == 403
        school.told = {"sub": "4711", "name": "ana@example.org", "nickname": "Ana"}
        _, shown = await ana.sign_in()
        assert ">Ana <span" in shown


async def test_only_some_of_a_providers_people_may_be_let_in(serving, school, page, tmp_path):
    async with serving(by(school, only=("hd", "example.org"))) as platform, Student(platform) as ana:
        status, shown = await ana.sign_in()
        assert (status, "you are not among them" in shown) == (403, True)
        school.person |= {"hd": "example.org"}
        assert (await ana.sign_in())[0] == 200


async def test_by_invitation_a_stranger_needs_one_and_it_brings_somebody_back(serving, school, page, tmp_path):
    async with serving(by(school), join="invitation") as platform, Student(platform) as ana, Student(platform) as ben:
        memory = page(tmp_path)
        status, shown = await ana.sign_in()
        assert (status, "you are Ana Ruiz, whom nobody here knows yet" in shown) == (403, True)
        secret = await memory.people.invite(datetime.now(UTC))
        assert f'href="/sign-in/school?invitation={secret}"' in (await ana.get(f"/join?invitation={secret}"))[1]
        assert (await ana.sign_in(invitation=secret))[0] == 200
        ana.forget()
        assert (await ana.sign_in())[0] == 200
        known = await memory.people.join("Ben", "", datetime.now(UTC))
        school.person = {"sub": "ben", "name": "Benjamin"}
        await ben.sign_in(invitation=await memory.people.invite(datetime.now(UTC), person_id=known.id))
        assert ben.as_ == known.id
        ben.forget()
        await ben.sign_in()
        assert ben.as_ == known.id


async def test_a_session_that_somebody_planted_is_not_the_one_that_is_signed_in(serving, school):
    async with serving(by(school), join="anyone") as platform, Student(platform) as ana, Student(platform) as eve:
        await eve.join("Eve")
        planted = eve.cookie().value
        ana.http.cookie_jar.update_cookies({eve.cookie().key: planted}, URL(ana.base))
        await ana.sign_in()
        assert ana.cookie().value != planted
        assert (await eve.get("/c/study-group"))[1].count("Ana Ruiz") == 0
        _, shown = await eve.get("/")
        assert "Go on with School" in shown  # the planted session has ended with it
        await eve.join("Eva")
        before = eve.cookie().value
        ana.http.cookie_jar.update_cookies({eve.cookie().key: before}, URL(ana.base))
        code = await platform._page.people.new_recovery_code(ana.as_)
        async with ana.http.post(f"{ana.base}/join", data={"code": code}):
            assert ana.cookie().value != before


async def test_cookies_travel_by_tls_alone_where_the_page_is_reached_so(serving, school):
    more = {"page_url": "https://study.example.org", "proxies": LOOPBACK}
    async with serving(by(school), **more) as platform, Student(platform) as ana:
        assert not platform.demonstrates
        answer, asked = await begun(ana)
        assert asked["redirect_uri"] == "https://study.example.org/sign-in/school/back"
        (cookie,) = answer.headers.getall("Set-Cookie")
        assert "Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
        link = await platform._host.codes.issue("bench", datetime.now(UTC))
        async with ana.http.post(
            f"{ana.base}/bench/enter", data={"code": link}, headers={"Host": "study.example.org"}, allow_redirects=False
        ) as entered:
            assert entered.status in (303, 404, 410)
            assert all("Secure" in one for one in entered.headers.getall("Set-Cookie", []))
        async with ana.http.get(f"{ana.base}/join", headers={"Host": "study.example.org"}) as known:
            assert known.status == 200
        async with ana.http.get(f"{ana.base}/join", headers={"Host": "another.example.org"}) as unknown:
            assert unknown.status == 403


async def test_discord_and_github_need_no_token(serving, school, page, tmp_path):
    school.methods = ["client_secret_post"]
    school.person = {"id": "80351110224678912", "username": "nelly", "global_name": "Nelly"}
    here = {
        "authorize": f"{school.url}/authorize",
        "token": f"{school.url}/token",
        "userinfo": f"{school.url}/userinfo",
    }
    known = [
        Provider(name, Profile(KNOWN[name].title, KNOWN[name].issuer, **here, ids=KNOWN[name].ids,
                               names=KNOWN[name].names, platform=KNOWN[name].platform), CLIENT, SECRET)
        for name in ("discord", "github")
    ]  # fmt: skip
    async with serving(*known) as platform, Student(platform) as ana:
        assert ">Nelly <span" in (await ana.sign_in("discord"))[1]
        school.person = {"id": 583231, "login": "octocat", "name": None}
        assert ">octocat <span" in (await ana.sign_in("github"))[1]
        memory = page(tmp_path)
        async with memory.people._database.reading() as db:
            kept = {(row.subject, row.platform, row.account) for row in await db.execute(select(people))}
        assert kept == {
            ("https://discord.com 80351110224678912", "discord", "80351110224678912"),
            ("https://github.com 583231", "", ""),
        }
        school.person = {"message": "Bad credentials"}
        assert (await ana.sign_in("github"))[0] == 403


async def test_a_proxy_of_ours_says_who_somebody_is_and_nobody_else_does(serving, tmp_path, page):
    def said(name):
        return {"X-Forwarded-User": name}

    async with (
        serving(proxy_user="X-Forwarded-User", proxies=LOOPBACK) as platform,
        Student(platform) as ana,
    ):
        status, shown = await ana.get("/")
        assert (status, "did not say who you are" in shown) == (403, True)
        assert ">ana <span" in (await ana.get("/", headers=said("ana@example.org")))[1]
        assert (await ana.join("Eve"))[0] == 403
        assert ">ben <span" in (await ana.get("/", headers=said("ben")))[1]  # another login in the same browser
        status, _ = await ana.get("/c/study-group", headers=said("ana@example.org"))
        assert ">ana <span" in (await ana.get("/", headers=said("ana@example.org")))[1]
        assert len(await page(tmp_path).people.all()) == 2
        assert (await ana.write("without a word"))[0] == 403
    elsewhere = Proxies(networks("10.0.0.0/8"))
    async with serving(proxy_user="X-Forwarded-User", proxies=elsewhere) as platform, Student(platform) as eve:
        assert (await eve.get("/", headers=said("ana@example.org")))[0] == 403


async def test_whom_the_setting_names_comes_in_as_an_organiser(tmp_path, build):
    ways = Ways("invitation", (), "X-Forwarded-User", frozenset({"Ana@example.org"}))
    platform = build(tmp_path, ways=ways, proxies=LOOPBACK)
    await platform.start()
    async with Student(platform) as ana, Student(platform) as ben:
        assert "at a glance" in (await ana.get("/", headers={"X-Forwarded-User": "ana@example.org"}))[1]
        assert (await ben.get("/", headers={"X-Forwarded-User": "ben@example.org"}))[0] == 403
    await platform.stop()


def test_an_address_that_nobody_verified_names_no_organiser():
    ways = Ways(organisers=frozenset({"ana@example.org", "discord:42"}))
    assert ways.leads(Voucher("https://login 1", "Ana", email="ana@example.org"))
    assert ways.leads(Voucher("https://discord 1", "Ana", platform="discord", account="42"))
    assert not ways.leads(Voucher("https://login 1", "ana@example.org"))
    assert not ways.leads(Voucher("https://login discord:42", "Ana"))


@pytest.mark.parametrize(
    ("address", "ways", "more", "told"),
    [
        ("0.0.0.0", Ways("name", (Provider("x", Profile("X", "https://x"), "", ""),)), {}, "STUDYBOT_JOIN"),
        ("127.0.0.1", Ways("name"), {"page_url": "https://study.example.org"}, "STUDYBOT_JOIN"),
        ("0.0.0.0", Ways("sign-in"), {}, "nobody says who people are"),
        ("0.0.0.0", Ways("sign-in", (Provider("x", Profile("X", "https://x"), "", ""),)), {}, "STUDYBOT_PAGE_URL"),
        ("0.0.0.0", Ways("sign-in", (), "Remote-User"), {}, "STUDYBOT_PROXIES"),
    ],
)
def test_a_page_onto_which_no_way_leads_is_not_served(tmp_path, build, address, ways, more, told):
    with pytest.raises(BrowserError, match=told):
        build(tmp_path, address=address, ways=ways, **more)


def test_providers_are_read_from_the_settings(monkeypatch):
    for name, value in (
        ("GOOGLE_CLIENT_ID", "g"),
        ("GOOGLE_ONLY", "hd=example.org"),
        ("SCHOOL_CLIENT_ID", "s"),
        ("SCHOOL_CLIENT_SECRET", "hush"),
        ("SCHOOL_ISSUER", "https://login.example.org"),
        ("SCHOOL_TITLE", "The School"),
    ):
        monkeypatch.setenv(f"SIGNIN_{name}", value)
    google, own = providers("google, school")
    assert (google.profile.issuer, google.only) == ("https://accounts.google.com", ("hd", "example.org"))
    assert (own.profile.title, own.profile.issuer, own.client_secret) == (
        "The School",
        "https://login.example.org",
        "hush",
    )
    assert "hush" not in repr(own)
    monkeypatch.setenv("SIGNIN_SCHOOL_ISSUER", "http://login.example.org")
    for listed, told in (
        ("discord", "SIGNIN_DISCORD_CLIENT_ID"),
        ("club", "SIGNIN_CLUB_ISSUER"),
        ("school", "SIGNIN_SCHOOL_ISSUER: must begin with https"),
        ("My School", "is no name for a provider"),
    ):
        with pytest.raises(SettingsError, match=told):
            providers(listed)


async def test_no_secret_of_a_sign_in_is_kept(serving, school, page, tmp_path):
    async with serving(by(school)) as platform, Student(platform) as ana:
        await ana.sign_in()
        secret, (asked,) = ana.cookie().value, school.asked
        async with page(tmp_path).people._database.reading() as db:
            kept = str([row for table in metadata.sorted_tables for row in await db.execute(select(table))])
        for word in (secret, asked["state"], asked["nonce"], SECRET, "let-me-ask", "ana@example.org"):
            assert word not in kept
        assert json.dumps(school.person["sub"]).strip('"') in kept
