"""A member's own page: how I do over time, what is open for me, all that I answered, and what I wish.

It is read in a browser; a member of another platform comes to it by a private link, which `/me` gives.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from cogs import leaderboard, nudge, sharing, signed_in, task
from cogs.asked import Asked, Posted, open_posts, who
from cogs.marking import Gradable, Marked, of_question
from cogs.messages import ActionId, Ask, Block, Button, Entry, EntryMark, Fields, Link, Span, Text, rich, spans, strong
from cogs.questions import called
from cogs.services import Services
from cogs.times import time_text
from cogs.verdicts import TONES, headline, number, points, verdict_blocks
from store import Earned, Given, Question, Subject
from study.calendar import local_time, monday, mondays, next_slots
from study.course import Item
from study.group import Answer, Group, PostKind
from study.marking import Mark, done
from study.review import due
from study.standings import Streaks, Window, idle_weeks, streaks
from study.texts import _, n_, noop

PAGE = 10
"""Answers on a page."""
_DOORS: dict[PostKind, tuple[str, str]] = {
    "task": ("task.done", noop("{name}: done")),
    "recap": ("recap.write", noop("Hand in: {name}")),
}
"""What answers a post that is no question, and how the button is called."""
AGAIN = 5
"""So many questions that are worth seeing again are listed."""


@dataclass(frozen=True, slots=True)
class OwnWeek:
    """A calendar week: its Monday, the answers given in it, and the points that they brought."""

    monday: date
    answers: int
    points: float


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """One answer as its writer looks back on it. `result` is its mark in a sentence, `blocks` what is behind it."""

    name: str
    asked: str
    when: str
    tone: str
    result: str
    blocks: tuple[Block, ...]
    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class OwnPage:
    """All that a member sees of themselves. `open` and `again` are questions, each with the button that answers it."""

    name: str
    group: str
    facts: Fields
    weeks: tuple[OwnWeek, ...]
    open: tuple[tuple[Entry, Button], ...]
    again: tuple[tuple[Entry, Button], ...]
    answers: tuple[OwnAnswer, ...]
    given: int
    page: int
    pages: int
    wishes: tuple[tuple[Text, Button], ...]
    sessions: tuple[Block, ...]
    data: tuple[Button, ...]


async def own_page(ask: Ask, services: Services, page: int) -> OwnPage:
    """The page of whoever asks, with one page of their answers. Raises NoGroup or NoCourse."""
    asked = await who(ask, services)
    store, group, member, zone = services.store, asked.group, asked.member, ask.person.zone or asked.group.zone
    history = await store.practice.history(member.id)
    answered = await store.scores.answer_times(member.id)
    earned = await store.history.earned(member.id)
    page = min(page, max(0, (len(answered) - 1) // PAGE))
    given, total = await store.history.given(member.id, page * PAGE, PAGE)
    sessions, ends = await signed_in.shown(ask, services, zone)
    return OwnPage(
        member.name,
        group.name,
        Fields(await facts(asked, ask, services, answered)),
        _weeks(earned, answered, group.zone, ask.at),
        tuple(await _open(asked, services)),
        tuple(_again(asked, history, ask.at)),
        await _answers(given, asked, services, zone),
        total,
        page,
        max(1, -(-total // PAGE)),
        (
            await nudge.setting(asked, services),
            await sharing.setting(asked, services),
            leaderboard.setting(asked),
        ),
        tuple(sessions),
        (
            Button(_("Everything as a file"), ActionId("me.export")),
            *ends,
            Button(_("Delete my data"), ActionId("me.delete"), "danger"),
        ),
    )


async def way(ask: Ask, asked: Asked, services: Services) -> Text | None:
    """How a member comes to their own page, in a line; None where no page is served that they could reach."""
    told = _("Your progress, all your answers and your settings: {page}.")
    if ask.session:
        url = f"/c/{quote(ask.place.channel)}/me?as={ask.person.id}"
        return Text(*spans(told, page=Link(_("your own page"), url=url)))
    if not services.page_url:
        return None
    code = await services.store.codes.issue("me", ask.at, Subject(asked.group.id, asked.member.id))
    link = Link(_("your own page"), url=f"{services.page_url}/me/enter?code={code}")
    more = _("The link is yours alone, good once and for ten minutes.")
    return Text(*spans(told, page=link), f" {more}")


# --- how I stand ------------------------------------------------------------------------------------------------


async def facts(
    asked: Asked, ask: Ask, services: Services, answered: Sequence[datetime]
) -> tuple[tuple[str, str], ...]:
    """Points and places, the streak, the next post."""
    group, pairs = asked.group, list[tuple[str, str]]()
    windows: tuple[tuple[Window, str], ...] = (("week", _("This week")), ("season", _("This season")))
    for which, title in windows:
        places = await leaderboard.standings(group, which, ask, services)
        own = next((place for place in places if place.member_id == asked.member.id), None)
        stands = _("no points yet")
        if own:
            stands = _("{points} points, place {rank}", points=number(own.points), rank=own.rank)
        pairs.append((title, stands))
    idle = idle_weeks(await services.store.rounds.asking(group.id), group.zone, ask.at)
    pairs.append((_("Streak"), _streak_text(streaks(answered, group.zone, ask.at, idle))))
    upcoming = next_slots(group, ask.at, 1)
    if upcoming and not group.paused:
        pairs.append((_("Next post"), time_text(upcoming[0].at, ask.person.zone or group.zone)))
    return tuple(pairs)


def _streak_text(run: Streaks) -> str:
    if not run.weeks:
        return _("starts with your next answer")
    weeks = n_("{count} week in a row", "{count} weeks in a row", run.weeks)
    if not run.freezes:
        return weeks
    return f"{weeks}, " + n_("{count} freeze in hand", "{count} freezes in hand", run.freezes)


def _weeks(earned: Sequence[Earned], answered: Sequence[datetime], zone: str, now: datetime) -> tuple[OwnWeek, ...]:
    """Every calendar week from the first answer to now, weeks without one too."""
    if not answered:
        return ()
    counts = Counter(monday(local_time(at, zone).date()) for at in answered)
    points: dict[date, float] = defaultdict(float)
    for one in earned:
        points[monday(local_time(one.at, zone).date())] += one.points
    weeks = mondays(min(counts), max(local_time(now, zone).date(), *counts))
    return tuple(OwnWeek(week, counts[week], round(points[week], 2)) for week in weeks)


# --- what there is to do ----------------------------------------------------------------------------------------


async def _open(asked: Asked, services: Services) -> list[tuple[Entry, Button]]:
    """What may be answered now and can still bring something, what was not tried yet first."""
    found = []
    for here in await open_posts(asked.group, services):
        given = await services.store.answers.attempts(here.post.id, asked.member.id)
        spent = here.post.kind != "task" and len(given) >= asked.group.attempts
        if (words := _asked(here)) and not spent and not any(done(one.score) for one in given):
            found.append((bool(given), _door(here, words, given)))
    return [door for _tried, door in sorted(found, key=lambda one: one[0])]


def _asked(here: Posted) -> str:
    """What a post asks; nothing where it asks nothing."""
    item = here.course.item(here.post.item) if here.post.item else None
    if item is not None:
        return item.ask
    week = here.course.week(here.post.week) if here.post.kind == "recap" else None
    return week.recap.prompt if week and week.recap else ""


def _door(here: Posted, words: str, given: Sequence[Answer]) -> tuple[Entry, Button]:
    """A post with the button that answers it."""
    post = here.post
    item = here.course.item(post.item)
    name = task.title(item) if item and post.kind == "task" else called(here.course, post.week, post.item)
    action, label = _DOORS.get(post.kind, ("quiz.answer", noop("Answer {name}")))
    mark: EntryMark = "plain"
    parts = [strong(name), Span(" "), *rich(words)]
    if given and post.kind != "task":
        mark = "partly"
        parts.append(Span(_(" (so far {points})", points=points(max(one.score for one in given)))))
    button = Button(_(label, name=name), ActionId(action, (str(post.id),)), "plain" if given else "primary")
    return Entry(Text(*parts), mark), button


def _again(asked: Asked, history: Sequence[tuple[str, float, datetime]], now: datetime) -> list[tuple[Entry, Button]]:
    """What is worth seeing again, longest due first."""
    found = [item for item in map(asked.course.item, due(history, now)) if item is not None and item.rubric is not None]
    return [_practice(asked, item) for item in found[:AGAIN]]


def _practice(asked: Asked, item: Item) -> tuple[Entry, Button]:
    name = called(asked.course, 0, item.id)
    button = Button(_("Practise {name}", name=name), ActionId("quiz.practise", (item.id,)))
    return Entry(Text(strong(name), " ", *rich(item.ask))), button


# --- what I answered --------------------------------------------------------------------------------------------


async def _answers(given: Sequence[Given], asked: Asked, services: Services, zone: str) -> tuple[OwnAnswer, ...]:
    now = {here.post.item for here in await open_posts(asked.group, services)}
    graders: dict[tuple[str, int, str], Gradable | None] = {}
    found = []
    for one in given:
        key = (one.course, one.week, one.answer.item)
        if key not in graders and one.kind != "task":
            graders[key] = await of_question(Question(asked.group.id, *key), services)
        is_open = one.open or (bool(one.answer.item) and one.answer.item in now)
        found.append(_answer(one, graders.get(key), asked.group, services, is_open, zone))
    return tuple(found)


def _answer(one: Given, by: Gradable | None, group: Group, services: Services, is_open: bool, zone: str) -> OwnAnswer:
    """An answer with its mark, as much of it told as may be while the question is open."""
    answer, course = one.answer, services.courses.get(one.course)
    item = course.item(answer.item) if course and answer.item else None
    name = called(course, one.week, answer.item) if course else answer.item
    when = time_text(answer.at, zone)
    asked = item.ask if item else by.question if by else ""
    if one.kind == "task":
        word = _("Done") if answer.verdict == "accept" else _("I'm stuck")
        return OwnAnswer(name, asked, when, "plain", word, (), ())
    mark = Mark(answer.score, answer.points, answer.possible, answer.verdict, answer.rubric_version)
    over = not is_open or done(answer.score) or answer.ordinal >= group.attempts
    blocks = _behind(one, mark, by, over=over)
    if item is not None and not is_open:
        blocks.append(Text(strong(_("Answer: ")), *rich(item.answer)))
    if group.attempts > 1:
        when = _("{when}, attempt {nth}", when=when, nth=answer.ordinal)
    return OwnAnswer(name, asked, when, TONES[answer.verdict], headline(mark), tuple(blocks), _objection(one))


def _behind(one: Given, mark: Mark, by: Gradable | None, *, over: bool) -> list[Block]:
    """What is behind a mark: what the grader found, the answer itself, and whether somebody decided on it."""
    text, blocks = one.answer.text, list[Block]()
    if by is not None and text:
        blocks += verdict_blocks(Marked(mark, by.grade(text), by, text), over=over)[1:]
    if one.ruled:
        blocks.append(Text(_("Your organiser decided on these points.")))
    return blocks


def _objection(one: Given) -> tuple[Button, ...]:
    """The button by which a mark is objected to, where there is anything to object to."""
    settled = one.ruled or one.disputed or one.answer.verdict == "needs_review" or done(one.answer.score)
    objection = Button(_("I think I was right"), ActionId("quiz.dispute", (str(one.answer.id),)))
    return () if settled else (objection,)
