"""Notes from disk into a week of a course pack: reading the files, choosing the week, never writing over anything."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from bot.errors import BotError
from bot.packs.library import LARGEST, shown
from study.grading.language.guess import likely_language
from study.notes import Entry, Notes, NotesError, is_archive, read_file, unpacked
from study.notes.weeks import WeekFile, write_week
from study.packs import item_ids, language_of_course, load_course
from study.packs.shapes import ID, ID_LONGEST
from study.packs.writing import scalar
from study.texts import _, language_name, n_

MOST_NOTES = LARGEST * 4
"""Bytes of a file of notes, at most."""

WEEK_NAME = re.compile(r"week-(\d+)\.yaml")


class ImportRefused(BotError):
    """Nothing was written; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Imported:
    """One file of notes, read."""

    path: str
    notes: Notes


def read_notes_files(paths: Sequence[Path]) -> list[Imported]:
    """The notes in these files. Raises ImportRefused with a sentence for the first that cannot be read."""
    read = []
    for path in paths:
        try:
            if path.is_file() and path.stat().st_size > MOST_NOTES:
                raise ImportRefused(f"{path}: {_too_large()}")
            content = path.read_bytes()
        except OSError as error:
            raise ImportRefused(_("{path} cannot be read ({fault}).", path=path, fault=error.strerror)) from None
        if is_archive(content):
            read += _in_archive(str(path), content)
        else:
            read.append(_read(str(path), path.name, content))
    return read


def _in_archive(shown: str, content: bytes) -> list[Imported]:
    """The notes in an archive, without the files that ask nothing. Raises ImportRefused."""
    found = []
    for name, inner in _unpacked(shown, content):
        with suppress(ImportRefused):
            found.append(_read(f"{shown}/{name}", name, inner))
    if not found:
        nothing = _("No file in this archive holds a question; docs/importing.md shows the forms.")
        raise ImportRefused(f"{shown}: {nothing}")
    return found


def _too_large() -> str:
    return _(
        "It is larger than {most} MB; leave pictures out of the export, or import it in several parts.",
        most=MOST_NOTES // 1_000_000,
    )


def _unpacked(shown: str, content: bytes) -> list[tuple[str, bytes]]:
    try:
        return list(unpacked(content))
    except NotesError as error:
        raise ImportRefused(f"{shown}: {error}") from None


