"""The one list of what is kept of people: the export, erasure and retention are all made from it.

A new table stands here, or in `NOBODYS` with the reason why nothing in it is anybody's; a test sees to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Delete, Select, Table, Update, delete, exists, or_, select, update

from store.database import page_tables as p
from store.database import tables as t


@dataclass(frozen=True, slots=True)
class Whose:
    """A person as their rows know them: a member of a group, and their accounts on the page."""

    member_id: int
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What a table keeps of somebody: the rows that are theirs, and how they are told in an export.

    `exported` is None where the export tells it already, or where it would tell a secret. `gone_with` says with whose
    row the database itself deletes these; where it is empty, erasure does. `aged` takes out words from before a time.
    """

    table: Table
    of: Callable[[Whose], ColumnElement[bool]]
    exported: Callable[[Whose], Select[Any]] | None = None
    gone_with: str = ""
    aged: Callable[[datetime], Update | Delete] | None = None


def _member(table: Table) -> Callable[[Whose], ColumnElement[bool]]:
    return lambda whose: table.c.member_id == whose.member_id


def _answers(whose: Whose) -> Select[Any]:
    a = t.answers
    return (
        select(
            a.c.id, t.rounds.c.slot, t.posts.c.kind, a.c.item, a.c.ordinal, a.c.at, a.c.text, a.c.score,
            a.c.ruled, a.c.points, a.c.possible, a.c.verdict, a.c.rubric_version, a.c.feedback,
            a.c.confidence,
        )
        .join(t.posts, t.posts.c.id == a.c.post_id)
        .join(t.rounds, t.rounds.c.id == t.posts.c.round_id)
        .where(a.c.member_id == whose.member_id)
        .order_by(a.c.id)
    )  # fmt: skip


def _answered(whose: Whose) -> Select[Any]:
    return select(t.answers.c.id).where(t.answers.c.member_id == whose.member_id)


def _disputed(whose: Whose) -> ColumnElement[bool]:
    return t.disputes.c.answer_id.in_(_answered(whose))


def _disputes(whose: Whose) -> Select[Any]:
    x = t.disputes
    wanted = select(x.c.answer_id, x.c.words, x.c.at, x.c.state, x.c.score, x.c.settled_at)
    return wanted.where(_disputed(whose)).order_by(x.c.id)


def _marked(whose: Whose) -> ColumnElement[bool]:
    return t.marks.c.dispute_id.in_(select(t.disputes.c.id).where(_disputed(whose)))


def _marks(whose: Whose) -> Select[Any]:
    m = t.marks
    wanted = select(m.c.course, m.c.item, m.c.answer, m.c.score, m.c.point, m.c.at, m.c.withdrawn)
    return wanted.where(_marked(whose)).order_by(m.c.id)


def _picked(whose: Whose) -> ColumnElement[bool]:
    return t.picks.c.answer_id.in_(_answered(whose))


def _picks(whose: Whose) -> Select[Any]:
    k = t.picks
    return select(k.c.answer_id, k.c.shown).where(_picked(whose)).order_by(k.c.answer_id)


def _practice(whose: Whose) -> Select[Any]:
    v = t.practice
    wanted = select(v.c.item, v.c.at, v.c.text, v.c.score, v.c.points, v.c.possible, v.c.verdict)
    return wanted.where(v.c.member_id == whose.member_id).order_by(v.c.id)


def _asked(whose: Whose) -> Select[Any]:
    q = t.asked
    wanted = select(q.c.course, q.c.text, q.c.at, q.c.state, q.c.answer)
    return wanted.where(q.c.member_id == whose.member_id).order_by(q.c.id)


def _proposed(whose: Whose) -> Select[Any]:
    s = t.proposals
    wanted = select(s.c.course, s.c.text, s.c.answer, s.c.named, s.c.at, s.c.state, s.c.item, s.c.word)
    return wanted.where(s.c.member_id == whose.member_id).order_by(s.c.id)


def _named(whose: Whose) -> ColumnElement[bool]:
    """That they were named an organiser, by one of their accounts."""
    o, i = t.organisers, t.identities
    return exists().where(
        i.c.member_id == whose.member_id,
        o.c.kind == "person",
        o.c.group_id == i.c.group_id,
        o.c.platform == i.c.platform,
        o.c.workspace == i.c.workspace,
        o.c.external_id == i.c.external_id,
    )


def _organisers(whose: Whose) -> Select[Any]:
    o = t.organisers
    return select(o.c.platform, o.c.workspace, o.c.name, o.c.at).where(_named(whose))


def _meetings(whose: Whose) -> Select[Any]:
    h = t.attendances
    wanted = select(t.meetings.c.at, h.c.comes, h.c.leads).join(t.meetings, t.meetings.c.id == h.c.meeting_id)
    return wanted.where(h.c.member_id == whose.member_id).order_by(t.meetings.c.at)


def _identities(whose: Whose) -> Select[Any]:
    i = t.identities
    wanted = select(i.c.platform, i.c.workspace, i.c.external_id, i.c.current_since, i.c.unreachable, i.c.chosen_at)
    return wanted.where(i.c.member_id == whose.member_id)


def _letters(whose: Whose) -> Select[Any]:
    d = t.deliveries
    wanted = select(d.c.kind, d.c.platform, d.c.person, d.c.created, d.c.state, d.c.sent_at)
    return wanted.where(d.c.member_id == whose.member_id).order_by(d.c.id)


