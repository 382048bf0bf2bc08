"""One's own corner: how I stand, what I missed and should see again, my linked accounts, and my data."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from cogs import nudge, own_page, sharing, signed_in
from cogs.asked import Asked, who
from cogs.declare import Action, Cog, Command, Option
from cogs.messages import (
    ActionId,
    Ask,
    Bar,
    Bars,
    Block,
    BulletList,
    Button,
    Card,
    CommandRef,
    Entry,
    Fields,
    File,
    Reply,
    Text,
    rich,
    say,
    spans,
    strong,
)
from cogs.questions import name_in
from cogs.services import Services
from cogs.times import date_text
from cogs.verdicts import number
from store import CodeInvalid, Subject
from study.archive import entries
from study.group import Account
from study.review import due, missed
from study.standings import window
from study.texts import _, n_, noop

REVIEWED = 5
MOST_OPEN = 10
"""So many open questions have a button of their own."""
WEEKS = 6
"""So many weeks are drawn."""


async def me(ask: Ask, services: Services) -> Reply:
    """`/me`: points and place, streak, what is open, what to see again."""
    asked = await who(ask, services)
    group, member, course = asked.group, asked.member, asked.course
    history = await services.store.practice.history(member.id)
    answered = await services.store.scores.answer_times(member.id)
    pairs = await own_page.facts(asked, ask, services, answered)
    weeks = await _weeks(asked, min(answered, default=None), ask, services)
    blocks: list[Block] = [Fields(pairs), *weeks]
    waiting = await nudge.waiting(group, member.id, services)
    if waiting:
        blocks.append(Text(strong(_("Still open for you"))))
        blocks.append(BulletList(tuple(entry for entry, _ in waiting)))
    again = [item for item in map(course.item, due(history, ask.at)) if item is not None and item.rubric is not None]
    if again:
        worth = n_(
            "{count} question is worth seeing again: {review}",
            "{count} questions are worth seeing again: {review}",
            len(again),
        )
        blocks.append(Text(*spans(worth, review=CommandRef("review"))))
    line, change = await nudge.setting(asked, services)
    blocks.append(line)
    browsers, ends = await signed_in.shown(ask, services, ask.person.zone or group.zone)
    blocks += browsers
    allowed, share = await sharing.setting(asked, services)
    blocks.append(allowed)
    if (way := await own_page.way(ask, asked, services)) is not None:
        blocks.append(way)
    others = await _other_groups(ask, services)
    buttons = [*(button for _, button in waiting[:MOST_OPEN]), change, share, *ends, *others]
    footer = group.name if ask.apart else ""
    return Reply(f"{pairs[0][0]}: {pairs[0][1]}", (Card(member.name, tuple(blocks), tuple(buttons), footer=footer),))


async def _other_groups(ask: Ask, services: Services) -> Sequence[Button]:
    """Where no group reads: how to say that another of one's groups is meant."""
    if ask.apart is None:
        return ()
    account = Account(ask.person.platform, ask.apart.workspace, ask.person.id)
    several = len(await services.store.groups.homes(account)) > 1
    return (Button(_("Another group"), ActionId("own.ask")),) if several else ()


async def _weeks(asked: Asked, since: datetime | None, ask: Ask, services: Services) -> Sequence[Block]:
    """One's points of the last weeks as bars, the newest last, from one's first answer on: from two weeks on."""
    zone, points = asked.group.zone, list[tuple[datetime, float]]()
    for back in range(WEEKS):
        begins, ends = window("week", zone, ask.at - timedelta(weeks=back))
        if since is None or begins is None or ends <= since:
            break
        totals = await services.store.scores.totals(asked.group.id, begins, ends)
        points.insert(0, (begins, next((one.points for one in totals if one.member_id == asked.member.id), 0.0)))
    most = max((each for _begins, each in points), default=0.0)
    if len(points) < 2 or not most:
        return ()
    drawn = (Bar(date_text(begins, zone), each / most, number(each)) for begins, each in points)
    return Text(strong(_("Your points by week"))), Bars(tuple(drawn))


async def review(ask: Ask, services: Services) -> Reply:
    """`/review`: what I missed, when it is time to see it again."""
    asked = await who(ask, services)
    history = await services.store.practice.history(asked.member.id)
    again = [
        item for item in map(asked.course.item, due(history, ask.at)) if item is not None and item.rubric is not None
    ]
    take = (Button(_("As Anki cards"), ActionId("me.deck")),) if missed(history) else ()
    if not again:
        sentence = _("Nothing to review today. What you missed comes back here when it is time.")
        return say(sentence, tone="good", buttons=take)
    named = [(name_in(asked.course, item), item) for item in again[:REVIEWED]]
    listed = tuple(Entry(Text(strong(name), " ", *rich(item.ask))) for name, item in named)
    buttons = tuple(Button(name, ActionId("quiz.practise", (item.id,)), "primary") for name, item in named)
    return Reply(
        _("{count} to review", count=len(again)),
        (
            Card(
                _("Worth seeing again"),
                (BulletList(listed),),
                (*buttons, *take),
                footer=_("Practice is remembered but never counted."),
            ),
        ),
    )


