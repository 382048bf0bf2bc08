"""The archive: every question so far with its answer, how the group did and what one wrote, to page and to search."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cogs.asked import Asked, who
from cogs.declare import Action, Cog, Command, Option
from cogs.messages import ActionId, Ask, Block, Button, Card, CommandRef, Quote, Reply, Text, rich, say, spans, strong
from cogs.questions import called
from cogs.services import Services
from cogs.times import date_text, moment
from cogs.verdicts import SHOWN, points
from study.archive import Entry, Occurrence, entries, mentions
from study.course import Course
from study.group import Answer
from study.marking import done
from study.texts import _, n_, noop, p_, percent_text

PAGE = 5
"""Questions on a page."""
CLIPPED = 240
"""Letters of a question or an answer that the list shows; the question's own card shows all."""
SOUGHT = 57
"""Bytes of what is searched for that fit into the buttons that turn the page."""


@dataclass(frozen=True, slots=True)
class Visible:
    """What may be told of an entry: its name, question and answer; the answer is empty while the question is open."""

    name: str
    question: str
    answer: str


async def archive(ask: Ask, services: Services) -> Reply:
    """`/archive`: what was asked, the newest first; with words, what mentions them."""
    return await _page(await who(ask, services), ask.text("words"), 0, services)


async def turn(ask: Ask, services: Services) -> Reply:
    """Another page of the same."""
    number = ask.args[0]
    page = int(number) if number.isdecimal() and len(number) < 6 else 0
    return await _page(await who(ask, services), _unpacked(ask.args[1:]), page, services)


async def show(ask: Ask, services: Services) -> Reply:
    """One question: all of its answer, how the group did each time, and everything I wrote to it."""
    asked = await who(ask, services)
    made = entries(await services.store.archive.of_group(asked.group.id))
    found = next((one for one in made if any(each.post_id == ask.subject for each in one.occurrences)), None)
    if found is None:
        return say(_("This is not in the archive any more."), tone="notice")
    visible, zone = _visible(found, services), asked.group.zone
    blocks: list[Block] = [Text(*rich(visible.question))]
    if visible.answer:
        blocks.append(Text(strong(_("Answer: ")), *rich(visible.answer)))
    for one in found.occurrences:
        if one.is_open:
            told = spans(_("Open until {closes}. Its answer comes then."), closes=moment(one.closes, zone))
        else:
            told = spans(_("Asked on {day}: {went}"), day=date_text(one.opens, zone), went=_went(one))
        blocks.append(Text(*told))
    posts = {one.post_id for one in found.occurrences}
    mine = [one for one in await services.store.archive.own(asked.member.id) if one.post_id in posts]
    for given in mine if found.latest.kind != "task" else ():
        blocks += [
            Text(_("You wrote on {day} ({points}):", day=date_text(given.at, zone), points=points(given.score))),
            Quote(given.text[:SHOWN]),
        ]
    return Reply(visible.name, (Card(visible.name, tuple(blocks), _to_do(found, services)),))


def _to_do(entry: Entry, services: Services) -> tuple[Button, ...]:
    """What can still be done about it: to answer while it is open, to practise afterwards."""
    post, course = entry.latest, services.courses.get(entry.latest.course)
    if entry.is_open:
        opened = next(one for one in entry.occurrences if one.is_open)
        names = {"item": (p_("button", "Answer"), "quiz.answer"), "recap": (_("Hand in my recap"), "recap.write")}
        label, action = names.get(opened.kind, (_("Done"), "task.done"))
        return (Button(label, ActionId(action, (str(opened.post_id),)), "primary"),)
    item = course.item(post.item) if course else None
    graded = item is not None and item.rubric is not None
    return (Button(_("Practise"), ActionId("quiz.answer", (str(post.post_id),))),) if graded else ()


async def _page(asked: Asked, words: str, page: int, services: Services) -> Reply:
    sought = words.strip().encode()[:SOUGHT].decode(errors="ignore")
    told = entries(await services.store.archive.of_group(asked.group.id))
    made = tuple(one for one in told if _asks(one, services))
    own: dict[int, list[Answer]] = {}
    for one in await services.store.archive.own(asked.member.id):
        own.setdefault(one.post_id, []).append(one)
    if sought:
        made = tuple(one for one in made if _mentions(sought, one, own, services))
    if not made and sought:
        everything = spans(_("{archive} shows everything."), archive=CommandRef("archive"))
        return say(_("Nothing that was asked mentions “{words}”.", words=sought), *everything)
    if not made:
        return say(_("Nothing was asked yet. The first questions come with the next post."))
    last = (len(made) - 1) // PAGE
    page = min(page, last)
    shown = made[page * PAGE : (page + 1) * PAGE]
    blocks = [block for one in shown for block in _line(one, own, asked, services)]
    pages = [(_("Newer"), page - 1), (_("Older"), page + 1)]
    packed = _packed(sought)
    buttons = [
        *(Button(_visible(one, services).name, ActionId("archive.show", (str(one.latest.post_id),))) for one in shown),
        *(
            Button(label, ActionId("archive.page", (str(to), *packed)), "primary")
            for label, to in pages
            if 0 <= to <= last
        ),
    ]
    title = n_("Archive · {count} question", "Archive · {count} questions", len(made))
    if sought:
        title = n_(
            "Archive · {count} question with “{words}”",
            "Archive · {count} questions with “{words}”",
            len(made),
            words=sought,
        )
    footer = _("Page {page} of {pages}.", page=page + 1, pages=last + 1) if last else ""
    return Reply(f"{title}.", (Card(title, tuple(blocks), tuple(buttons), footer=footer),))


