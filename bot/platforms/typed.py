"""Commands as people type them in a line: `/classify model: digits`, with completion and help for slips.

A line is the command's name, then its options as `name: value`, each value running to the next option's name.
Words without a name fill the open options in their order, the last of them taking all that is left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from rapidfuzz import fuzz, process

from bot.vision.pictures import PictureRefused
from cogs.declare import MOST_TEXT, Cog, Command, Option, too_long
from cogs.messages import ActionId, Choice, CommandRef, Form, FormField, Picture, Refusal, Value, spans
from cogs.names import named
from study.texts import _

QUOTES = {'"': '"', "\u201c": "\u201d", "\u201e": "\u201c\u201d", "\u00ab": "\u00bb", "\u2018": "\u2019"}
"""What opens a quotation, and what may close it."""
FORM = "command"
"""The action of a form that stands for a command with options still open."""

RUN = "run"
"""The action of a button that runs a command as it stands."""


class UnknownCommandError(Refusal):
    """A line that begins with no command; it says which was perhaps meant."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What a line said. `faults` are sentences by option; those in `missing` were required and left out."""

    command: Command
    options: Mapping[str, Value]
    faults: Mapping[str, str]
    missing: tuple[str, ...]

    @property
    def ready(self) -> bool:
        """Whether the command can be run as it stands."""
        return not self.faults and not self.missing


@dataclass(frozen=True, slots=True)
class Wanted:
    """A value being typed: of which option, what stands there so far, and where in the line it begins."""

    command: Command
    option: Option
    typed: str
    start: int


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to go on: replace the line from `start` with `insert`."""

    label: str
    detail: str
    insert: str
    start: int


def commands_of(cogs: Sequence[Cog], *, organiser: bool = True) -> tuple[Command, ...]:
    """Every command, by name; without those of organisers for others."""
    found = (command for cog in cogs for command in cog.commands if organiser or not command.organiser)
    return tuple(sorted(found, key=lambda command: command.name))


def parse(
    line: str,
    commands: Sequence[Command],
    picture: Picture | None = None,
    read: Callable[[str], Picture] | None = None,
) -> Typed:
    """What the line asks for; a picture fills the first picture option. Raises UnknownCommandError.

    Where pictures are named by a path, `read` reads one; its PictureRefused is the sentence about a path that is none.
    """
    command, rest = _split(line, commands)
    values, faults = _values(command, rest, read)
    held = next((option for option in command.options if option.kind == "picture"), None)
    if picture is not None and held is not None:
        values[held.name] = picture
    return _typed(command, values, faults)


def filled(command: Command, given: Mapping[str, Value]) -> Typed:
    """The same from the fields of a form; an empty field is an option left out."""
    named = {option.name: option for option in command.options}
    values, faults = dict[str, Value](), dict[str, str]()
    for name, value in given.items():
        option = named.get(name)
        if option is None or value == "":
            continue
        _take(option, value, values, faults)
    return _typed(command, values, faults)


def form(typed: Typed, suggested: Mapping[str, Sequence[Choice]] | None = None) -> Form:
    """A form that asks for a command's options, holding what was already typed."""
    fields = tuple(
        _field(option, typed.options.get(option.name, ""), (suggested or {}).get(option.name, ()))
        for option in typed.command.options
    )
    press = ActionId(FORM, (typed.command.name,))
    return Form(f"/{typed.command.name}", press, fields, _(typed.command.summary), _("Go"))


def complete(line: str, commands: Sequence[Command]) -> tuple[list[Completion], Wanted | None]:
    """Ways to go on from a line, and the value that may be completed by its option's own suggestions."""
    text = line[1:].lstrip()
    begin = len(line) - len(text)
    command = _named(text, commands)
    names = _names(text, commands, begin)
    if command is None or not text[len(command.name) :]:
        return names, None
    more, wanted = _options(command, line, begin + len(command.name))
    return [*(one for one in names if one.insert.strip() != command.name), *more], wanted


