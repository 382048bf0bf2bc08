"""Where somebody is signed in on the page is theirs to see and to end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.platforms.text import render_text
from cogs.messages import Person
from cogs.signed_in import called
from store import session_hash
from tests.cogs.conversation import ANA

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"


@pytest.fixture
async def ana(talk):
    """Ana of the page, signed in on a laptop and a phone, and what she says from the laptop."""
    now, page = datetime.now(UTC), talk.store.page
    person = await page.people.join("Ana", "", now)
    await page.sessions.begin("laptop", person.id, FIREFOX, now - timedelta(days=3))
    await page.sessions.begin("phone", person.id, IPHONE, now - timedelta(days=2))

    def asks(session="laptop"):
        one = talk._ask(Person("browser", person.id, "Ana"), {})
        return replace(one, session=session and session_hash(session))

    asks.person = person
    return asks


async def test_me_lists_them_and_signs_out_of_all_but_this_one(talk, ana):
    told = render_text(await talk.dispatcher.command("me", ana()))
    assert "Signed in here and in 1 other browser" in told
    assert "Firefox on Linux, since" in told and "this one" in told and "Safari on an iPhone, since" in told
    ended = talk.store.page.sessions.ended
    done = render_text(await talk.dispatcher.press("signed_in.elsewhere", ana()))
    assert "signed out of 1 other browser." in done
    assert talk.store.page.sessions.ended != ended
    sessions = talk.store.page.sessions
    assert await sessions.people("phone", datetime.now(UTC)) == ()
    assert await sessions.people("laptop", datetime.now(UTC)) == (ana.person.id,)
    assert "Sign out elsewhere" not in render_text(await talk.dispatcher.command("me", ana()))
    assert "here alone" in render_text(await talk.dispatcher.press("signed_in.elsewhere", ana()))


async def test_nobody_ends_sessions_from_where_there_are_none(talk, ana):
    assert "Signed in" not in await talk.say(ANA, "me")
    assert "on the page alone" in render_text(await talk.dispatcher.press("signed_in.elsewhere", ana("")))
    assert len(await talk.store.page.sessions.of(ana.person.id, datetime.now(UTC))) == 2


@pytest.mark.parametrize(
    ("says", "name"),
    [(EDGE, "Edge on Windows"), ("curl/8.5.0", "curl"), ("", "An unknown browser"), ("(weird)", "An unknown browser")],
)
def test_browsers_are_called_as_people_call_them(says, name):
    assert called(says) == name
