"""The texts of a pack read into a course, with everything that is wrong told at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from study import grading
from study.course import Course, Item, Knowledge, Recap, Week
from study.grading import RUBRIC_SCHEMA, Rubric
from study.packs.shapes import COURSE, ITEM, KNOWLEDGE, RECAP, WEEK
from study.packs.tree import Fault, Listed, Mapped, Node, Path, Scalar, data, line_at, read_tree
from study.packs.values import Values

COURSE_FILE = "course.yaml"
KNOWLEDGE_FILE = "knowledge.yaml"
WEEK_FILE = re.compile(r"week-(\d{1,3})\.yaml")
RUBRIC_KEYS: tuple[str, ...] = tuple(RUBRIC_SCHEMA["properties"])


class PackFaults(ValueError):
    """A pack that cannot be used, with all its faults in the order of its files and lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults), key=lambda fault: (fault.file, fault.line, fault.what)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an item or a recap was written, so that a later finding can name its line."""

    file: str
    node: Node = field(repr=False)

    def line(self, path: Path = ()) -> int:
        """The line of what stands at the path within the item."""
        return line_at(self.node, path)


@dataclass(frozen=True, slots=True)
class Pack:
    """A course together with where each of its parts was written.

    `origins` is keyed by item id, and by `recap of week N` for recaps.
    """

    course: Course
    origins: Mapping[str, Origin]


def recap_name(week: int) -> str:
    """What a week's recap is called among the origins and in findings."""
    return f"recap of week {week}"


def load_course(files: Mapping[str, str]) -> Course:
    """The course that the files of one pack folder (name to text) describe. Raises PackFaults with every fault."""
    return load_pack(files).course


def load_pack(files: Mapping[str, str]) -> Pack:
    """As load_course, keeping where everything was written."""
    reader = _Reader()
    course = reader.course(files)
    if reader.faults or course is None:
        raise PackFaults(reader.faults)
    return Pack(course, reader.origins)


def load_item(files: Mapping[str, str], item_id: str) -> Item | None:
    """One item alone, read from no more files than needed: what a single grading run has time for.

    Raises PackFaults where the file that holds the item has faults.
    """
    reader = _Reader()
    reader.head(files)
    for name, text in files.items():
        if not WEEK_FILE.fullmatch(name) or item_id not in text:
            continue
        week = reader.week(name, text, only=item_id)
        if reader.faults:
            raise PackFaults(reader.faults)
        if week is not None and week.items:
            return week.items[0]
    return None


def item_ids(files: Mapping[str, str]) -> tuple[str, ...]:
    """The ids of all items that can be made out, whatever else is wrong with the files."""
    found = []
    for name, text in files.items():
        node = read_tree(name, text)[0] if WEEK_FILE.fullmatch(name) else None
        items = node.nodes.get("items") if isinstance(node, Mapped) else None
        found += [_text(each, "id") for each in items.nodes] if isinstance(items, Listed) else []
    return tuple(item_id for item_id in found if item_id)