def _on_page(whose: Whose) -> Select[Any]:
    q = p.people
    told = (q.c.name, q.c.organiser, q.c.zone, q.c.joined, q.c.subject, q.c.platform, q.c.workspace, q.c.account)
    return select(*told).where(q.c.id.in_(whose.pages))


def _talk_of(whose: Whose) -> ColumnElement[bool]:
    return or_(p.messages.c.author.in_(whose.pages), p.messages.c.reader.in_(whose.pages))


def _talk(whose: Whose) -> Select[Any]:
    m = p.messages
    return select(m.c.channel, m.c.created, m.c.said, m.c.body, m.c.hidden).where(_talk_of(whose)).order_by(m.c.id)


def _shown(whose: Whose) -> ColumnElement[bool]:
    used = select(p.uses.c.digest).join(p.messages, p.messages.c.id == p.uses.c.message).where(_talk_of(whose))
    return p.blobs.c.digest.in_(used)


def _pictures(whose: Whose) -> Select[Any]:
    b = p.blobs
    return select(b.c.digest, b.c.name, b.c.content_type, b.c.data).where(_shown(whose))


def _sessions(whose: Whose) -> Select[Any]:
    s = p.sessions
    return select(s.c.browser, s.c.begun, s.c.seen, s.c.expires, s.c.push_endpoint).where(s.c.person.in_(whose.pages))


def _reported(whose: Whose) -> Select[Any]:
    r = p.reports
    return select(r.c.message, r.c.words, r.c.at, r.c.settled).where(r.c.reporter.in_(whose.pages))


def _old_answers(before: datetime) -> Update:
    a = t.answers
    wordy = (a.c.text != "") | a.c.feedback.is_not(None)
    return update(a).where(a.c.at < before, wordy).values(text="", feedback=None)


def _old_practice(before: datetime) -> Update:
    v = t.practice
    return update(v).where(v.c.at < before, v.c.text != "").values(text="")


def _old_asked(before: datetime) -> Delete:
    return delete(t.asked).where(t.asked.c.at < before)


def _old_proposals(before: datetime) -> Delete:
    return delete(t.proposals).where(t.proposals.c.at < before)


def _old_disputes(before: datetime) -> Update:
    old = select(t.answers.c.id).where(t.answers.c.at < before)
    return update(t.disputes).where(t.disputes.c.answer_id.in_(old), t.disputes.c.words != "").values(words="")


def _old_marks(before: datetime) -> Delete:
    return delete(t.marks).where(t.marks.c.at < before)


def _old_talk(before: datetime) -> Delete:
    """What people wrote on the page and what they were told alone; posts stay."""
    m = p.messages
    return delete(m).where(m.c.created < before, m.c.author.is_not(None) | m.c.reader.is_not(None))


KEPT: Sequence[Kept] = (
    Kept(t.organisers, _named, _organisers),
    Kept(t.members, lambda whose: t.members.c.id == whose.member_id),
    Kept(t.identities, _member(t.identities), _identities, "members"),
    Kept(t.codes, _member(t.codes), None, "members"),
    Kept(t.deliveries, _member(t.deliveries), _letters, "members"),
    Kept(t.answers, _member(t.answers), _answers, "members", _old_answers),
    Kept(t.best, _member(t.best), None, "members"),
    Kept(t.tallies, _member(t.tallies), None, "members"),
    Kept(t.picks, _picked, _picks, "answers"),
    Kept(t.practice, _member(t.practice), _practice, "members", _old_practice),
    Kept(t.asked, _member(t.asked), _asked, "members", _old_asked),
    Kept(t.proposals, _member(t.proposals), _proposed, "members", _old_proposals),
    Kept(t.attendances, _member(t.attendances), _meetings, "members"),
    Kept(t.disputes, _disputed, _disputes, "answers", _old_disputes),
    Kept(t.marks, _marked, _marks, "disputes", _old_marks),
    Kept(p.people, lambda whose: p.people.c.id.in_(whose.pages), _on_page),
    Kept(p.messages, _talk_of, _talk, "page_people", _old_talk),
    Kept(
        p.uses,
        lambda whose: p.uses.c.message.in_(select(p.messages.c.id).where(_talk_of(whose))),
        None,
        "page_messages",
    ),
    Kept(p.blobs, _shown, _pictures, "page_uses"),
    Kept(p.reports, lambda whose: p.reports.c.reporter.in_(whose.pages), _reported, "page_people"),
    Kept(p.sessions, lambda whose: p.sessions.c.person.in_(whose.pages), _sessions, "page_people"),
    Kept(p.invitations, lambda whose: p.invitations.c.person.in_(whose.pages), None, "page_people"),
)

NOBODYS: Mapping[Table, str] = {
    t.meta: "facts about the program",
    t.groups: "how a group is set up",
    t.slots: "when a group meets",
    t.channels: "where a group reads",
    t.rounds: "what was asked when",
    t.posts: "what was asked",
    t.meetings: "when a group comes together",
    t.known: "what organisers added to look up; what repeats a question of somebody erased is taken out",
    t.departed: "counts of people who were erased",
    t.audit: "what was changed in a group; the name of who did it is taken out",
    t.notices: "what organisers are told of the bot's own troubles",
    t.erasures: "hashes by which a restored backup forgets people again",
    p.changes: "the number of the page's last change",
}
