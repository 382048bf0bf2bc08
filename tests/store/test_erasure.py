"""Nothing is left of somebody who is erased: not in a row, not in a file, not in a backup that is put back."""

import base64
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from bot.platforms.browser.serialisation import blob, written
from cogs.messages import BulletList, Card, Entry, Name, Quote, Ranking, Reply, Row, Said, Text, say
from store import Draft, Store, Subject, organiser_seen
from store.backup import backup, restore
from store.database.migration import move
from store.database.tables import metadata
from store.members.kept import KEPT, NOBODYS
from study.group import Account, Organiser
from study.marking import Mark
from tests.store.school import FRIDAY, a_group, a_round

SECRET = "xyzzy-4711"
PICTURE = blob(b"\x89PNG" + SECRET.encode(), "seven.png", "image/png")
LATER = FRIDAY + timedelta(seconds=1)


def test_every_table_is_on_the_list_of_what_is_kept():
    kept = [one.table for one in KEPT]
    assert {*kept, *NOBODYS} == set(metadata.tables.values())
    assert not set(kept) & set(NOBODYS) and len(kept) == len(set(kept))


async def shown(store, person):
    """What somebody sees in the channel."""
    return [one for one in await store.page.messages.since("c", 0) if one.seen_by(person.id)]


async def a_secretive_person(store):
    """Somebody whose name and words, on the page and off it, are all a secret; what others see of them is kept too."""
    group = await a_group(store)
    _, (_, post) = await a_round(store, group)
    people, talk = store.page.people, store.page.messages
    ben = await people.join("Ben", "", FRIDAY)
    person = await people.join(f"{SECRET} Ana", "", LATER)
    await people.new_recovery_code(person.id)
    await people.invite(FRIDAY, person_id=person.id)
    await store.page.sessions.begin("cookie", person.id, f"Browser {SECRET}", FRIDAY)
    account = Account("browser", store.page.workspace, person.id)
    member = await store.members.meet(group.id, account, person.name, FRIDAY)
    mark = Mark(1.0, 1.0, 1.0, "accept", "v")
    answer, _ = await store.answers.record(post.id, member.id, f"{SECRET} answer", mark, key="k", at=FRIDAY)
    await store.practice.record(member, "q", f"{SECRET} practised", mark, key="p", at=FRIDAY)
    await store.disputes.file(answer.id, f"{SECRET} because", "d", FRIDAY)
    await store.codes.issue("link", FRIDAY, Subject(group.id, member.id))
    await store.groups.pause(group.id, FRIDAY, person.name)
    await store.facts.set(organiser_seen("discord", "G"), person.id)
    await store.organisers.add(group.id, Organiser("person", account, person.name), FRIDAY, person.name)
    leaders = Ranking((Row(1, person.name, "3 points", "1 answered"),))
    review = (Text(Name(person.name), " wrote:"), Quote(f"{SECRET} answer"))
    told = {
        "talk": (say(f"{SECRET} talk"), {"author": person.id}),
        "reply": (Reply(f"{SECRET} is right"), {"reader": person.id, "said": f"/quiz {SECRET}"}),
        "post": (Reply("Leaders", (Card(blocks=(leaders,)),)), {}),
        "bens": (Reply("To review", (Card(blocks=review),)), {"reader": ben.id}),
        "plain": (say("hello"), {"author": ben.id}),
    }
    for key, (reply, whose) in told.items():
        body, _ = written(reply)
        pictures = (PICTURE,) if key == "talk" else ()
        body |= {"picture": {"blob": PICTURE.digest}} if pictures else {}
        await talk.post(Draft(key, "c", body, pictures, **whose), FRIDAY)
    reported = await talk.post(Draft("bad", "c", {"is": "Talk", "text": "x"}, author=ben.id), FRIDAY)
    await store.page.reports.report(reported.id, person.id, group.id, f"{SECRET} hurts", FRIDAY)
    theirs = await talk.find("talk")
    await store.page.reports.report(theirs, ben.id, group.id, "of Ben", FRIDAY)
    await store.page.reports.hide(theirs, group.id, person.name, FRIDAY, hidden=True)
    return member, ben


async def whole(store):
    """Every value of every row."""
    async with store.database.reading() as db:
        return str([row for table in metadata.sorted_tables for row in await db.execute(select(table))])


async def test_the_export_holds_all_that_erasure_takes(store):
    member, _ = await a_secretive_person(store)
    told = await store.privacy.export(member.id)
    assert len(told["answers"]) == len(told["practice"]) == len(told["disputes"]) == len(told["page_sessions"]) == 1
    assert [row["name"] for row in told["page_people"]] == [member.name]
    assert [SECRET in row["body"] for row in told["page_messages"]] == [True, True]
    assert base64.b64decode(told["page_blobs"][0]["data"]) == PICTURE.data
    assert "hash" not in str(told["page_sessions"])
    assert [row["words"] for row in told["page_reports"]] == [f"{SECRET} hurts"]


async def test_after_erasure_nothing_is_left_in_any_row_or_file(store, tmp_path):
    member, ben = await a_secretive_person(store)
    assert SECRET in await whole(store)
    await store.privacy.erase(member.id, FRIDAY)
    assert SECRET not in await whole(store)
    assert [one.name for one in await store.page.people.all()] == ["Ben"]
    assert await store.page.sessions.people("cookie", FRIDAY) == ()
    left = {message.key for message in await shown(store, ben)}
    assert left == {"post", "plain", "bad"}
    for path in tmp_path.rglob("*"):
        assert SECRET.encode() not in path.read_bytes(), path.name


