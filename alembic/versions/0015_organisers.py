"""Groups name organisers of their own: people and roles, beside their platform's administrators."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEY = ("platform", "workspace", "kind", "external_id")


def upgrade() -> None:
    op.create_table(
        "organisers",
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in (*KEY, "name")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_organisers_group_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", *KEY, name=op.f("pk_organisers")),
    )
    op.create_index(op.f("ix_organisers_platform_workspace"), "organisers", ["platform", "workspace"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_organisers_platform_workspace"), table_name="organisers")
    op.drop_table("organisers")
