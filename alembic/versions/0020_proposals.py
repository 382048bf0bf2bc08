"""Members propose questions for their course."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _reference(name: str, other: str) -> list[sa.SchemaItem]:
    key = sa.ForeignKeyConstraint([name], [f"{other}.id"], name=op.f(f"fk_proposals_{name}"), ondelete="CASCADE")
    return [sa.Column(name, ID, nullable=False), key]


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        *_reference("group_id", "groups"),
        *_reference("member_id", "members"),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("course", "text", "answer")),
        sa.Column("named", sa.Boolean(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("state", "item", "word")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("group_id", "key", name=op.f("uq_proposals_group_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_proposals_group_id_course"), "proposals", ["group_id", "course"], unique=False)
    op.create_index(op.f("ix_proposals_member_id"), "proposals", ["member_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_proposals_member_id"), table_name="proposals")
    op.drop_index(op.f("ix_proposals_group_id_course"), table_name="proposals")
    op.drop_table("proposals")
