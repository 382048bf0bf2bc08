"""Members ask questions of their own; what organisers answer is kept for the group to look up."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0011"
down_revision = "0010"
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
        "asked",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        *_reference("asked", "group_id", "groups"),
        *_reference("asked", "member_id", "members"),
        *_words("course", "text", "key"),
        sa.Column("at", MOMENT, nullable=False),
        *_words("state", "answer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked")),
        sa.UniqueConstraint("group_id", "key", name=op.f("uq_asked_group_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_asked_group_id_state"), "asked", ["group_id", "state"], unique=False)
    op.create_index(op.f("ix_asked_member_id"), "asked", ["member_id"], unique=False)
    op.create_table(
        "known",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        *_reference("known", "group_id", "groups"),
        *_words("course", "question", "answer", "key"),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known")),
        sa.UniqueConstraint("group_id", "key", name=op.f("uq_known_group_id_key")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("known")
    op.drop_index(op.f("ix_asked_member_id"), table_name="asked")
    op.drop_index(op.f("ix_asked_group_id_state"), table_name="asked")
    op.drop_table("asked")
