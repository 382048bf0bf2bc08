"""What a stored post looks like in a channel, when it opens and when it closes."""

from __future__ import annotations

from typing import assert_never

from cogs import digest, quiz, recap, sharing, suggest, task
from cogs.asked import Posted, language_of, posted_of
from cogs.headings import why
from cogs.messages import Reply
from cogs.questions import asked, question, week_in
from cogs.services import Services
from study.texts import use_language


async def compose(post_id: int, services: Services) -> Reply:
    """The post as it should stand now: open with its button, or closed with its answer.

    Raises NotInCourse if the course no longer has what was posted.
    """
    here = await posted_of(post_id, services)
    use_language(language_of(here.group, services))
    match here.post.kind:
        case "recap":
            return await _recap(here, services)
        case "item":
            return await _item(here, services)
        case "task":
            return await _task(here, services)
        case "digest":
            return await digest.week(here, services)
        case "end":
            return await digest.end(here, services)
    assert_never(here.post.kind)


async def _recap(here: Posted, services: Services) -> Reply:
    week = week_in(here.course, here.post.week)
    if here.round.state == "open":
        return recap.posted(week, here)
    closed = recap.closed(week, here, await services.store.answers.count(here.post.id))
    return await sharing.with_best(closed, here, services)


async def _item(here: Posted, services: Services) -> Reply:
    item = question(here.course, here.post.item)
    shown = await asked(item, here.course, services)
    if here.round.state == "open":
        posted = quiz.posted(item, shown, here, await why(here, services))
        return await suggest.with_writer(posted, here, services)
    answers = services.store.answers
    closed = quiz.closed(item, shown, here, await answers.best(here.post.id), await answers.count(here.post.id))
    return await sharing.with_best(closed, here, services)


async def _task(here: Posted, services: Services) -> Reply:
    item = question(here.course, here.post.item)
    shown = await asked(item, here.course, services)
    if here.round.state == "open":
        return task.posted(item, shown, here)
    return task.closed(item, shown, await services.store.answers.best(here.post.id))