def _read(shown: str, name: str, content: bytes) -> Imported:
    """The notes in a file's bytes. Raises ImportRefused."""
    if len(content) > MOST_NOTES:
        raise ImportRefused(f"{shown}: {_too_large()}")
    try:
        notes = read_file(name, content)
    except NotesError as error:
        raise ImportRefused(f"{shown}: {error}") from None
    if not notes.entries:
        if not content.strip():
            raise ImportRefused(_("{file} is empty; docs/importing.md shows the forms that are read.", file=shown))
        raise ImportRefused(
            _(
                "{file} holds no question, recap line or prompt that can be made out; "
                "docs/importing.md shows the forms that are read.",
                file=shown,
            )
        )
    return Imported(shown, notes)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Files of notes that became weeks: their texts by file name, a sentence for each, and one for each refused.

    `left` are lines on what was counted in the files and what was left out of them.
    """

    weeks: Mapping[str, str]
    sentences: tuple[str, ...]
    refused: tuple[str, ...]
    left: tuple[str, ...]


def weeks_of_notes(notes: Sequence[tuple[str, bytes]], files: Mapping[str, str], language: str) -> Gathered:
    """Files of notes as weeks more of a pack, one each, in their order; `files` are the texts of the pack by name."""
    weeks: dict[str, str] = {}
    told: list[str] = []
    refused: list[str] = []
    left: list[str] = []
    for name, content in notes:
        try:
            for read in _in_archive(name, content) if is_archive(content) else [_read(name, name, content)]:
                file, text, sentence = _week_of_notes(read, {**files, **weeks}, language)
                weeks[file] = text
                told.append(sentence)
                left += remarked(read)
        except ImportRefused as error:
            refused.append(str(error))
    return Gathered(weeks, tuple(told), tuple(refused), tuple(left))


def new_course(title: str, notes: Sequence[tuple[str, bytes]], taken: Collection[str]) -> tuple[str, Gathered]:
    """The id of a course that begins, and its files. Raises ImportRefused where its title makes no id of its own."""
    course = _course_id("", title)
    if course in taken:
        raise ImportRefused(_("There is a course “{course}” already; give yours another title.", course=course))
    read: list[Imported] = []
    for name, content in notes:
        with suppress(ImportRefused):
            read += _in_archive(name, content) if is_archive(content) else [_read(name, name, content)]
    said = (f"{entry.question} {entry.answer}" for each in read for entry in each.notes.entries)
    language = likely_language(" ".join(said))
    made = weeks_of_notes(notes, {}, language)
    if notes and not made.weeks:
        raise ImportRefused(" ".join(made.refused))
    weeks = made.weeks or {"week-01.yaml": "number: 1\ntitle: Week 1\n"}
    head = f"id: {course}\ntitle: {scalar(title, 0)}\nlanguage: {language}\n"
    return course, replace(made, weeks={"course.yaml": head, **weeks})


def _week_of_notes(read: Imported, files: Mapping[str, str], language: str) -> tuple[str, str, str]:
    """Notes as one week more of a pack: its file's name, its text, and a sentence of what it holds."""
    name = PurePosixPath(read.path).name
    numbers = [int(match[1]) for each in files if (match := WEEK_NAME.fullmatch(each))]
    number = max(numbers, default=0) + 1
    title = read.notes.title or PurePosixPath(name).stem
    weeks = {each: text for each, text in files.items() if WEEK_NAME.fullmatch(each)}
    made = write_week(number, title, read.notes.entries, language=language, taken=item_ids(weeks))
    sentence = _("Week {number} has {holdings} from {file}.", number=number, holdings=_holdings(made), file=name)
    return f"week-{number:02}.yaml", made.text, " ".join((sentence, *made.remarks))


def remarked(read: Imported) -> Iterator[str]:
    """What was left out of a file, by line; how many questions were read, beside those that the source marks as such;
    and each one that is missing."""
    notes = read.notes
    for remark in notes.remarks:
        yield f"{read.path}:{remark.line}: {remark.what}"
    questions = sum(entry.kind == "question" for entry in notes.entries)
    answered = sum(entry.kind == "question" and bool(entry.answer) for entry in notes.entries)
    said = n_(
        "{count} question read, {answered} of them with an answer.",
        "{count} questions read, {answered} of them with an answer.",
        questions,
        answered=answered,
    )
    if notes.marked:
        plain = n_(
            "{count} line is plainly a question, by a question mark or by a word such as “Question:” before it;",
            "{count} lines are plainly questions, by a question mark or by a word such as “Question:” before them;",
            len(notes.marked),
        )
        missed = len(notes.missed)
        read_all = n_("it was read.", "all of them were read.", len(notes.marked))
        found = n_("{count} was not read:", "{count} of them were not read:", missed) if missed else read_all
        said = f"{said} {plain} {found}"
    yield f"{read.path}: {said}"
    for each in notes.missed:
        what = " ".join(each.what.split())
        shown = what if len(what) <= 60 else f"{what[:57]}…"
        unread = _("“{words}” looks like a question and was not read as one.", words=shown)
        yield f"{read.path}:{each.line}: {unread}"


def _holdings(made: WeekFile) -> str:
    """What a week made of notes holds, of each kind that there is."""
    kinds = (
        (made.items, n_("{count} graded item", "{count} graded items", made.items)),
        (made.tasks, n_("{count} task", "{count} tasks", made.tasks)),
        (made.ideas, n_("{count} recap idea", "{count} recap ideas", made.ideas)),
        (made.prompts, n_("{count} prompt", "{count} prompts", made.prompts)),
    )
    return ", ".join(said for count, said in kinds if count)