def choices_for(wanted: Wanted, choices: Iterable[Choice]) -> list[Completion]:
    """Completions of a value from choices, those that hold what was typed."""
    typed = wanted.typed.casefold()
    fits = (c for c in choices if typed in c.label.casefold() or typed in c.value.casefold())
    return [Completion(c.label, "" if c.label == c.value else c.value, c.value, wanted.start) for c in islice(fits, 25)]


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name most like a mistyped one, if any is like it at all."""
    found = process.extractOne(name.casefold(), list(names), scorer=fuzz.WRatio, score_cutoff=65)
    return found[0] if found else None


def _split(line: str, commands: Sequence[Command]) -> tuple[Command, str]:
    text = line.strip().removeprefix("/").lstrip()
    command = _named(text, commands)
    if command is not None:
        return command, text[len(command.name) :]
    word = " ".join(text.split()[:2])[:60]
    names = [one.name for one in commands]
    begun = [name.split()[1] for name in names if word and name.startswith(f"{word.split()[0].casefold()} ")]
    if begun:
        raise UnknownCommandError(
            _("/{name} goes on with one of: {words}.", name=word.split()[0], words=", ".join(begun))
        )
    like = nearest(word, names) or (nearest(word.split()[0], names) if word else None)
    advice = spans(_("{help} lists what there is."), help=CommandRef("help"))
    if like:
        advice = spans(_("Did you mean {command}?"), command=CommandRef(like))
    raise UnknownCommandError(_("There is no command /{name}.", name=word.split()[0] if word else ""), *advice)


def _named(text: str, commands: Sequence[Command]) -> Command | None:
    folded = text.casefold()
    fits = (c for c in commands if folded == c.name or re.match(re.escape(c.name) + r"\s", folded))
    return max(fits, key=lambda command: len(command.name), default=None)


def _marks(command: Command, rest: str) -> list[tuple[Option, int, int]]:
    """The options named in the rest of a line, each with where its name and where its value begins."""
    if not command.options:
        return []
    named = {option.name.casefold(): option for option in command.options}
    pattern = rf"(?<!\S)({'|'.join(re.escape(name) for name in named)}):\s*"
    found = []
    for match in re.finditer(pattern, rest, re.IGNORECASE):
        option = named[match[1].casefold()]
        found.append((option, match.start(), match.end()))
        if option.rest:
            break
    return found


def _values(
    command: Command, rest: str, read: Callable[[str], Picture] | None
) -> tuple[dict[str, Value], dict[str, str]]:
    values, faults = dict[str, Value](), dict[str, str]()
    marks = _marks(command, rest)
    ends = [begin for _option, begin, _start in marks[1:]] + [len(rest)]
    for (option, _begin, start), end in zip(marks, ends, strict=False):
        _take(option, _unquoted(rest[start:end]), values, faults, read)
    loose = rest[: marks[0][1]] if marks else rest
    fit = [o for o in command.options if o.name not in values and (o.kind != "picture" or read is not None)]
    open_options = [option for option in fit if option.name not in faults]
    words = loose.strip()
    while words and open_options:
        option = open_options.pop(0)
        word, _blank, tail = (words, "", "") if not open_options else words.partition(" ")
        _take(option, _unquoted(word), values, faults, read)
        words = tail.strip()
    return values, faults


def _take(
    option: Option,
    value: Value,
    values: dict[str, Value],
    faults: dict[str, str],
    read: Callable[[str], Picture] | None = None,
) -> None:
    taken, fault = _read(option, value, read)
    if fault:
        faults[option.name] = fault
    if taken is not None:
        values[option.name] = taken


def _read(option: Option, value: Value, read: Callable[[str], Picture] | None) -> tuple[Value | None, str]:
    """A value as its option takes it, and what is wrong with it; None where nothing can be kept of it."""
    if option.kind == "picture":
        return _picture(value, read)
    if not isinstance(value, str):
        return value, ""
    if option.kind == "number":
        whole = re.fullmatch(r"[+-]?\d{1,9}", value.strip())
        return (int(value), "") if whole else (value, _("{option} is a whole number, such as 3.", option=option.name))
    if option.kind == "choice":
        return _choice(option, value)
    return value, too_long(value, option.max_length) if option.max_length < MOST_TEXT else ""


def _choice(option: Option, value: str) -> tuple[str, str]:
    wanted = value.casefold()
    picked = [c for c in option.choices if wanted in map(str.casefold, (c.value, c.label, _(c.label)))]
    if picked or not option.choices:
        return picked[0].value if picked else value, ""
    labels = ", ".join(_(choice.label) for choice in option.choices)
    return value, _("{option} is one of: {labels}.", option=option.name, labels=labels)


def _picture(value: Value, read: Callable[[str], Picture] | None) -> tuple[Picture | None, str]:
    if isinstance(value, Picture):
        return value, ""
    try:
        if read is None or not isinstance(value, str):
            raise PictureRefused(_("Attach a picture here."))
        return read(value), ""
    except PictureRefused as refused:
        return None, str(refused)


def _typed(command: Command, values: dict[str, Value], faults: dict[str, str]) -> Typed:
    given = {**values, **faults}
    missing = tuple(o.name for o in command.options if o.required and o.name not in given)
    return Typed(command, values, faults, missing)


def _unquoted(value: str) -> str:
    """A value without the quotes around it, straight or curly; quotes within it are its own."""
    value = value.strip()
    inner = value[1:-1]
    if len(value) > 1 and value[-1] in QUOTES.get(value[0], "") and not set(inner) & {value[0], value[-1]}:
        return inner
    return value


def _field(option: Option, value: Value, suggested: Sequence[Choice]) -> FormField:
    choices = option.choices or tuple(suggested)[:25]
    return FormField(
        name=option.name,
        label=named(option.name).replace("_", " ").replace("-", " ").capitalize(),
        kind="picture" if option.kind == "picture" else "choice" if option.choices else "line",
        required=option.required,
        value="" if isinstance(value, Picture) else str(value),
        hint=_(option.summary),
        max_length=option.max_length,
        choices=tuple(replace(choice, label=_(choice.label)) for choice in choices),
    )


def _names(text: str, commands: Sequence[Command], start: int) -> list[Completion]:
    folded = " ".join(text.casefold().split()) + (" " if text.endswith(" ") and text.strip() else "")
    begins = [c for c in commands if c.name.startswith(folded)]
    within = [c for c in commands if c not in begins and any(w.startswith(folded) for w in c.name.split())]
    return [Completion(f"/{c.name}", _(c.summary), f"{c.name} ", start) for c in (*begins, *within)]


def _options(command: Command, line: str, after: int) -> tuple[list[Completion], Wanted | None]:
    rest = line[after:]
    marks = _marks(command, rest)
    used = {option.name for option, _begin, _start in marks}
    free = [option for option in command.options if option.name not in used and option.kind != "picture"]
    if marks:
        option, start = marks[-1][0], after + marks[-1][2]
    elif free:
        option, start = free[0], after + len(rest) - len(rest.lstrip())
        free = free[1:] if rest.strip() else free
    else:
        return [], None
    wanted = Wanted(command, option, line[start:].strip(), start)
    word = re.search(r"(?:^|\s)(\S*)$", line[after:])
    typed, at = (word[1], len(line) - len(word[1])) if word else ("", len(line))
    more = [
        Completion(f"{one.name}:", _(one.summary), f"{one.name}: ", at)
        for one in free
        if one.name.startswith(typed.casefold())
    ]
    named = (replace(choice, label=_(choice.label)) for choice in option.choices)
    return [*choices_for(wanted, named), *more], wanted
