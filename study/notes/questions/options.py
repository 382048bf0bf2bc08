"""Questions to choose from: the options a question lists, and which of them its author marked or named as right."""

# ruff: noqa: RUF001 - dashes and full-width signs are meant

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase

from study.choosing import ends, named
from study.course import Option
from study.notes.markdown.block import Block
from study.notes.markdown.lines import Line, joined
from study.notes.marks import EXPLANATION
from study.notes.questions.choices import choice_in, is_ticked, without_tick
from study.notes.questions.plain import plain

_OPTION = re.compile(r"\s*\(?(?P<letter>[A-Za-z])(?:[.):：]\)?|\s[-–](?=\s))\s*(?=\S)")
_BOX = re.compile(r"\s*\[(?P<tick>[ xX])\]\s*(?=\S)")
_CALLED_RIGHT = re.compile(r"(?:[(\[←*]|<-+)\s*(?i:correct|right|richtig|correcta?|juste)[)\]*]?$")


@dataclass(frozen=True, slots=True)
class Listed:
    """A question's options as its note lists them.

    `stem` is what belongs to the question besides them, `after` what follows them: an answer, an explanation.
    """

    stem: tuple[Block, ...]
    options: tuple[Option, ...]
    after: tuple[Block, ...]
    boxed: bool = False


def letter_of(line: Line) -> str:
    """The letter under which a line is an option, in capitals; empty where it has none."""
    mark = _OPTION.match(line.raw)
    return mark["letter"].upper() if mark else ""


def option_lines(blocks: Iterable[Block]) -> Iterator[int]:
    """The numbers of the lines that are lettered options: A, B and so on, a line, an item or a paragraph each."""
    run: list[int] = []
    for block in blocks:
        for line in block.lines if block.kind == "text" else block.first_lines[:1]:
            letter = letter_of(line)
            if letter == "A" or (letter and ord(letter) != ord("A") + len(run)):
                yield from run if len(run) > 1 else ()
                run = [line.number] if letter == "A" else []
            elif letter:
                run.append(line.number)
        if block.kind not in ("text", "item"):
            yield from run if len(run) > 1 else ()
            run = []
        yield from option_lines(block.blocks)
    yield from run if len(run) > 1 else ()


def has_box(block: Block) -> bool:
    """Whether a block is an item with a box to tick."""
    return block.kind == "item" and _box_of(block) is not None


def listed_options(lines: Sequence[Line], blocks: Sequence[Block], lettered: frozenset[int]) -> Listed | None:
    """The options of a question whose words are `lines`, and in whose answer `blocks` have been met.

    The first of `stem` are then the question's own lines.
    """
    start = next((index for index, line in enumerate(lines) if line.number in lettered and letter_of(line)), None)
    if start is not None:
        options = _of_lines(lines[start:], lettered)
        return Listed(_text(lines[:start]), options, tuple(blocks)) if len(options) > 1 else None
    stem: list[Block] = [*_text(lines)]
    for index, block in enumerate(blocks):
        if has_box(block) or (block.kind == "item" and _lettered(block, lettered)):
            return _of_items(stem, blocks[index:])
        at = next((at for at, line in enumerate(block.lines) if line.number in lettered), None)
        if block.kind == "text" and at is not None:
            return _of_texts([*stem, *_text(block.lines[:at])], blocks[index:], at, lettered)
        stem.append(block)
    return None


def _of_lines(lines: Sequence[Line], lettered: frozenset[int]) -> tuple[Option, ...]:
    """Options in lines; one without a letter goes on with the option before it."""
    groups: list[list[Line]] = []
    for line in lines:
        if line.number in lettered and letter_of(line):
            groups.append([line])
        else:
            groups[-1].append(line)
    return _marked([_option(group, lettered=True) for group in groups])


def _of_texts(stem: Sequence[Block], blocks: Sequence[Block], at: int, lettered: frozenset[int]) -> Listed | None:
    """Options in a paragraph, or in one paragraph each."""
    lines = list(blocks[0].lines[at:])
    end = 1
    while end < len(blocks) and blocks[end].kind == "text" and blocks[end].lines[0].number in lettered:
        lines += blocks[end].lines
        end += 1
    options = _of_lines(lines, lettered)
    return Listed(tuple(stem), options, tuple(blocks[end:])) if len(options) > 1 else None


