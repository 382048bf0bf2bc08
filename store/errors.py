"""What can go wrong in the store. Each is a type with its fields; its message is a sentence for whoever asked.

StoreError
├── DatabaseError                  the database itself
│   ├── DatabaseUnavailable        does not answer just now; it may in a moment
│   ├── DatabaseBusy               somebody else holds what is needed; trying again helps
│   ├── DatabaseReadOnly           may not be written
│   ├── DatabaseRefused            answers that it will not have us
│   ├── DatabaseInUse              another process has it
│   ├── DatabaseDamaged            must be put back from a backup
│   ├── DatabaseUnopened           the file cannot be opened
│   ├── DiskFull, DiskFailed       the disk did not keep it
│   └── AddressUnknown             is neither SQLite nor Postgres
├── SchemaError                    the tables are not those of this program
│   ├── SchemaEmpty                no tables yet
│   ├── SchemaTooNew               made by a newer studybot
│   ├── SchemaTooOld               to be brought up to date first
│   ├── SchemaUnknown              a revision that is none of ours
│   └── MigrationsMissing          the installation lacks them
├── BackupError                    a backup cannot be written or put back
├── NotFound                       what was named does not exist (any more)
├── NotAllowed                     what was given cannot be kept
├── Erased                         whoever answers has had their data deleted
├── ChannelTaken                   another group reads there
├── SetUpMeanwhile                 somebody else has set the group up a moment ago
├── Removed                        an organiser took them off the page
├── LastOrganiser                  nobody would be left to organise the group
├── CodeInvalid                    a code is unknown, used up or too old
├── RoundClosed                    its answers stand
├── NoAttemptsLeft                 the member has used them all
└── LeaseLost                      another process has taken this delivery
"""

from __future__ import annotations

from typing import Literal

from study.texts import _, n_, noop

Thing = Literal["group", "round", "question", "answer", "member", "button", "meeting"]

_GONE: dict[Thing, str] = {
    "group": noop("This group does not exist any more: set it up again."),
    "round": noop("This round does not exist any more."),
    "question": noop("This question does not exist any more."),
    "answer": noop("This answer does not exist any more."),
    "member": noop("Nothing is remembered about you here."),
    "meeting": noop("This meeting does not exist any more."),
    "button": noop("What this button belongs to does not exist any more."),
}


class StoreError(Exception):
    """The store cannot do what was asked; the message is a sentence for whoever asked."""


class DatabaseError(StoreError):
    """The database itself cannot do what was asked."""


class DatabaseUnavailable(DatabaseError):
    """The database does not answer just now; it may in a moment."""

    def __init__(self, sentence: str = "") -> None:
        super().__init__(
            sentence or _("The database does not answer, so nothing was saved: please try again in a moment.")
        )


class DatabaseBusy(DatabaseError):
    """Somebody else holds what is needed for longer than anybody should wait."""

    def __init__(self) -> None:
        super().__init__(_("The database is busy, so nothing was saved: please try again in a moment."))


class DatabaseReadOnly(DatabaseError):
    """The database, or its folder, may not be written. `folder` is empty where it is the file itself."""

    def __init__(self, folder: str = "", reason: str = "") -> None:
        self.folder, self.reason = folder, reason
        super().__init__(
            f"The data folder {folder} cannot be written ({reason}): make it writable, or name another in "
            "STUDYBOT_DATA."
            if folder
            else "The database cannot be written: make the data folder writable, or name another in STUDYBOT_DATA."
        )


