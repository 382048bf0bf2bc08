"""Questions that members propose for their course; an organiser takes them at the bench, or declines with a word."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, bindparam, func, select, update

from store.audit import AuditEntry, add_entry
from store.database import tables as t
from store.database.connection import Database, insert_into
from store.errors import NotFound
from store.outbox.delivery import Letter, enqueue_letter
from store.outbox.notices import add_notice
from study.texts import lazy

s = t.proposals

ProposalState = Literal["open", "taken", "declined"]

WAITING = lazy("A member proposes a question for the course: it waits at the bench, where /group edit leads.")


@dataclass(frozen=True, slots=True)
class NewProposal:
    """A question to keep, under the key of the event in which it was proposed. `named`: its writer may be named."""

    group_id: int
    member_id: int
    course: str
    text: str
    answer: str
    named: bool
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed question. `name` is its writer's; `item` what it became, and `word` what an organiser said to it."""

    id: int
    group_id: int
    member_id: int
    name: str
    course: str
    text: str
    answer: str
    named: bool
    at: datetime
    state: ProposalState
    item: str = ""
    word: str = ""


# Built once: asked often enough for the building to be felt.
_WHOLE: Select[Any] = select(s, t.members.c.name).join(t.members, t.members.c.id == s.c.member_id)
_NAMED = _WHOLE.where(
    s.c.group_id == bindparam("group"),
    s.c.course == bindparam("course"),
    s.c.item == bindparam("item"),
    s.c.state == "taken",
    s.c.named.is_(True),
)


class ProposalTable:
    """What members proposed."""

    def __init__(self, database: Database, installation: str) -> None:
        self._database = database
        self._installation = installation

    async def keep(self, new: NewProposal) -> None:
        """Keep a question once for each event, and tell the organiser."""
        async with self._database.writing() as db:
            made = insert_into(db, s).values(asdict(new) | {"state": "open", "item": "", "word": ""})
            found = (await db.execute(made.on_conflict_do_nothing().returning(s.c.id))).scalar()
            if found is not None:
                await add_notice(db, new.group_id, WAITING, new.at)

    async def get(self, proposal_id: int) -> Proposal:
        """The proposal of that id. Raises NotFound."""
        async with self._database.reading() as db:
            row = (await db.execute(_WHOLE.where(s.c.id == proposal_id))).first()
            if row is None:
                raise NotFound("question")
            return _proposal(row)

    async def open(self, group_id: int, course: str) -> tuple[Proposal, ...]:
        """What waits for the organiser, oldest first."""
        wanted = _WHOLE.where(s.c.group_id == group_id, s.c.course == course, s.c.state == "open").order_by(s.c.id)
        async with self._database.reading() as db:
            return tuple(map(_proposal, await db.execute(wanted)))

    async def waiting_of(self, member_id: int) -> int:
        """How many of a member's wait."""
        async with self._database.reading() as db:
            wanted = select(func.count()).where(s.c.member_id == member_id, s.c.state == "open")
            return int((await db.execute(wanted)).scalar_one())

    async def named_for(self, group_id: int, course: str, item: str) -> str:
        """Who proposed an item, where they wish to be named; else nothing."""
        async with self._database.reading() as db:
            row = (await db.execute(_NAMED, {"group": group_id, "course": course, "item": item})).first()
            return "" if row is None else str(row.name)

    async def take(self, proposal_id: int, item: str, by: str, at: datetime) -> bool:
        """It becomes an item of the course, and its writer is told; False where it was settled."""
        return await self._settle(proposal_id, {"state": "taken", "item": item}, by, at)

    async def decline(self, proposal_id: int, word: str, by: str, at: datetime) -> bool:
        """It becomes none, and its writer is told why; False where it was settled."""
        return await self._settle(proposal_id, {"state": "declined", "word": word}, by, at)

    async def _settle(self, proposal_id: int, values: dict[str, str], by: str, at: datetime) -> bool:
        done = update(s).where(s.c.id == proposal_id, s.c.state == "open").values(**values).returning(s)
        async with self._database.writing() as db:
            row = (await db.execute(done)).first()
            if row is None:
                return False
            detail = {"proposal": proposal_id}
            await add_entry(db, row.group_id, AuditEntry(by, f"question {values['state']}", detail, at))
            letter = Letter("proposal", f"proposal/{row.id}", row.group_id, row.member_id, row.id, at)
            await enqueue_letter(db, self._installation, letter)
            return True


def _proposal(row: Row[Any]) -> Proposal:
    return Proposal(
        row.id, row.group_id, row.member_id, row.name, row.course, row.text, row.answer, row.named, row.at, row.state,
        row.item, row.word,
    )  # fmt: skip