class _Reader(Values):
    """Reads files, collecting faults, items' origins and the course-wide words that rubrics need."""

    def __init__(self) -> None:
        super().__init__()
        self.origins: dict[str, Origin] = {}
        self.language = "en"
        self.synonyms: tuple[tuple[str, ...], ...] = ()

    # --- files ---------------------------------------------------------------------------------------------------

    def course(self, files: Mapping[str, str]) -> Course | None:
        head = self.head(files)
        weeks = []
        for name in sorted(files):
            if name in (COURSE_FILE, KNOWLEDGE_FILE) or not name.endswith((".yaml", ".yml")):
                continue
            if not WEEK_FILE.fullmatch(name):
                names = f"{COURSE_FILE}, {KNOWLEDGE_FILE} or week-01.yaml"
                self.fault(name, 1, "No file of a pack has this name.", f"Name it {names}.")
                continue
            week = self.week(name, files[name])
            if week is not None:
                weeks.append((name, week))
        self.unlike(weeks)
        if not weeks and not self.faults:
            self.fault(COURSE_FILE, 1, "The course has no weeks.", "Write a week-01.yaml beside it.")
        knowledge = self.knowledge(files[KNOWLEDGE_FILE]) if KNOWLEDGE_FILE in files else ()
        if head is None:
            return None
        ordered = tuple(sorted((week for _, week in weeks), key=lambda week: week.number))
        return Course(str(head["id"]), str(head["title"]), self.language, ordered, knowledge)

    def head(self, files: Mapping[str, str]) -> Mapping[str, object] | None:
        """The keys of course.yaml; its language and synonyms are kept for the rubrics."""
        if COURSE_FILE not in files:
            self.fault(COURSE_FILE, 1, "The pack has no such file.", "Write one with id, title and language.")
            return None
        node = self.root(COURSE_FILE, files[COURSE_FILE])
        values = self.mapped(COURSE_FILE, node, COURSE) if node is not None else None
        if values is not None:
            self.language = str(values.get("language", "en"))
            self.synonyms = cast("tuple[tuple[str, ...], ...]", values.get("synonyms", ()))
        return values if values is not None and {"id", "title", "language"} <= values.keys() else None

    def week(self, name: str, text: str, only: str = "") -> Week | None:
        node = self.root(name, text)
        if node is None:
            return None
        if only and isinstance(node, Mapped) and isinstance(items := node.nodes.get("items"), Listed):
            kept = tuple(each for each in items.nodes if _text(each, "id") == only)
            nodes = {"number": node.nodes.get("number", Scalar(1, "0")), "title": Scalar(1, name)}
            node = Mapped(node.line, {**nodes, "items": Listed(items.line, kept)}, node.key_lines)
        values = self.mapped(name, node, WEEK, parts={"items": self.items, "recap": self.recap})
        if values is None or not {"number", "title"} <= values.keys():
            return None
        number = cast("int", values["number"])
        match = WEEK_FILE.fullmatch(name)
        if match is not None and int(match[1]) != number and not only:
            self.fault(
                name,
                line_at(node, ("number",)),
                f"The file's name says week {int(match[1])}, the file says {number}.",
                "Make them agree.",
            )
        return Week(
            number,
            str(values["title"]),
            str(values.get("reading", "")),
            cast("Recap | None", values.get("recap")),
            cast("tuple[Item, ...]", values.get("items", ())),
            cast("tuple[str, ...]", values.get("prompts", ())),
        )

    def knowledge(self, text: str) -> tuple[Knowledge, ...]:
        node = self.root(KNOWLEDGE_FILE, text)
        if node is None:
            return ()
        if not isinstance(node, Listed):
            self.fault(KNOWLEDGE_FILE, node.line, "A list is expected here.", "Begin each question with “- question:”.")
            return ()
        found = []
        for each in node.nodes:
            values = self.mapped(KNOWLEDGE_FILE, each, KNOWLEDGE)
            if values is not None and len(values) == len(KNOWLEDGE):
                found.append(Knowledge(str(values["question"]), str(values["answer"])))
        return tuple(found)

    def root(self, name: str, text: str) -> Node | None:
        node, faults = read_tree(name, text)
        self.faults.extend(faults)
        return node

    def unlike(self, weeks: Sequence[tuple[str, Week]]) -> None:
        """Item ids and week numbers must each be one of a kind in the course."""
        numbers: dict[int, str] = {}
        ids: dict[str, str] = {}
        for name, week in weeks:
            if week.number in numbers:
                self.fault(
                    name,
                    1,
                    f"Week {week.number} is already in {numbers[week.number]}.",
                    "Give one another number.",
                )
            numbers.setdefault(week.number, name)
            for item in week.items:
                if item.id in ids and ids[item.id] != name:
                    self.fault(
                        name,
                        self.origins[item.id].line(("id",)),
                        f"An item called {item.id} is already in {ids[item.id]}.",
                        "Give one another id.",
                    )
                ids.setdefault(item.id, name)

    # --- the parts of a file ---------------------------------------------------------------------------------------

    def recap(self, file: str, node: Node) -> Recap | None:
        values = self.mapped(file, node, RECAP, RUBRIC_KEYS)
        rubric = self.rubric(file, node)
        if values is None or rubric is None or len(values) < len(RECAP):
            return None
        match = WEEK_FILE.fullmatch(file)
        self.origins[recap_name(int(match[1]) if match else 0)] = Origin(file, node)
        return Recap(str(values["prompt"]), str(values["answer"]), rubric)

    def items(self, file: str, node: Node) -> tuple[Item, ...] | None:
        if not isinstance(node, Listed):
            self.fault(file, node.line, "“items” must be a list.", "Begin each item with “- id:”.")
            return None
        found: list[Item] = []
        first: dict[str, int] = {}
        for each in node.nodes:
            item_id, line = _text(each, "id"), line_at(each, ("id",))
            if item_id and item_id in first:
                self.fault(
                    file,
                    line,
                    f"An item called {item_id} already stands on line {first[item_id]}.",
                    "Give one another id.",
                )
            first.setdefault(item_id, line)
            if (item := self.item(file, each)) is not None:
                found.append(item)
        return tuple(found)

    def item(self, file: str, node: Node) -> Item | None:
        values = self.mapped(file, node, ITEM, RUBRIC_KEYS)
        if values is None or not isinstance(node, Mapped):
            return None
        rubric = None
        if "ungraded" not in node.nodes:
            rubric = self.rubric(file, node)
            if rubric is None:
                return None
        elif stray := [name for name in RUBRIC_KEYS if name in node.nodes]:
            self.fault(
                file,
                node.key_lines[stray[0]],
                f"An ungraded item has no “{stray[0]}”.",
                "Take out one or the other.",
            )
        if not {"id", "ask", "answer"} <= values.keys():
            return None
        item = Item(
            str(values["id"]),
            str(values["ask"]),
            str(values["answer"]),
            rubric,
            cast("int | None", values.get("number")),
            str(values.get("hint", "")),
            str(values.get("ungraded", "")),
        )
        self.origins.setdefault(item.id, Origin(file, node))
        return item

    def rubric(self, file: str, node: Node) -> Rubric | None:
        """The rubric whose keys stand among the item's own."""
        if not isinstance(node, Mapped):
            return None
        if "points" not in node.nodes:
            mend = "Say what earns credit, or say why words cannot answer it with “ungraded”."
            self.fault(
                file, node.line, "“points” is missing.", "Say what earns credit." if "prompt" in node.nodes else mend
            )
            return None
        keys = {name: data(node.nodes[name]) for name in RUBRIC_KEYS if name in node.nodes}
        try:
            return grading.read_rubric(
                keys,
                language=self.language,
                synonyms=self.synonyms,
                question=_text(node, "ask") or _text(node, "prompt"),
                reference=_text(node, "answer"),
            )
        except grading.RubricFaults as faults:
            for fault in faults.faults:
                self.fault(file, line_at(node, fault.path), fault.message, fault.mend)
            return None


def _text(node: Node, name: str) -> str:
    """The text under a key, whatever else is wrong with the mapping."""
    found = node.nodes.get(name) if isinstance(node, Mapped) else None
    return found.text.strip() if isinstance(found, Scalar) else ""