def _of_items(stem: Sequence[Block], blocks: Sequence[Block]) -> Listed | None:
    """Options in a list."""
    end = next((index for index, block in enumerate(blocks) if block.kind != "item"), len(blocks))
    boxed = all(_box_of(block) is not None for block in blocks[:end])
    options = _marked([_option(block.first_lines, lettered=True, beneath=block.beneath) for block in blocks[:end]])
    return Listed(tuple(stem), options, tuple(blocks[end:]), boxed) if len(options) > 1 else None


def _lettered(block: Block, lettered: frozenset[int]) -> bool:
    lines = block.first_lines
    return bool(lines) and lines[0].number in lettered and bool(letter_of(lines[0]))


def _box_of(block: Block) -> re.Match[str] | None:
    lines = block.first_lines
    return _BOX.match(lines[0].raw) if lines else None


def _option(lines: Sequence[Line], *, lettered: bool, beneath: Sequence[Block] = ()) -> Option:
    """One option, without the letter, the box and the tick that mark it."""
    first = lines[0]
    box = _BOX.match(first.raw)
    first = first.after(box.end()) if box else first
    mark = _OPTION.match(first.raw) if lettered else None
    first = first.after(mark.end()) if mark else first
    rest = [first, *lines[1:]]
    text = without_tick(joined(rest))
    called = _CALLED_RIGHT.search(text)
    bold = all(line.all_in("strong") for line in rest)
    right = bold or called is not None or any(map(is_ticked, rest)) or (box is not None and box["tick"] in "xX")
    return Option(text[: called.start()].rstrip() if called else text, right, plain(beneath))


def _marked(options: Sequence[Option]) -> tuple[Option, ...]:
    """The options; where all are set apart, none is."""
    if all(option.right for option in options):
        return tuple(replace(option, right=False) for option in options)
    return tuple(options)


def _text(lines: Sequence[Line]) -> tuple[Block, ...]:
    return (Block("text", lines[0].number, tuple(lines)),) if lines else ()


def choose(options: Sequence[Option], answer: str) -> tuple[tuple[Option, ...], str] | None:
    """The options with those right that an answer names, by letter or by their words, and what else it says.

    None where it names none of them.
    """
    first, _, rest = answer.partition("\n")
    named = [_index(options, line) for line in answer.split("\n") if line.strip()]
    if named and None not in named:
        chosen, said, rest = frozenset(each for each in named if each is not None), "", ""
    elif (found := _by_letters(options, first)) is not None:
        chosen, said = found
    elif (index := _index(options, first)) is not None:
        chosen, said = frozenset((index,)), ""
    else:
        return None
    explanation = "\n".join(filter(None, (said, rest.strip())))
    return tuple(replace(option, right=index in chosen) for index, option in enumerate(options)), explanation


def _by_letters(options: Sequence[Option], line: str) -> tuple[frozenset[int], str] | None:
    """`B`, `(b)`, `A and C`, `It's B`, `B. Saturn`, `B because it has rings`."""
    found = named(line, ascii_uppercase[: len(options)])
    if found is None:
        return None
    chosen = [ascii_uppercase.index(letter) for letter in found.letters]
    rest = line[found.end :].strip()
    option = options[chosen[-1]].text
    if rest.lstrip(".):-–— ").casefold().startswith(option.casefold()):
        rest = rest.lstrip(".):-–— ")[len(option) :]
    elif not ends(line, found.end):
        return None
    return frozenset(chosen), rest.lstrip(" .):;,-–—")


def _index(options: Sequence[Option], line: str) -> int | None:
    """The option that a line repeats."""
    bare = _bare(line)
    return next((index for index, option in enumerate(options) if bare and _bare(option.text) == bare), None)


def _bare(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .*`\"'“”‘’")


def without_label(explanation: str) -> str:
    """An explanation without the word “Explanation” before it."""
    mark = EXPLANATION.match(explanation)
    return explanation[mark.end() :].strip() if mark else explanation.strip()


def chosen_of_list(blocks: Sequence[Block]) -> tuple[Option, ...] | None:
    """The options of a plain list of short items, where the author set some of them apart."""
    if len(blocks) < 2 or not all(map(_is_short_item, blocks)):
        return None
    lines = [block.first_lines[0] for block in blocks]
    chosen = [line.all_in("strong", "code") or is_ticked(line) for line in lines]
    if not any(chosen) or all(chosen) or any(choice_in(line) for line in lines):
        return None
    return tuple(Option(without_tick(line.text), right) for line, right in zip(lines, chosen, strict=True))


def _is_short_item(block: Block) -> bool:
    """Whether a block is a list item of one short line and nothing else."""
    lines = block.first_lines
    return block.kind == "item" and len(block.blocks) == 1 and len(lines) == 1 and len(lines[0].raw) <= 100
