"""The tables, for the store's own questions and for the migrations."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

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


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def _ref(name: str, target: str, *, primary_key: bool = False, nullable: bool = False) -> Column[int]:
    return Column(
        name,
        Id,
        ForeignKey(target, ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=nullable,
        autoincrement=False,
    )


def _text(name: str, *, default: str | None = None, nullable: bool = False) -> Column[str]:
    return Column(name, Words, nullable=nullable, server_default=default)


meta = Table("meta", metadata, Column("key", Words, primary_key=True), _text("value"))

inbound = Table(
    "inbound", metadata, Column("key", Words, primary_key=True), Column("at", Moment, nullable=False, index=True)
)

groups = Table(
    "groups",
    metadata,
    _id(),
    _text("name"),
    _text("course"),
    _text("zone"),
    Column("items_per_slot", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("started", Date),
    Column("created", Moment, nullable=False),
    Column("seen_until", Moment, nullable=False),  # turns up to here have become rounds
    Column("next_at", Moment, index=True),  # when the next turn is due; derived from slots, zone and plan
    Column("plan", JSON, nullable=False),
    _text("on_doubt", default="at-most-once"),
    Column("keep_counts", Boolean, nullable=False),
    sqlite_autoincrement=True,
)

slots = Table(
    "slots",
    metadata,
    _ref("group_id", "groups.id", primary_key=True),
    Column("weekday", Integer, primary_key=True, autoincrement=False),
    Column("second", Integer, primary_key=True, autoincrement=False),  # of the local day
)

channels = Table(
    "channels",
    metadata,
    _id(),
    _ref("group_id", "groups.id"),
    _text("platform"),
    _text("workspace"),
    _text("external_id"),
    _text("name"),
    _text("trouble"),
    UniqueConstraint("platform", "workspace", "external_id"),
    Index(None, "group_id"),
    sqlite_autoincrement=True,
)

members = Table(
    "members",
    metadata,
    _id(),
    _ref("group_id", "groups.id"),
    _text("name"),
    Column("hidden", Boolean, nullable=False),
    Column("created", Moment, nullable=False),
    Index(None, "group_id"),
    sqlite_autoincrement=True,
)

identities = Table(
    "identities",
    metadata,
    _ref("group_id", "groups.id", primary_key=True),
    Column("platform", Words, primary_key=True),
    Column("workspace", Words, primary_key=True),
    Column("external_id", Words, primary_key=True),
    _ref("member_id", "members.id"),
    Index(None, "member_id"),
)

link_codes = Table(
    "link_codes",
    metadata,
    Column("hash", Words, primary_key=True),
    _ref("member_id", "members.id"),
    Column("expires", Moment, nullable=False, index=True),
    Index(None, "member_id"),
)

rounds = Table(
    "rounds",
    metadata,
    _id(),
    _ref("group_id", "groups.id"),
    _text("slot"),
    Column("week", Integer, nullable=False),
    Column("opens", Moment, nullable=False),
    Column("closes", Moment, nullable=False),
    _text("state"),
    UniqueConstraint("group_id", "slot"),
    Index(None, "state", "closes"),
    sqlite_autoincrement=True,
)

posts = Table(
    "posts",
    metadata,
    _id(),
    _ref("round_id", "rounds.id"),
    _ref("group_id", "groups.id"),
    _text("kind"),
    _text("item"),
    Column("position", Integer, nullable=False),
    UniqueConstraint("round_id", "position"),
    Index(None, "group_id", "item"),
    sqlite_autoincrement=True,
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    _text("key"),
    _ref("group_id", "groups.id"),
    _ref("channel_id", "channels.id"),
    _ref("post_id", "posts.id", nullable=True),
    _text("platform"),
    _text("kind"),
    Column("payload", JSON, nullable=False),
    _text("state"),
    Column("not_before", Moment),  # in state unknown, empty: nobody looks again by themselves
    _text("owner"),
    Column("fence", Integer, nullable=False),
    Column("lease_until", Moment),
    Column("attempts", Integer, nullable=False),
    Column("created", Moment, nullable=False),
    Column("sending_at", Moment),
    Column("sent_at", Moment),
    _text("message_id"),
    _text("reason"),
    UniqueConstraint("key"),
    Index(None, "state", "not_before", "id"),
    Index(None, "channel_id", "state"),
    Index(None, "post_id"),
    Index(None, "group_id"),
    sqlite_autoincrement=True,
)

answers = Table(
    "answers",
    metadata,
    _id(),
    _ref("post_id", "posts.id"),
    _ref("group_id", "groups.id"),
    _ref("member_id", "members.id"),
    _text("item"),
    _text("text"),
    _text("key"),
    Column("score", Float, nullable=False),
    Column("points", Float, nullable=False),
    Column("possible", Float, nullable=False),
    _text("verdict"),
    _text("rubric_version"),
    Column("feedback", JSON),
    Column("ruled", Float),  # an organiser's own score, which a regrading leaves alone
    Column("ordinal", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("post_id", "member_id", "ordinal"),
    UniqueConstraint("post_id", "key"),
    Index(None, "member_id", "at"),
    Index(None, "item"),
    Index(None, "group_id"),
    Index(None, "post_id", "rubric_version"),
    sqlite_autoincrement=True,
)

best = Table(
    "best",
    metadata,
    _ref("post_id", "posts.id", primary_key=True),
    _ref("member_id", "members.id", primary_key=True),
    _ref("group_id", "groups.id"),
    _ref("answer_id", "answers.id"),
    Column("score", Float, nullable=False),
    Column("cents", Integer, nullable=False),  # hundredths of a standings point: whole numbers add up exactly
    Column("at", Moment, nullable=False),
    Index(None, "group_id", "at", "member_id", "cents"),
    Index(None, "member_id", "at", "cents"),
    Index(None, "answer_id"),
)

tallies = Table(
    "tallies",
    metadata,
    _ref("group_id", "groups.id", primary_key=True),
    Column("month", Integer, primary_key=True, autoincrement=False),  # of UTC, as 202611
    _ref("member_id", "members.id", primary_key=True),
    Column("cents", BigInteger, nullable=False),
    Column("answered", Integer, nullable=False),
    Index(None, "member_id"),
    sqlite_with_rowid=False,
)

departed = Table(
    "departed",
    metadata,
    _ref("post_id", "posts.id", primary_key=True),
    Column("answered", Integer, nullable=False),
    Column("score", Float, nullable=False),
)

practice = Table(
    "practice",
    metadata,
    _id(),
    _ref("group_id", "groups.id"),
    _ref("member_id", "members.id"),
    _text("item"),
    _text("text"),
    _text("key"),
    Column("score", Float, nullable=False),
    Column("points", Float, nullable=False),
    Column("possible", Float, nullable=False),
    _text("verdict"),
    _text("rubric_version"),
    Column("at", Moment, nullable=False),
    UniqueConstraint("member_id", "key"),
    sqlite_autoincrement=True,
)

disputes = Table(
    "disputes",
    metadata,
    _id(),
    _ref("answer_id", "answers.id"),
    _ref("group_id", "groups.id"),
    _text("words"),
    _text("key"),
    Column("at", Moment, nullable=False),
    _text("state"),
    Column("score", Float),
    _text("settled_by"),
    Column("settled_at", Moment),
    UniqueConstraint("answer_id", "key"),
    Index(None, "group_id", "state"),
    sqlite_autoincrement=True,
)

audit = Table(
    "audit",
    metadata,
    _id(),
    _ref("group_id", "groups.id"),
    _text("by"),
    _text("action"),
    Column("detail", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "group_id", "at"),
    sqlite_autoincrement=True,
)

notices = Table(
    "notices",
    metadata,
    _id(),
    _ref("group_id", "groups.id"),
    _text("text"),
    Column("at", Moment, nullable=False),
    Column("told_at", Moment),
    Column("not_before", Moment, nullable=False),
    Index(None, "told_at", "not_before"),
    Index(None, "group_id"),
    sqlite_autoincrement=True,
)

erasures = Table("erasures", metadata, Column("hash", Words, primary_key=True), Column("at", Moment, nullable=False))
