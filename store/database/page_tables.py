"""The tables of the browser page: who is on it, what is said, what is shown, and who is signed in where."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint

from store.database.columns import Id, Moment, Words, id_column, words
from store.database.tables import metadata


def _person(name: str, *, nullable: bool = False) -> Column[str]:
    """Somebody of the page; this row goes with them."""
    return Column(name, Words, ForeignKey("page_people.id", ondelete="CASCADE"), nullable=nullable)


people = Table(
    "page_people",
    metadata,
    Column("id", Words, primary_key=True),  # issued at random and never again: it is their account on the page
    words("name"),
    words("folded"),
    Column("organiser", Boolean, nullable=False),
    words("zone"),
    words("recovery", nullable=True),  # a hash of the code that signs them in again
    words("former", nullable=True),  # their number in a message log of before
    words("subject", nullable=True),  # who vouches for them, and what they call them: an issuer and its subject
    words("platform", default=""),  # of their account on another platform, where whoever vouches for them knows it
    words("workspace", default=""),  # of the same; empty where the account is good in every workspace
    words("account", default=""),
    Column("joined", Moment, nullable=False),
    Column("removed", Moment),  # by an organiser; an invitation brings them back
    Column("letters_read", Id),  # the last message for them alone that they have seen
    UniqueConstraint("folded"),
    UniqueConstraint("recovery"),
    UniqueConstraint("subject"),
    Index(None, "platform", "account"),
)

messages = Table(
    "page_messages",
    metadata,
    id_column(),
    words("key"),
    words("channel"),
    _person("reader", nullable=True),
    Column("anchor", Id),
    _person("author", nullable=True),
    words("said"),
    words("body"),
    Column("rev", Id, nullable=False),
    Column("created", Moment, nullable=False),
    Column("edited", Moment),
    Column("hidden", Moment),  # by an organiser; it can be shown again
    UniqueConstraint("key"),
    Index(None, "channel", "rev"),
    Index(None, "anchor"),
    Index(None, "reader", "rev"),
    Index(None, "author"),
    sqlite_autoincrement=True,
)

blobs = Table(
    "page_blobs",
    metadata,
    Column("digest", Words, primary_key=True),
    words("name"),
    words("content_type"),
    Column("data", LargeBinary, nullable=False),
)

uses = Table(
    "page_uses",
    metadata,
    Column("message", Id, ForeignKey("page_messages.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("digest", Words, primary_key=True),
    Index(None, "digest"),
)

reports = Table(
    "page_reports",
    metadata,
    Column("message", Id, ForeignKey("page_messages.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("reporter", Words, ForeignKey("page_people.id", ondelete="CASCADE"), primary_key=True),
    words("words"),
    Column("at", Moment, nullable=False),
    Column("settled", Moment),
    Index(None, "reporter"),
    Index(None, "settled"),
)

changes = Table(
    "page_changes",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("rev", Id, nullable=False),
)

sessions = Table(
    "page_sessions",
    metadata,
    Column("hash", Words, primary_key=True),  # of the secret in the browser's cookie
    Column("person", Words, ForeignKey("page_people.id", ondelete="CASCADE"), primary_key=True),
    words("browser"),
    Column("begun", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    words("push_endpoint", nullable=True),  # where the person is told on this browser too, if they allow it
    words("push_key", nullable=True),
    words("push_secret", nullable=True),
    Index(None, "person"),
    Index(None, "push_endpoint"),
)

invitations = Table(
    "page_invitations",
    metadata,
    Column("hash", Words, primary_key=True),
    _person("person", nullable=True),  # who comes back by it; empty: somebody new
    Column("organiser", Boolean, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("used", Moment),
    Index(None, "person"),
)
