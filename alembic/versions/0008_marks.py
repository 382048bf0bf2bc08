"""What organisers ruled is kept as marks, by which other answers to the same question are graded."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "marks",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        sa.Column("dispute_id", ID, autoincrement=False, nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("withdrawn", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_marks_group_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["dispute_id"], ["disputes.id"], name=op.f("fk_marks_dispute_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marks")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_marks_group_id_course_item"), "marks", ["group_id", "course", "item"])
    op.create_index(op.f("ix_marks_dispute_id"), "marks", ["dispute_id"])


def downgrade() -> None:
    op.drop_table("marks")
