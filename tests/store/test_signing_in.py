"""A member of a group elsewhere who signs in on the page is that same member, whichever of the two came first."""

from datetime import time

import pytest

from store import Voucher
from study.group import Account, Organiser, Place, Slot
from tests.store.school import FRIDAY, a_round, an_answer

SLACK = Voucher("https://slack.com T1 U7", "Ann", platform="slack", workspace="T1", account="U7")
DISCORD = Voucher("https://discord.com 7", "Ann", platform="discord", account="7")


@pytest.fixture
async def group(store):
    """One that reads on the page."""
    place = Place("browser", store.page.workspace, "c", "general")
    slots = (Slot(4, time(18)),)
    return await store.groups.set_up(
        place, name="Readers", course="fastbook", zone="Europe/Berlin", slots=slots, at=FRIDAY
    )


def on_page(store, person):
    return Account("browser", store.page.workspace, person.id)


@pytest.mark.parametrize(("voucher", "workspace"), [(SLACK, "T1"), (DISCORD, "any guild")], ids=["slack", "discord"])
async def test_a_member_elsewhere_needs_no_invitation_and_is_the_same_member(store, group, voucher, workspace):
    elsewhere = Account(voucher.platform, workspace, voucher.account)
    assert await store.signing_in.come_in(voucher, FRIDAY, newcomers=False) is None
    ann = await store.members.meet(group.id, elsewhere, "Ann", FRIDAY)
    named = Organiser("person", elsewhere, "Ann")
    await store.organisers.add(group.id, named, FRIDAY)
    person = await store.signing_in.come_in(voucher, FRIDAY, newcomers=False)
    assert await store.organisers.includes(group.id, on_page(store, person))
    assert (await store.members.meet(group.id, on_page(store, person), person.name, FRIDAY)).id == ann.id
    assert not person.organiser
    await store.privacy.erase(ann.id, FRIDAY)
    assert await store.signing_in.person(voucher.subject) is None


async def test_whoever_came_to_the_page_first_is_the_same_member_there(store, group):
    person = await store.signing_in.come_in(DISCORD, FRIDAY, newcomers=True)
    ann = await store.members.meet(group.id, on_page(store, person), person.name, FRIDAY)
    assert (await store.members.meet(group.id, Account("discord", "guild", "7"), "Ann", FRIDAY)).id == ann.id
    stranger = await store.members.meet(group.id, Account("slack", "T1", "7"), "Another", FRIDAY)
    assert stranger.id != ann.id


async def test_a_slack_id_counts_in_its_own_team_alone(store, group):
    there = await store.members.meet(group.id, Account("slack", "T2", "U7"), "Another", FRIDAY)
    assert await store.signing_in.come_in(SLACK, FRIDAY, newcomers=False) is None
    person = await store.signing_in.come_in(SLACK, FRIDAY, newcomers=True)
    assert (await store.members.meet(group.id, on_page(store, person), "Ann", FRIDAY)).id != there.id


async def test_two_members_who_turn_out_to_be_one_are_made_one(store, group):
    """Somebody of the page gets their account there by the link that brings them back."""
    _, (_, post) = await a_round(store, group)
    person = await store.page.people.join("Ann", "", FRIDAY)
    here = await store.members.meet(group.id, on_page(store, person), "Ann", FRIDAY)
    there = await store.members.meet(group.id, Account("discord", "guild", "7"), "Ann", FRIDAY)
    await an_answer(store, post, here, 1.0)
    secret = await store.page.people.invite(FRIDAY, person_id=person.id)
    back = await store.signing_in.come_in(DISCORD, FRIDAY, newcomers=False, invitation=secret)
    assert back.id == person.id
    assert [one.id for one in await store.members.of_group(group.id)] == [there.id]
    assert len(await store.answers.attempts(post.id, there.id)) == 1
    assert await store.signing_in.come_in(SLACK, FRIDAY, newcomers=False, invitation=secret) is None
