"""What a group is told of itself: what a week came to, and what the whole course came to at its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from cogs import leaderboard
from cogs.asked import Posted, group_of
from cogs.declare import Action, Cog, Words
from cogs.headings import week_of
from cogs.messages import (
    ActionId,
    Ask,
    Block,
    Button,
    Card,
    CommandRef,
    Fields,
    Name,
    Ranking,
    Reply,
    Text,
    say,
    strong,
)
from cogs.questions import name_in
from cogs.services import Services
from store import PostResult
from study.agenda import PastPost
from study.calendar import WEEK, local_time, monday
from study.grading import grade
from study.group import Afterwards
from study.standings import rank, window
from study.summary import Asked, Summary, summary

LEADERS = 3

READ = 200
"""Answers to the hardest question that are read at most for the misconception they share."""

AFTERWARDS: dict[Afterwards, str] = {
    "review": "From here on each weekly post brings back the questions that this group knows least.",
    "rest": "From here on nothing more is posted. Every question can still be practised.",
}


async def week(here: Posted, services: Services) -> Reply:
    """What the questions that closed since the last digest came to."""
    results, made = await _since(here, services, await _last_digest(here, services))
    blocks = list(_took_part(made))
    blocks += await _questions(here, services, results, made)
    members = await services.store.members.of_group(here.group.id)
    back = [one.name for one in members if one.id in made.came_back and not one.hidden]
    if back:
        blocks.append(Text("Good to have you back, ", *_joined(back), "."))
    since, until = window("week", here.group.zone, here.round.opens - WEEK)
    leaders = leaderboard.rows(rank(await services.store.scores.totals(here.group.id, since, until)))[:LEADERS]
    if leaders:
        blocks += [Text(strong("Last week's leaders")), Ranking(tuple(leaders))]
    title = "What last week came to"
    now = here.course.week(here.round.week)
    footer = f"This week: {week_of(here.course, now)}, {now.title}." if now else ""
    return Reply(f"{title}: {_in_short(made)}", (Card(title, tuple(blocks), footer=footer),))


async def end(here: Posted, services: Services) -> Reply:
    """The closing words of a course: what the group knew best and least, who took part, and what comes now."""
    results, made = await _since(here, services, None)
    title = f"{here.course.title}: the end"
    blocks: list[Block] = [Text(f"Every question of the course was asked. {_in_short(made)} Thank you, all of you.")]
    blocks += await _questions(here, services, results, made)
    places = rank(await services.store.scores.totals(here.group.id, None, here.round.opens + timedelta(seconds=1)))
    leaders = leaderboard.rows(places)[:LEADERS]
    if leaders:
        blocks += [Text(strong("The leaders of the course")), Ranking(tuple(leaders))]
    blocks.append(Text(AFTERWARDS[here.group.afterwards]))
    buttons = (
        Button("Go on reviewing", ActionId("digest.afterwards", ("review",))),
        Button("Rest", ActionId("digest.afterwards", ("rest",))),
    )
    footer = Text("An organiser may change that, or begin the next course with ", CommandRef("group setup"), ".")
    return Reply(f"{title}. {_in_short(made)}", (Card(title, tuple(blocks), buttons, "good", footer),))


async def afterwards(ask: Ask, services: Services) -> Reply:
    """What the group does now that its course is over."""
    group, _ = await group_of(ask, services)
    chosen: Afterwards = "rest" if ask.args[0] == "rest" else "review"
    await services.store.groups.change(group.id, at=ask.at, by=ask.person.name, afterwards=chosen)
    return say(AFTERWARDS[chosen], tone="good")


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
        return "Nobody answered; every question can still be practised."
    people = "1 person" if made.took_part == 1 else f"{made.took_part} people"
    answers = "1 question answered" if made.answers == 1 else f"{made.answers} questions answered"
    return f"{people} took part, {answers}."


def _took_part(made: Summary) -> Sequence[Block]:
    pairs = [("Took part", f"{made.took_part} of {made.active}")] if made.took_part else []
    if made.streak > 1:
        pairs.append(("The group's streak", f"{made.streak} weeks"))
    return (Text(_in_short(made)), *((Fields(tuple(pairs)),) if pairs else ()))


async def _questions(here: Posted, services: Services, results: Sequence[PostResult], made: Summary) -> Sequence[Block]:
    blocks: list[Block] = []
    for label, one in (("Known best: ", made.best_known), ("Hardest: ", made.hardest)):
        item = here.course.item(one.item) if one else None
        if item and one:
            blocks.append(Text(strong(label), f"{name_in(here.course, item)}, {one.mean:.0%} on average."))
    if made.hardest:
        shared = await _misconception(here, services, [one for one in results if one.item == made.hardest.item])
        if shared:
            blocks.append(Text(strong("What many of us thought: "), shared))
        blocks.append(Text("Practise it with ", CommandRef("quiz", f"item: {made.hardest.item}"), "."))
    return blocks


async def _misconception(here: Posted, services: Services, results: Sequence[PostResult]) -> str:
    """The commonest misconception among the answers to a question, where more than one person had it."""
    counts: Counter[str] = Counter()
    for result in results:
        item = here.course.item(result.item)
        if item is None or item.rubric is None:
            continue
        for answer in (await services.store.answers.best(result.post_id))[:READ]:
            given = grade(item.rubric, answer.text, question=item.ask)
            counts.update({one.sentence for one in given.against if one.kind == "misconception"})
    common = counts.most_common(1)
    return common[0][0] if common and common[0][1] > 1 else ""


def _joined(names: Sequence[str]) -> Iterator[str | Name]:
    for at, name in enumerate(names):
        if at:
            yield " and " if at == len(names) - 1 else ", "
        yield Name(name)


cog = Cog(
    "digest",
    Words("What the group is told of itself", "Was die Gruppe über sich erfährt"),
    commands=(),
    actions=(Action("digest.afterwards", afterwards, organiser=True, takes=("word",)),),
)
