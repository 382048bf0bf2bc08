"""An organiser takes somebody out: unseen and signed out, nothing erased, and back by an invitation alone."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.dispatcher import Dispatcher
from cogs import COGS
from store import Subject, Voucher
from store.errors import Removed
from study.group import Account
from tests.cogs.conversation import ANA, BEN, ORGANISER

VOUCHER = Voucher("https://login.example.org 7", "Ana")


async def test_removed_from_the_page_until_invited_again(talk):
    store, now = talk.store, datetime.now(UTC)
    talk.services = replace(talk.services, page_url="https://study.example.org")
    talk.dispatcher = Dispatcher(COGS, talk.services)
    await talk.open_round()
    await talk.answer(ANA, 1, "blue")
    person = await store.signing_in.come_in(VOUCHER, now, newcomers=True)
    code = await store.page.people.new_recovery_code(person.id)
    await store.page.sessions.begin("cookie", person.id, "Firefox", now)
    link = await store.codes.issue("link", talk.now, await _subject(talk))
    await store.members.link(link, 1, Account("browser", store.page.workspace, person.id), talk.now)
    assert "organisers of the group" in await talk.say(BEN, "group remove", member="ana")
    assert "Nobody in the group is called Zoe" in await talk.say(ORGANISER, "group remove", member="Zoe")
    told = await talk.say(ORGANISER, "group remove", member="ana")
    assert "Nothing was erased" in told and "signed out of the page" in told
    assert "Ana" not in await talk.say(BEN, "leaderboard", window="season")
    assert len(await store.answers.of_group(1)) == 1
    assert await store.page.sessions.people("cookie", now) == ()
    assert await store.page.people.recovered(code) is None
    assert (await store.page.people.get(person.id), await store.page.people.all()) == (None, ())
    with pytest.raises(Removed, match="Ask one of them"):
        await store.signing_in.come_in(VOUCHER, now, newcomers=True)
    assert "removed Ana from the group" in await talk.say(ORGANISER, "group history")
    told = await talk.say(ORGANISER, "group invite", member="Ana")
    secret = told.partition("invitation=")[2].split()[0].rstrip(".")
    assert (await store.signing_in.come_in(VOUCHER, now, newcomers=True, invitation=secret)).id == person.id
    assert [one.id for one in await store.page.people.all()] == [person.id]
    (member,) = [one for one in await store.members.of_group(1) if one.name == "Ana"]
    await store.privacy.erase(member.id, now)
    assert "Ana" not in str(await store.audit.entries(1))


async def _subject(talk):
    member = await talk.store.members.find(1, Account(ANA.platform, "school", ANA.id))
    return Subject(1, member.id)


async def test_who_is_not_on_the_page_is_only_hidden_and_nobody_removes_themselves(talk):
    await talk.open_round()
    await talk.answer(BEN, 1, "blue")
    await talk.answer(ORGANISER, 1, "blue")
    assert "can still write here" in await talk.say(ORGANISER, "group remove", member="Ben")
    assert "cannot remove yourself" in await talk.say(ORGANISER, "group remove", member="Olga")
