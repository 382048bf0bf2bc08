"""Everything that can go wrong in this room, as one tree. Each message is a sentence for whoever asked.

ModelsError
├── BundleError          a folder is no sound bundle, or a library has no such one
│   └── UnreadableError      it could not be read just now; it may be sound
├── PictureError         a picture cannot be used (has an HTTP status)
├── RowError             a row of a table cannot be read
├── DataError            a folder cannot be learned from
├── ExportError          a model cannot be written in another form
├── ConversionError      an exported learner cannot be turned into a bundle
├── FeedbackError        a correction cannot be kept, or a set of them not read
├── ServeError           the service cannot start
├── LostError            the replica that was asked has ended
└── RequestError         the service refuses a request (has an HTTP status)
    ├── UnknownModelError    no such model or version (404)
    └── DeadlineError        the answer would have come too late (504)
"""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong, by a name and its values, for whoever says it in a language of their own; one without a name
    has its English sentence alone.
    """

    name: str = ""
    values: dict[str, str | int] = field(default_factory=dict)


class ModelsError(Exception):
    """The root of them all. A `fault` by name, with its values, is one that people meet who read another language."""

    def __init__(self, sentence: str, fault: str = "", **values: str | int) -> None:
        super().__init__(sentence)
        self.fault = Fault(fault, values)


def fault_of(error: Exception) -> Fault:
    """What went wrong, as a value."""
    if isinstance(error, OSError):
        return Fault("no-room") if error.errno in (errno.ENOSPC, errno.EDQUOT) else Fault()
    return error.fault if isinstance(error, ModelsError) else Fault()


class BundleError(ModelsError):
    """This folder is no sound bundle, or there is no such one; the message says what is wrong with it."""


class UnreadableError(BundleError):
    """A file of this bundle could not be read just now (a disk, a right, too many open files); it may be sound."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{'/'.join(path.parts[-3:])} cannot be read: {error.strerror or error}.")


class PictureError(ModelsError):
    """This picture cannot be used: an HTTP status that says so, and a sentence for its owner."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class RowError(ModelsError):
    """This row cannot be read; the message says which cell or column is at fault."""


class DataError(ModelsError):
    """The folder cannot be learned from; the message says what to change."""


class ExportError(ModelsError):
    """The model cannot be written in another form; the message says why."""


class ConversionError(ModelsError):
    """The learner cannot be turned into a bundle; the message says why."""


class FeedbackError(ModelsError):
    """This correction cannot be kept, or the set not read."""


class ServeError(ModelsError):
    """The service cannot start."""


class LostError(ModelsError):
    """The replica that was asked has ended, or cannot be reached; whether it did anything is not known."""


class RequestError(ModelsError):
    """A request is answered with another status than 200, and with this sentence."""

    def __init__(self, status: int, sentence: str, fault: str = "", **values: str | int) -> None:
        super().__init__(sentence, fault, **values)
        self.status = status


class UnknownModelError(RequestError):
    """No such model or version; the message names those there are."""

    def __init__(self, sentence: str) -> None:
        super().__init__(404, sentence)


class DeadlineError(RequestError):
    """The deadline passed before the model was reached."""

    def __init__(self) -> None:
        super().__init__(504, "The answer would have come too late, so the picture was not looked at.")
