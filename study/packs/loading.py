"""The texts of a pack read into a course, with everything that is wrong told at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from study import StudyError
from study.course import Course, Item, Knowledge, Proof, Recap, Week
from study.packs.shapes import COURSE, KNOWLEDGE, PROOF, Shape
from study.packs.tree import Fault, Listed, Mapped, read_tree
from study.packs.values import Values
from study.packs.weeks import WEEK_FILE, Origin, Weeks, Words, text_at

COURSE_FILE = "course.yaml"
KNOWLEDGE_FILE = "knowledge.yaml"
PROOF_FILE = "proof.yaml"


class PackFaults(StudyError):
    """A pack that cannot be used, with all its faults in the order of its files and lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults), key=lambda fault: (fault.file, fault.line, fault.what)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Pack:
    """A course together with where each of its parts was written.

    `origins` is keyed by item id, and by `recap of week N` for recaps.
    """

    course: Course
    origins: Mapping[str, Origin]


def load_course(files: Mapping[str, str]) -> Course:
    """The course that the files of one pack folder (name to text) describe. Raises PackFaults with every fault."""
    return load_pack(files).course


def load_pack(files: Mapping[str, str]) -> Pack:
    """As load_course, keeping where everything was written. What was read last is not read anew."""
    return _pack(tuple(files.items()))


@lru_cache(maxsize=16)
def _pack(files: tuple[tuple[str, str], ...]) -> Pack:
    reader = _Reader()
    course = reader.course(dict(files))
    if reader.values.faults or course is None:
        raise PackFaults(reader.values.faults)
    return Pack(course, reader.weeks.origins)


def load_item(files: Mapping[str, str], item_id: str) -> Item | None:
    """One item alone, read from no more files than needed: what a single grading run has time for.

    Raises PackFaults where the file that holds the item has faults.
    """
    reader = _Reader()
    reader.head(files)
    for name, text in files.items():
        if not WEEK_FILE.fullmatch(name) or item_id not in text:
            continue
        week = reader.weeks.week(name, text, only=item_id)
        if reader.values.faults:
            raise PackFaults(reader.values.faults)
        if week is not None and week.items:
            return week.items[0]
    return None


def language_of_course(text: str) -> str | None:
    """The language that a course.yaml names, whatever else is wrong with it; None where it names none."""
    values = _Reader().head({COURSE_FILE: text})
    return str(values["language"]) if values is not None else None


def load_recap(files: Mapping[str, str], name: str) -> Recap | None:
    """The recap of the week in one file alone. Raises PackFaults where it has faults."""
    reader = _Reader()
    reader.head(files)
    node = reader.values.root(name, files[name])
    found = node.nodes.get("recap") if isinstance(node, Mapped) else None
    recap = None if found is None else reader.weeks.recap(name, found)
    if reader.values.faults:
        raise PackFaults(reader.values.faults)
    return recap


def item_ids(files: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of all items that can be made out, whatever else is wrong with the files."""
    found = []
    for name, text in files.items():
        node = read_tree(name, text)[0] if WEEK_FILE.fullmatch(name) else None
        items = node.nodes.get("items") if isinstance(node, Mapped) else None
        found += [text_at(each, "id") for each in items.nodes] if isinstance(items, Listed) else []
    return tuple(item_id for item_id in found if item_id)


class _Reader:
    """Reads the files of a pack, collecting every fault on the way."""

    def __init__(self) -> None:
        self.values = Values()
        self.weeks = Weeks(self.values, Words())

    def course(self, files: Mapping[str, str]) -> Course | None:
        head = self.head(files)
        weeks = []
        for name in sorted(files):
            if name in (COURSE_FILE, KNOWLEDGE_FILE, PROOF_FILE) or not name.endswith((".yaml", ".yml")):
                continue
            if not WEEK_FILE.fullmatch(name):
                names = f"{COURSE_FILE}, {KNOWLEDGE_FILE}, {PROOF_FILE} or week-01.yaml"
                self.values.fault(name, 1, "No file of a pack has this name.", f"Name it {names}.")
                continue
            week = self.weeks.week(name, files[name])
            if week is not None:
                weeks.append((name, week))
        self.unlike(weeks)
        if not weeks and not self.values.faults:
            self.values.fault(COURSE_FILE, 1, "The course has no weeks.", "Write a week-01.yaml beside it.")
        knowledge = tuple(
            Knowledge(str(each["question"]), str(each["answer"]))
            for each in self.entries(files, KNOWLEDGE_FILE, KNOWLEDGE, "question")
        )
        proofs = tuple(map(_proof, self.entries(files, PROOF_FILE, PROOF, "item")))
        if head is None:
            return None
        ordered = tuple(sorted((week for _, week in weeks), key=lambda week: week.number))
        named = str(head["id"]), str(head["title"]), self.weeks.words.language
        shared = str(head.get("licence", "")), str(head.get("source", ""))
        return Course(*named, ordered, knowledge, *shared, proofs)

    def head(self, files: Mapping[str, str]) -> Mapping[str, object] | None:
        """The keys of course.yaml; its words are kept for the rubrics."""
        if COURSE_FILE not in files:
            self.values.fault(COURSE_FILE, 1, "The pack has no such file.", "Write one with id, title and language.")
            return None
        node = self.values.root(COURSE_FILE, files[COURSE_FILE])
        values = self.values.mapped(COURSE_FILE, node, COURSE) if node is not None else None
        if values is not None:
            synonyms = cast("tuple[tuple[str, ...], ...]", values.get("synonyms", ()))
            self.weeks.words = Words(str(values.get("language", "en")), synonyms)
        return values if values is not None and {"id", "title", "language"} <= values.keys() else None

    def entries(self, files: Mapping[str, str], name: str, shape: Shape, first: str) -> Iterator[Mapping[str, object]]:
        """The entries of a file that is a list, where there is such a file, without those at fault."""
        node = self.values.root(name, files[name]) if name in files else None
        if node is not None and not isinstance(node, Listed):
            self.values.fault(name, node.line, "A list is expected here.", f"Begin each {first} with “- {first}:”.")
        for each in node.nodes if isinstance(node, Listed) else ():
            values = self.values.mapped(name, each, shape)
            if values is not None and all(key in values for key in shape if shape[key].required):
                yield values

    def unlike(self, weeks: Sequence[tuple[str, Week]]) -> None:
        """Item ids and week numbers must each be one of a kind in the course."""
        numbers: dict[int, str] = {}
        ids: dict[str, str] = {}
        for name, week in weeks:
            if week.number in numbers:
                self.values.fault(
                    name,
                    1,
                    f"Week {week.number} is already in {numbers[week.number]}.",
                    "Give one another number.",
                )
            numbers.setdefault(week.number, name)
            for item in week.items:
                if item.id in ids and ids[item.id] != name:
                    self.values.fault(
                        name,
                        self.weeks.origins[item.id].line(("id",)),
                        f"An item called {item.id} is already in {ids[item.id]}.",
                        "Give one another id.",
                    )
                ids.setdefault(item.id, name)


def _proof(values: Mapping[str, object]) -> Proof:
    answers, agreed = cast("int", values["answers"]), cast("int", values["agreed"])
    return Proof(str(values["item"]), str(values["rubric"]), answers, agreed, str(values.get("on", "")))
