"""The bench: packs are changed in a draft beside them, tried, compared and published, and that can be undone.

    <data>/packs/<pack>/                    what is published here; it stands for the pack that came along
    <data>/bench/<pack>/draft/              what was changed since, with `begun.json`: the pack as it was then
    <data>/bench/<pack>/history/<moment>/   what was published before, with `publication.json`: who took its place

Everything is plain files, so a folder under version control goes on working; what changes there meanwhile is noticed.
"""

from __future__ import annotations

import asyncio
import difflib
import hashlib
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bot.errors import BotError
from bot.packs.checking import proof
from bot.packs.library import (
    LARGEST_PICTURE,
    PICTURES,
    check_pictures,
    find_picture,
    picture_ending,
    read_files,
    read_pictures,
)  # fmt: skip
from bot.packs.live import LiveCourses
from store.durable import write_durably
from study.course import Course, Item
from study.packs import Fault, PackFaults, load_course, load_item, load_pack, load_recap
from study.packs.maturity import Maturity, maturities
from study.packs.splicing import RECAP, NotSpliced, item_of, with_item, with_new_item, without_item
from study.packs.tree import Data
from study.packs.weeks import WEEK_FILE
from study.texts import _

Made = TypeVar("Made")
KEPT = 50
"""Publications of a pack that can be undone; older ones are forgotten."""


class BenchError(BotError):
    """Nothing was changed; the message is a sentence for who edits."""


class Changed(BenchError):
    """Somebody else changed the item meanwhile: `theirs` is what stands there now, `by` who did it, if known.

    Whoever edits is known here by what leads to their name, never by the name: files outlive people's wish to be here.
    """

    def __init__(self, theirs: Mapping[str, Data], by: str) -> None:
        super().__init__(_("Somebody changed this question while you did; theirs stands beside yours."))
        self.theirs, self.by = theirs, by


@dataclass(frozen=True, slots=True)
class Edit:
    """An item as somebody left it in the draft. `stamp` is that of its content."""

    at: datetime
    by: str
    item: str
    stamp: str


@dataclass(frozen=True, slots=True)
class Publication:
    """What stood in a pack until somebody published another."""

    moment: str
    at: datetime
    by: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """An item on the bench: the week's file it stands in, its keys, and the stamp that a change must bring back."""

    week: str
    id: str
    data: Mapping[str, Data]
    stamp: str

    @property
    def name(self) -> str:
        """What people call it."""
        return f"recap of {self.week.removesuffix('.yaml')}" if self.id == RECAP else self.id

    @property
    def path(self) -> str:
        """Its address below that of its course."""
        return f"recap/{self.week.removesuffix('.yaml')}" if self.id == RECAP else f"q/{self.id}"


