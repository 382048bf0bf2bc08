"""In Slack whoever sets a group up organises it, and user groups may organise one too."""

from dataclasses import replace

from study.group import Account, Organiser, Place
from tests.counterparts.slack.webapi import words
from tests.platforms.slack.room import room

EVERYBODY = {"type": "broadcast", "range": "channel"}
SETUP = "/study group setup course: tiny zone: Europe/Berlin times: Mon 18:00"


async def test_a_plain_member_sets_a_group_up_and_organises_it(slack):
    async with room(slack, group=False) as here:
        guest = slack.person(here.team, "Gus", guest=True)
        await guest.slash(here.channel, SETUP)
        await guest.told_with(here.channel, "for organisers")
        await here.ana.slash(here.channel, SETUP)
        await here.ana.told_with(here.channel, "is set up")
        ana = Organiser("person", Account("slack", here.team.id, here.ana.id), "Ana")
        assert await here.store.organisers.of_group(1) == (ana,)
        await here.ben.slash(here.channel, SETUP)
        await here.ben.told_with(here.channel, "for organisers")
        await here.ana.slash(here.channel, "/study group pause")
        await here.ana.told_with(here.channel, "Paused.")


async def test_people_and_user_groups_are_picked_from_the_workspaces_own(slack, here):
    here.team.groups["S1"] = ("Tutors", {here.ben.id})
    await here.olga.slash(here.channel, "/study group organisers")
    shown = await here.olga.told_with(here.channel, "Organisers")
    await here.olga.click(shown, "Add an organiser")
    await here.olga.modal_with("A person")
    assert await here.olga.suggestions("role", "tut", kind="role:role") == ["S1"]
    await here.olga.submit({"person": here.ana, "role": ("Tutors", "S1")})
    await here.olga.modal_with("Ana and Tutors may organise")
    for member in (here.ana, here.ben):
        await member.slash(here.channel, "/study group status")
        await member.told_with(here.channel, "Ana, Tutors, administrators here")


async def test_without_the_permission_user_groups_are_not_offered_and_give_no_rights(slack, here):
    here.team.scopes.discard("usergroups:read")
    here.team.groups["S1"] = ("Tutors", {here.ben.id})
    await here.store.organisers.add(
        1, Organiser("role", Account("slack", here.team.id, "S1"), "Tutors"), here.clock.now()
    )
    await here.ben.slash(here.channel, "/study group status")
    await here.ben.told_with(here.channel, "for organisers")


async def test_a_member_takes_no_others_group_along(slack, here):
    other = slack.channel(here.team, "other")
    await here.ben.slash(other, "/study group move")
    assert "no such group" in words(await here.ben.told_with(other, "group"))
    assert (await here.store.groups.at(Place("slack", here.team.id, other.id))) is None


async def test_everybody_is_mentioned_only_where_that_was_chosen(slack, here):
    here.team.groups["S1"] = ("Tutors", set())
    await here.post()  # nobody was chosen: the counterpart takes no mention
    for n, (shown, picked, block) in enumerate(
        (("Tutors", "S1", {"type": "usergroup", "usergroup_id": "S1"}), ("@channel", "@channel", EVERYBODY))
    ):
        await here.olga.slash(here.channel, "/study group ping")
        card = await here.olga.told_with(here.channel, "mentions")
        here.channel.ephemerals.clear()
        await here.olga.click(card, "Choose a role")
        await here.olga.modal_with("Whom the weekly post mentions")
        assert await here.olga.suggestions("role", kind="role:mention") == ["@channel", "S1"]
        await here.olga.submit({"role": (shown, picked)})
        await here.olga.modal_with(f"mentions {shown}, once")
        here.olga.close()
        here.team.mentioned = True
        (channel,) = await here.store.channels.of_group(1)
        outgoing = await here.outgoing(1)
        ts = await here.platform.send(replace(outgoing, key=f"p{n}", ping=channel.ping))
        assert here.channel.posts()[-1].blocks[-1]["elements"][0]["elements"] == [block]
        await here.platform.edit(replace(outgoing, key=f"p{n}", ping=channel.ping), ts)
        assert "mention" not in str(here.channel.posts()[-1].blocks) and "usergroup" not in str(
            here.channel.posts()[-1].blocks
        )


async def test_no_group_begins_in_a_conversation_with_the_bot_alone(slack):
    async with room(slack, group=False) as here:
        alone = slack.dm(here.team, here.olga.id)
        await here.olga.slash(alone, SETUP)
        await here.olga.told_with(alone, "A group reads in a channel")
        assert await here.store.groups.all() == ()
