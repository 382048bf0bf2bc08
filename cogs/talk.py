"""The thread under a closed question: the answer, what members wrote best, and something to talk about."""

from __future__ import annotations

from cogs import sharing
from cogs.asked import language_of, posted_of
from cogs.messages import Block, BulletList, Card, Entry, Reply, Text, rich, strong
from cogs.questions import name_in, question
from cogs.services import Services
from study.course import Week
from study.texts import _, use_language

PROMPTS = 2
"""So many prompts stand in one thread; the questions of a round share those of their week."""


async def thread(post_id: int, services: Services) -> Reply | None:
    """What is said in the thread of a question; None while it is open.

    Raises NotInCourse if the course no longer has what was posted.
    """
    here = await posted_of(post_id, services)
    use_language(language_of(here.group, services))
    if here.round.state == "open":
        return None
    item = question(here.course, here.post.item)
    name = name_in(here.course, item)
    blocks: list[Block] = [Text(strong(_("Answer: ")), *rich(item.answer))]
    blocks += sharing.shown(await sharing.best_of(here, services))
    week = here.course.week(here.post.week)
    prompts = _prompts(week, here.round.id + here.post.position) if week else ()
    if prompts:
        listed = BulletList(tuple(Entry(Text(*rich(prompt))) for prompt in prompts))
        blocks += [Text(strong(_("To talk about"))), listed]
    title = _("{name}: talk about it here", name=name)
    return Reply(f"{title}.", (Card(title, tuple(blocks)),), thread=f"{name} · {item.ask}")


def _prompts(week: Week, turn: int) -> tuple[str, ...]:
    """The next prompts of a week, so that neighbouring questions have others."""
    count = min(PROMPTS, len(week.prompts))
    return tuple(week.prompts[(turn * count + n) % len(week.prompts)] for n in range(count))
