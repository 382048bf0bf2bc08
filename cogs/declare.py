"""What a feature declares: its commands and its actions. Summaries and labels are texts of the catalogues."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from cogs.messages import Ask, Choice, Form, Reply
from cogs.services import Services
from store import Owned
from study.texts import _, number_text

MOST_TEXT = 4000
"""So much an option takes whose feature says nothing of it; what is graded says itself how much of it is read."""


def too_long(text: str, most: int) -> str:
    """That a text is longer than what fits, as a sentence; empty where it fits."""
    if len(text) <= most:
        return ""
    count = number_text(len(text))
    return _("At most {most} characters fit here; there are {count}. Shorten it.", most=number_text(most), count=count)


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a command. `suggest` completes what has been typed so far (at most 25 choices are used).

    Where commands are typed in a line, an option that takes the `rest` has all that follows it, whatever it holds.
    """

    name: str
    summary: str
    kind: Literal["text", "number", "choice", "picture"] = "text"
    required: bool = True
    choices: tuple[Choice, ...] = ()
    suggest: Callable[[Ask, Services, str], Awaitable[Sequence[Choice]]] | None = None
    max_length: int = MOST_TEXT
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A command. `name` is one word or two ("group setup"). `private` is fixed here, for a platform must say it first.

    `on_picture` labels a shortcut on a message that holds a picture, given as the command's picture option.
    `begins`: an organiser's command that whoever may start a group can use where none reads yet.
    `anywhere`: offered outside a group's channels, too. `of_group`: what it says depends on which group is meant.
    """

    name: str
    summary: str
    handle: Callable[[Ask, Services], Awaitable[Reply]]
    options: tuple[Option, ...] = ()
    private: bool = True
    organiser: bool = False
    begins: bool = False
    on_picture: str = ""
    anywhere: bool = False
    of_group: bool = True


@dataclass(frozen=True, slots=True)
class Action:
    """What a button or a form does. With `opens_form` the handler returns a Form, at once, from stored facts alone.

    `replaces` says that the reply takes the place of the private card whose button was pressed. `takes` says what the
    button carries: the dispatcher lets nobody through with fewer arguments, nor with the id of what another group owns.
    An id comes first and is handed over as `ask.subject`. `begins` is as in a command.
    """

    name: str
    handle: Callable[[Ask, Services], Awaitable[Reply | Form]]
    private: bool = True
    organiser: bool = False
    begins: bool = False
    opens_form: bool = False
    replaces: bool = False
    takes: tuple[Owned | Literal["word"], ...] = ()


@dataclass(frozen=True, slots=True)
class Cog:
    """A feature: its commands and its actions. Action names begin with the cog's name and a dot."""

    name: str
    summary: str
    commands: tuple[Command, ...] = ()
    actions: tuple[Action, ...] = ()
