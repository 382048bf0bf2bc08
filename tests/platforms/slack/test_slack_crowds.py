"""Many people, two at the same moment, names that try to be more than names, a Slack that wants everything slower."""

import asyncio
from collections import Counter

from tests.counterparts.slack.webapi import words
from tests.platforms.slack.room import room

SETUP = "/study group setup course: tiny zone: Europe/Berlin times: Mon 18:00"
PAUSED = ("users.info", "conversations.info", "conversations.members", "views.publish", "views.open", "views.update")


async def told(who, channel):
    """What somebody is told next, alone, in a channel."""
    await who.sees(lambda: who.told(channel))
    found = words(who.told(channel)[-1])
    channel.ephemerals.clear()
    return found


async def test_whoever_slack_cannot_name_just_now_is_told_so_and_nothing_else_is_lost_by_a_pause(slack):
    async with room(slack) as here:
        await here.post()
        slack.trouble("users.info", "429")
        await here.olga.slash(here.channel, "/study group status")
        assert "I cannot find out just now" in await told(here.olga, here.channel)
        await here.olga.slash(here.channel, "/study group status")
        assert "Organisers" in await told(here.olga, here.channel)
        for method in PAUSED:
            slack.trouble(method, "429")
        here.channel.private = True
        await here.ana.click(here.message("Question 1"), "Answer")
        await here.ana.modal_with("Which colour")
        await here.ana.submit({"answer": "blue"})
        await here.ana.modal_with("That's right.")
        assert "Ana" in words(await here.ana.home())
        assert [one.text for one in await here.answers("Ana")] == ["blue"]
        assert {one.method for one in slack.troubles} <= {"conversations.members", "views.update"}


async def test_two_organisers_set_up_and_post_at_the_same_moment(slack):
    async with room(slack, group=False) as here:
        both = here.olga, slack.person(here.team, "Maria", admin=True)

        async def typed(line):
            here.channel.ephemerals.clear()
            await asyncio.gather(*(one.slash(here.channel, line) for one in both))
            await here.olga.sees(lambda: all(one.told(here.channel) for one in both))
            return [words(one.told(here.channel)[-1]) for one in both]

        told = await typed(SETUP)
        assert sum("is set up" in one for one in told) == 1
        assert sum("has set the group up a moment ago" in one and "Every week" in one for one in told) == 1
        assert len(await here.store.groups.all()) == 1
        once = await typed("/study group now")
        assert sum("on their way" in one for one in once) == sum("There is nothing to post" in one for one in once) == 1
        assert len({post.round_id for post in await here.store.posts.open(1)}) == 1


async def test_in_a_workspace_of_ten_thousand_little_is_asked(slack):
    async with room(slack) as here:
        for at in range(10_000):
            slack.person(here.team, f"Reader {at}")
        zoe = slack.person(here.team, "Zoe")
        here.channel.private = True
        readers = {here.team.bot_user, here.olga.id, zoe.id, *sorted(here.channel.members)[:3000]}
        here.channel.members = readers - {here.ana.id}
        slack.calls.clear()
        assert "This week" in words(await zoe.writes("me"))
        assert "You are not in a study group yet" in words(await here.ana.home())
        assert "Hello" not in words(await zoe.home())
        await here.olga.slash(here.channel, SETUP)
        assert "Every week" in await told(here.olga, here.channel)
        asked = Counter(method for method, _, _ in slack.calls)
        assert asked["conversations.members"] <= 8 and asked["users.list"] == 0, "four pages for each of two people"
        assert asked["users.info"] <= 4 and sum(asked.values()) <= 20


async def test_a_name_of_ten_thousand_signs_is_told_in_the_form_and_nothing_is_changed(slack):
    async with room(slack) as here:
        before = await here.store.groups.get(1)
        await here.olga.slash(here.channel, f"{SETUP} name: {'n' * 10_000}")
        await here.olga.modal_with("At most 80 characters fit here; there are 10,000.")
        assert await here.store.groups.get(1) == before
        assert await here.olga.submit({"name": "n" * 80}) == {}
        await here.olga.modal_with("is set up")
        assert (await here.store.groups.get(1)).name == "n" * 80


async def test_names_of_every_kind_stay_names(slack):
    async with room(slack) as here:
        await here.post()
        for name in ("\u202e" + "<!channel> " * 9, "x" * 100, "<!subteam^S1> &lt;!here&gt; \u2066\u202e@everyone"):
            who = slack.person(here.team, name)
            await who.click(here.message("Question 1"), "Answer")
            await who.modal_with("Which colour")
            await who.submit({"answer": "blue"})
            await who.modal_with("That's right.")
            shown = words(await who.home())
            here.channel.name = name
            await who.slash(here.channel, "/leaderboard")
            shown += await told(who, here.channel)
            await here.olga.slash(here.channel, f"{SETUP} name: {name[:80]}")
            shown += await told(here.olga, here.channel)
            await here.olga.slash(here.channel, "/study group status")
            shown += await told(here.olga, here.channel)
            assert not {"\u202e", "\u2066"} & set(shown)
            assert name.strip("\u202e")[:20] in shown
