"""The kinds of columns that the tables are made of, which keep the same on every database."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from sqlalchemy import BigInteger, Column, DateTime, Dialect, ForeignKey, Integer, Text, TypeDecorator

# SQLite numbers rows by itself only in a column declared INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """An instant: aware, in UTC, on every database. A time without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database, in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_UNKEPT = re.compile("[\x00\ud800-\udfff]")


class Words(TypeDecorator[str]):
    """Text as people wrote it. NUL and half a character, which no database keeps, become the sign for what is lost."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """To the database."""
        return None if value is None else _UNKEPT.sub("\ufffd", value)


def id_column() -> Column[int]:
    """A row's own number."""
    return Column("id", Id, primary_key=True, autoincrement=True)


def reference(name: str, target: str, *, primary_key: bool = False, nullable: bool = False) -> Column[int]:
    """Another row's number; this row goes with that one."""
    return Column(
        name,
        Id,
        ForeignKey(target, ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=nullable,
        autoincrement=False,
    )


def words(name: str, *, default: str | None = None, nullable: bool = False) -> Column[str]:
    """Text."""
    return Column(name, Words, nullable=nullable, server_default=default)
