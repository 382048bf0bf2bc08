"""Tasks: what a course asks to be done, not answered. A tap says done or stuck; it counts for the streak alone."""

from __future__ import annotations

from collections.abc import Sequence

from cogs.asked import Posted, member_of, posted_of
from cogs.declare import Action, Cog
from cogs.headings import heading
from cogs.messages import ActionId, Ask, Block, Button, Card, Fields, Reply, Text, rich, say, spans, strong
from cogs.questions import name_of, question
from cogs.services import Services
from cogs.times import moment
from study.course import Item
from study.group import Answer
from study.marking import Mark
from study.texts import _, noop

DONE, STUCK = "Done.", "I'm stuck."


def posted(item: Item, shown: Sequence[Block], here: Posted) -> Reply:
    """The task as the channel sees it while its round is open."""
    post = str(here.post.id)
    card = Card(
        title(item),
        (Text(heading(here.course, item.id)), *shown),
        (
            Button(_("Done"), ActionId("task.done", (post,)), "primary"),
            Button(_("I'm stuck"), ActionId("task.stuck", (post,))),
        ),
        footer=Text(
            *spans(
                _("Counts for your streak, not for points. Open until {closes}."),
                closes=moment(here.round.closes, here.group.zone),
            )
        ),
    )
    return Reply(f"{title(item)}: {item.question}", (card,))


def closed(item: Item, shown: Sequence[Block], given: Sequence[Answer]) -> Reply:
    """The task once its round is closed: how many did it, and what its author says of it."""
    blocks: list[Block] = [*shown]
    if item.answer:
        blocks.append(Text(strong(_("What to look for: ")), *rich(item.answer)))
    done = sum(one.verdict == "accept" for one in given)
    blocks.append(Fields(((_("Done"), str(done)), (_("Stuck"), str(len(given) - done)))))
    told = _("{name} is closed.", name=title(item))
    return Reply(told, (Card(_("{name} · closed", name=title(item)), tuple(blocks)),))


def title(item: Item) -> str:
    """How a task is called in a heading."""
    return _("Task · {question}", question=name_of(item)) if item.number else _("Task")


async def done(ask: Ask, services: Services) -> Reply:
    """The Done button."""
    await _keep(ask, services, DONE, Mark(1.0, 0.0, 0.0, "accept", ""))
    return say(_("Well done. It counts for your streak."), tone="good")


async def stuck(ask: Ask, services: Services) -> Reply:
    """The button for those who cannot get on: what the author has to help with, and where to ask."""
    item = await _keep(ask, services, STUCK, Mark(0.0, 0.0, 0.0, "partial", ""))
    hint = (Text(*rich(item.hint)),) if item.hint else ()
    where = Text(_("Say in the channel how far you came: somebody else is likely stuck at the same place."))
    again = Button(_("Done after all"), ActionId("task.done", ask.args))
    return Reply(_("Noted. It counts for your streak."), (Card(title(item), (*hint, where), (again,), "notice"),))


async def _keep(ask: Ask, services: Services, words: str, mark: Mark) -> Item:
    here = await posted_of(ask.subject, services)
    item = question(here.course, here.post.item)
    member = await member_of(ask, services, here.group)
    given = await services.store.answers.attempts(here.post.id, member.id)
    if not given or given[-1].text != words:
        await services.store.answers.record(here.post.id, member.id, words, mark, key=ask.key, at=ask.at)
    return item


cog = Cog(
    "task",
    noop("Tasks of the week"),
    commands=(),
    actions=(Action("task.done", done, takes=("post",)), Action("task.stuck", stuck, takes=("post",))),
)