class DatabaseRefused(DatabaseError):
    """A Postgres answered that it will not have us, now or later."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The database refuses: {reason}. See that DATABASE_URL is right.")


class DatabaseInUse(DatabaseError):
    """Another process has the database. `database` is the SQLite file, empty for a Postgres."""

    def __init__(self, database: str = "") -> None:
        self.database = database
        super().__init__(
            f"Another studybot already uses {database}: stop it first, or give this one its own STUDYBOT_DATA (many "
            "processes can share one Postgres, but not one SQLite file)."
            if database
            else "A studybot still uses this database: stop every one of them first."
        )


class DatabaseDamaged(DatabaseError):
    """The database must be put back from a backup. `database` is the file, where it is known."""

    def __init__(self, database: str = "", finding: str = "is damaged") -> None:
        self.database, self.finding = database, finding
        super().__init__(
            f"The database {database or 'file'} {finding}: put back a backup with `studybot restore FILE`."
        )


class DatabaseUnopened(DatabaseError):
    """The file of an SQLite database cannot be opened."""

    def __init__(self, database: str = "") -> None:
        self.database = database
        super().__init__(
            f"The database {database} cannot be opened or written: look at the folder's permissions."
            if database
            else "The database file cannot be opened: look at the folder's permissions, or name another in "
            "STUDYBOT_DATA."
        )


class DiskFull(DatabaseError):
    """There is no room left to save anything."""

    def __init__(self) -> None:
        super().__init__(_("The disk is full, so nothing was saved: make room and try again."))


class DiskFailed(DatabaseError):
    """The disk could not be read or written."""

    def __init__(self) -> None:
        super().__init__(_("The disk refused to keep the data, so nothing was saved: look at the disk and try again."))


class AddressUnknown(DatabaseError):
    """The address names neither an SQLite file nor a Postgres. `kind` is empty where it is no address at all."""

    def __init__(self, kind: str = "") -> None:
        self.kind = kind
        what = f"A database of the kind {kind!r} is not served" if kind else "The database's address cannot be read"
        super().__init__(f"{what}: use sqlite:///FILE or postgresql://…")


class SchemaError(StoreError):
    """The tables of the database are not those that this program knows."""


class SchemaEmpty(SchemaError):
    """The database has no tables yet."""

    def __init__(self) -> None:
        super().__init__("The database is empty: start once with `studybot run`, which prepares it.")


class SchemaTooNew(SchemaError):
    """A newer studybot made the tables. `what` is the database, or a backup's file."""

    def __init__(self, found: str, supported: str, what: str = "The database") -> None:
        self.found, self.supported, self.what = found, supported, what
        super().__init__(
            f"{what} has database schema {found}, which is newer than this studybot supports ({supported}): update "
            "studybot, or restore a backup made before."
        )


class SchemaTooOld(SchemaError):
    """The tables are to be brought up to date first."""

    def __init__(self, found: str, supported: str) -> None:
        self.found, self.supported = found, supported
        super().__init__(
            f"The database has schema {found}, which is older than this studybot needs ({supported}): start once with "
            "`studybot run`, which brings it up to date."
        )


class SchemaUnknown(SchemaError):
    """The database names a schema that no studybot has had."""

    def __init__(self, found: str) -> None:
        self.found = found
        super().__init__(f"The database's schema {found} is none that this studybot knows: nothing was changed.")


class MigrationsMissing(SchemaError):
    """The installation lacks the migrations."""

    def __init__(self) -> None:
        super().__init__("The migrations are missing from this installation: install studybot again.")


class BackupError(StoreError):
    """A backup cannot be written, or cannot be put back."""


class NotFound(StoreError):
    """What was named does not exist, or not any more."""

    def __init__(self, what: Thing) -> None:
        self.what = what
        super().__init__(_(_GONE[what]))


class NotAllowed(StoreError):
    """What was given cannot be kept; the message says why."""


class Erased(StoreError):
    """Whoever answers has had their data deleted since the form was opened."""

    def __init__(self) -> None:
        super().__init__(_("Your data was deleted: open the question again to answer it."))


class ChannelTaken(StoreError):
    """Another group reads in the channel."""

    def __init__(self) -> None:
        super().__init__(_("Another group already reads in this channel: choose another channel."))


class SetUpMeanwhile(StoreError):
    """Somebody else, `by` name, has set the group up a moment ago, which whoever asked could not know."""

    def __init__(self, group_id: int, by: str) -> None:
        super().__init__(_("{name} has set the group up a moment ago: nothing was changed.", name=by))
        self.group_id, self.by = group_id, by


class Removed(StoreError):
    """An organiser took them off the page."""

    def __init__(self) -> None:
        super().__init__("An organiser took you off this page. Ask one of them for a link to come back.")


class LastOrganiser(StoreError):
    """Without this organiser, nobody whom the group named would be left."""

    def __init__(self) -> None:
        super().__init__(
            _("This is the last organiser that the group named. Name another one first, or ask an administrator here.")
        )


class CodeInvalid(StoreError):
    """A one-time code is unknown, used up, too old, or for another group."""

    def __init__(self) -> None:
        super().__init__(_("This code is not known here, used up, or older than ten minutes."))


class RoundClosed(StoreError):
    """The round is over; its answers stand."""

    def __init__(self) -> None:
        super().__init__(_("This round is closed, so the answer was not counted."))


class NoAttemptsLeft(StoreError):
    """The member has answered this post as often as the group allows."""

    def __init__(self, allowed: int) -> None:
        self.allowed = allowed
        super().__init__(
            n_(
                "You have used your {count} attempt at this question; the best one counts.",
                "You have used your {count} attempts at this question; the best one counts.",
                allowed,
            )
        )


class LeaseLost(StoreError):
    """Another process has taken this delivery meanwhile: let it be."""

    def __init__(self, delivery_id: int) -> None:
        self.delivery_id = delivery_id
        super().__init__(f"Delivery {delivery_id} is in other hands.")
