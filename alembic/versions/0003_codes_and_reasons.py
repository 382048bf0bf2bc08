"""One table of one-time codes; why a message was not sent is a word and a detail; attempts and reviews by name."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "codes",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("group_id", ID, autoincrement=False, nullable=True),
        sa.Column("member_id", ID, autoincrement=False, nullable=True),
        sa.Column("expires", MOMENT, nullable=False),
        sa.Column("used", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_codes_group_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_codes_member_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_codes")),
    )
    for column in ("expires", "group_id", "member_id"):
        op.create_index(op.f(f"ix_codes_{column}"), "codes", [column], unique=False)
    _carry_codes()
    op.drop_index(op.f("ix_link_codes_member_id"), table_name="link_codes")
    op.drop_index(op.f("ix_link_codes_expires"), table_name="link_codes")
    op.drop_table("link_codes")
    op.drop_index(op.f("ix_inbound_at"), table_name="inbound")
    op.drop_table("inbound")

    op.execute("ALTER TABLE groups RENAME COLUMN tries TO attempts")
    op.execute("UPDATE answers SET verdict = 'needs_review' WHERE verdict = 'ask'")
    op.execute("UPDATE practice SET verdict = 'needs_review' WHERE verdict = 'ask'")
    op.execute("UPDATE disputes SET words = '' WHERE words = 'The grader was not sure.'")

    op.add_column("deliveries", sa.Column("detail", sa.Text(), server_default="", nullable=False))
    op.drop_column("deliveries", "payload")
    _part_reasons()


def _carry_codes() -> None:
    """Codes that people have been given go on to work, each for as long as it was good."""
    db = op.get_bind()
    codes = sa.table(
        "codes",
        *(sa.column(name) for name in ("hash", "purpose", "group_id", "member_id")),
        sa.column("expires", MOMENT),
    )
    links = sa.text("SELECT hash, member_id, group_id, expires FROM link_codes JOIN members ON members.id = member_id")
    rows: list[dict[str, Any]] = [
        {**row, "purpose": "link"} for row in db.execute(links.columns(expires=MOMENT)).mappings()
    ]
    known = set(db.execute(sa.text("SELECT id FROM groups")).scalars())
    for key, value in db.execute(sa.text("SELECT key, value FROM meta WHERE key LIKE 'join %'")).all():
        group, _, expires = value.partition(" ")
        if expires and int(group) in known:
            code = key.removeprefix("join ")
            hashed = hashlib.sha256(f"join\0{code}".encode()).hexdigest()
            rows.append(
                {
                    "hash": hashed,
                    "purpose": "join",
                    "group_id": int(group),
                    "member_id": None,
                    "expires": datetime.fromisoformat(expires),
                }
            )
    if rows:
        op.bulk_insert(codes, rows)
    op.execute("DELETE FROM meta WHERE key LIKE 'join %'")


def _part_reasons() -> None:
    db = op.get_bind()
    found = sa.text("SELECT id, state, not_before IS NULL AS rests, reason FROM deliveries WHERE reason <> ''")
    kept = sa.text("UPDATE deliveries SET reason = :reason, detail = :detail WHERE id = :id")
    for row in db.execute(found).all():
        reason, detail = _reason(row.state, bool(row.rests), row.reason)
        db.execute(kept, {"id": row.id, "reason": reason, "detail": detail})


def _reason(state: str, rests: bool, sentence: str) -> tuple[str, str]:
    sentence = sentence.partition("\n")[0]
    if state == "dead" and sentence == "There is no message to edit.":
        return "nothing_to_edit", ""
    if state == "dead" and (late := re.search(r" was given up after \S+ hours: (.*)", sentence)):
        return "too_late", late[1]
    if state == "dead":
        return "refused", sentence
    if state == "unknown" and rests:
        why = re.search(r" cannot tell \((.*)\)\. Look into the channel", sentence)
        return "cannot_tell", why[1] if why else sentence
    return "no_answer", sentence


def downgrade() -> None:
    op.add_column("deliveries", sa.Column("payload", sa.JSON(), server_default="{}", nullable=False))
    op.execute("UPDATE deliveries SET reason = CASE WHEN detail <> '' THEN detail ELSE reason END")
    op.drop_column("deliveries", "detail")
    op.execute("UPDATE answers SET verdict = 'ask' WHERE verdict = 'needs_review'")
    op.execute("UPDATE practice SET verdict = 'ask' WHERE verdict = 'needs_review'")
    op.execute("ALTER TABLE groups RENAME COLUMN attempts TO tries")
    op.create_table(
        "inbound",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inbound")),
    )
    op.create_index(op.f("ix_inbound_at"), "inbound", ["at"], unique=False)
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
    op.execute(
        "INSERT INTO link_codes SELECT hash, member_id, expires FROM codes WHERE purpose = 'link' AND used IS NULL"
    )
    for column in ("expires", "group_id", "member_id"):
        op.drop_index(op.f(f"ix_codes_{column}"), table_name="codes")
    op.drop_table("codes")
