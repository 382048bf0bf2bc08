"""The first form of the database."""

from __future__ import annotations

import sqlalchemy as sa

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_erasures")),
    )
    op.create_table(
        "groups",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("items_per_slot", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("started", sa.Date(), nullable=True),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("seen_until", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("on_doubt", sa.Text(), server_default="at-most-once", nullable=False),
        sa.Column("keep_counts", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groups")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_groups_next_at"), "groups", ["next_at"], unique=False)
    op.create_table(
        "inbound",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inbound")),
    )
    op.create_index(op.f("ix_inbound_at"), "inbound", ["at"], unique=False)
    op.create_table(
        "meta",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_meta")),
    )
    op.create_table(
        "audit",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_audit_group_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_group_id_at"), "audit", ["group_id", "at"], unique=False)
    op.create_table(
        "channels",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_channels_group_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
        sa.UniqueConstraint(
            "platform", "workspace", "external_id", name=op.f("uq_channels_platform_workspace_external_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_channels_group_id"), "channels", ["group_id"], unique=False)
    op.create_table(
        "members",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_members_group_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_members_group_id"), "members", ["group_id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_notices_group_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_notices_group_id"), "notices", ["group_id"], unique=False)
    op.create_index(op.f("ix_notices_told_at_not_before"), "notices", ["told_at", "not_before"], unique=False)
    op.create_table(
        "rounds",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("week", sa.Integer(), nullable=False),
        sa.Column("opens", MOMENT, nullable=False),
        sa.Column("closes", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_rounds_group_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
        sa.UniqueConstraint("group_id", "slot", name=op.f("uq_rounds_group_id_slot")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_rounds_state_closes"), "rounds", ["state", "closes"], unique=False)
    op.create_table(
        "slots",
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        sa.Column("weekday", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("second", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_slots_group_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", "weekday", "second", name=op.f("pk_slots")),
    )
    op.create_table(
        "identities",
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("member_id", ID, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_identities_group_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_identities_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("group_id", "platform", "workspace", "external_id", name=op.f("pk_identities")),
    )
    op.create_index(op.f("ix_identities_member_id"), "identities", ["member_id"], unique=False)
    op.create_table(
        "link_codes",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("member_id", ID, autoincrement=False, nullable=False),
        sa.Column("expires", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_link_codes_member_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_link_codes")),
    )
    op.create_index(op.f("ix_link_codes_expires"), "link_codes", ["expires"], unique=False)
    op.create_index(op.f("ix_link_codes_member_id"), "link_codes", ["member_id"], unique=False)
    op.create_table(
        "posts",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("round_id", ID, autoincrement=False, nullable=False),
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_posts_group_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["round_id"], ["rounds.id"], name=op.f("fk_posts_round_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
        sa.UniqueConstraint("round_id", "position", name=op.f("uq_posts_round_id_position")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_posts_group_id_item"), "posts", ["group_id", "item"], unique=False)
    op.create_table(
        "practice",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        sa.Column("member_id", ID, autoincrement=False, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("possible", sa.Float(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("rubric_version", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_practice_group_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_practice_member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
        sa.UniqueConstraint("member_id", "key", name=op.f("uq_practice_member_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "tallies",
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("member_id", ID, autoincrement=False, nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_tallies_group_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_tallies_member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", "month", "member_id", name=op.f("pk_tallies")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_tallies_member_id"), "tallies", ["member_id"], unique=False)
    op.create_table(
        "answers",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("post_id", ID, autoincrement=False, nullable=False),
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        sa.Column("member_id", ID, autoincrement=False, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("possible", sa.Float(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("rubric_version", sa.Text(), nullable=False),
        sa.Column("feedback", sa.JSON(), nullable=True),
        sa.Column("ruled", sa.Float(), nullable=True),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_answers_group_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_answers_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_answers_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
        sa.UniqueConstraint("post_id", "key", name=op.f("uq_answers_post_id_key")),
        sa.UniqueConstraint("post_id", "member_id", "ordinal", name=op.f("uq_answers_post_id_member_id_ordinal")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_answers_group_id"), "answers", ["group_id"], unique=False)
    op.create_index(op.f("ix_answers_item"), "answers", ["item"], unique=False)
    op.create_index(op.f("ix_answers_member_id_at"), "answers", ["member_id", "at"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        sa.Column("channel_id", ID, autoincrement=False, nullable=False),
        sa.Column("post_id", ID, autoincrement=False, nullable=True),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("not_before", MOMENT, nullable=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created", MOMENT, nullable=False),
        sa.Column("sending_at", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["channels.id"], name=op.f("fk_deliveries_channel_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_deliveries_group_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_deliveries_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("key", name=op.f("uq_deliveries_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_deliveries_channel_id_state"), "deliveries", ["channel_id", "state"], unique=False)
    op.create_index(op.f("ix_deliveries_group_id"), "deliveries", ["group_id"], unique=False)
    op.create_index(op.f("ix_deliveries_post_id"), "deliveries", ["post_id"], unique=False)
    op.create_index(
        op.f("ix_deliveries_state_not_before_id"), "deliveries", ["state", "not_before", "id"], unique=False
    )
    op.create_table(
        "departed",
        sa.Column("post_id", ID, autoincrement=False, nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_departed_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_departed")),
    )
    op.create_table(
        "best",
        sa.Column("post_id", ID, autoincrement=False, nullable=False),
        sa.Column("member_id", ID, autoincrement=False, nullable=False),
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        sa.Column("answer_id", ID, autoincrement=False, nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_best_answer_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_best_group_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_best_member_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_best_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("post_id", "member_id", name=op.f("pk_best")),
    )
    op.create_index(op.f("ix_best_answer_id"), "best", ["answer_id"], unique=False)
    op.create_index(
        op.f("ix_best_group_id_at_member_id_cents"), "best", ["group_id", "at", "member_id", "cents"], unique=False
    )
    op.create_index(op.f("ix_best_member_id_at_cents"), "best", ["member_id", "at", "cents"], unique=False)
    op.create_table(
        "disputes",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("answer_id", ID, autoincrement=False, nullable=False),
        sa.Column("group_id", ID, autoincrement=False, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name=op.f("fk_disputes_answer_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_disputes_group_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("answer_id", "key", name=op.f("uq_disputes_answer_id_key")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_disputes_group_id_state"), "disputes", ["group_id", "state"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_disputes_group_id_state"), table_name="disputes")
    op.drop_table("disputes")
    op.drop_index(op.f("ix_best_member_id_at_cents"), table_name="best")
    op.drop_index(op.f("ix_best_group_id_at_member_id_cents"), table_name="best")
    op.drop_index(op.f("ix_best_answer_id"), table_name="best")
    op.drop_table("best")
    op.drop_table("departed")
    op.drop_index(op.f("ix_deliveries_state_not_before_id"), table_name="deliveries")
    op.drop_index(op.f("ix_deliveries_post_id"), table_name="deliveries")
    op.drop_index(op.f("ix_deliveries_group_id"), table_name="deliveries")
    op.drop_index(op.f("ix_deliveries_channel_id_state"), table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_index(op.f("ix_answers_member_id_at"), table_name="answers")
    op.drop_index(op.f("ix_answers_item"), table_name="answers")
    op.drop_index(op.f("ix_answers_group_id"), table_name="answers")
    op.drop_table("answers")
    op.drop_index(op.f("ix_tallies_member_id"), table_name="tallies")
    op.drop_table("tallies")
    op.drop_table("practice")
    op.drop_index(op.f("ix_posts_group_id_item"), table_name="posts")
    op.drop_table("posts")
    op.drop_index(op.f("ix_link_codes_member_id"), table_name="link_codes")
    op.drop_index(op.f("ix_link_codes_expires"), table_name="link_codes")
    op.drop_table("link_codes")
    op.drop_index(op.f("ix_identities_member_id"), table_name="identities")
    op.drop_table("identities")
    op.drop_table("slots")
    op.drop_index(op.f("ix_rounds_state_closes"), table_name="rounds")
    op.drop_table("rounds")
    op.drop_index(op.f("ix_notices_told_at_not_before"), table_name="notices")
    op.drop_index(op.f("ix_notices_group_id"), table_name="notices")
    op.drop_table("notices")
    op.drop_index(op.f("ix_members_group_id"), table_name="members")
    op.drop_table("members")
    op.drop_index(op.f("ix_channels_group_id"), table_name="channels")
    op.drop_table("channels")
    op.drop_index(op.f("ix_audit_group_id_at"), table_name="audit")
    op.drop_table("audit")
    op.drop_table("meta")
    op.drop_index(op.f("ix_inbound_at"), table_name="inbound")
    op.drop_table("inbound")
    op.drop_index(op.f("ix_groups_next_at"), table_name="groups")
    op.drop_table("groups")
    op.drop_table("erasures")