async def an_answering_pair(store, answers):
    """Ana, who gave these answers, and Ben, both of the page; Ana's member and Ben's."""
    group = await a_group(store)
    people = [await store.page.people.join(name, "", FRIDAY) for name in ("Ana", "Ben")]
    accounts = [Account("browser", store.page.workspace, one.id) for one in people]
    ana, ben = [await store.members.meet(group.id, one, "?", FRIDAY) for one in accounts]
    mark = Mark(1.0, 1.0, 1.0, "accept", "v")
    for n, text in enumerate(answers):
        _, (_, post) = await a_round(store, group, f"2026-11-20T{n:02}:00:00")
        await store.answers.record(post.id, ana.id, text, mark, key=f"{n}", at=FRIDAY)
    return ana, ben, people


async def told(store, reply, key="k", **whose):
    body, _ = written(reply)
    return await store.page.messages.post(Draft(key, "c", body | whose.pop("more", {}), **whose), FRIDAY)


async def test_what_others_wrote_is_left_alone_however_the_erased_began(store):
    """An answer may be as short as a letter: it is looked for where somebody's words stand, and as a whole."""
    ana, ben, (_, person) = await an_answering_pair(store, ["T", "quiz", "plain", "4", "Over to you", "Reply"])
    mark = Mark(1.0, 1.0, 1.0, "accept", "v")
    await store.practice.record(ben, "q", "4", mark, key="b", at=FRIDAY)
    talk = Draft("talk", "c", {"is": "Talk", "text": "T is for Ana", "picture": None}, author=person.id)
    leaders = Ranking((Row(1, "Ana B", "3 points"), Row(2, "Ben", "2 points", "Ana")))
    verdict = Reply("T, that is right.", (Card("Ana's", (Quote("4"), Quote("Over to you, Ben"), leaders)),))
    before = [await store.page.messages.post(talk, FRIDAY), await told(store, verdict, reader=person.id)]
    await store.privacy.erase(ana.id, FRIDAY)
    assert await shown(store, person) == before


async def test_erasure_takes_names_and_words_out_where_they_stand(store):
    long = "a" * 800
    ana, _, (_, person) = await an_answering_pair(store, [long, "short"])
    leaders = Ranking((Row(1, "Ana", "3 points"), Row(2, "Ben", "2 points")))
    gone = (
        Reply("cut", (Card(blocks=(Quote(long[:699] + "…"),)),)),
        Reply("quoted", (Card(blocks=(BulletList((Entry(Text("“", Said("short"), "”: 3 points")),)),)),)),
        Reply("named", (Card(blocks=(Text(Name("Ana"), " wrote:"),)),)),
    )
    for n, reply in enumerate(gone):
        await told(store, reply, key=f"{n}", reader=person.id)
    await told(store, Reply("Ana leads.", (Card(blocks=(leaders,)),)), key="own", reader=person.id)
    await told(store, say("Anagrams for Ana"), key="asked", more={"asked": "Ana"})
    await store.privacy.erase(ana.id, FRIDAY)
    own, asked = await shown(store, person)
    assert own.body["summary"] == "(deleted) leads."
    assert [row["name"] for row in own.body["cards"][0]["blocks"][0]["rows"]] == ["(deleted)", "Ben"]
    assert (asked.body["asked"], asked.body["summary"]) == ("(deleted)", "Anagrams for (deleted)")


async def test_somebody_who_wrote_a_great_deal_is_erased(store):
    ana, *_ = await an_answering_pair(store, ["first"])
    async with store.database.writing() as db:
        answers = metadata.tables["answers"]
        first = (await db.execute(select(answers))).one()._mapping
        rows = [{**first, "id": 100 + n, "text": f"answer {n}", "key": f"k{n}", "ordinal": n} for n in range(2, 1500)]
        await db.execute(insert(answers), rows)
    await told(store, say("hello"), more={"asked": "Ana"})
    await store.privacy.erase(ana.id, FRIDAY)
    assert "Ana" not in await whole(store)


async def test_words_are_cleared_by_age_on_the_page_too(store):
    _, ben = await a_secretive_person(store)
    await store.privacy.clear_words(FRIDAY)
    assert len(await shown(store, ben)) == 5
    await store.privacy.clear_words(FRIDAY + timedelta(days=1))
    assert [one.key for one in await shown(store, ben)] == ["post"]


async def test_nothing_that_somebody_wrote_outlives_its_age(store):
    await a_secretive_person(store)
    await store.privacy.clear_words(FRIDAY + timedelta(days=1))
    left = await whole(store)
    wrote = ("answer", "practised", "because", "talk", "is right", "/quiz")
    assert not [word for word in wrote if f"{SECRET} {word}" in left or f"{word} {SECRET}" in left]


@pytest.mark.parametrize("from_before", [False, True])
async def test_a_backup_put_back_forgets_again_and_leaves_no_copy(database_url, tmp_path, from_before):
    """Whatever schema the backup has: what others were told goes too, in rows and in files."""
    store = await Store.open(database_url)
    member, ben = await a_secretive_person(store)
    await backup(database_url, tmp_path / "copy")
    await store.privacy.erase(member.id, FRIDAY + timedelta(days=1))
    await store.close()
    if from_before:
        move(f"sqlite:///{tmp_path / 'copy'}", "0009", keep_copy=False)
    there = {path.name for path in tmp_path.iterdir()}
    await restore(database_url, tmp_path / "copy")
    made = {path.name for path in tmp_path.iterdir()} - there
    assert all(".replaced-" in name for name in made), made
    (tmp_path / "copy").unlink()
    store = await Store.open(database_url)
    assert [one.name for one in await store.page.people.all()] == ["Ben"]
    assert SECRET not in await whole(store)
    left = {message.key for message in await shown(store, ben)}
    assert left == {"post", "plain", "bad"}
    await store.close()
    for path in tmp_path.rglob("*"):
        assert SECRET.encode() not in path.read_bytes(), path.name
