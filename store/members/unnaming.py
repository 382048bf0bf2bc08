"""What others were told or did keeps no name and no words of somebody who is erased."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from store.database import page_tables as p
from store.database import tables as t
from store.members.kept import Whose
from store.page.changes import next_rev

GONE = "(deleted)"
_QUOTED = 40
"""Words of an answer that stand in what somebody else was told are known by their beginning."""


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
    await db.execute(
        update(t.disputes).where(t.disputes.c.group_id == group_id, settled.in_(names)).values(settled_by=GONE)
    )
    organiser = t.meta.c.key.like("slack.organiser:%")
    await db.execute(delete(t.meta).where(organiser, t.meta.c.value.in_(accounts)))
    answers = select(t.answers.c.text).where(t.answers.c.member_id == whose.member_id, t.answers.c.text != "")
    asked = select(t.asked.c.text).where(t.asked.c.member_id == whose.member_id)
    await db.execute(delete(t.known).where(t.known.c.group_id == group_id, t.known.c.question.in_(asked)))
    words = {text[:_QUOTED] for text in (await db.execute(answers.union(asked))).scalars()}
    await _from_messages(db, whose, names, words)


async def _from_messages(db: AsyncConnection, whose: Whose, names: set[str], words: set[str]) -> None:
    """Private replies to others that tell of the person go; posts and talk stay, without the name."""
    m = p.messages
    found = [json.dumps(each)[1:-1] for each in (*names, *words)]
    if not found:
        return
    others = or_(m.c.reader.is_(None), m.c.reader.not_in(whose.pages))
    telling = select(m.c.id, m.c.reader, m.c.body).where(
        others, or_(*(m.c.body.contains(f, autoescape=True) for f in found))
    )
    for row in (await db.execute(telling)).all():
        body = json.loads(row.body)
        if row.reader is not None and any(_tells(leaf, names, words) for leaf in _leaves(body)):
            await db.execute(delete(m).where(m.c.id == row.id))
        elif (changed := _without(body, names, words)) != body:
            values = {"body": json.dumps(changed), "rev": await next_rev(db)}
            await db.execute(update(m).where(m.c.id == row.id).values(**values))


def _tells(leaf: str, names: Iterable[str], words: Iterable[str]) -> bool:
    by_name = any(leaf == name or leaf.startswith(f"{name} ") for name in names)
    return by_name or any(leaf.startswith(each) for each in words)


def _leaves(body: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(body, str):
        yield body
    elif isinstance(body, dict | list):
        for each in body.values() if isinstance(body, dict) else body:
            yield from _leaves(each)


def _without(body: Any, names: set[str], words: set[str]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(body, dict):
        return {key: _without(value, names, words) for key, value in body.items()}
    if isinstance(body, list):
        return [_without(value, names, words) for value in body]
    return GONE if isinstance(body, str) and _tells(body, names, words) else body
