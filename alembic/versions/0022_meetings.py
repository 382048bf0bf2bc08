"""Meetings: when a group comes together, who comes, and who leads."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _reference(table: str, name: str, other: str) -> list[sa.SchemaItem]:
    key = sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_{table}_{name}"), ondelete="CASCADE")
    return [sa.Column(name, ID, nullable=False), key]


def upgrade() -> None:
    op.create_table(
        "meetings",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        *_reference("meetings", "group_id", "groups"),
        *_words("slot"),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("weekly", sa.Boolean(), nullable=False),
        *_words("where", "state"),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("series", ID, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meetings")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_meetings_due_at"), "meetings", ["due_at"], unique=False)
    op.create_index(op.f("ix_meetings_group_id"), "meetings", ["group_id"], unique=False)
    op.create_table(
        "attendances",
        *_reference("attendances", "meeting_id", "meetings"),
        *_reference("attendances", "member_id", "members"),
        sa.Column("comes", sa.Boolean(), nullable=True),
        sa.Column("leads", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("meeting_id", "member_id", name=op.f("pk_attendances")),
    )
    op.create_index(op.f("ix_attendances_member_id"), "attendances", ["member_id"], unique=False)


def downgrade() -> None:
    op.drop_table("attendances")
    op.drop_table("meetings")
    told = "kind IN ('meeting', 'meeting_edit', 'event', 'event_edit')"
    op.execute(f"DELETE FROM deliveries WHERE {told}")  # noqa: S608 - a constant
