"""A group names its organisers itself, and is never left without anybody who could."""

from datetime import timedelta

import pytest

from store import LastOrganiser, NotFound, SetUpMeanwhile, Subject
from study.group import Account, Organiser, Place
from tests.store.school import FRIDAY, a_group, a_member

ANN, BEN = Account("browser", "w", "ann"), Account("discord", "g", "ben")
TUTORS = Organiser("role", Account("browser", "w", "tutors"), "Tutors")


async def test_an_organiser_is_known_by_each_linked_account_and_by_a_role_held(store):
    group, other = await a_group(store), await a_group(store, "elsewhere")
    organisers, ann = store.organisers, Organiser("person", ANN, "Ann")
    assert [await organisers.add(group.id, ann, FRIDAY, "Olga") for _ in range(2)] == [True, False]
    await organisers.add(group.id, TUTORS, FRIDAY, "Olga")
    assert {*await organisers.of_group(group.id)} == {ann, TUTORS}
    assert {*await organisers.at(Place("browser", "w", "c"))} == {ann, TUTORS}
    assert await organisers.includes(group.id, ANN) and not await organisers.includes(other.id, ANN)
    assert not await organisers.includes(group.id, BEN, ["tutors"])  # a role of that name on another server
    assert await organisers.includes(group.id, Account("browser", "w", "cleo"), ["tutors"])
    member = await a_member(store, group)
    code = await store.codes.issue("link", FRIDAY, Subject(group.id, member.id))
    await store.members.link(code, group.id, BEN, FRIDAY)
    assert await organisers.includes(group.id, BEN)
    told = {
        (entry.action, entry.detail["name"]) for entry in await store.audit.entries(group.id) if "name" in entry.detail
    }
    assert told == {("organiser added", "Ann"), ("organiser added", "Tutors")}


async def test_the_last_organiser_stays_unless_an_administrator_is_there(store):
    group = await a_group(store)
    await store.organisers.add(group.id, TUTORS, FRIDAY)
    with pytest.raises(LastOrganiser):
        await store.organisers.remove(group.id, TUTORS, FRIDAY)
    assert await store.organisers.of_group(group.id) == (TUTORS,)
    assert [await store.organisers.remove(group.id, TUTORS, FRIDAY, last=True) for _ in range(2)] == [True, False]
    with pytest.raises(NotFound):
        await store.organisers.add(99, TUTORS, FRIDAY)


async def test_who_sets_a_group_up_or_brings_it_along_organises_it(store):
    there = Place("slack", "T", "C1")
    setup = {"name": "Readers", "course": "fastbook", "zone": "UTC", "slots": ()}
    founder = Account("slack", "T", "U1")
    group = await store.groups.set_up(there, at=FRIDAY, by="Uma", founder=founder, **setup)
    other = {"by": "Vera", "founder": Account("slack", "T", "U2"), **setup, "zone": "Europe/Berlin"}
    with pytest.raises(SetUpMeanwhile, match="Uma has set the group up a moment ago"):
        await store.groups.set_up(there, at=FRIDAY, **other)
    assert await store.groups.get(group.id) == group, "nothing was changed"
    own = await store.groups.set_up(there, at=FRIDAY, by="Uma", founder=founder, **setup | {"zone": "Europe/Berlin"})
    assert own.zone == "Europe/Berlin", "one may put one's own right at once"
    again = await store.groups.set_up(there, at=FRIDAY + timedelta(minutes=1), **other)
    assert again.id == group.id
    assert await store.organisers.of_group(group.id) == (Organiser("person", founder, "Uma"),)
