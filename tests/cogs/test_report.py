"""What is said on the page can be reported to the organisers alone, hidden by them, and shown again."""

from dataclasses import replace

import pytest

from bot.platforms.text import render_text
from cogs.messages import Person
from store import DELETED, HIDDEN, Blob, Draft
from study.group import Account, Organiser, Place
from tests.cogs.conversation import ANA, MONDAY, ORGANISER, conversation


@pytest.fixture
async def page(store):
    """A group on the page, where Ana said something, and its organiser and Ben; and how they press things."""
    talk = await conversation(store, group=False)
    place = Place("browser", store.page.workspace, "study-group", "study-group")
    await store.groups.set_up(place, name="Room", course="tiny", zone="Europe/Berlin", slots=(), at=MONDAY)
    people = [await store.page.people.join(name, "", MONDAY) for name in ("Olga", "Ana", "Ben")]
    talk.olga, talk.ana, talk.ben = (Person("browser", each.id, each.name, each.organiser) for each in people)
    body = {"is": "Talk", "text": "You are all fools", "picture": None}
    talk.said = await store.page.messages.post(Draft("k", "study-group", body, author=talk.ana.id), MONDAY)

    async def press(person, action, at=place, **fields):
        ask = replace(talk._ask(person, fields, place=at))
        return await talk.dispatcher.press(f"{action}:{talk.said.id}", ask)

    talk.pressed, talk.place = press, place
    return talk


async def told(page, person, command):
    return await page.say(person, command, place=page.place)


async def test_a_report_reaches_the_organisers_alone_and_is_kindly_met(page):
    await page.store.members.meet(1, Account("browser", page.place.workspace, page.ana.id), "Ana", MONDAY)
    form = await page.pressed(page.ben, "report.open")
    assert "organisers alone" in form.intro
    for _twice in range(2):
        assert "Thank you for speaking up." in render_text(await page.pressed(page.ben, "report.send", why="it hurts"))
    shown = await told(page, page.olga, "group reports")
    assert "Ana wrote:" in shown and "You are all fools" in shown and "it hurts" in shown and shown.count("Ben") == 1
    assert "for organisers" in await told(page, page.ben, "group reports")
    (notice,) = await page.store.notices.claim(MONDAY, 60)
    assert "/group reports" in str(notice.text)
    assert "stays as it is" in render_text(await page.pressed(page.olga, "report.rest"))
    assert "No message is reported." in await told(page, page.olga, "group reports")


async def test_what_is_hidden_is_gone_for_all_but_organisers_until_it_is_shown_again(page):
    messages = page.store.page.messages
    assert "for organisers" in render_text(await page.pressed(page.ben, "report.hide"))
    await page.pressed(page.ben, "report.send")
    before = await messages.rev()
    assert "The message is hidden." in render_text(await page.pressed(page.olga, "report.hide"))
    (gone,) = await messages.since("study-group", before)
    assert gone.hidden and gone.body["text"] == "You are all fools"
    left = gone.veiled()
    assert (left.body, left.author, left.author_name) == ({"is": HIDDEN}, None, "")
    assert "No message is reported." in await told(page, page.olga, "group reports")
    assert "hidden already" in render_text(await page.pressed(page.olga, "report.hide"))
    await page.pressed(page.olga, "report.show")
    assert not (await messages.message(gone.id)).hidden
    history = await told(page, page.olga, "group history")
    for deed in ("reported message {} of Ana", "hid message {} of Ana", "showed message {} of Ana again"):
        assert deed.format(gone.id) in history


async def test_whom_the_group_named_its_organiser_may_hide_too(page):
    account = Account("browser", page.place.workspace, page.ben.id)
    await page.store.organisers.add(1, Organiser("person", account, "Ben"), MONDAY)
    assert "The message is hidden." in render_text(await page.pressed(page.ben, "report.hide"))


async def test_where_platforms_have_tools_of_their_own_the_command_says_so(talk):
    assert "Only messages of the page" in await talk.say(ORGANISER, "group reports")
    for platform in ("discord", "slack"):
        place = Place(platform, "w", "c", "c")
        await talk.store.groups.set_up(place, name="x", course="tiny", zone="UTC", slots=(), at=MONDAY)
        olga = Person(platform, "olga", "Olga", organiser=True)
        assert "has tools of its own" in await talk.say(olga, "group reports", place=place)


async def test_no_message_of_another_place_is_reached(page):
    elsewhere = Place("test", "school", "room", "room")
    await page.store.groups.set_up(elsewhere, name="x", course="tiny", zone="UTC", slots=(), at=MONDAY)
    for action in ("report.open", "report.send", "report.hide"):
        reply = await page.pressed(replace(ANA, organiser=True), action, elsewhere)
        assert "does not exist any more" in render_text(reply)


async def test_a_message_of_one_s_own_is_deleted_and_nobody_else_s(page):
    messages = page.store.page.messages
    blob = Blob("d1", "x.png", "image/png", b"seven bytes")
    body = {"is": "Talk", "text": "Look at this", "picture": {"blob": "d1", "name": "x.png"}}
    page.said = await messages.post(Draft("p", "study-group", body, (blob,), author=page.ana.id), MONDAY)
    await page.pressed(page.ben, "report.send")
    shown = {"is": "Reply", "summary": "", "cards": [{"is": "Quote", "text": "Look at this"}]}
    await messages.post(Draft("r", "study-group", shown, reader=page.olga.id, said="/group reports"), MONDAY)
    before = await messages.kept_of(page.ana.id)
    for person in (page.ben, page.olga):
        assert "does not exist any more" in render_text(await page.pressed(person, "report.deleted"))
    assert "Nobody can bring it back." in render_text(await page.pressed(page.ana, "report.delete"))
    for told_now in ("Your message is deleted.", "deleted already"):
        assert told_now in render_text(await page.pressed(page.ana, "report.deleted"))
    left = await messages.message(page.said.id)
    assert (left.body["is"], left.body["text"], left.author) == (DELETED, "", page.ana.id)
    assert await messages.blob("d1", [page.ana.id], organises=True) is None
    assert before - await messages.kept_of(page.ana.id) >= len(b"seven bytes")
    assert all("Look at this" not in str(one.body) for one in await messages.page("study-group", page.olga.id, None, 9))
    assert "This message was deleted." in await told(page, page.olga, "group reports")
