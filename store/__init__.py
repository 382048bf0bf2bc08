"""The store: everything that is remembered. The only room that knows SQL; it takes and gives `study` values.

Every method of a part is one transaction. A method that writes has kept all of it when it returns, and nothing when it
raises; what goes wrong is a StoreError, see store.errors. Functions that take a connection work within a transaction.
"""

from __future__ import annotations

from store.answers.answers import AnswerTable, PostCount
from store.answers.disputes import Dispute, DisputeTable, Waiting
from store.answers.history import Earned, Given, HistoryTable
from store.answers.participation import ParticipationTable, PostResult
from store.answers.practice import PracticeTable
from store.answers.regrading import RegradingTable, RubricUse
from store.answers.rulings import Question, Ruling, RulingTable
from store.answers.scores import ScoreTable
from store.answers.showcase import ShowcaseTable
from store.audit import AuditEntry, AuditTrail
from store.codes import OneTimeCodes, Subject
from store.database import page_tables  # noqa: F401 - the schema is not whole without them
from store.database.connection import Database, database_url
from store.database.migration import DatabaseState, inspect, migrate, newest_revision
from store.database.tables import metadata
from store.errors import (
    CodeInvalid,
    DatabaseBusy,
    DatabaseUnavailable,
    LastOrganiser,
    LeaseLost,
    NoAttemptsLeft,
    NotFound,
    RoundClosed,
    SchemaEmpty,
    SchemaTooNew,
    SchemaTooOld,
    SetUpMeanwhile,
    StoreError,
)
from store.facts import RESTORED_AT, KeyValueStore, installation, organiser_language, organiser_seen
from store.groups.archive import ArchiveTable
from store.groups.channels import ChannelTable
from store.groups.groups import GroupChanges, GroupSetup, GroupTable
from store.groups.meetings import Arranged, MeetingTable
from store.groups.organisers import OrganiserTable
from store.groups.ownership import Home, Owned
from store.groups.posts import PostTable
from store.groups.proposals import NewProposal, Proposal, ProposalTable
from store.groups.questions import Added, AskedQuestion, NewQuestion, QuestionTable
from store.groups.rounds import NewRound, RoundTable
from store.groups.schedules import Schedule, ScheduleTable
from store.members.members import MemberTable
from store.members.nudges import NudgeDue, NudgeTable
from store.members.privacy import PrivacyTable
from store.members.removal import RemovalTable
from store.members.signing_in import SignInTable, Voucher
from store.outbox.claims import Lease
from store.outbox.deliveries import DeliveryTable
from store.outbox.delivery import EDITS, EVENTS, PINS, Delivery, Letter, Problem, Recipient
from store.outbox.notices import Notice, NoticeQueue
from store.outbox.presence import Presence
from store.page.messages import DELETED, HIDDEN, SINCE, UNDER, Blob, Draft, Json, Message
from store.page.page import Page
from store.page.people import PagePerson
from store.page.reports import Reported
from store.page.sessions import PageSession, PageSessions, PushAddress, session_hash
from store.retention import RetentionTable
from store.watch import Watch

__all__ = [
    "DELETED",
    "EDITS",
    "EVENTS",
    "HIDDEN",
    "PINS",
    "RESTORED_AT",
    "SINCE",
    "UNDER",
    "Added",
    "Arranged",
    "AskedQuestion",
    "AuditEntry",
    "Blob",
    "CodeInvalid",
    "DatabaseBusy",
    "DatabaseState",
    "DatabaseUnavailable",
    "Delivery",
    "Dispute",
    "Draft",
    "Earned",
    "Given",
    "GroupChanges",
    "GroupSetup",
    "Home",
    "Json",
    "KeyValueStore",
    "LastOrganiser",
    "Lease",
    "LeaseLost",
    "Letter",
    "Message",
    "NewProposal",
    "NewQuestion",
    "NewRound",
    "NoAttemptsLeft",
    "NotFound",
    "Notice",
    "NudgeDue",
    "Owned",
    "Page",
    "PagePerson",
    "PageSession",
    "PageSessions",
    "PostCount",
    "PostResult",
    "Problem",
    "Proposal",
    "PushAddress",
    "Question",
    "Recipient",
    "Reported",
    "RoundClosed",
    "RubricUse",
    "Ruling",
    "Schedule",
    "SetUpMeanwhile",
    "SignInTable",
    "Store",
    "StoreError",
    "Subject",
    "Voucher",
    "Waiting",
    "inspect",
    "migrate",
    "newest_revision",
    "organiser_language",
    "organiser_seen",
    "session_hash",
]


class Store:
    """What is remembered, open for use: small parts over one database."""

    def __init__(self, database: Database, installation: str) -> None:
        self.database = database
        self.installation = installation
        self.facts = KeyValueStore(database)
        self.codes = OneTimeCodes(database)
        self.audit = AuditTrail(database)
        self.meetings = MeetingTable(database, installation)
        self.groups = GroupTable(database, self.meetings)
        self.channels = ChannelTable(database)
        self.organisers = OrganiserTable(database)
        self.schedules = ScheduleTable(database)
        self.rounds = RoundTable(database, installation)
        self.posts = PostTable(database)
        self.archive = ArchiveTable(database)
        self.questions = QuestionTable(database, installation)
        self.proposals = ProposalTable(database, installation)
        self.presence = Presence(database)
        self.deliveries = DeliveryTable(database)
        self.notices = NoticeQueue(database)
        self.members = MemberTable(database)
        self.nudges = NudgeTable(database, installation)
        self.retention = RetentionTable(database)
        self.privacy = PrivacyTable(database, installation)
        self.removals = RemovalTable(database, installation)
        self.answers = AnswerTable(database)
        self.history = HistoryTable(database)
        self.regrading = RegradingTable(database, installation)
        self.disputes = DisputeTable(database, installation)
        self.rulings = RulingTable(database)
        self.participation = ParticipationTable(database)
        self.showcase = ShowcaseTable(database, installation)
        self.practice = PracticeTable(database)
        self.scores = ScoreTable(database)
        self.page = Page(database, installation)
        self.signing_in = SignInTable(database, installation)

    @classmethod
    async def open(cls, url: str, *, pool_size: int = 10, shared: bool = False, watch: Watch | None = None) -> Store:
        """Open a database that `migrate` has brought up to date; `sqlite://` alone is a new one in memory.

        An SQLite file is kept from other processes until `close`, unless it is opened `shared`, to look at.
        `watch` is told of every turn at it.
        """
        database = Database(database_url(url), pool_size=pool_size, shared=shared, watch=watch)
        try:
            await _check_schema(database)
            store = cls(database, await installation(database))
            await store.presence.owner()
        except BaseException:
            await database.close()
            raise
        return store

    async def close(self) -> None:
        """Let go of every connection, of the presence and of the file."""
        await self.presence.end()
        await self.database.close()


async def _check_schema(database: Database) -> None:
    """Raises SchemaEmpty, SchemaTooNew or SchemaTooOld where the tables are not those of this program."""
    if database.in_memory:
        async with database.writing() as db:
            await db.run_sync(metadata.create_all)
        return
    found, newest = await database.revision(), newest_revision()
    if found is None:
        raise SchemaEmpty
    if found > newest:
        raise SchemaTooNew(found, newest)
    if found < newest:
        raise SchemaTooOld(found, newest)
