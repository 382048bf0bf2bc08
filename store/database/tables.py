"""The tables, for the store's own questions and for the migrations."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
    false,
    true,
)

from store.database.columns import Id, Moment, Words, id_column, reference, words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

meta = Table("meta", metadata, Column("key", Words, primary_key=True), words("value"))

groups = Table(
    "groups",
    metadata,
    id_column(),
    words("name"),
    words("course"),
    words("zone"),
    Column("items_per_slot", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("started", Date),
    Column("created", Moment, nullable=False),
    Column("seen_until", Moment, nullable=False),  # turns up to here have become rounds
    Column("next_at", Moment, index=True),  # when the next turn is due; derived from slots, zone and plan
    Column("plan", JSON, nullable=False),
    words("on_doubt", default="at-most-once"),
    Column("keep_counts", Boolean, nullable=False),
    words("pace", default="questions"),
    Column("share", Float, nullable=False, server_default="0.3333333333333333"),
    words("afterwards", default="review"),
    Column("nudges", Boolean, nullable=False, server_default=true()),
    Column("answers_ahead", Boolean, nullable=False, server_default=false()),
    Column("talk", Boolean, nullable=False, server_default=true()),
    Column("pins", Boolean, nullable=False, server_default=false()),
    words("language", default=""),  # that it is spoken to in; empty: its course's
    Column("unsure", Float, nullable=False, server_default="0"),  # the share of answers that its organiser looks at
    sqlite_autoincrement=True,
)

slots = Table(
    "slots",
    metadata,
    reference("group_id", "groups.id", primary_key=True),
    Column("weekday", Integer, primary_key=True, autoincrement=False),
    Column("second", Integer, primary_key=True, autoincrement=False),  # of the local day
)

channels = Table(
    "channels",
    metadata,
    id_column(),
    reference("group_id", "groups.id"),
    words("platform"),
    words("workspace"),
    words("external_id"),
    words("name"),
    words("trouble"),
    Column("times_found", Integer, nullable=False, server_default="0"),
    words("ping", default=""),  # the role that the first post of a week mentions, by the platform's own id
    words("ping_name", default=""),
    words("pinged", default=""),  # the Monday of the last week that was pinged in, and the delivery that did
    UniqueConstraint("platform", "workspace", "external_id"),
    Index(None, "group_id"),
    sqlite_autoincrement=True,
)

members = Table(
    "members",
    metadata,
    id_column(),
    reference("group_id", "groups.id"),
    words("name"),
    Column("hidden", Boolean, nullable=False),
    Column("created", Moment, nullable=False),
    words("zone", default=""),  # their own, where a platform tells it
    words("language", default=""),  # likewise, as a BCP 47 tag
    Column("nudges", Boolean, nullable=False, server_default=true()),
    Column("nudge_at", Moment, index=True),  # when to look whether to remind them; derived from rounds and answers
    Column("nudged_at", Moment),
    Column("shares", Boolean, nullable=False, server_default=false()),
    Column("share_asked", Moment),  # when they were asked whether they do
    Index(None, "group_id"),
    sqlite_autoincrement=True,
)

identities = Table(
    "identities",
    metadata,
    reference("group_id", "groups.id", primary_key=True),
    Column("platform", Words, primary_key=True),
    Column("workspace", Words, primary_key=True),
    Column("external_id", Words, primary_key=True),
    reference("member_id", "members.id"),
    Column("current_since", Moment),  # when they last came here from another of their accounts
    words("unreachable", default=""),  # why nobody can write to them alone here
    Column("chosen_at", Moment),  # when they said that this group is meant wherever none reads
    Index(None, "member_id"),
    Index(None, "external_id"),
)

organisers = Table(
    "organisers",
    metadata,
    reference("group_id", "groups.id", primary_key=True),
    Column("platform", Words, primary_key=True),
    Column("workspace", Words, primary_key=True),
    Column("kind", Words, primary_key=True),
    Column("external_id", Words, primary_key=True),
    words("name"),
    Column("at", Moment, nullable=False),
    Index(None, "platform", "workspace"),
)

codes = Table(
    "codes",
    metadata,
    Column("hash", Words, primary_key=True),
    words("purpose"),
    reference("group_id", "groups.id", nullable=True),
    reference("member_id", "members.id", nullable=True),
    Column("expires", Moment, nullable=False, index=True),
    Column("used", Moment),
    Index(None, "group_id"),
    Index(None, "member_id"),
)

rounds = Table(
    "rounds",
    metadata,
    id_column(),
    reference("group_id", "groups.id"),
    words("slot"),
    Column("week", Integer, nullable=False),
    Column("opens", Moment, nullable=False),
    Column("closes", Moment, nullable=False),
    words("state"),
    words("course", default=""),
    UniqueConstraint("group_id", "slot"),
    Index(None, "state", "closes"),
    sqlite_autoincrement=True,
)

posts = Table(
    "posts",
    metadata,
    id_column(),
    reference("round_id", "rounds.id"),
    reference("group_id", "groups.id"),
    words("kind"),
    words("item"),
    Column("position", Integer, nullable=False),
    Column("week", Integer, nullable=False, server_default="0"),
    words("reason", default="new"),
    UniqueConstraint("round_id", "position"),
    Index(None, "group_id", "item"),
    sqlite_autoincrement=True,
)

deliveries = Table(
    "deliveries",
    metadata,
    id_column(),
    words("key"),
    reference("group_id", "groups.id"),
    reference("channel_id", "channels.id"),
    reference("post_id", "posts.id", nullable=True),
    reference("member_id", "members.id", nullable=True),  # for one person who reads there, else for everybody
    words("person", default=""),  # what the platform calls that person
    Column("ref", Id),  # the row that a private message is about, or the meeting that is told of
    Column("expires", Moment),  # when the message is no use any more
    words("platform"),
    words("kind"),
    words("state"),
    Column("not_before", Moment),  # in state unknown, empty: nobody looks again by themselves
    words("owner"),
    Column("fence", Integer, nullable=False),
    Column("lease_until", Moment),
    Column("attempts", Integer, nullable=False),
    Column("created", Moment, nullable=False),
    Column("sending_at", Moment),
    Column("sent_at", Moment),
    words("message_id"),
    words("reason"),  # one word, see store.outbox.delivery.Reason
    words("detail", default=""),  # what the platform or the program said, for a person to read
    UniqueConstraint("key"),
    Index(None, "state", "not_before", "id"),
    Index(None, "channel_id", "state"),
    Index(None, "post_id"),
    Index(None, "group_id"),
    Index(None, "member_id"),
    sqlite_autoincrement=True,
)

answers = Table(
    "answers",
    metadata,
    id_column(),
    reference("post_id", "posts.id"),
    reference("group_id", "groups.id"),
    reference("member_id", "members.id"),
    words("item"),
    words("text"),
    words("key"),
    Column("score", Float, nullable=False),
    Column("points", Float, nullable=False),
    Column("possible", Float, nullable=False),
    words("verdict"),
    words("rubric_version"),
    Column("feedback", JSON(none_as_null=True)),
    Column("confidence", Float),  # how sure the grader was; none where nothing was graded, or before it was kept
    Column("ruled", Float),  # an organiser's own score, which a regrading leaves alone
    Column("ordinal", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    UniqueConstraint("post_id", "member_id", "ordinal"),
    UniqueConstraint("post_id", "key"),
    Index(None, "member_id", "at"),
    Index(None, "item"),
    Index(None, "group_id", "at", "member_id"),
    Index(None, "post_id", "rubric_version"),
    sqlite_autoincrement=True,
)

best = Table(
    "best",
    metadata,
    reference("post_id", "posts.id", primary_key=True),
    reference("member_id", "members.id", primary_key=True),
    reference("group_id", "groups.id"),
    reference("answer_id", "answers.id"),
    Column("score", Float, nullable=False),
    Column("cents", Integer, nullable=False),  # hundredths of a standings point: whole numbers add up exactly
    Column("at", Moment, nullable=False),
    Index(None, "group_id", "at", "member_id", "cents"),
    Index(None, "member_id", "at", "cents"),
    Index(None, "answer_id"),
)

picks = Table(
    "picks",
    metadata,
    reference("post_id", "posts.id", primary_key=True),
    reference("answer_id", "answers.id", primary_key=True),
    Column("shown", Boolean, nullable=False),
    Index(None, "answer_id"),
)

tallies = Table(
    "tallies",
    metadata,
    reference("group_id", "groups.id", primary_key=True),
    Column("month", Integer, primary_key=True, autoincrement=False),  # of UTC, as 202611
    reference("member_id", "members.id", primary_key=True),
    Column("cents", BigInteger, nullable=False),
    Column("answered", Integer, nullable=False),
    Index(None, "member_id"),
    sqlite_with_rowid=False,
)

departed = Table(
    "departed",
    metadata,
    reference("post_id", "posts.id", primary_key=True),
    Column("answered", Integer, nullable=False),
    Column("score", Float, nullable=False),
)

practice = Table(
    "practice",
    metadata,
    id_column(),
    reference("group_id", "groups.id"),
    reference("member_id", "members.id"),
    words("item"),
    words("text"),
    words("key"),
    Column("score", Float, nullable=False),
    Column("points", Float, nullable=False),
    Column("possible", Float, nullable=False),
    words("verdict"),
    words("rubric_version"),
    Column("at", Moment, nullable=False),
    UniqueConstraint("member_id", "key"),
    Index(None, "group_id"),
    sqlite_autoincrement=True,
)

disputes = Table(
    "disputes",
    metadata,
    id_column(),
    reference("answer_id", "answers.id"),
    reference("group_id", "groups.id"),
    words("words"),
    words("key"),
    Column("at", Moment, nullable=False),
    words("state"),
    Column("score", Float),
    words("settled_by"),
    Column("settled_at", Moment),
    UniqueConstraint("answer_id", "key"),
    Index(None, "group_id", "state"),
    Index(None, "state", "at"),
    sqlite_autoincrement=True,
)

marks = Table(
    "marks",
    metadata,
    id_column(),
    reference("group_id", "groups.id"),
    reference("dispute_id", "disputes.id"),
    words("course"),
    Column("week", Integer, nullable=False),  # of a recap; 0 for a question, which has its item
    words("item"),
    words("answer"),
    Column("score", Float, nullable=False),
    words("point", default=""),  # which `answer` is words for; nothing where it is a whole answer
    Column("at", Moment, nullable=False),
    Column("withdrawn", Moment),
    Index(None, "group_id", "course", "item"),
    Index(None, "dispute_id"),
    sqlite_autoincrement=True,
)

asked = Table(
    "asked",
    metadata,
    id_column(),
    reference("group_id", "groups.id"),
    reference("member_id", "members.id"),
    words("course"),
    words("text"),
    words("key"),
    Column("at", Moment, nullable=False),
    words("state"),
    words("answer"),
    UniqueConstraint("group_id", "key"),
    Index(None, "group_id", "state"),
    Index(None, "member_id"),
    sqlite_autoincrement=True,
)

proposals = Table(
    "proposals",
    metadata,
    id_column(),
    reference("group_id", "groups.id"),
    reference("member_id", "members.id"),
    words("course"),
    words("text"),
    words("answer"),
    Column("named", Boolean, nullable=False),
    words("key"),
    Column("at", Moment, nullable=False),
    words("state"),
    words("item"),
    words("word"),
    UniqueConstraint("group_id", "key"),
    Index(None, "group_id", "course"),
    Index(None, "member_id"),
    sqlite_autoincrement=True,
)

known = Table(
    "known",
    metadata,
    id_column(),
    reference("group_id", "groups.id"),
    words("course"),
    words("question"),
    words("answer"),
    words("key"),
    Column("at", Moment, nullable=False),
    UniqueConstraint("group_id", "key"),
    sqlite_autoincrement=True,
)

meetings = Table(
    "meetings",
    metadata,
    id_column(),
    reference("group_id", "groups.id"),
    words("slot"),
    Column("at", Moment, nullable=False),
    Column("weekly", Boolean, nullable=False),
    words("where"),
    words("state"),
    Column("due_at", Moment, index=True),  # when it is next to be looked at: for its agenda, and when it is over
    Column("series", Id, nullable=False),
    Column("sequence", Integer, nullable=False),
    Index(None, "group_id"),
    sqlite_autoincrement=True,
)

attendances = Table(
    "attendances",
    metadata,
    reference("meeting_id", "meetings.id", primary_key=True),
    reference("member_id", "members.id", primary_key=True),
    Column("comes", Boolean),  # empty until they said so
    Column("leads", Boolean),  # false where it was passed on
    Index(None, "member_id"),
)

audit = Table(
    "audit",
    metadata,
    id_column(),
    reference("group_id", "groups.id"),
    words("by"),
    words("action"),
    Column("detail", JSON, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "group_id", "at"),
    sqlite_autoincrement=True,
)

notices = Table(
    "notices",
    metadata,
    id_column(),
    reference("group_id", "groups.id"),
    words("text"),
    Column("at", Moment, nullable=False),
    Column("told_at", Moment),
    Column("not_before", Moment, nullable=False),
    Index(None, "told_at", "not_before"),
    Index(None, "group_id"),
    sqlite_autoincrement=True,
)

erasures = Table("erasures", metadata, Column("hash", Words, primary_key=True), Column("at", Moment, nullable=False))