def _asks(entry: Entry, services: Services) -> bool:
    """Whether anything was asked: a week that opens with its reading alone wants nothing told back."""
    post, course = entry.latest, services.courses.get(entry.latest.course)
    week = course.week(post.week) if course and post.kind == "recap" else None
    return week is None or week.recap is not None or entry.went is not None


def _line(entry: Entry, own: Mapping[int, Sequence[Answer]], asked: Asked, services: Services) -> list[Block]:
    """An entry as the list shows it."""
    visible = _visible(entry, services)
    blocks: list[Block] = [Text(strong(visible.name), " ", *rich(clipped(visible.question)))]
    if visible.answer:
        blocks.append(Text(_("Answer: "), *rich(clipped(visible.answer))))
    elif entry.is_open:
        opened = next(one for one in entry.occurrences if one.is_open)
        comes = moment(opened.closes, asked.group.zone)
        blocks.append(Text(*spans(_("Still open: the answer comes {closes}."), closes=comes)))
    went = [] if entry.went is None else [_went(entry.went)]
    mine = [answer for one in entry.occurrences for answer in own.get(one.post_id, ())]
    if mine and entry.latest.kind == "task":
        went.append(_("You: done.") if any(done(one.score) for one in mine) else _("You: stuck."))
    elif mine:
        went.append(_("You: {points}.", points=points(max(one.score for one in mine))))
    return [*blocks, Text(" ".join(went))] if went else blocks


def _went(occurrence: Occurrence) -> str:
    """How the group did once."""
    share = percent_text(occurrence.mean)
    if not occurrence.answered:
        return _("nobody answered.")
    if occurrence.kind == "task":
        return _("{count} said how it went, {right} did it.", count=occurrence.answered, right=occurrence.right)
    if occurrence.kind == "recap":
        return _("{count} handed in, {share} of the ideas on average.", count=occurrence.answered, share=share)
    if occurrence.present == occurrence.answered:
        count = {"right": occurrence.right, "answered": occurrence.answered}
        return _("{right} of {answered} right, {share} on average.", share=share, **count)
    return _("{count} answered, {share} on average.", count=occurrence.answered, share=share)


def _visible(entry: Entry, services: Services) -> Visible:
    post, course = entry.latest, services.courses.get(entry.latest.course)
    if course is None:
        return Visible(post.item or _("Recap"), _("Its course pack is not installed here any more."), "")
    name = called(course, post.week, post.item)
    question, answer = _words(course, post.week, post.item)
    return Visible(name, question or _("It is no longer part of the course."), "" if entry.is_open else answer)


def _words(course: Course, week: int, item_id: str) -> tuple[str, str]:
    if item_id:
        item = course.item(item_id)
        return (item.question, item.answer) if item else ("", "")
    found = course.week(week)
    return (found.recap.prompt, found.recap.answer) if found and found.recap else ("", "")


def _mentions(words: str, entry: Entry, own: Mapping[int, Sequence[Answer]], services: Services) -> bool:
    """Whether an entry, as far as it may be seen, holds the words."""
    visible = _visible(entry, services)
    mine = [answer.text for one in entry.occurrences for answer in own.get(one.post_id, ())]
    course = services.courses.get(entry.latest.course)
    texts = (visible.name, entry.latest.item, visible.question, visible.answer, *mine)
    return mentions(words, texts, course.language if course else "en")


def clipped(text: str, most: int = CLIPPED) -> str:
    """A text cut at a word, with a sign that it goes on."""
    if len(text) <= most:
        return text
    return text[:most].rsplit(maxsplit=1)[0].rstrip(" ,;:.") + " …"


def _packed(words: str) -> tuple[str, ...]:
    return (urlsafe_b64encode(words.encode()).decode(),) if words else ()


def _unpacked(args: Sequence[str]) -> str:
    try:
        return urlsafe_b64decode(args[0].encode()).decode() if args else ""
    except (binascii.Error, UnicodeError):
        return ""


cog = Cog(
    "archive",
    noop("What was asked so far"),
    commands=(
        Command(
            "archive",
            noop("Every question so far, with its answer and yours"),
            archive,
            (
                Option(
                    "words",
                    noop("Words to look for"),
                    required=False,
                    max_length=SOUGHT,
                ),
            ),
        ),
    ),
    actions=(
        Action("archive.page", turn, replaces=True, takes=("word",)),
        Action("archive.show", show, takes=("post",)),
    ),
)