class Bench:
    """All packs, as they are published and as they are being changed."""

    def __init__(self, courses: LiveCourses, own: Path, drafts: Path, now: Callable[[], datetime]) -> None:
        self._courses, self._own, self._drafts, self._now = courses, own, drafts, now
        self._turn = asyncio.Lock()

    @property
    def courses(self) -> Mapping[str, Course]:
        """The courses that there are, by id."""
        return self._courses

    async def run(self, work: Callable[[], Made]) -> Made:
        """Do something with files beside the loop, one at a time. Raises what it raises, OSError as BenchError."""
        async with self._turn:
            try:
                done = await asyncio.to_thread(work)
                await self._courses.refresh()
                return done
            except OSError as error:
                raise BenchError(
                    _("The pack cannot be written ({fault}); nothing was changed.", fault=error.strerror or error)
                ) from error

    def published(self, course: str) -> dict[str, str]:
        """The texts of a pack as its group reads it, by file name. Raises BenchError, PackFaults."""
        return read_files(self._folder(course))

    def files(self, course: str) -> dict[str, str]:
        """The texts of a pack as they are being changed. Raises BenchError, PackFaults."""
        draft = self._draft(course)
        return read_files(draft) if draft.is_dir() else self.published(course)

    def has_draft(self, course: str) -> bool:
        """Whether something was changed and not published."""
        return self._draft(course).is_dir()

    def opened(self, course: str, item: str, week: str = "") -> Opened:
        """An item to be changed, or the RECAP of the week in a file. Raises BenchError where there is none."""
        for name, text in self.files(course).items():
            if WEEK_FILE.fullmatch(name) and name == (week or name) and (found := item_of(text, item)) is not None:
                return Opened(name, item, found, stamp_of(found))
        raise BenchError(
            _("There is no such recap in this course any more.")
            if item == RECAP
            else _("There is no question {question} in this course any more.", question=item)
        )

    def tried(self, course: str, opened: Opened, wanted: Mapping[str, Data]) -> Item:
        """The item as it would be graded with these keys. Raises PackFaults with what is wrong with them."""
        files = self.files(course)
        text = _spliced(lambda: with_item(files[opened.week], opened.id, wanted))
        changed = {**files, opened.week: text}
        if opened.id == RECAP:
            recap = load_recap(changed, opened.week)
            item = None if recap is None else Item(opened.name, recap.prompt, recap.answer, recap.rubric)
        else:
            item = load_item(changed, str(wanted.get("id", opened.id)))
        if item is None:
            raise BenchError(_("There is no question {question} in this course any more.", question=opened.id))
        return item

    def change(self, course: str, opened: Opened, wanted: Mapping[str, Data], by: str) -> Opened:
        """Keep an item in the draft. Raises Changed where it is not as it was opened, BenchError."""
        now = self.opened(course, opened.id, opened.week)
        if now.stamp != opened.stamp:
            last = next((edit for edit in self.edits(course) if edit.stamp == now.stamp), None)
            raise Changed(now.data, last.by if last else "")
        text = _spliced(lambda: with_item(self.files(course)[now.week], now.id, wanted))
        self._keep(course, now.week, text, Edit(self._now(), by, now.name, stamp_of(wanted)))
        return Opened(now.week, now.id, wanted, stamp_of(wanted))

    def add(self, course: str, week: str, wanted: Mapping[str, Data], by: str) -> None:
        """One question more in a week. Raises BenchError."""
        files = self.files(course)
        if any(item_of(text, str(wanted["id"])) is not None for text in files.values()):
            raise BenchError(
                _("There is a question {question} in this course already; choose another id.", question=wanted["id"])
            )
        if week not in files:
            raise BenchError(_("There is no such week in this course."))
        text = _spliced(lambda: with_new_item(files[week], wanted))
        self._keep(course, week, text, Edit(self._now(), by, str(wanted["id"]), stamp_of(wanted)))

    def remove(self, course: str, item: str, by: str) -> None:
        """Take a question out of the draft; what people answered to it stays theirs. Raises BenchError."""
        opened = self.opened(course, item)
        text = _spliced(lambda: without_item(self.files(course)[opened.week], item))
        self._keep(course, opened.week, text, Edit(self._now(), by, item, ""))

    def add_files(self, course: str, texts: Mapping[str, str], by: str) -> None:
        """Weeks' whole files, as notes that were read come to. Raises BenchError where there is one of such a name."""
        for name in texts.keys() & self.files(course).keys():
            raise BenchError(_("There is a {file} in this course already.", file=name))
        for name, text in texts.items():
            self._keep(course, name, text, Edit(self._now(), by, name, ""))

    def begin(self, course: str, texts: Mapping[str, str]) -> None:
        """A course more, which nobody follows yet. Raises BenchError where there is one, PackFaults."""
        load_pack(texts)
        place, fresh = self._own / course, self._drafts / course / "fresh"
        if course in self._courses or place.exists():
            raise BenchError(_("There is a course {course} already; choose another title.", course=course))
        shutil.rmtree(fresh, ignore_errors=True)
        _written(fresh, texts)
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh.rename(place)

    def maturities(self, course: str) -> Mapping[str, Maturity]:
        """How far each question is proved as it is being changed; without those of weeks that cannot be read."""
        found = dict(maturities(self._courses[course]))
        if self.has_draft(course):
            before, files = self.published(course), self.files(course)
            shared = {name: text for name, text in files.items() if not WEEK_FILE.fullmatch(name)}
            for name in files.keys() - shared.keys():
                if files[name] != before.get(name):
                    with suppress(PackFaults):  # told where it is published
                        found |= maturities(load_course({**shared, name: files[name]}))
        return found

    def edits(self, course: str) -> list[Edit]:
        """What was changed in the draft, newest first."""
        try:
            lines = (self._draft(course).parent / "edits.jsonl").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        read = [json.loads(line) for line in lines]
        return [Edit(datetime.fromisoformat(one["at"]), one["by"], one["item"], one["stamp"]) for one in reversed(read)]

    def faults(self, course: str) -> list[Fault]:
        """What is wrong with the draft: all that keeps it from being read, else what its own examples show."""
        try:
            files = self.files(course)
            pack = load_pack(files)
            check_pictures(pack, *self._homes(course))
        except PackFaults as faults:
            return list(faults.faults)
        before = self.published(course)
        touched = {name for name in files if files[name] != before.get(name)}
        return [fault for fault in proof(Path(), pack) if Path(fault.file).name in touched]

    def difference(self, course: str) -> list[str]:
        """The lines by which the draft differs from what is published, as a unified diff."""
        before, after = self.published(course), self.files(course)
        return [
            line
            for name in sorted({*before, *after})
            for line in _diff(name, before.get(name, ""), after.get(name, ""))
        ]

    def publish(self, course: str, by: str) -> tuple[str, ...]:
        """Put the draft in place of what is published; which files changed. Raises BenchError, PackFaults."""
        draft = self._draft(course)
        if not draft.is_dir():
            raise BenchError(_("Nothing was changed since the last publication."))
        before, after = self.published(course), self.files(course)
        check_pictures(load_pack(after), *self._homes(course))
        begun = json.loads((draft.parent / "begun.json").read_text(encoding="utf-8"))
        changed = tuple(sorted(name for name in {*before, *after} if before.get(name) != after.get(name)))
        meanwhile = [name for name in changed if begun.get(name, "") != _hash(before.get(name, ""))]
        if meanwhile:
            raise BenchError(
                _(
                    "{files} changed outside the bench since this draft was begun. Nothing was published: "
                    "copy what you need from the changes, discard the draft and begin again.",
                    files=", ".join(meanwhile),
                )
            )
        self._put(course, after, before, changed, by)
        self.discard(course)
        return changed

    def discard(self, course: str) -> None:
        """Forget what was changed and not published."""
        home = self._draft(course).parent
        shutil.rmtree(home / "draft", ignore_errors=True)
        for name in ("begun.json", "edits.jsonl"):
            (home / name).unlink(missing_ok=True)

    def history(self, course: str) -> list[Publication]:
        """What stood in the pack before, newest first."""
        folder = self._draft(course).parent / "history"
        found = []
        for path in sorted(folder.glob("*/publication.json"), reverse=True):
            one = json.loads(path.read_text(encoding="utf-8"))
            at = datetime.fromisoformat(one["at"])
            found.append(Publication(path.parent.name, at, one["by"], tuple(one["changed"])))
        return found

    def undo(self, course: str, moment: str, by: str) -> None:
        """Publish again what stood before a publication. Raises BenchError."""
        if moment not in {one.moment for one in self.history(course)}:
            raise BenchError(_("That publication is not kept any more."))
        before = self.published(course)
        after = read_files(self._draft(course).parent / "history" / moment)
        check_pictures(load_pack(after), *self._homes(course))
        changed = tuple(sorted(name for name in {*before, *after} if before.get(name) != after.get(name)))
        if not changed:
            raise BenchError(_("That is what is published now."))
        self._put(course, after, before, changed, by)

    def _put(
        self, course: str, after: Mapping[str, str], before: Mapping[str, str], changed: Sequence[str], by: str
    ) -> None:
        """Write a pack beside its place and give it its name; what stood there is kept."""
        home, place = self._draft(course).parent, self._own / self._folder(course).name
        moment = f"{self._now().astimezone(UTC):%Y%m%d-%H%M%S-%f}"
        kept = home / "history" / moment
        _written(kept, before)
        publication = {"at": self._now().isoformat(), "by": by, "changed": list(changed)}
        write_durably(kept / "publication.json", json.dumps(publication, ensure_ascii=False).encode())
        fresh, old = home / "fresh", home / "old"
        for path in (fresh, old):
            shutil.rmtree(path, ignore_errors=True)
        _written(fresh, after)
        for folder in reversed(self._homes(course)):  # all that were ever shown stay, so that this can be undone
            if (folder / PICTURES).is_dir():
                shutil.copytree(folder / PICTURES, fresh / PICTURES, dirs_exist_ok=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_dir():
            place.rename(old)
        fresh.rename(place)
        shutil.rmtree(old, ignore_errors=True)
        for path in sorted((home / "history").iterdir())[:-KEPT]:
            shutil.rmtree(path, ignore_errors=True)

    def keep_picture(self, course: str, name: str, data: bytes) -> str:
        """Keep a picture in the draft, under a name of its own that is handed back. Raises BenchError."""
        ending = picture_ending(data)
        if not ending or len(data) > LARGEST_PICTURE:
            most = LARGEST_PICTURE // 1_000_000
            raise BenchError(_("A question's picture is PNG, JPEG, GIF or WebP, and of at most {most} MB.", most=most))
        stem = re.sub(r"[^a-z0-9]+", "-", Path(name).stem.casefold()).strip("-")[:40] or "picture"
        kept = f"{stem}-{hashlib.sha256(data).hexdigest()[:8]}.{ending}"
        folder = self._begun(course) / PICTURES
        folder.mkdir(exist_ok=True)
        write_durably(folder / kept, data)
        return kept

    def picture(self, course: str, name: str) -> bytes | None:
        """The bytes of a picture as the pack is being changed; None where there is none of that name."""
        path = find_picture(name, *self._homes(course))
        return None if path is None else path.read_bytes()

    def pictures(self, course: str) -> dict[str, bytes]:
        """The pictures of a pack as it is being changed, by their names."""
        found: dict[str, bytes] = {}
        for folder in reversed(self._homes(course)):
            found |= read_pictures(folder)
        return found

    def _homes(self, course: str) -> tuple[Path, Path]:
        """Where a pack's pictures are: what is new in the draft, then what is published."""
        return self._draft(course), self._folder(course)

    def _keep(self, course: str, name: str, text: str, edit: Edit) -> None:
        draft = self._begun(course)
        write_durably(draft / name, text.encode())
        line = {"at": edit.at.isoformat(), "by": edit.by, "item": edit.item, "stamp": edit.stamp}
        with (draft.parent / "edits.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def _begun(self, course: str) -> Path:
        """The draft, begun if there is none yet."""
        draft = self._draft(course)
        if not draft.is_dir():
            before = self.published(course)
            begun = {each: _hash(body) for each, body in before.items()}
            half = draft.with_name("half")
            shutil.rmtree(half, ignore_errors=True)
            _written(half, before)
            write_durably(draft.parent / "begun.json", json.dumps(begun).encode())
            half.rename(draft)
        return draft

    def _folder(self, course: str) -> Path:
        folder = self._courses.folder(course)
        if folder is None:
            raise BenchError(_("There is no course {course} here.", course=course))
        return folder

    def _draft(self, course: str) -> Path:
        return self._drafts / self._folder(course).name / "draft"


def zipped(files: Mapping[str, str], pictures: Mapping[str, bytes], folder: str) -> bytes:
    """The files of a pack as an archive with one folder in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            archive.writestr(f"{folder}/{name}", text)
        for name, data in sorted(pictures.items()):
            archive.writestr(f"{folder}/{PICTURES}/{name}", data)
    return packed.getvalue()


def stamp_of(item: Mapping[str, Data]) -> str:
    """What tells one state of an item from another."""
    return _hash(json.dumps(item, ensure_ascii=False, sort_keys=True))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _spliced(work: Callable[[], str]) -> str:
    try:
        return work()
    except NotSpliced as error:
        raise BenchError(str(error)) from error


def _written(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        write_durably(folder / name, text.encode())


def _diff(name: str, before: str, after: str) -> Iterator[str]:
    return difflib.unified_diff(before.splitlines(), after.splitlines(), name, name, lineterm="", n=2)
