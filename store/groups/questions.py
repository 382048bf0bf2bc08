"""Questions that members ask beside the course, and what organisers added for the group to look up."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, Select, delete, func, insert, select, update

from store.audit import AuditEntry, add_entry
from store.database import tables as t
from store.database.connection import Database, insert_into
from store.errors import NotFound
from store.outbox.delivery import Letter, enqueue_letter
from store.outbox.notices import add_notice
from study.texts import lazy

q, k = t.asked, t.known

AskedState = Literal["told", "open", "answered", "aside"]
"""Something that may answer it was shown; it waits for the organiser; it was answered; it was set aside."""

WAITING = lazy("A member asked what nothing here answers: /ask open shows it.")


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question of a member's; `answer` is the organiser's, empty before there is one."""

    id: int
    group_id: int
    member_id: int
    name: str
    course: str
    text: str
    at: datetime
    state: AskedState
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Added:
    """What an organiser added: a question with its answer."""

    id: int
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question to keep, under the key of the event in which it was asked."""

    group_id: int
    member_id: int
    course: str
    text: str
    key: str
    at: datetime


class QuestionTable:
    """What members asked, and what their groups know."""

    def __init__(self, database: Database, installation: str) -> None:
        self._database = database
        self._installation = installation

    async def keep(self, new: NewQuestion, *, waits: bool) -> int:
        """Keep a question once for each event; its id. With `waits` the organiser is told of it."""
        values = asdict(new) | {"state": "open" if waits else "told", "answer": ""}
        known = select(q.c.id).where(q.c.group_id == new.group_id, q.c.key == new.key)
        async with self._database.writing() as db:
            made = insert_into(db, q).values(values)
            found: int | None = (await db.execute(made.on_conflict_do_nothing().returning(q.c.id))).scalar()
            if found is None:
                kept: int = (await db.execute(known)).scalar_one()
                return kept
            if waits:
                await add_notice(db, new.group_id, WAITING, new.at)
            return found

    async def get(self, asked_id: int) -> AskedQuestion:
        """The question of that id. Raises NotFound."""
        async with self._database.reading() as db:
            row = (await db.execute(_whole().where(q.c.id == asked_id))).first()
            if row is None:
                raise NotFound("question")
            return _asked(row)

    async def open(self, group_id: int) -> tuple[AskedQuestion, ...]:
        """What waits for the organiser, oldest first."""
        wanted = _whole().where(q.c.group_id == group_id, q.c.state == "open").order_by(q.c.id)
        async with self._database.reading() as db:
            return tuple(map(_asked, await db.execute(wanted)))

    async def waiting_of(self, member_id: int) -> int:
        """How many questions of a member wait."""
        async with self._database.reading() as db:
            wanted = select(func.count()).where(q.c.member_id == member_id, q.c.state == "open")
            return int((await db.execute(wanted)).scalar_one())

    async def hand_over(self, asked_id: int, at: datetime) -> bool:
        """What was shown did not answer it, so the organiser is asked; False where they were already."""
        done = update(q).where(q.c.id == asked_id, q.c.state == "told").values(state="open").returning(q.c.group_id)
        async with self._database.writing() as db:
            group_id = (await db.execute(done)).scalar()
            if group_id is not None:
                await add_notice(db, group_id, WAITING, at)
            return group_id is not None

    async def answer(self, asked_id: int, added: Added, by: str, at: datetime) -> bool:
        """The organiser answers: the group knows it from now on, and who asked is told; False where it was settled."""
        async with self._database.writing() as db:
            values = {"state": "answered", "answer": added.answer}
            row = (await db.execute(_settled(asked_id, values))).first()
            if row is None:
                return False
            made = insert(k).values(
                group_id=row.group_id,
                course=row.course,
                question=added.question,
                answer=added.answer,
                key=f"asked {asked_id}",
                at=at,
            )
            await db.execute(made)
            await add_entry(db, row.group_id, AuditEntry(by, "question answered", {"question": asked_id}, at))
            await self._tell(db, row, at)
            return True

    async def set_aside(self, asked_id: int, by: str, at: datetime) -> bool:
        """The organiser does not answer it here; who asked is told. False where it was settled."""
        async with self._database.writing() as db:
            row = (await db.execute(_settled(asked_id, {"state": "aside"}))).first()
            if row is None:
                return False
            await add_entry(db, row.group_id, AuditEntry(by, "question set aside", {"question": asked_id}, at))
            await self._tell(db, row, at)
            return True

    async def _tell(self, db: Any, row: Row[Any], at: datetime) -> None:  # noqa: ANN401 - an AsyncConnection
        letter = Letter("answered", f"answered/{row.id}", row.group_id, row.member_id, row.id, at)
        await enqueue_letter(db, self._installation, letter)

    async def added(self, group_id: int, course: str) -> tuple[Added, ...]:
        """What organisers added for a course, oldest first."""
        wanted = select(k).where(k.c.group_id == group_id, k.c.course == course).order_by(k.c.id)
        async with self._database.reading() as db:
            return tuple(Added(row.id, row.question, row.answer) for row in await db.execute(wanted))

    async def add(self, group_id: int, course: str, added: Added, *, key: str, by: str, at: datetime) -> bool:
        """Add a question with its answer, once for each event; False where it was there."""
        values = {"question": added.question, "answer": added.answer}
        async with self._database.writing() as db:
            made = insert_into(db, k).values(group_id=group_id, course=course, key=key, at=at, **values)
            found = (await db.execute(made.on_conflict_do_nothing().returning(k.c.id))).scalar()
            if found is not None:
                await add_entry(db, group_id, AuditEntry(by, "answer added", {"entry": found}, at))
            return found is not None

    async def remove(self, group_id: int, added_id: int, by: str, at: datetime) -> bool:
        """Take back what was added; False where the group has nothing of that id."""
        gone = delete(k).where(k.c.id == added_id, k.c.group_id == group_id).returning(k.c.id)
        async with self._database.writing() as db:
            found = (await db.execute(gone)).scalar()
            if found is not None:
                await add_entry(db, group_id, AuditEntry(by, "answer removed", {"entry": found}, at))
            return found is not None


def _settled(asked_id: int, values: dict[str, str]) -> Any:  # noqa: ANN401 - an Update that returns rows
    return update(q).where(q.c.id == asked_id, q.c.state == "open").values(**values).returning(q)


def _whole() -> Select[Any]:
    return select(q, t.members.c.name).join(t.members, t.members.c.id == q.c.member_id)


def _asked(row: Row[Any]) -> AskedQuestion:
    return AskedQuestion(
        row.id, row.group_id, row.member_id, row.name, row.course, row.text, row.at, row.state, row.answer
    )
