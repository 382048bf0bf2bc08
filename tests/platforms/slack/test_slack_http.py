"""Signed HTTP: what is taken only under Slack's signature, and how many workspaces install the app and leave it."""

import asyncio
import json
import re
import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from aiohttp import ClientSession
from cryptography.fernet import Fernet

from bot.platforms.base import OutgoingMessage, SendRefused
from bot.platforms.slack.installation.cipher import Cipher, CipherError
from bot.platforms.slack.installation.installs import INSTALLS, Install, Installs, States
from bot.platforms.slack.platform import SlackPlatform
from bot.platforms.slack.settings import SlackSettings
from bot.settings import SettingsError
from cogs import COGS
from cogs.messages import say
from study.group import Place
from tests.platforms.hosted import Clock, Codes, Facts, hosted
from tests.platforms.slack.room import room

# slack-sdk 3.47 hands aiohttp a BasicAuth, which aiohttp 3.14 calls deprecated
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated")
KEY = Fernet.generate_key().decode()


@pytest.fixture
async def served(slack):
    async with room(slack, http=True) as made:
        yield made


@pytest.fixture
async def web():
    async with ClientSession() as made:
        yield made


async def post(web, here, body, headers):
    async with web.post(here.slack.http_url, data=body, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_an_answer_over_signed_http_is_marked(served):
    await served.post()
    await served.ana.click(served.message("Question 1"), "Answer")
    await served.ana.modal_with("Which colour")
    assert "few words" in (await served.ana.submit({"answer": " "}))["answer"]
    await served.ana.submit({"answer": "blue"})
    await served.ana.modal_with("That's right.")
    await served.ben.slash(served.channel, "/leaderboard")
    await served.ben.told_with(served.channel, "1 | Ana")
    await served.ben.slash(served.channel, "/study answer")
    await served.ben.modal_with("Item")
    assert "t-q1" in await served.ben.suggestions("item")
    assert await served.ana.home()


async def test_slack_finds_the_address_and_the_certificate_in_order(served, web):
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"})
    headers = {**served.slack.signed(body), "Content-Type": "application/json"}
    assert await post(web, served, body, headers) == (200, '{"challenge": "abc"}')
    status, _ = await post(web, served, urlencode({"ssl_check": "1", "token": "x"}), {})
    assert status == 200


@pytest.mark.parametrize("how", ["none", "wrong", "old", "ahead", "other body", "of another app", "twisted"])
async def test_what_slack_has_not_signed_is_not_taken(served, web, how):
    slack = served.slack
    payload = {
        "command": "/study",
        "text": "me",
        "team_id": served.team.id,
        "user_id": served.ana.id,
        "channel_id": served.channel.id,
        "response_url": slack.response_url(served.team, "C", served.ana.id),
    }
    body = urlencode(payload)
    headers = {
        "none": {},
        "wrong": {**slack.signed(body), "X-Slack-Signature": "v0=" + "0" * 64},
        "old": slack.signed(body, at=time.time() - 900),
        "ahead": slack.signed(body, at=time.time() + 900),
        "other body": slack.signed(body + "&x=y"),
        "of another app": slack.signed(body, secret="another"),
        "twisted": {**slack.signed(body), "X-Slack-Request-Timestamp": "soon"},
    }[how]
    status, _ = await post(web, served, body, {**headers, "Content-Type": "application/x-www-form-urlencoded"})
    assert status != 200
    await asyncio.sleep(0.1)
    assert not served.slack.called("users.info") and not served.ana.told(served.channel)


@pytest.mark.parametrize("body", [b"\xff\xfe", b"", b"{", b"payload=%7B", b"x" * 100_000])
async def test_nonsense_is_refused_and_the_bot_lives_on(served, web, body):
    headers = {"Content-Type": "application/json"}
    if body.isascii():
        headers |= served.slack.signed(body.decode())
    status, _ = await post(web, served, body, headers)
    assert status >= 400
    await served.ana.slash(served.channel, "/study me")
    await served.ana.told_with(served.channel, "This week")


async def test_a_retry_that_was_worked_on_is_acknowledged_and_changes_nothing(served):
    event = {"type": "app_home_opened", "user": served.ana.id, "channel": "D1", "tab": "home"}
    for attempt in range(4):
        assert await served.slack.event(served.team, event, event_id="Ev1", attempt=attempt) is not None
    await asyncio.sleep(0.2)
    assert len(served.slack.called("views.publish")) == 1


# --- many workspaces --------------------------------------------------------------------------------------------


def settings_for(slack, keys=(KEY,)):
    return SlackSettings(
        signing_secret=slack.signing_secret,
        client_id=slack.client_id,
        client_secret=slack.client_secret,
        secret_key=",".join(keys),
        api_url=slack.api,
        http_port=0,
    )


class Dispatcher:
    def asks_who_belongs(self, platform, belongs): ...

    async def command(self, name, ask):
        return say(f"{name} for {ask.person.name} in {ask.place.workspace}, organiser: {ask.person.organiser}")


@pytest.fixture
async def many(slack, tmp_path):
    """The platform as many workspaces install it, with what it remembers."""

    keep = Facts()
    platform = SlackPlatform(hosted(Dispatcher(), COGS, tmp_path, facts=keep), settings_for(slack), spacing=0.0)
    await platform.start()
    slack.http_url = f"http://127.0.0.1:{platform.http_port}/slack/events"
    platform.keep, platform.base = keep, f"http://127.0.0.1:{platform.http_port}"
    yield platform
    await platform.stop()


async def begin(web, platform):
    async with web.get(f"{platform.base}/slack/install") as answer:
        assert answer.status == 200
        link = re.search(r'href="([^"]*oauth/v2/authorize[^"]*)"', await answer.text())[1].replace("&amp;", "&")
        cookie = answer.headers["Set-Cookie"].split(";")[0]
    return parse_qs(urlsplit(link).query), cookie


async def finish(web, platform, state, code, cookie):
    query = urlencode({"state": state, "code": code})
    async with web.get(f"{platform.base}/slack/oauth_redirect?{query}", headers={"Cookie": cookie}) as answer:
        return answer.status


async def install(web, platform, slack, team, installer):
    asked, cookie = await begin(web, platform)
    slack.codes["code-" + team.id] = (team, installer.id)
    return await finish(web, platform, asked["state"][0], "code-" + team.id, cookie)


async def test_two_workspaces_install_the_app_and_are_kept_apart(many, slack, web):
    for name in ("Readers", "Painters"):
        team = slack.team(name, installed=False)
        ana = slack.person(team, "Ana")
        channel = slack.channel(team, "study")
        assert await install(web, many, slack, team, ana) == 200
        await ana.slash(channel, "/study me")
        await ana.told_with(channel, f"me for Ana in {team.id}, organiser: True")
        await many.send(OutgoingMessage("k", Place("slack", team.id, channel.id), say("Hello.")))
        assert len(channel.posts()) == 1
        assert await many.tell_organiser(Place("slack", team.id, channel.id), lambda: say("Look.")) and ana.direct()


async def test_what_is_asked_for_at_installation_is_what_the_manifest_asks_for(many, web):
    asked, _ = await begin(web, many)
    reading = ["channels:read", "groups:read"]  # to be told of channels archived, renamed, left
    told = ["app_mentions:read", "im:history"]  # what is written to the bot itself
    files = ["files:read", "files:write"]
    written = ["chat:write", "commands", "im:write", "pins:write"]
    assert sorted(asked["scope"][0].split(",")) == sorted(
        [*reading, *told, *files, *written, "usergroups:read", "users:read"]
    )


async def test_a_state_is_good_once_and_only_in_the_browser_that_began(many, slack, web):
    team = slack.team("Readers", installed=False)
    ana = slack.person(team, "Ana")
    asked, cookie = await begin(web, many)
    state = asked["state"][0]
    slack.codes = {f"c{n}": (team, ana.id) for n in range(4)}
    assert await finish(web, many, state, "c0", "x=y") == 400
    assert await finish(web, many, state + "x", "c1", cookie) in (400, 401)
    assert await finish(web, many, state, "c2", cookie) == 200
    assert await finish(web, many, state, "c3", cookie) == 401


async def test_a_state_ten_minutes_old_is_good_no_more():
    clock = Clock()
    states = States(Codes(), clock.now)
    old, forged = await states.async_issue(), "abc.9999999999." + "0" * 64
    clock.ahead = __import__("datetime").timedelta(minutes=11)
    assert not await states.async_consume(old)
    assert not await states.async_consume(forged) and not await states.async_consume("")


@pytest.mark.parametrize("event", [{"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}}])
async def test_a_workspace_that_leaves_leaves_no_token_behind(many, slack, web, event):
    team = slack.team("Readers", installed=False)
    ana, channel = slack.person(team, "Ana"), slack.channel(team, "study")
    await install(web, many, slack, team, ana)
    token = team.token
    assert any(token not in value and value for value in many.keep.values())
    assert await slack.event(team, event) is not None
    assert await many._installs.find(team.id) is None
    assert not any((await many._installs._facts.under(INSTALLS)).values())
    assert not any(value for key, value in many.keep.items() if key.startswith("slack.install:"))
    with pytest.raises(SendRefused, match="install it again"):
        await many.send(OutgoingMessage("k", Place("slack", team.id, channel.id), say("Hello.")))


async def test_a_group_rests_while_its_workspace_is_without_the_app_and_goes_on_after(slack, web):
    team = slack.team("Readers", installed=False)
    many = {"bot_token": "", "client_id": slack.client_id, "client_secret": slack.client_secret, "secret_key": KEY}
    async with room(slack, http=True, team=team, **many) as here:
        here.platform.base = f"http://127.0.0.1:{here.platform.http_port}"
        await install(web, here.platform, slack, team, here.olga)
        assert await slack.event(team, {"type": "app_uninstalled"}) is not None
        assert "removed" in str((await here.store.channels.of_group(1))[0].trouble)
        await install(web, here.platform, slack, team, here.olga)
        assert not (await here.store.channels.of_group(1))[0].trouble
        await here.ana.slash(here.channel, "/study me")
        await here.ana.told_with(here.channel, "This week")


async def test_a_workspace_leaving_while_the_store_is_away_is_told_again_by_slack(many, slack, web):
    team = slack.team("Readers", installed=False)
    await install(web, many, slack, team, slack.person(team, "Ana"))
    keep = many.keep.set
    many.keep.set = _away
    assert await slack.event(team, {"type": "app_uninstalled"}) is None, "not acknowledged, so Slack sends it again"
    many.keep.set = keep
    assert await slack.event(team, {"type": "app_uninstalled"}, attempt=1) is not None
    assert await many._installs.find(team.id) is None
    assert not any((await many._installs._facts.under(INSTALLS)).values())


async def _away(key, value):
    raise OSError("the database is away")


async def test_a_persons_own_revoked_token_is_not_the_workspaces(many, slack, web):
    team = slack.team("Readers", installed=False)
    await install(web, many, slack, team, slack.person(team, "Ana"))
    await slack.event(team, {"type": "tokens_revoked", "tokens": {"oauth": ["U1"]}})
    assert list(await many._installs._facts.under(INSTALLS)) == [team.id]


# --- tokens at rest ---------------------------------------------------------------------------------------------


async def test_tokens_are_encrypted_under_a_named_key_and_follow_when_it_changes():
    keep, old, new = Facts(), KEY, Fernet.generate_key().decode()
    await Installs(keep, Cipher([old])).save(Install("T1", "xoxb-secret", "U1", scopes=("chat:write",)))
    kept = keep["slack.install:T1"]
    assert "xoxb" not in kept
    both = Installs(keep, Cipher([new, old]))
    assert await both.rotate() == 1 and await both.rotate() == 0
    turned = keep["slack.install:T1"]
    assert turned.partition(":")[0] != kept.partition(":")[0]
    assert (await Installs(keep, Cipher([new])).find("T1")).token == "xoxb-secret"
    with pytest.raises(CipherError, match="STUDYBOT_SECRET_KEY"):
        await Installs(keep, Cipher([old])).find("T1")


async def test_a_token_that_was_changed_or_moved_is_not_used():
    keep = Facts()
    await Installs(keep, Cipher([KEY])).save(Install("T1", "xoxb-secret", "U1"))
    keep["slack.install:T2"] = keep["slack.install:T1"]
    with pytest.raises(CipherError, match="another workspace"):
        await Installs(keep, Cipher([KEY])).find("T2")
    keep["slack.install:T1"] = keep["slack.install:T1"][:-6] + "AAAAAA"
    with pytest.raises(CipherError, match="changed"):
        await Installs(keep, Cipher([KEY])).find("T1")


async def test_a_passphrase_serves_as_a_key_and_a_short_one_does_not():
    assert (
        Cipher(["a long passphrase, at random"]).decrypt(Cipher(["a long passphrase, at random"]).encrypt("x")) == "x"
    )
    with pytest.raises(CipherError, match="too short"):
        Cipher(["short"])


# --- starting ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "SLACK_BOT_TOKEN"),
        ({"bot_token": "xoxb-1"}, "SLACK_APP_TOKEN"),
        ({"client_id": "1", "client_secret": "2"}, "SLACK_SIGNING_SECRET"),
    ],
)
def test_a_setting_that_is_missing_is_named(given, told):
    with pytest.raises(SettingsError, match=told):
        SlackSettings(**given).check()


@pytest.mark.parametrize(
    ("how", "told"),
    [
        (lambda s, t: setattr(t, "revoked", "token_revoked"), "SLACK_BOT_TOKEN was revoked"),
        (lambda s, t: setattr(t, "token", "xoxb-other"), "SLACK_BOT_TOKEN"),
        (lambda s, t: setattr(s, "app_token", "xapp-other"), "SLACK_APP_TOKEN"),
        (lambda s, t: setattr(s, "socket_mode", False), "Socket Mode is switched off"),
    ],
)
async def test_what_slack_refuses_at_the_start_is_a_sentence(slack, how, told, tmp_path):
    team = slack.team()
    given = SlackSettings(bot_token=team.token, app_token=slack.app_token, api_url=slack.api)
    how(slack, team)
    platform = SlackPlatform(hosted(Dispatcher(), COGS, tmp_path), given)
    with pytest.raises(SettingsError, match=told):
        await platform.start()


async def test_settings_never_show_their_secrets():
    assert "xoxb-secret" not in repr(SlackSettings(bot_token="xoxb-secret", secret_key="k" * 20))
