"""What a stored post looks like in a channel, when it opens and when it closes."""

from __future__ import annotations

from datetime import timedelta

from study.standings import rank, window

from cogs import leaderboard, quiz, recap
from cogs.asked import course_of
from cogs.kit import Kit, Reply
from store import StoreError

LEADERS = 3


async def compose(post_id: int, kit: Kit) -> Reply:
    """The post as it should stand now: open with its button, or closed with its answer.

    Raises StoreError if the course no longer has what was posted.
    """
    post = await kit.store.post(post_id)
    round_ = await kit.store.round(post.round_id)
    group = await kit.store.group(post.group_id)
    course = course_of(group, kit)
    is_open = round_.state == "open"
    if post.kind == "recap":
        week = course.week(round_.week)
        if week is None:
            raise StoreError(f"Week {round_.week} is no longer part of the course {course.title}.")
        if not is_open:
            return recap.closed(week, await kit.store.best_answers(post.id))
        since, until = window("week", group.zone, round_.opens - timedelta(days=7))
        leaders = leaderboard.rows(rank(await kit.store.totals(group.id, since, until)))[:LEADERS]
        return recap.posted(week, post, round_, group, leaders)
    item = course.item(post.item)
    if item is None:
        raise StoreError(f"The question {post.item} is no longer part of the course {course.title}.")
    return (
        quiz.posted(item, post, round_, group) if is_open else quiz.closed(item, await kit.store.best_answers(post.id))
    )
