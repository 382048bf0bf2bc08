"""Members report what is said on the page, and organisers hide it."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("page_messages", sa.Column("hidden", MOMENT, nullable=True))
    op.create_table(
        "page_reports",
        sa.Column("message", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reporter", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("settled", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["message"], ["page_messages.id"], name=op.f("fk_page_reports_message"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reporter"], ["page_people.id"], name=op.f("fk_page_reports_reporter"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message", "reporter", name=op.f("pk_page_reports")),
    )
    op.create_index(op.f("ix_page_reports_reporter"), "page_reports", ["reporter"])
    op.create_index(op.f("ix_page_reports_settled"), "page_reports", ["settled"])


def downgrade() -> None:
    op.drop_table("page_reports")
    op.drop_column("page_messages", "hidden")
