"""Reminders: what is open for one member, with the buttons to answer it or to hear no more of it."""

from __future__ import annotations

from datetime import datetime

from cogs import task
from cogs.asked import Asked, open_posts, who
from cogs.declare import Action, Cog
from cogs.messages import (
    ActionId,
    Ask,
    Block,
    BulletList,
    Button,
    Card,
    CommandRef,
    Entry,
    Reply,
    Text,
    rich,
    say,
    spans,
    strong,
)
from cogs.questions import name_in
from cogs.services import Services
from study.group import Group, Member
from study.nudge import awake
from study.review import due
from study.texts import _, n_, noop

SHOWN = 3


async def waiting(group: Group, member_id: int, services: Services) -> list[tuple[Entry, Button]]:
    """The open questions and tasks that a member has not answered, each with the button that does so."""
    found = []
    asked = await open_posts(group, services)
    answered = await services.store.answers.answered(member_id, [here.post.id for here in asked])
    for here in asked:
        post = here.post
        item = here.course.item(post.item) if post.kind in ("item", "task") else None
        if item is None or post.id in answered:
            continue
        is_task = post.kind == "task"
        name = task.title(item) if is_task else name_in(here.course, item)
        action = ActionId("task.done" if is_task else "quiz.answer", (str(post.id),))
        button = Button(_("{name}: done", name=name) if is_task else name, action, "primary")
        found.append((Entry(Text(strong(name), " ", *rich(item.ask))), button))
    return found


async def reminder(member: Member, group: Group, services: Services, now: datetime) -> Reply | None:
    """What is still open for a member; None where nothing is, at night, or where it is not wished any more."""
    wished = await services.store.nudges.wishes(member.id)
    if not wished.wanted or not group.nudges or group.paused or not awake(now, member.zone or group.zone):
        return None
    left = await waiting(group, member.id, services)
    if not left:
        return None
    sentence = n_("One question is still open for you.", "{count} questions are still open for you.", len(left))
    blocks: list[Block] = [Text(sentence), BulletList(tuple(entry for entry, _ in left[:SHOWN]))]
    if (more := len(left) - SHOWN) > 0:
        rest = n_("{count} more stands in the group's channel.", "{count} more stand in the group's channel.", more)
        blocks.append(Text(rest))
    again = due(await services.store.practice.history(member.id), now)
    if again:
        worth = n_(
            "{count} question is worth seeing again: {review} in the group's channel.",
            "{count} questions are worth seeing again: {review} in the group's channel.",
            len(again),
        )
        blocks.append(Text(*spans(worth, review=CommandRef("review"))))
    args = (str(member.id),)
    buttons = (
        *(button for _, button in left[:SHOWN]),
        Button(_("Not this week"), ActionId("nudge.rest", args)),
        Button(_("Never"), ActionId("nudge.never", args)),
    )
    return Reply(sentence, (Card(_("Still open for you"), tuple(blocks), buttons, footer=group.name),))


async def setting(asked: Asked, services: Services) -> tuple[Text, Button]:
    """Whether a member is reminded, in a line, and the button that changes it."""
    wished, args = await services.store.nudges.wishes(asked.member.id), (str(asked.member.id),)
    if not asked.group.nudges:
        off = Text(_("Reminders are off for the whole group."))
        return off, Button(_("No reminders"), ActionId("nudge.never", args))
    if wished.wanted and wished.unreachable:
        sentence = _("Reminders: I cannot write to you. {why}", why=wished.unreachable)
        return Text(sentence), Button(_("Try again"), ActionId("nudge.again", args))
    if wished.wanted:
        most = Text(_("Reminders: once a week at most."))
        return most, Button(_("No reminders"), ActionId("nudge.never", args))
    return Text(_("Reminders: none.")), Button(_("Remind me"), ActionId("nudge.again", args))


async def rest(ask: Ask, services: Services) -> Reply:
    """Not this week."""
    asked = await who(ask, services)
    await services.store.nudges.rest(asked.member.id, ask.at)
    return say(_("No reminder for a week."), tone="good")


async def never(ask: Ask, services: Services) -> Reply:
    """No reminders any more."""
    asked = await who(ask, services)
    await services.store.nudges.set_wanted(asked.member.id, False)
    mind = spans(_("Change your mind with {me}."), me=CommandRef("me"))
    return say(_("You get no reminders any more."), *mind, tone="good")


async def again(ask: Ask, services: Services) -> Reply:
    """Reminders after all."""
    asked = await who(ask, services)
    await services.store.nudges.set_wanted(asked.member.id, True)
    return say(
        _("You are reminded once a week of what is open for you, at an hour at which you tend to answer."), tone="good"
    )


cog = Cog(
    "nudge",
    noop("Reminders of what is open for you"),
    actions=(
        Action("nudge.rest", rest, takes=("member",)),
        Action("nudge.never", never, takes=("member",)),
        Action("nudge.again", again, takes=("member",)),
    ),
)
