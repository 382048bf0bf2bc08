"""Catching up in ten minutes: each missed week as others told it, then what is open now."""

from __future__ import annotations

from dataclasses import replace

from cogs import nudge, sharing
from cogs.archive import clipped
from cogs.asked import Asked, posted_of, who
from cogs.declare import Action, Cog, Command
from cogs.headings import week_of
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
    spans,
    strong,
)
from cogs.questions import name_in
from cogs.services import Services
from study.archive import entries
from study.calendar import local_time, monday
from study.catchup import MissedWeek, missed
from study.standings import idle_weeks, streaks
from study.texts import _, n_, noop

WEEKS = 3
"""Missed weeks shown at a time: with three questions each some ten minutes."""
IN_SHORT = 400
"""Letters of a week's summary."""
RECAPS = 2
"""So many of a week's shared recaps are shown."""


async def catch_up(ask: Ask, services: Services) -> Reply:
    """`/catchup`: how many weeks were missed, the last of them, then what is open."""
    return await _from(await who(ask, services), 0, ask, services)


async def turn(ask: Ask, services: Services) -> Reply:
    """Weeks missed before these."""
    page = int(ask.args[0]) if ask.args[0].isdecimal() and len(ask.args[0]) < 4 else 0
    return await _from(await who(ask, services), page, ask, services)


async def _from(asked: Asked, page: int, ask: Ask, services: Services) -> Reply:
    made = entries(await services.store.archive.of_group(asked.group.id))
    own = await services.store.archive.own(asked.member.id)
    history = await services.store.practice.history(asked.member.id)
    weeks = missed(made, asked.course.id, {one.post_id for one in own}, {item for item, *_rest in history})
    newest = weeks[::-1][page * WEEKS : (page + 1) * WEEKS]
    cards = [card for one in newest[::-1] if (card := await _week(one, asked, services)) is not None]
    rest = len(weeks) - (page + 1) * WEEKS
    told = _("You have missed nothing.")
    if weeks:
        told = n_("{count} week missed: about ten minutes.", "{count} weeks missed: about ten minutes.", len(weeks))
    blocks: list[Block] = [Text(told)]
    if page == 0:
        blocks.append(Text(await _streak(asked, ask, services)))
    waiting = await nudge.waiting(asked.group, asked.member.id, services)
    if not weeks and not waiting:
        nothing = _("Nothing is open either. {archive} shows what was asked so far.")
        blocks.append(Text(*spans(nothing, archive=CommandRef("archive"))))
    cards.insert(0, Card(_("Catching up"), tuple(blocks)))
    if waiting:
        listed = BulletList(tuple(entry for entry, _ in waiting))
        cards.append(Card(_("Open now"), (listed,), tuple(button for _, button in waiting[:4])))
    if rest > 0:
        label = n_("{count} week before these", "{count} weeks before these", rest)
        more = Button(label, ActionId("catchup.turn", (str(page + 1),)))
        cards[-1] = replace(cards[-1], buttons=(*cards[-1].buttons, more))
    return Reply(told, tuple(cards))


async def _week(one: MissedWeek, asked: Asked, services: Services) -> Card | None:
    """A week that was missed: what it was about, how others told it, and the questions that most of them knew."""
    week = asked.course.week(one.week)
    items = [item for item in map(asked.course.item, one.items) if item is not None and item.rubric is not None]
    if week is None or not items:
        return None
    blocks: list[Block] = [Text(strong(_("Reading: ")), *rich(week.reading))] if week.reading else []
    if week.recap is not None:
        blocks.append(Text(strong(_("In short: ")), *rich(clipped(week.recap.answer, IN_SHORT))))
    told = [each for post in one.recaps for each in await sharing.best_of(await posted_of(post, services), services)]
    blocks += sharing.shown(sorted(told, key=lambda each: -each.score)[:RECAPS])
    blocks.append(Text(_("Most others knew:") if len(items) > 1 else _("Most others knew this:")))
    blocks.append(BulletList(tuple(Entry(Text(*rich(item.ask))) for item in items)))
    buttons = tuple(Button(name_in(asked.course, item), ActionId("quiz.practise", (item.id,))) for item in items)
    return Card(
        f"{week_of(asked.course, week)}: {week.title}", tuple(blocks), buttons, footer=_("Practice: no points.")
    )


async def _streak(asked: Asked, ask: Ask, services: Services) -> str:
    """Where the streak stands, kindly."""
    answered = await services.store.scores.answer_times(asked.member.id)
    if not answered:
        return _("Good that you are here: your streak starts with your first answer.")
    zone = asked.group.zone
    idle = idle_weeks(await services.store.rounds.asking(asked.group.id), zone, ask.at)
    run = streaks(answered, zone, ask.at, idle)
    this_week = monday(local_time(ask.at, zone).date())
    if any(monday(local_time(at, zone).date()) == this_week for at in answered):
        return n_(
            "Your streak goes on: {count} week in a row.", "Your streak goes on: {count} weeks in a row.", run.weeks
        )
    if run.weeks:
        return n_(
            "Your streak of {count} week waits for you: one answer this week keeps it.",
            "Your streak of {count} weeks waits for you: one answer this week keeps it.",
            run.weeks,
        )
    return n_(
        "Good to have you back. Your longest streak was {count} week; one answer begins the next.",
        "Good to have you back. Your longest streak was {count} weeks; one answer begins the next.",
        run.longest,
    )


cog = Cog(
    "catchup",
    noop("Joining late, coming back"),
    commands=(
        Command(
            "catchup",
            noop("Ten minutes to catch up on what you missed"),
            catch_up,
        ),
    ),
    actions=(Action("catchup.turn", turn, replaces=True, takes=("word",)),),
)
