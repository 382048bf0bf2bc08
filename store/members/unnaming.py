"""What others were told or did keeps no name and no words of somebody who is erased."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import page_tables as p
from store.database import tables as t
from store.facts import ORGANISERS_SEEN
from store.members.kept import Whose
from store.page.changes import next_rev
from store.page.messages import Json

GONE = "(deleted)"
_CUT = 500
"""What is shown of long words may end anywhere after so many letters."""
_AT_ONCE = 500


async def unname(db: AsyncConnection, whose: Whose, group_id: int) -> None:
    """Take a person's name and answers out of what stays, before their own rows go."""
    names = set((await db.execute(select(t.members.c.name).where(t.members.c.id == whose.member_id))).scalars())
    names |= set((await db.execute(select(p.people.c.name).where(p.people.c.id.in_(whose.pages)))).scalars())
    accounts = set(
        (
            await db.execute(select(t.identities.c.external_id).where(t.identities.c.member_id == whose.member_id))
        ).scalars()
    )
    by, settled = t.audit.c.by, t.disputes.c.settled_by
    await db.execute(update(t.audit).where(t.audit.c.group_id == group_id, by.in_(names)).values(by=GONE))
    await _from_audit(db, group_id, names)
    await db.execute(
        update(t.disputes).where(t.disputes.c.group_id == group_id, settled.in_(names)).values(settled_by=GONE)
    )
    organiser = t.meta.c.key.startswith(ORGANISERS_SEEN)
    await db.execute(delete(t.meta).where(organiser, t.meta.c.value.in_(accounts)))
    asked = select(t.asked.c.text).where(t.asked.c.member_id == whose.member_id)
    await db.execute(delete(t.known).where(t.known.c.group_id == group_id, t.known.c.question.in_(asked)))
    await _from_messages(db, whose, _Theirs(names, await _own_words(db, whose)))


async def unquote(db: AsyncConnection, person_id: str, words: str) -> None:
    """Take something that a person said on the page out of what others were shown, before it goes."""
    whose = Whose(0, (person_id,))  # of no member: what they answered stays
    await _from_messages(db, whose, _Theirs((), await _own_words(db, whose) & {words}))


async def _from_audit(db: AsyncConnection, group_id: int, names: set[str]) -> None:
    """Take the name out of what the audit trail says of organisers and members who came and went, and of messages."""
    a = t.audit
    about = select(a.c.id, a.c.detail).where(
        a.c.group_id == group_id,
        or_(*(a.c.action.like(f"{what} %") for what in ("organiser", "member", "message"))),
    )
    for row in (await db.execute(about)).all():
        if row.detail.get("name") in names:
            detail = {**row.detail, "name": GONE}
            await db.execute(update(a).where(a.c.id == row.id).values(detail=detail))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in a message a name or somebody's words stand: the object, and its key for them."""

    holder: Json
    key: str
    kind: str

    @property
    def text(self) -> str:
        return str(self.holder[self.key])


_NAMES, _WORDS = {"Row": "name", "Name": "text"}, {"Quote": "text", "Said": "text"}
_SIGNS = (*_NAMES, *_WORDS, "asked")


class _Theirs:
    """A person's names and words, as they stand in what others were told: as a whole, or cut off after many letters."""

    def __init__(self, names: Iterable[str], words: Iterable[str]) -> None:
        self._names = sorted(names, key=len, reverse=True)
        self._by_start: dict[str, list[str]] = {}
        for text in words:
            self._by_start.setdefault(text[:_CUT], []).append(text)

    def at(self, place: _Place) -> bool:
        """Whether what stands there is theirs."""
        if place.kind not in _WORDS:
            return place.text in self._names
        shown, whole = place.text, self._by_start.get(place.text[:_CUT], ())
        return shown in whole or (len(shown) > _CUT and any(text.startswith(shown.rstrip("…")) for text in whole))

    def out_of(self, sentence: str) -> str:
        """A sentence without the names."""
        for name in self._names:
            sentence = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", GONE, sentence)
        return sentence


async def _from_messages(db: AsyncConnection, whose: Whose, theirs: _Theirs) -> None:
    """Private replies to others that quote or name the person go; posts, talk and rankings stay, without the name."""
    m = p.messages
    others = or_(m.c.reader.is_(None), m.c.reader.not_in(whose.pages))
    telling = or_(*(m.c.body.contains(f'"{sign}"', autoescape=True) for sign in _SIGNS))
    wanted = select(m.c.id, m.c.reader, m.c.body).where(others, telling).order_by(m.c.id).limit(_AT_ONCE)
    after = 0
    while rows := (await db.execute(wanted.where(m.c.id > after))).all():
        after = rows[-1].id
        for row in rows:
            body = json.loads(row.body)
            found = [place for place in _places(body) if theirs.at(place)]
            if row.reader is not None and any(place.kind not in ("Row", "asked") for place in found):
                await db.execute(delete(m).where(m.c.id == row.id))
            elif found:
                for place in found:
                    place.holder[place.key] = GONE
                if "summary" in body:
                    body["summary"] = theirs.out_of(body["summary"])
                values = {"body": json.dumps(body), "rev": await next_rev(db)}
                await db.execute(update(m).where(m.c.id == row.id).values(**values))


def _places(body: Any) -> Iterator[_Place]:  # noqa: ANN401 - JSON
    if isinstance(body, list):
        for each in body:
            yield from _places(each)
    elif isinstance(body, dict):
        kind = body.get("is", "")
        if kind in (places := _NAMES | _WORDS):
            yield _Place(body, places[kind], kind)
        if isinstance(body.get("asked"), str):
            yield _Place(body, "asked", "asked")
        for each in body.values():
            yield from _places(each)


async def _own_words(db: AsyncConnection, whose: Whose) -> set[str]:
    """What the person wrote that others may have been shown; not what somebody else wrote in the same words."""
    member_id = whose.member_id
    a, v, x, q, s = t.answers, t.practice, t.disputes, t.asked, t.proposals
    theirs = (
        select(a.c.text).where(a.c.member_id == member_id),
        select(q.c.text).where(q.c.member_id == member_id),
        select(s.c.text).where(s.c.member_id == member_id),
        select(x.c.words).join(a, a.c.id == x.c.answer_id).where(a.c.member_id == member_id),
    )
    words = {text for each in theirs for text in (await db.execute(each)).scalars() if text}
    talk = select(p.messages.c.body).where(p.messages.c.author.in_(whose.pages))
    said = (json.loads(body).get("text") for body in (await db.execute(talk)).scalars())
    reasons = select(p.reports.c.words).where(p.reports.c.reporter.in_(whose.pages))
    words.update(filter(None, (*said, *(await db.execute(reasons)).scalars())))
    every = sorted(words)
    for n in range(0, len(every), _AT_ONCE):
        for table in (a, v, q, s):
            shared = table.c.text.in_(every[n : n + _AT_ONCE]) & (table.c.member_id != member_id)
            words -= set((await db.execute(select(table.c.text).where(shared).distinct())).scalars())
    return words
