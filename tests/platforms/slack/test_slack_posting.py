"""Posting as the outbox asks for it: every way in which Slack says no, later, or nothing at all."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.errors import PlatformError
from bot.platforms.base import CannotTell, OutgoingMessage, PrivateMessage, SendLater, SendRefused, SendUnknown
from cogs.messages import ActionId, Button, Card, Image, Picture, Reply, Text, say
from study import texts
from study.group import Place
from tests.counterparts.slack.webapi import words
from tests.platforms.slack.room import room

POSTED = ("500-after", "502-html", "drop-after")
LONG_AGO = timedelta(minutes=5)


def outgoing(here, key="k1", reply=None, channel=None, workspace=None):
    place = Place("slack", workspace or here.team.id, channel or here.channel.id, "study")
    return OutgoingMessage(key, place, reply or say("Hello, readers.", title="Week 1"))


async def found(here, key="k1"):
    return await here.platform.find(outgoing(here, key), datetime.now(UTC) - LONG_AGO)


async def test_a_post_carries_its_key_and_is_found_again_by_it(here):
    ts = await here.platform.send(outgoing(here))
    message = here.channel.posts()[0]
    assert message.ts == ts and message.metadata["event_payload"] == {"key": "k1"}
    assert message.blocks[0]["block_id"].startswith("studybot:k1:")
    assert await found(here) == ts
    assert await found(here, "k2") is None


async def test_a_recap_is_pinned_and_let_go_however_often(here):
    posted = outgoing(here)
    ts = await here.platform.send(posted)
    for _twice in range(2):
        await here.platform.pin(posted.place, ts)
        assert here.channel.pins == [ts]
    for _twice in range(2):
        await here.platform.unpin(posted.place, ts)
        assert here.channel.pins == []
    here.channel.messages.clear()
    await here.platform.pin(posted.place, ts)


async def test_without_the_right_to_pin_the_organiser_is_told_what_to_do_and_no_channel_is_lost(here):
    posted = outgoing(here)
    ts = await here.platform.send(posted)
    here.team.scopes.discard("pins:write")
    with pytest.raises(SendRefused, match="pins:write") as refused:
        await here.platform.pin(posted.place, ts)
    assert not refused.value.channel_lost and here.channel.pins == []
    here.slack.trouble("pins.add", "429", seconds=7)
    with pytest.raises(SendLater):
        await here.platform.pin(posted.place, ts)


async def test_the_key_is_found_behind_many_other_messages(here):
    ts = await here.platform.send(outgoing(here))
    for at in range(450):
        here.channel.messages.append(type(here.channel.messages[0])(here.slack.ids.ts(), here.channel.id, f"{at}", []))
    assert await found(here) == ts


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("not_in_channel", "invite me with /invite"),
        ("is_archived", "archived"),
        ("channel_not_found", "gone"),
        ("account_inactive", "install it again"),
        ("token_revoked", "install the app again"),
        ("invalid_auth", "SLACK_BOT_TOKEN"),
        ("restricted_action", "write"),
        ("missing_scope", "a permission to write"),
        ("team_access_not_granted", "administrator"),
    ],
)
async def test_a_lost_channel_is_told_in_a_sentence_for_the_organiser(here, error, told):
    here.slack.trouble("chat.postMessage", error)
    with pytest.raises(SendRefused, match=told) as refused:
        await here.platform.send(outgoing(here))
    assert refused.value.channel_lost and str(refused.value).endswith(".") and here.channel.posts() == []


async def test_a_bot_that_was_not_invited_is_told_so(here):
    other = here.slack.channel(here.team, "secret", invited=False)
    with pytest.raises(SendRefused, match="/invite"):
        await here.platform.send(outgoing(here, channel=other.id))
    here.channel.archived = True
    with pytest.raises(SendRefused, match="archived"):
        await here.platform.send(outgoing(here))


async def test_what_is_wrong_with_one_message_does_not_lose_the_channel(here):
    here.slack.trouble("chat.postMessage", "invalid_blocks")
    with pytest.raises(SendRefused) as refused:
        await here.platform.send(outgoing(here))
    assert not refused.value.channel_lost


async def test_a_pause_is_obeyed_by_the_channel_that_was_asked_and_by_no_other(here):
    here.slack.trouble("chat.postMessage", "429", seconds=30, channel=here.channel.id)
    with pytest.raises(SendLater) as later:
        await here.platform.send(outgoing(here))
    assert later.value.seconds == 30
    calls = len(here.slack.called("chat.postMessage"))
    with pytest.raises(SendLater) as later:
        await here.platform.send(outgoing(here))
    assert 28 < later.value.seconds <= 30 and len(here.slack.called("chat.postMessage")) == calls
    other = here.slack.channel(here.team, "other")
    await here.platform.send(outgoing(here, channel=other.id))


@pytest.mark.parametrize(
    "kind", ["500-after", "502-html", "drop-after", "fatal_error", "internal_error", "drop", "500"]
)
async def test_an_answer_that_never_came_is_unknown_and_never_a_second_try(here, kind):
    here.slack.trouble("chat.postMessage", kind)
    with pytest.raises(SendUnknown):
        await here.platform.send(outgoing(here))
    assert len(here.slack.called("chat.postMessage")) == 1
    posted = here.channel.posts()
    assert len(posted) == (1 if kind in POSTED else 0)
    assert await found(here) == (posted[0].ts if posted else None)


async def test_without_the_history_permission_nothing_is_claimed(slack):
    team = slack.team(scopes={"commands", "chat:write", "users:read", "files:read", "files:write"})
    async with room(slack, team=team) as here:
        await here.platform.send(outgoing(here))
        with pytest.raises(CannotTell, match="channels:history"):
            await found(here)


async def test_a_slack_that_is_away_takes_nothing(here):
    here.platform._lines._api = "http://127.0.0.1:9/api/"
    with pytest.raises(SendLater):
        await here.platform.send(outgoing(here))
    with pytest.raises(SendLater):
        await found(here)


async def test_reading_back_waits_where_slack_asks_for_a_pause(here):
    here.slack.trouble("conversations.history", "429", seconds=7)
    with pytest.raises(SendLater) as later:
        await found(here)
    assert later.value.seconds == 7


async def test_editing_twice_is_as_once_and_is_never_unknown(here):
    ts = await here.platform.send(outgoing(here))
    here.slack.trouble("chat.update", "drop-after")
    with pytest.raises(SendLater):
        await here.platform.edit(outgoing(here, reply=say("Closed.")), ts)
    await here.platform.edit(outgoing(here, reply=say("Closed.")), ts)
    assert words(here.channel.posts()[0]) == "Closed." and len(here.channel.posts()) == 1
    assert await found(here) == ts


async def test_a_deleted_message_cannot_be_edited_and_that_is_said(here):
    ts = await here.platform.send(outgoing(here))
    here.channel.messages.clear()
    with pytest.raises(SendRefused, match="deleted") as refused:
        await here.platform.edit(outgoing(here), ts)
    assert not refused.value.channel_lost


async def test_a_thread_that_was_not_opened_is_opened_when_the_post_is_found_again(here):
    one = outgoing(here, reply=Reply("Week 1", (Card("Week 1", (Text("Read it."),)),), thread="Week 1"))
    here.slack.trouble("chat.postMessage", "drop-after")
    with pytest.raises(SendUnknown):
        await here.platform.send(one)
    assert here.channel.thread(here.channel.posts()[0].ts) == []
    for _ in range(2):
        ts = await here.platform.find(one, datetime.now(UTC) - LONG_AGO)
    assert len(here.channel.thread(ts)) == 1


async def test_a_pause_that_slack_asks_for_costs_no_thread_its_first_line(here):
    one = outgoing(here, reply=Reply("Week 1", (Card("Week 1", (Text("Read it."),)),), thread="Week 1"))
    here.slack.trouble("chat.postMessage", "drop-after")
    with pytest.raises(SendUnknown):
        await here.platform.send(one)
    here.slack.trouble("chat.postMessage", "429", seconds=1)
    ts = await here.platform.find(one, datetime.now(UTC) - LONG_AGO)
    assert [words(line) for line in here.channel.thread(ts)] == ["Talk about it here: Week 1"]


async def test_a_long_pause_or_a_broken_line_leaves_the_first_line_of_a_thread_to_the_next_look(here):
    for n, kind in enumerate(("429", "drop", "drop-after")):
        one = outgoing(here, f"k{n}", Reply("Week 1", (Card("Week 1", (Text("Read it."),)),), thread="Week 1"))
        shown = len(here.channel.posts())
        sent, here.platform._posting._posted = here.platform._posting._posted, stands(here, kind)
        with pytest.raises(SendUnknown):
            await here.platform.send(one)
        here.platform._posting._posted = sent
        if kind == "429":
            with pytest.raises(SendLater) as later:  # obeyed: nothing is said meanwhile
                await here.platform.find(one, datetime.now(UTC) - LONG_AGO)
            assert later.value.seconds > 25
            here.platform._posting._next.clear()
        for _ in range(2):
            ts = await here.platform.find(one, datetime.now(UTC) - LONG_AGO)
        assert [words(line) for line in here.channel.thread(ts)] == ["Talk about it here: Week 1"]
        assert len(here.channel.posts()) == shown + 1


def stands(here, kind):
    """Posting as it is, with trouble that begins once the post stands."""
    posted = here.platform._posting._posted

    async def then_trouble(*given):
        answer = await posted(*given)
        if not any(one.kind == kind for one in here.slack.troubles):
            here.slack.trouble("chat.postMessage", kind, seconds=30)
        return answer

    return then_trouble


async def test_a_pause_for_one_kind_of_call_is_obeyed_by_that_kind_alone(here):
    ts = await here.platform.send(outgoing(here))
    to_ana = PrivateMessage("p", outgoing(here).place, here.ana.id, say("Still open."))
    calls = {
        "chat.update": lambda: here.platform.edit(outgoing(here, reply=say("Closed.")), ts),
        "conversations.history": lambda: found(here),
        "conversations.open": lambda: here.platform.tell_member(to_ana),
    }
    for method, call in calls.items():
        here.slack.trouble(method, "429", seconds=30)
        for _ in range(2):
            with pytest.raises(SendLater) as later:
                await call()
            assert 28 < later.value.seconds <= 30
        assert len(here.slack.called(method)) == 1
        await here.platform.send(outgoing(here, method))
    here.platform._posting._next.clear()
    for call in calls.values():
        await call()
    assert words(here.channel.posts()[0]) == "Closed." and len(here.ana.direct()) == 1


async def test_a_channel_is_written_to_once_a_second(slack):
    async with room(slack, spacing=0.3) as here:
        for at in range(3):
            await here.platform.send(outgoing(here, f"k{at}"))
        at = slack.posted_at[here.channel.id]
        assert min(b - a for a, b in pairwise(at)) >= 0.29


async def test_a_message_for_a_workspace_that_never_had_the_app_is_refused(here):
    with pytest.raises(SendRefused, match="install"):
        await here.platform.send(outgoing(here, workspace="T404"))


# --- telling the organiser --------------------------------------------------------------------------------------


async def test_the_organiser_is_told_in_their_own_messages(here):
    place = outgoing(here).place
    assert await here.platform.tell_organiser(place, lambda: say("The channel is archived."))
    assert "archived" in words(here.olga.direct()[-1])


async def test_who_last_did_an_organisers_work_is_told_first(here):
    maria = here.slack.person(here.team, "Maria", admin=True)
    await maria.slash(here.channel, "/study group status")
    await maria.told_with(here.channel, "Readers")
    assert await here.platform.tell_organiser(outgoing(here).place, lambda: say("Look."))
    assert maria.direct() and not here.olga.direct()


async def test_an_organiser_is_told_in_their_own_language(here):
    maria = here.slack.person(here.team, "Maria", admin=True, locale="de-DE")
    await maria.slash(here.channel, "/study group status")
    await maria.told_with(here.channel, "Readers")
    assert await here.platform.tell_organiser(outgoing(here).place, lambda: say(texts._("Paused.")))
    assert "Pausiert." in words(maria.direct()[-1])
    assert texts.language() == "en"


async def test_an_organiser_whose_account_was_closed_is_passed_over(here):
    maria = here.slack.person(here.team, "Maria", admin=True)
    await maria.slash(here.channel, "/study group status")
    await maria.told_with(here.channel, "Readers")
    maria.user.deleted = True
    assert await here.platform.tell_organiser(outgoing(here).place, lambda: say("Look."))
    assert here.olga.direct()


async def test_the_owner_is_found_among_however_many_members(here):
    here.olga.user.owner = here.olga.user.admin = False
    for at in range(1200):
        here.slack.person(here.team, f"Reader {at}")
    zoe = here.slack.person(here.team, "Zoe", owner=True, admin=True)
    assert await here.platform.tell_organiser(outgoing(here).place, lambda: say("Look."))
    assert zoe.direct() and len(here.slack.called("users.list")) == 2


async def test_that_nobody_could_be_told_is_said(here):
    here.olga.user.deleted = True
    assert not await here.platform.tell_organiser(outgoing(here).place, lambda: say("Look."))


async def test_a_press_on_a_message_of_last_year_still_works(here):
    old = Reply("Old", (Card("Old", (Text("Old"),), (Button("Board", ActionId("leaderboard.turn", ("all",))),)),))
    await here.platform.send(outgoing(here, reply=old))
    await here.ana.click(here.message("Old"), "Board")
    await here.ana.told_with(here.channel, "Of all time")


async def test_a_picture_stands_in_its_post_from_the_upload_on_and_is_uploaded_once(here):
    picture = Picture(b"\x89PNG\r\n\x1a\n" + bytes(20), "cell.png", alt="A round cell")
    reply = Reply("Which cell?", (Card("Question 1", (Text("Which cell?"), Image(picture))),))

    def images(ts):
        message = next(one for one in here.channel.messages if one.ts == ts)
        return [block["slack_file"]["id"] for block in message.blocks if block["type"] == "image"]

    ts = await here.platform.send(outgoing(here, reply=reply))
    (file,) = images(ts)
    assert here.slack.files[file].data == picture.data and here.slack.files[file].alt == "A round cell"
    await here.platform.edit(outgoing(here, reply=reply), ts)
    again = await here.platform.send(outgoing(here, "k2", reply))
    assert images(ts) == images(again) == [file] and len(here.slack.called("files.getUploadURLExternal")) == 1
    del here.slack.files[file]  # somebody deleted it
    last = await here.platform.send(outgoing(here, "k3", reply))
    (other,) = images(last)
    assert other != file and here.slack.files[other].data == picture.data


async def test_a_picture_that_slack_does_not_take_is_told_in_words(here):
    here.slack.trouble("files.getUploadURLExternal", "internal_error")
    picture = Picture(b"\x89PNG\r\n\x1a\n" + bytes(20), "cell.png", alt="A round cell")
    ts = await here.platform.send(outgoing(here, reply=Reply("Which?", (Card("Question 1", (Image(picture),)),))))
    assert "[picture: A round cell]" in words(next(one for one in here.channel.messages if one.ts == ts))


async def test_an_app_token_that_was_revoked_is_named_as_soon_as_no_socket_holds(here):
    await here.platform.check()
    here.slack.app_token = "xapp-another"
    here.slack.sockets.cut()

    async def refused():
        try:
            await here.platform.check()
        except PlatformError as told:
            return str(told)
        return ""

    for _ in range(300):
        if told := await refused():
            break
        await asyncio.sleep(0.05)
    assert "SLACK_APP_TOKEN: copy it again" in told and "start the bot again" in told