def add_week(packs: Path, read: Sequence[Imported], *, course: str, week: int, force: bool) -> str:
    """Write the notes as a week of a course and tell what was done. Raises ImportRefused."""
    entries = [entry for each in read for entry in each.notes.entries]
    title = next((each.notes.title for each in read if each.notes.title), "") or Path(read[0].path).stem
    course = _course_id(course, title)
    folder = packs / course
    weeks = {int(match[1]): path for path in folder.glob("week-*.yaml") if (match := WEEK_NAME.fullmatch(path.name))}
    free = max(weeks, default=0) + 1
    number = week or free
    path = weeks.get(number, folder / f"week-{number:02}.yaml")
    if path.exists() and not force:
        raise ImportRefused(f"{shown(path)} exists; --week {free} adds a new week, --force replaces the old one.")
    likely = likely_language(" ".join(entry.question + " " + entry.answer for entry in entries))
    language = _language_in(folder) or likely
    others = {each.name: each.read_text(encoding="utf-8", errors="replace") for each in weeks.values() if each != path}
    made = write_week(number, title, entries, language=language, taken=item_ids(others))
    head = f"id: {course}\ntitle: {scalar(title, 0)}\nlanguage: {language}\n"
    load_course({"course.yaml": head, path.name: made.text})
    new = _write(path, made.text, head)
    summary = _summary(course, path, made, entries, new=new)
    looks, graded = language_name(likely), language_name(language)
    return (
        summary
        if looks == graded
        else f"{summary}\nThe notes look {looks}; they are graded in {graded}, as the course is."
    )


def _language_in(folder: Path) -> str | None:
    """The language of the course in a folder; None where there is none, or where it cannot be read."""
    try:
        return language_of_course((folder / "course.yaml").read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None


def _course_id(given: str, title: str) -> str:
    """The id of the course that the notes go to: the one given, or one made of the title. Raises ImportRefused."""
    slug = _slug(title)
    short = slug if len(slug) <= 30 else slug[:30].rpartition("-")[0] or slug[:30]
    course = given or short or "my-course"
    if not re.fullmatch(ID, course) or len(course) > ID_LONGEST:
        raise ImportRefused(
            _(
                "“{course}” cannot name a course; write --course {wanted}, for example.",
                course=course,
                wanted=_slug(course) or "my-course",
            )
        )
    return course


def _write(path: Path, text: str, head: str) -> bool:
    """Write a week, and the head of its course where there is none; whether the course is new. Raises ImportRefused."""
    course_file = path.parent / "course.yaml"
    new = not course_file.exists()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if new:
            course_file.write_text(f"# yaml-language-server: $schema=../pack.schema.json\n{head}", encoding="utf-8")
        fresh = path.with_suffix(".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise ImportRefused(f"{shown(path.parent)} cannot be written ({error.strerror}).") from None
    return new


def _summary(course: str, path: Path, made: WeekFile, entries: Sequence[Entry], *, new: bool) -> str:
    lines = [f"{shown(path)}: {_holdings(made)}."]
    if new:
        lines.append(
            f"The course “{course}” is new; its title and language are in {shown(path.parent / 'course.yaml')}."
        )
    lines += made.remarks
    if made.doubtful:
        lines.append(f"Look first at the drafts of {_numbered(made.doubtful)}: they are guesses.")
    lines += [
        "Next: open the file, look at each item with “draft”, give it examples of answers with their scores, and take",
        f"that line out; studybot check {course} replays them. Then choose the course with /group setup in the chat.",
    ]
    return "\n".join(lines)


def _numbered(numbers: Sequence[int]) -> str:
    word = "question" if len(numbers) == 1 else "questions"
    return f"{word} {', '.join(map(str, numbers))}"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")[:ID_LONGEST].strip("-")
