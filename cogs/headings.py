"""Where a post stands in its course, and why it comes now."""

from __future__ import annotations

from cogs.asked import Posted
from cogs.services import Services
from study.agenda import place_in_week
from study.course import Course, Week
from study.group import ASKED_AGAIN
from study.texts import _


def week_of(course: Course, week: Week) -> str:
    """'Week 2 of 9': the place among the pack's weeks, whose own numbers may jump."""
    return _("Week {week} of {weeks}", week=course.nth(week), weeks=len(course.weeks))


def heading(course: Course, item_id: str) -> str:
    """'Week 2 of 9 · Chapter 2 · 3 of 5': the last are the place among the week's questions, and how many these are."""
    placed = place_in_week(course, item_id)
    if placed is None:
        return ""
    week, nth, count = placed
    place = _("{nth} of {count}", nth=nth, count=count)
    return f"{week_of(course, week)} · {week.title} · {place}"


async def why(here: Posted, services: Services) -> str:
    """Why a question comes now, where it is not simply its turn."""
    post, placed = here.post, place_in_week(here.course, here.post.item)
    week = here.course.nth(placed[0]) if placed else 0
    if post.reason == "backlog":
        return _("Left over from week {week}.", week=week) if week else _("Left over from an earlier week.")
    if post.reason not in ASKED_AGAIN:
        return ""
    results = await services.store.participation.results(here.group.id, here.course.id, None, here.round.opens)
    before = [one for one in results if one.item == post.item and one.post_id != post.id and one.answered]
    if not before:
        return _("Asked again, from week {week}.", week=week) if week else _("Asked again, from an earlier week.")
    said = {"missed": before[-1].missed, "answered": before[-1].answered}
    if week:
        return _("Asked again, from week {week}: {missed} of {answered} missed it last time.", week=week, **said)
    return _("Asked again, from an earlier week: {missed} of {answered} missed it last time.", **said)
