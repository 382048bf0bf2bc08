"""The browser page keeps its people, their sessions and its talk here; its workspace is this installation's own."""

from __future__ import annotations

import secrets

import sqlalchemy as sa

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["page_people.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "page_people",
        sa.Column("id", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "folded")),
        sa.Column("organiser", sa.Boolean(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=True) for name in ("recovery", "former", "subject")),
        sa.Column("joined", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_people")),
        *(sa.UniqueConstraint(name, name=op.f(f"uq_page_people_{name}")) for name in ("folded", "recovery", "subject")),
    )
    op.create_table(
        "page_messages",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("key", "channel")),
        sa.Column("reader", sa.Text(), nullable=True),
        sa.Column("anchor", ID, nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("said", "body")),
        sa.Column("rev", ID, nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("edited", MOMENT, nullable=True),
        _person("page_messages", "reader"),
        _person("page_messages", "author"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_page_messages_key")),
        sqlite_autoincrement=True,
    )
    for columns in (["channel", "rev"], ["anchor"], ["reader", "rev"], ["author"]):
        op.create_index(op.f(f"ix_page_messages_{'_'.join(columns)}"), "page_messages", columns)
    op.create_table(
        "page_blobs",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("digest", "name", "content_type")),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_page_blobs")),
    )
    op.create_table(
        "page_uses",
        sa.Column("message", ID, autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message"], ["page_messages.id"], name=op.f("fk_page_uses_message"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message", "digest", name=op.f("pk_page_uses")),
    )
    op.create_index(op.f("ix_page_uses_digest"), "page_uses", ["digest"])
    op.create_table(
        "page_changes",
        sa.Column("one", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rev", ID, nullable=False),
        sa.PrimaryKeyConstraint("one", name=op.f("pk_page_changes")),
    )
    op.create_table(
        "page_sessions",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("hash", "person", "browser")),
        *(sa.Column(name, MOMENT, nullable=False) for name in ("begun", "seen", "expires")),
        _person("page_sessions", "person"),
        sa.PrimaryKeyConstraint("hash", "person", name=op.f("pk_page_sessions")),
    )
    op.create_table(
        "page_invitations",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("organiser", sa.Boolean(), nullable=False),
        sa.Column("expires", MOMENT, nullable=False),
        sa.Column("used", MOMENT, nullable=True),
        _person("page_invitations", "person"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_page_invitations")),
    )
    for table in ("page_sessions", "page_invitations"):
        for column in ("expires", "person"):
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    _name_workspace()


def _name_workspace() -> None:
    """Every page was called "local"; two of them were never told apart."""
    db = op.get_bind()
    install = db.execute(sa.text("SELECT value FROM meta WHERE key = 'install'")).scalar()
    if install is None:
        install = secrets.token_hex(8)
        db.execute(sa.text("INSERT INTO meta (key, value) VALUES ('install', :install)"), {"install": install})
    db.execute(
        sa.text("UPDATE channels SET workspace = :install WHERE platform = 'browser' AND workspace = 'local'"),
        {"install": install},
    )


def downgrade() -> None:
    op.execute("UPDATE channels SET workspace = 'local' WHERE platform = 'browser'")
    for table in ("invitations", "sessions", "changes", "uses", "blobs", "messages", "people"):
        op.drop_table(f"page_{table}")