async def deck(ask: Ask, services: Services) -> Reply:
    """What I missed, as a deck for Anki; what is open now is not in it, for a card shows the answer."""
    from study.banks import cards_of, write_deck  # and with it the readers of other programs

    asked = await who(ask, services)
    group, course = asked.group, asked.course
    now = {one.latest.item for one in entries(await services.store.archive.of_group(group.id)) if one.is_open}
    wanted = set(missed(await services.store.practice.history(asked.member.id))) - now
    cards = [card for card in cards_of(course) if card.name in wanted]
    if not cards:
        return say(_("What you missed is open still; its cards are for when the round closes."), tone="notice")
    told = n_(
        "{count} question that you missed, as a card for Anki.",
        "{count} questions that you missed, as cards for Anki.",
        len(cards),
    )
    more = _("Import the file in Anki; with a later one nothing is doubled.")
    named = {card.picture for card in cards if card.picture}
    read = {name: await services.pictures(course.id, name) for name in named}
    shown = {name: data for name, data in read.items() if data is not None}
    made = File(f"{course.id}.apkg", "application/octet-stream", write_deck(course.title, cards, shown))
    return Reply(told, (Card(_("Your deck"), (Text(told, " ", more),)),), (made,))


async def link(ask: Ask, services: Services) -> Reply:
    """`/link`: one identity over two platforms, by a code that works once."""
    asked = await who(ask, services)
    given = ask.text("code").strip().upper()
    if not given:
        made = await services.store.codes.issue("link", ask.at, Subject(asked.group.id, asked.member.id))
        return Reply(
            _("Your code is {code}.", code=made),
            (
                Card(
                    _("Link your accounts"),
                    (
                        Text(
                            *spans(
                                _("Within ten minutes, in the group's other channel, send {link}."),
                                link=CommandRef("link", made),
                            )
                        ),
                    ),
                ),
            ),
        )
    account = Account(ask.person.platform, ask.place.workspace, ask.person.id)
    try:
        member = await services.store.members.link(given, asked.group.id, account, ask.at)
    except CodeInvalid as error:
        new = spans(_("{link} on your other account makes a new one."), link=CommandRef("link"))
        return say(f"{error} ", *new, tone="notice")
    return say(_("Linked. All your points are together now, as {name}.", name=member.name), tone="good")


async def export(ask: Ask, services: Services) -> Reply:
    """`/privacy export`, and its button: everything about me, in a file."""
    asked = await who(ask, services)
    text = json.dumps(await services.store.privacy.export(asked.member.id), indent=2, ensure_ascii=False, default=str)
    return Reply(
        _("Everything kept about you is in this file."),
        (Card(_("Your data"), (Text(_("Everything kept about you in this group is in this file.")),)),),
        (File("my-study-data.json", "application/json", text.encode()),),
    )


async def delete(ask: Ask, services: Services) -> Reply:
    """`/privacy delete`, and its button: says what will be gone, and asks once."""
    return say(
        _("This deletes your answers, name and links in this group, for good."),
        *spans(_("{export} hands them to you first."), export=CommandRef("privacy export")),
        tone="bad",
        buttons=(Button(_("Delete my data"), ActionId("me.erase"), "danger"),),
    )


async def erase(ask: Ask, services: Services) -> Reply:
    """The confirmed wish."""
    asked = await who(ask, services)
    await services.store.privacy.erase(asked.member.id, ask.at)
    return say(
        _("Your data was deleted. If you answer again, you begin anew."),
        tone="good",
    )


cog = Cog(
    "me",
    noop("Your own corner"),
    commands=(
        Command("me", noop("Your points, streak and what is open"), me, anywhere=True),
        Command("review", noop("Questions you missed, when it is time"), review, anywhere=True),
        Command(
            "link",
            noop("Link your accounts on two platforms"),
            link,
            (
                Option(
                    "code",
                    noop("The code from the other platform; leave it out to get one"),
                    required=False,
                    max_length=20,
                ),
            ),
        ),
        Command(
            "privacy export",
            noop("All that is kept about you"),
            export,
        ),
        Command("privacy delete", noop("Delete all that is kept about you"), delete),
    ),
    actions=(
        Action("me.export", export),
        Action("me.delete", delete),
        Action("me.erase", erase),
        Action("me.deck", deck),
    ),
)
