"""What a group is told of itself: what a week came to, and what the whole course came to at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from cogs import leaderboard
from cogs.archive import clipped
from cogs.asked import Posted, group_of
from cogs.declare import Action, Cog
from cogs.headings import week_of
from cogs.messages import (
    ActionId,
    Ask,
    Bar,
    Bars,
    Block,
    Button,
    Card,
    Fields,
    Name,
    Ranking,
    Reply,
    Span,
    Text,
    rich,
    say,
    spans,
    strong,
)
from cogs.questions import name_in
from cogs.services import Services
from cogs.times import moment
from store import PostResult
from study.agenda import PastPost
from study.calendar import WEEK, local_time, monday
from study.course import Course
from study.grading import grade
from study.group import Afterwards
from study.standings import Total, rank, window
from study.summary import Asked, Summary, summary
from study.texts import _, day_text, n_, noop, p_, percent_text

LEADERS = 3

WEEKS = 3
"""So many weeks make a picture."""

READ = 200
"""Answers to the hardest question that are read at most for the misconception they share."""

AFTERWARDS: dict[Afterwards, str] = {
    "review": noop("From here on each weekly post brings back the questions that this group knows least."),
    "rest": noop("From here on nothing more is posted. Every question can still be practised."),
}


async def week(here: Posted, services: Services) -> Reply:
    """What the questions that closed since the last digest came to."""
    results, made = await _since(here, services, await _last_digest(here, services))
    blocks = [*_took_part(made), *_week_by_week(made)]
    told, practise = await _questions(here, services, results, made)
    blocks += told
    members = await services.store.members.of_group(here.group.id)
    back = [one.name for one in members if one.id in made.came_back and not one.hidden]
    if back:
        blocks.append(Text(*spans(_("Good to have you back, {names}."), names=_joined(back))))
    since, until = window("week", here.group.zone, here.round.opens - WEEK)
    blocks += _leaders(_("Last week's leaders"), await services.store.scores.totals(here.group.id, since, until))
    planned = await services.store.meetings.coming(here.group.id) if here.round.state == "open" else None
    if planned:  # a digest that is shown anew later says nothing of a meeting that it could not know of
        blocks.append(Text(strong(_("Next meeting: ")), moment(planned.at, here.group.zone)))
    title = _("What last week came to")
    now = here.course.week(here.round.week)
    footer = ""
    if now:
        footer = _("This week: {week}, {title}.", week=week_of(here.course, now), title=now.title)
    return Reply(f"{title}: {_in_short(made)}", (Card(title, tuple(blocks), practise, footer=footer),))


async def end(here: Posted, services: Services) -> Reply:
    """The closing words of a course: what the group knew best and least, who took part, and what comes now."""
    results, made = await _since(here, services, None)
    title = _("{course}: the end", course=here.course.title)
    blocks: list[Block] = [
        Text(_("Every question of the course was asked. {took_part} Thank you, all of you.", took_part=_in_short(made)))
    ]
    blocks += _week_by_week(made)
    told, practise = await _questions(here, services, results, made)
    blocks += told
    until = here.round.opens + timedelta(seconds=1)
    blocks += _leaders(_("The leaders of the course"), await services.store.scores.totals(here.group.id, None, until))
    blocks.append(Text(_(AFTERWARDS[here.group.afterwards])))
    buttons = (
        *practise,
        Button(_("Go on reviewing"), ActionId("digest.afterwards", ("review",))),
        Button(_("Rest"), ActionId("digest.afterwards", ("rest",))),
        Button(_("Next course"), ActionId("group.written")),
    )
    footer = _("What comes now is chosen by an organiser.")
    return Reply(f"{title}. {_in_short(made)}", (Card(title, tuple(blocks), buttons, "good", footer),))


async def afterwards(ask: Ask, services: Services) -> Reply:
    """What the group does now that its course is over."""
    group, _course = await group_of(ask, services)
    chosen: Afterwards = "rest" if ask.args[0] == "rest" else "review"
    await services.store.groups.change(group.id, at=ask.at, by=ask.person.name, afterwards=chosen)
    return say(_(AFTERWARDS[chosen]), tone="good")


def _leaders(title: str, totals: Sequence[Total]) -> Sequence[Block]:
    """Who leads; whoever earned nothing does not, as in a week that only brought questions back."""
    leaders = leaderboard.rows([place for place in rank(totals) if place.points])[:LEADERS]
    return (Text(strong(title)), Ranking(leaders)) if leaders else ()


async def _last_digest(here: Posted, services: Services) -> datetime | None:
    past: Sequence[PastPost] = await services.store.posts.past(here.group.id, here.course.id)
    earlier = [one.opens for one in past if one.kind == "digest" and one.opens < here.round.opens]
    return earlier[-1] if earlier else None


async def _since(here: Posted, services: Services, after: datetime | None) -> tuple[Sequence[PostResult], Summary]:
    store, group, until = services.store.participation, here.group, here.round.opens
    results = await store.results(group.id, here.course.id, after, until)
    this_week = monday(local_time(until, group.zone).date())
    weeks = {day: who for day, who in (await store.weeks(group.id, here.course.id)).items() if day < this_week}
    first = monday(local_time(after, group.zone).date()) if after else min(weeks, default=this_week)
    asked = [Asked(one.item, one.answered, one.mean) for one in results]
    return results, summary(asked, weeks, min(first, this_week - WEEK))


def _in_short(made: Summary) -> str:
    if not made.took_part:
        return _("Nobody answered; every question can still be practised.")
    people = n_("{count} person took part", "{count} people took part", made.took_part)
    answers = n_("{count} question answered", "{count} questions answered", made.answers)
    return f"{people}, {answers}."


def _took_part(made: Summary) -> Sequence[Block]:
    pairs = [(_("Took part"), _("{nth} of {count}", nth=made.took_part, count=made.active))] if made.took_part else []
    if made.streak > 1:
        pairs.append((_("The group's streak"), n_("{count} week", "{count} weeks", made.streak)))
    return (Text(_in_short(made)), *((Fields(tuple(pairs)),) if pairs else ()))


def _week_by_week(made: Summary) -> Sequence[Block]:
    """How many took part in each of the latest weeks, once there are enough to see where it goes."""
    if len(made.weeks) < WEEKS or not made.took_part:
        return ()
    bars = (
        Bar(
            day_text(week.monday),
            week.took_part / max(1, week.active),
            _("{nth} of {count}", nth=week.took_part, count=week.active),
        )
        for week in made.weeks
    )
    return Text(strong(_("Who took part, by weeks"))), Bars(tuple(bars))


async def _questions(
    here: Posted, services: Services, results: Sequence[PostResult], made: Summary
) -> tuple[Sequence[Block], tuple[Button, ...]]:
    """What was known best and least, in the questions' own words, and the button that practises the latter."""
    blocks: list[Block] = []
    for label, one in ((_("Known best: "), made.best_known), (_("Hardest: "), made.hardest)):
        item = here.course.item(one.item) if one else None
        if item and one:
            fared = {"name": name_in(here.course, item), "share": percent_text(one.mean)}
            words = rich(clipped(item.ask))
            blocks.append(Text(strong(label), *spans(_("{name}, {share} on average."), **fared), " ", *words))
    if made.hardest and here.course.item(made.hardest.item):
        hardest = [one for one in results if one.item == made.hardest.item]
        shared = await misconception(here.course, services, hardest)
        if shared:
            blocks.append(Text(strong(_("Many of us stumbled here: ")), shared))
        return blocks, (Button(_("Practise the hardest"), ActionId("quiz.practise", (made.hardest.item,))),)
    return blocks, ()


async def misconception(course: Course, services: Services, results: Sequence[PostResult]) -> str:
    """The commonest misconception among the answers to questions, where more than one person had it."""
    counts: Counter[str] = Counter()
    for result in results:
        item = course.item(result.item)
        if item is None or item.rubric is None:
            continue
        for answer in (await services.store.answers.best(result.post_id))[:READ]:
            given = grade(item.rubric, answer.text, question=item.ask)
            counts.update({one.sentence for one in given.against if one.kind == "misconception"})
    common = counts.most_common(1)
    return common[0][0] if common and common[0][1] > 1 else ""


def _joined(names: Sequence[str]) -> tuple[Span, ...]:
    """Names in a row, each a span of its own."""
    first: tuple[Span, ...] = (Name(names[0]),)
    for name in names[1:-1]:
        first = (*first, Span(", "), Name(name))
    return spans(p_("list", "{first} and {last}"), first=first, last=Name(names[-1])) if len(names) > 1 else first


cog = Cog(
    "digest",
    noop("What the group is told of itself"),
    commands=(),
    actions=(Action("digest.afterwards", afterwards, organiser=True, takes=("word",)),),
)
