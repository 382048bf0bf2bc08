"""The archive: every question so far with its answer, how the group did and what one wrote, to page and to search."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cogs.asked import Asked, who
from cogs.declare import Action, Cog, Command, Option, Words
from cogs.messages import ActionId, Ask, Block, Button, Card, CommandRef, Quote, Reply, Text, rich, say, strong
from cogs.questions import called
from cogs.services import Services
from cogs.times import day_text, moment
from cogs.verdicts import SHOWN, points
from study.archive import Asking, Entry, entries, mentions
from study.course import Course
from study.group import Answer
from study.marking import done

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
    found = next((one for one in made if any(each.post_id == ask.subject for each in one.askings)), None)
    if found is None:
        return say("This is not in the archive any more.", tone="notice")
    visible, zone = _visible(found, services), asked.group.zone
    blocks: list[Block] = [Text(*rich(visible.question))]
    if visible.answer:
        blocks.append(Text(strong("Answer: "), *rich(visible.answer)))
    for one in found.askings:
        how = "Open until " if one.is_open else f"Asked on {day_text(one.opens, zone)}: {_went(one)}"
        blocks.append(Text(how, moment(one.closes, zone), ". Its answer comes then.") if one.is_open else Text(how))
    posts = {one.post_id for one in found.askings}
    mine = [one for one in await services.store.archive.own(asked.member.id) if one.post_id in posts]
    for given in mine if found.latest.kind != "task" else ():
        blocks += [Text(f"You wrote on {day_text(given.at, zone)} ({points(given.score)}):"), Quote(given.text[:SHOWN])]
    return Reply(visible.name, (Card(visible.name, tuple(blocks), _to_do(found, services)),))


def _to_do(entry: Entry, services: Services) -> tuple[Button, ...]:
    """What can still be done about it: to answer while it is open, to practise afterwards."""
    post, course = entry.latest, services.courses.get(entry.latest.course)
    if entry.is_open:
        opened = next(one for one in entry.askings if one.is_open)
        names = {"item": ("Answer", "quiz.answer"), "recap": ("Hand in my recap", "recap.write")}
        label, action = names.get(opened.kind, ("Done", "task.done"))
        return (Button(label, ActionId(action, (str(opened.post_id),)), "primary"),)
    item = course.item(post.item) if course else None
    graded = item is not None and item.rubric is not None
    return (Button("Practise", ActionId("quiz.answer", (str(post.post_id),))),) if graded else ()


async def _page(asked: Asked, words: str, page: int, services: Services) -> Reply:
    sought = words.strip().encode()[:SOUGHT].decode(errors="ignore")
    made = entries(await services.store.archive.of_group(asked.group.id))
    own: dict[int, list[Answer]] = {}
    for one in await services.store.archive.own(asked.member.id):
        own.setdefault(one.post_id, []).append(one)
    if sought:
        made = tuple(one for one in made if _mentions(sought, one, own, services))
    if not made and sought:
        return say(f"Nothing that was asked mentions “{sought}”.", CommandRef("archive"), " shows everything.")
    if not made:
        return say("Nothing was asked yet. The first questions come with the next post.")
    last = (len(made) - 1) // PAGE
    page = min(page, last)
    shown = made[page * PAGE : (page + 1) * PAGE]
    blocks = [block for one in shown for block in _line(one, own, asked, services)]
    pages = [("Newer", page - 1), ("Older", page + 1)]
    packed = _packed(sought)
    buttons = [
        *(Button(_visible(one, services).name, ActionId("archive.show", (str(one.latest.post_id),))) for one in shown),
        *(
            Button(label, ActionId("archive.page", (str(to), *packed)), "primary")
            for label, to in pages
            if 0 <= to <= last
        ),
    ]
    count = "1 question" if len(made) == 1 else f"{len(made)} questions"
    title = f"Archive · {count}" + (f" with “{sought}”" if sought else "")
    footer = f"Page {page + 1} of {last + 1}." if last else ""
    return Reply(f"{title}.", (Card(title, tuple(blocks), tuple(buttons), footer=footer),))


def _line(entry: Entry, own: Mapping[int, Sequence[Answer]], asked: Asked, services: Services) -> list[Block]:
    """An entry as the list shows it."""
    visible = _visible(entry, services)
    blocks: list[Block] = [Text(strong(visible.name), " ", *rich(clipped(visible.question)))]
    if visible.answer:
        blocks.append(Text("Answer: ", *rich(clipped(visible.answer))))
    elif entry.is_open:
        opened = next(one for one in entry.askings if one.is_open)
        blocks.append(Text("Still open: the answer comes ", moment(opened.closes, asked.group.zone), "."))
    went = [] if entry.went is None else [_went(entry.went)]
    mine = [answer for one in entry.askings for answer in own.get(one.post_id, ())]
    if mine and entry.latest.kind == "task":
        went.append("You: done." if any(done(one.score) for one in mine) else "You: stuck.")
    elif mine:
        went.append(f"You: {points(max(one.score for one in mine))}.")
    return [*blocks, Text(" ".join(went))] if went else blocks


def _went(asking: Asking) -> str:
    """How the group did once."""
    if not asking.answered:
        return "nobody answered."
    if asking.kind == "task":
        return f"{asking.answered} said how it went, {asking.right} did it."
    if asking.kind == "recap":
        return f"{asking.answered} handed in, {asking.mean:.0%} of the ideas on average."
    right = (
        f"{asking.right} of {asking.answered} right"
        if asking.present == asking.answered
        else f"{asking.answered} answered"
    )
    return f"{right}, {asking.mean:.0%} on average."


def _visible(entry: Entry, services: Services) -> Visible:
    post, course = entry.latest, services.courses.get(entry.latest.course)
    if course is None:
        return Visible(post.item or "Recap", "Its course pack is not installed here any more.", "")
    name = called(course, post.week, post.item)
    question, answer = _words(course, post.week, post.item)
    return Visible(name, question or "It is no longer part of the course.", "" if entry.is_open else answer)


def _words(course: Course, week: int, item_id: str) -> tuple[str, str]:
    if item_id:
        item = course.item(item_id)
        return (item.question, item.answer) if item else ("", "")
    found = course.week(week)
    return (found.recap.prompt, found.recap.answer) if found and found.recap else ("", "")


def _mentions(words: str, entry: Entry, own: Mapping[int, Sequence[Answer]], services: Services) -> bool:
    """Whether an entry, as far as it may be seen, holds the words."""
    visible = _visible(entry, services)
    mine = [answer.text for one in entry.askings for answer in own.get(one.post_id, ())]
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
    Words("What was asked so far", "Was bisher gefragt wurde"),
    commands=(
        Command(
            "archive",
            Words(
                "Every question so far, with its answer and yours", "Alle bisherigen Fragen mit Antwort und deiner dazu"
            ),
            archive,
            (
                Option(
                    "words",
                    Words("Words to look for", "Wörter, nach denen gesucht wird"),
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
