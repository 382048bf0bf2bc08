"""The thread under a closed question or recap: the answer, what members wrote best, and something to talk about."""

from __future__ import annotations

from cogs import sharing
from cogs.asked import Posted, language_of, posted_of
from cogs.messages import Block, BulletList, Card, Entry, Reply, Text, rich, strong
from cogs.questions import name_in, question, week_in
from cogs.recap import title_of
from cogs.services import Services
from study.course import Week
from study.texts import _, use_language

PROMPTS = 2
"""So many prompts stand in one thread; the questions of a round share those of their week."""
RECAP_LETTERS = 1200
"""Letters of a recap that its thread shows: a story cut in the middle is none."""


async def thread(post_id: int, services: Services) -> Reply | None:
    """What is said in the thread of a question or a recap; None while it is open, and where there is nothing to say.

    Raises NotInCourse if the course no longer has what was posted.
    """
    here = await posted_of(post_id, services)
    use_language(language_of(here.group, services))
    if here.round.state == "open":
        return None
    if here.post.kind == "recap":
        return await _recap(here, services)
    item = question(here.course, here.post.item)
    name = name_in(here.course, item)
    blocks: list[Block] = [Text(strong(_("Answer: ")), *rich(item.answer))]
    blocks += sharing.shown(await sharing.best_of(here, services))
    week = here.course.week(here.post.week)
    blocks += _prompts(week, here.round.id + here.post.position) if week else ()
    return _said(name, f"{name} · {item.ask}", blocks)


async def _recap(here: Posted, services: Services) -> Reply | None:
    """The week in short, the recaps that tell it best, and what to talk about."""
    week = week_in(here.course, here.post.week)
    blocks: list[Block] = []
    if week.recap:
        blocks.append(Text(strong(_("The week in short: ")), *rich(week.recap.answer)))
    blocks += sharing.shown(await sharing.best_of(here, services), RECAP_LETTERS)
    blocks += _prompts(week, here.round.id)
    name = title_of(week, here)
    return _said(name, name, blocks) if blocks else None


def _said(name: str, thread_name: str, blocks: list[Block]) -> Reply:
    title = _("{name}: talk about it here", name=name)
    return Reply(f"{title}.", (Card(title, tuple(blocks)),), thread=thread_name)


def _prompts(week: Week, turn: int) -> tuple[Block, ...]:
    """The next prompts of a week, so that neighbouring questions have others."""
    count = min(PROMPTS, len(week.prompts))
    if not count:
        return ()
    chosen = (week.prompts[(turn * count + n) % len(week.prompts)] for n in range(count))
    return Text(strong(_("To talk about"))), BulletList(tuple(Entry(Text(*rich(prompt))) for prompt in chosen))
