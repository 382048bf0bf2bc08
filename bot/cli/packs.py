"""The commands about what is taught: import people's notes, check packs, grade answers line by line.

Each imports what it needs when it runs, so that grading starts at once.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from bot.errors import BotError
from study import StudyError

if TYPE_CHECKING:
    from bot.cli.marked import MarkedAnswer
    from study.grading import Grade, Likened, Marks, Rubric
    from study.grading.feedback import Earns, Line
    from study.packs import Fault, Pack

COURSE = "fastbook"
SCHEMA = "pack.schema.json"


def check(
    pack: Annotated[list[str] | None, typer.Argument(help="Course ids or pack folders. Default: all packs.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each fault.")] = False,
    all_others: Annotated[
        bool, typer.Option("--others", help="Also tell each rubric that accepts an answer to another question.")
    ] = False,
    write_schema: Annotated[bool, typer.Option(help=f"Write {SCHEMA} beside the packs, for editors.")] = False,
) -> None:
    """Read packs, tell every fault with file, line and fix, and replay every rubric's examples.

    Each rubric is also tried on the reference answers of the other questions: one that accepts more than an eighth
    of them is a fault.
    """
    from bot.packs.checking import summary
    from bot.packs.library import NoPack, find_pack, pack_folders, packs_folder, read_pack
    from study.packs import PackFaults

    packs = packs_folder()
    try:
        folders = [find_pack(packs, each) for each in pack] if pack else list(pack_folders(packs))
    except NoPack as error:
        raise _ends(str(error)) from None
    if write_schema:
        from study.packs import pack_schema

        text = json.dumps(pack_schema(), indent=2, ensure_ascii=False) + "\n"
        _write(packs / SCHEMA, text)
        typer.echo(f"Written to {packs / SCHEMA}.", err=as_json)
    if not folders:
        raise _ends(f"There is no course pack in {packs}; studybot import makes one.")
    found: list[Fault] = []
    for folder in folders:
        try:
            read = read_pack(folder)
        except PackFaults as faults:
            found.extend(faults.faults)
            continue
        proved, by_chance = _proved(folder, read, all_others)
        found.extend(proved)
        if not proved and not as_json:
            typer.echo(summary(read))
        _tell(by_chance, as_json)
    _tell(found, as_json)
    if found:
        if not as_json:
            typer.echo(f"{len(found)} {'fault' if len(found) == 1 else 'faults'} found.", err=True)
        raise typer.Exit(1)


def _proved(folder: Path, read: Pack, all_others: bool) -> tuple[list[Fault], list[Fault]]:
    """The faults of a pack, and, where asked for, what its rubrics accept of other questions that may be chance."""
    from bot.packs.checking import others, proof

    crossed = list(others(folder, read))
    often = [fault for fault, often in crossed if often]
    return [*proof(folder, read), *often], [fault for fault, often in crossed if all_others and not often]


def _tell(faults: list[Fault], as_json: bool) -> None:
    for fault in faults:
        line = {"file": fault.file, "line": fault.line, "what": fault.what, "fix": fault.fix}
        typer.echo(json.dumps(line, ensure_ascii=False) if as_json else str(fault))


def packs(as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each pack.")] = False) -> None:
    """List the course packs: what each holds, and how far its questions are proved."""
    from bot.packs.checking import listing
    from bot.packs.library import NoPack, packs_folder, read_packs
    from study.packs import PackFaults

    try:
        found = read_packs(packs_folder())
    except (NoPack, PackFaults) as error:
        raise _ends(str(error)) from None
    for line in (listing(course) for course in found.values()):
        typer.echo(json.dumps(line, ensure_ascii=False) if as_json else _pack_line(line))


def _pack_line(line: Mapping[str, Any]) -> str:
    from bot.cli.reports import STATES

    state = ", ".join(f"{line[name]} {word}" for name, word in STATES.items() if line[name])
    shared = f" · {line['licence']}" if line["licence"] else ""
    return f"{line['id']}: {line['title']} ({line['language']}) · weeks {line['weeks']} · {state}{shared}"


def grade(
    course: Annotated[str, typer.Option(help="The course whose items are graded: an id or a pack folder.")] = COURSE,
    marks: Annotated[
        Path | None, typer.Option(help="Marked answers to learn from: JSON lines as below with a score from 0 to 1.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Feedback as after the last attempt, with the key.")] = False,
) -> None:
    """Grade answers: one JSON object a line in, one line out for each, as they come.

    In: {"item": "ch01-q21", "answer": "..."} or {"question": "...", "reference": "...", "answer": "..."}, the latter
    with "language" ("de") where it is not English.
    """
    from bot.cli.marked import BadMarks, read_marked
    from bot.packs.library import NoPack, find_pack, packs_folder, read_files
    from study.packs import PackFaults

    try:
        folder = find_pack(packs_folder(), course)
        files = read_files(folder)
        marked = read_marked(marks) if marks else []
        _all_known(marks, marked, files)
    except (NoPack, PackFaults) as error:
        raise _ends(str(error)) from None
    except BadMarks as bad:
        raise _ends("\n".join(bad.faults)) from None
    bench = Bench(files, marked, full=full)
    try:
        for line in _lines(sys.stdin.buffer):
            answered = json.dumps(bench.answer(line), ensure_ascii=False).encode("utf-8", "backslashreplace")
            sys.stdout.buffer.write(answered + b"\n")
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        # Whoever read the answers has gone; the interpreter must not try to flush to them again.
        sys.stdout = None


def _all_known(path: Path | None, marked: Sequence[MarkedAnswer], files: dict[str, str]) -> None:
    """Raises BadMarks with the line of each marked answer to an item that the course does not have."""
    from bot.cli.marked import BadMarks
    from study.packs import item_ids

    named = [one for one in marked if one.item]
    known = set(item_ids(files)) if named else set()
    faults = [
        f"{path}, line {one.line}: there is no item “{one.item}” in the course."
        for one in named
        if one.item not in known
    ]
    if faults:
        raise BadMarks(*faults)


def grade_at_once(arguments: Sequence[str]) -> bool:
    """Grade if that is all the arguments ask for, before the other commands are built; False for anything else.

    Programs start `studybot grade` for a few answers, and building the whole command line takes longer than these.
    """
    match list(arguments):
        case ["grade"]:
            course = COURSE
        case ["grade", "--course", given] if not given.startswith("-"):
            course = given
        case _:
            return False
    try:
        grade(course)
    except typer.Exit as ended:
        raise SystemExit(ended.exit_code) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    return True


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    while line := stream.readline():
        if line.strip():
            yield line


KEYS = ("item", "question", "reference", "language", "answer")
"""What a request may hold; other keys are left to whoever wrote them."""


class BadRequest(BotError):
    """A line of input asks for no grade that can be given; the message says why."""


class Bench:
    """Grades requests one by one, reading each item and drafting each rubric only once; learns from marked answers."""

    def __init__(self, files: dict[str, str], marked: Sequence[MarkedAnswer] = (), *, full: bool = False) -> None:
        self.files = files
        self.full = full
        self.rubrics: dict[tuple[str, ...], tuple[Rubric, str, Marks]] = {}
        self.marked: dict[tuple[str, ...], list[MarkedAnswer]] = {}
        for one in marked:
            key = (one.item,) if one.item else (one.question.strip(), one.reference.strip())
            self.marked.setdefault(key, []).append(one)

    def answer(self, line: bytes) -> dict[str, Any]:
        """What to print for one line of input; never raises for what a line may hold."""
        try:
            request = json.loads(line.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return {"error": "The line is not UTF-8 text."}
        except (ValueError, RecursionError) as error:
            return {"error": f"The line is not JSON: {error}."}
        if not isinstance(request, dict):
            return {"error": 'The line must be an object such as {"item": "ch01-q21", "answer": "..."}.'}
        named = {key: request[key] for key in KEYS if key in request}
        for key, value in named.items():
            if not isinstance(value, str):
                return {"error": f"“{key}” must be a text in quotes."}
        if "answer" not in named:
            return {"error": "“answer” is missing."}
        try:
            rubric, question, marks = self.rubric(named)
        except BadRequest as error:
            return {"error": str(error)}
        from study.grading import grade as graded

        item = {"item": named["item"]} if "item" in named else {}

        def grade(text: str) -> Grade:
            return graded(rubric, text, question=question, marks=marks)

        given = grade(named["answer"])
        return item | as_json(given, self.feedback(rubric, given, named["answer"], grade))

    def feedback(self, rubric: Rubric, given: Grade, answer: str, earns: Earns) -> Sequence[Line]:
        """What a learner is told who may try again; all there is to tell where `full` was asked for."""
        from study.grading.feedback import before_the_end, in_full

        return in_full(rubric, given) if self.full else before_the_end(rubric, given, answer, earns)

    def rubric(self, named: dict[str, str]) -> tuple[Rubric, str, Marks]:
        """The rubric that a request asks for, with its question and marks. Raises BadRequest."""
        from study.grading import MarkedAnswer, marks_of

        item, question, reference = (named.get(key, "").strip() for key in ("item", "question", "reference"))
        language = named.get("language", "en").strip()
        key = (item,) if item else (question, reference)
        if (*key, language) not in self.rubrics:
            rubric, asked = self.of_item(item) if item else self.drafted(question, reference, language)
            more = [MarkedAnswer(one.answer, one.score) for one in self.marked.get(key, ())]
            self.rubrics[*key, language] = rubric, asked, marks_of(rubric, more)
        return self.rubrics[*key, language]

    def of_item(self, item_id: str) -> tuple[Rubric, str]:
        """The rubric of an item of the course."""
        from study.packs import item_ids, load_item

        item = load_item(self.files, item_id)
        if item is None:
            import difflib

            near = difflib.get_close_matches(item_id, item_ids(self.files), n=1)
            raise BadRequest(
                f"There is no item “{item_id}” in the course.{f' Did you mean {near[0]}?' if near else ''}"
            )
        if item.rubric is None:
            raise BadRequest(f"{item_id} is not graded: {item.ungraded}")
        return item.rubric, item.ask

    def drafted(self, question: str, reference: str, language: str) -> tuple[Rubric, str]:
        """A rubric drafted from a reference answer."""
        if not reference:
            raise BadRequest("“item” is missing, or else “question” and “reference”.")
        from study.grading import draft
        from study.packs.shapes import LANGUAGE

        if not re.fullmatch(LANGUAGE, language):
            raise BadRequest(f"“{language}” is no language tag; write en, de or pt-BR, for example.")
        return draft(question, reference, language=language), question


def as_json(grade: Grade, feedback: Sequence[Line]) -> dict[str, Any]:
    """A grade as JSON says it: the score, the points, the feedback, and what each point came to."""
    return {
        "score": round(grade.score, 4),
        "points": round(grade.points, 4),
        "possible": round(grade.possible, 4),
        "verdict": grade.verdict,
        "confidence": round(grade.confidence, 4),
        "feedback": [str(line) for line in feedback],
        "results": [
            {
                "point": result.name,
                "verdict": result.verdict,
                "earned": round(result.earned, 4),
                "possible": round(result.possible, 4),
                "words": list(result.words),
            }
            for result in grade.results
        ],
        "against": [{"kind": each.kind, "sentence": str(each), "words": list(each.words)} for each in grade.against],
        "truncated": grade.truncated,
    } | ({"likened": _likened(grade.likened)} if grade.likened else {})


def _likened(one: Likened) -> dict[str, Any]:
    return {"mark": round(one.mark, 4), "nearness": one.nearness, "same": one.same}


def import_notes(
    files: Annotated[list[Path], typer.Argument(help="Notes or question banks.", metavar="FILE...")],
    course: Annotated[str, typer.Option(help="The course to add to; made if there is none.")] = "",
    week: Annotated[int, typer.Option(min=0, max=999, help="The week of the course; 0: the next free one.")] = 0,
    force: Annotated[bool, typer.Option(help="Replace the week's file if there is one.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what was read, one JSON object a line; write nothing.")
    ] = False,
) -> None:
    """Turn people's Markdown notes into a week of a course, with drafted rubrics to complete."""
    from bot.packs.importing import Imported, add_week, read_notes_files, remarked
    from bot.packs.library import packs_folder

    try:
        read: list[Imported] = read_notes_files(files)
        for each in read:
            for line in remarked(each):
                typer.echo(line, err=True)
        if as_json:
            for each in read:
                for entry in each.notes.entries:
                    _say(json.dumps(entry.as_json(), ensure_ascii=False))
            return
        typer.echo(add_week(packs_folder(), read, course=course, week=week, force=force))
    except (BotError, StudyError) as error:
        raise _ends(str(error)) from None


def _say(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise _ends(f"{path} cannot be written ({error.strerror}).") from None


def _ends(sentence: str) -> typer.Exit:
    """The sentence is said and the command ends with exit code 1."""
    typer.echo(f"studybot: {sentence}", err=True)
    return typer.Exit(1)
