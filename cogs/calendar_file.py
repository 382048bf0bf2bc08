"""A meeting as a file that calendars read (iCalendar, RFC 5545)."""

from __future__ import annotations

from datetime import datetime

from cogs.messages import Event, File
from study.calendar import zone_of
from study.discussion.meeting import Meeting

PRODUCT = "-//studybot//meetings//EN"


def calendar_file(meeting: Meeting, event: Event, zone: str, installation: str, now: datetime) -> File:
    """The meeting, and if it is weekly all that follow, in the group's zone, so that its clock changes are theirs.

    A series keeps one UID and counts its changes, so that a calendar that has it already puts it right, or takes it out
    where it is called off.
    """
    import icalendar  # a tenth of a second that nobody who starts the bot needs to wait for

    entry, zoned = icalendar.Event(), zone_of(zone)
    entry.add("uid", f"meeting-{meeting.series}@{installation}.studybot")
    entry.add("sequence", meeting.sequence)
    entry.add("dtstamp", now)
    entry.add("dtstart", event.starts.astimezone(zoned))
    entry.add("dtend", event.ends.astimezone(zoned))
    entry.add("summary", event.title)
    entry.add("description", event.about)
    entry.add("location", event.where)
    entry.add("status", "CANCELLED" if event.cancelled else "CONFIRMED")
    if meeting.weekly:
        entry.add("rrule", {"freq": "weekly"})
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if event.cancelled else "PUBLISH")
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    return File("meeting.ics", "text/calendar", calendar.to_ical())
