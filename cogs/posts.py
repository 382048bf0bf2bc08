"""What a stored post looks like in a channel, when it opens and when it closes."""

from __future__ import annotations

from cogs import leaderboard, quiz, recap
from cogs.asked import posted_of
from cogs.messages import Reply
from cogs.questions import NotInCourse, question
from cogs.services import Services
from study.calendar import WEEK
from study.standings import rank, window

LEADERS = 3


async def compose(post_id: int, services: Services) -> Reply:
    """The post as it should stand now: open with its button, or closed with its answer.

    Raises NotInCourse if the course no longer has what was posted.
    """
    here = await posted_of(post_id, services)
    post, round_, group, course = here.post, here.round, here.group, here.course
    is_open = round_.state == "open"
    if post.kind == "recap":
        week = course.week(round_.week)
        if week is None:
            raise NotInCourse(f"Week {round_.week}", course)
        if not is_open:
            return recap.closed(week, await services.store.answers.count(post.id))
        since, until = window("week", group.zone, round_.opens - WEEK)
        leaders = leaderboard.rows(rank(await services.store.scores.totals(group.id, since, until)))[:LEADERS]
        return recap.posted(week, post, round_, group, leaders)
    item = question(course, post.item)
    if is_open:
        return quiz.posted(item, post, round_, group)
    return quiz.closed(item, await services.store.answers.best(post.id), await services.store.answers.count(post.id))
