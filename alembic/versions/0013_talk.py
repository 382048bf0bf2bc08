"""Answers may be shown to the group where their writers allow it; closing opens a thread under each question."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("groups", sa.Column("talk", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("members", sa.Column("shares", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("members", sa.Column("share_asked", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "picks",
        sa.Column("post_id", ID, autoincrement=False, nullable=False),
        sa.Column("answer_id", ID, autoincrement=False, nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_picks_post_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_picks_answer_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "answer_id", name=op.f("pk_picks")),
    )
    op.create_index(op.f("ix_picks_answer_id"), "picks", ["answer_id"], unique=False)


def downgrade() -> None:
    op.drop_table("picks")
    op.drop_column("members", "share_asked")
    op.drop_column("members", "shares")
    op.drop_column("groups", "talk")
