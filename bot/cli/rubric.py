"""Rubric authoring tools: draft a rubric, replay marked answers, see what earned what, and find what no point knows."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.items import ends, grouped, rubric_of, short

if TYPE_CHECKING:
    from study.grading.authoring.evaluation import Replayed

rubric_app = typer.Typer(help="Rubric authoring tools: draft, test, explain and improve rubrics.", no_args_is_help=True)

Course = Annotated[str, typer.Option(help="The course whose items are meant: an id or a pack folder.")]
MarkedFile = Annotated[
    Path, typer.Argument(help="Marked answers: CSV with a header, or JSON lines; item, answer, score (0 to 1).")
]
OneItem = Annotated[str, typer.Option("--item", help="The item, where the lines do not name it.")]


@rubric_app.command()
def draft(
    question: Annotated[str, typer.Argument(help="The question as learners see it.")],
    reference: Annotated[str, typer.Argument(help="The answer that earns full marks; - reads it from standard input.")],
    language: Annotated[str, typer.Option(help="The course's language: en, de, es, fr, pt.")] = "en",
) -> None:
    """Draft a rubric from a question and its reference answer, as YAML to complete."""
    import yaml

    from study.grading import draft as drafted
    from study.grading import write_rubric

    answer = sys.stdin.read() if reference == "-" else reference
    if not any(letter.isalnum() for letter in answer):
        raise ends("There is no reference answer to draft from; give it after the question.")
    data = {"ask": question, "answer": answer.strip(), **write_rubric(drafted(question, answer, language=language))}
    typer.echo(yaml.safe_dump([data], sort_keys=False, allow_unicode=True, width=120).rstrip())


@rubric_app.command()
def test(
    answers: MarkedFile,
    course: Course = "fastbook",
    item: OneItem = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object for each item.")] = False,
) -> None:
    """Replay marked answers: agreement, what was accepted or refused wrongly, and which points mislead."""
    from study.grading.authoring.evaluation import replay, tally

    for name, rubric, question, marked in grouped(answers, course, item):
        replayed = replay(rubric, marked, question)
        tallies = list(tally(rubric, replayed))
        agreed = sum(one.agrees for one in replayed)
        undue = [one for one in replayed if one.accepted and not one.right]
        refused = [one for one in replayed if one.right and not one.accepted]
        if as_json:
            line = {
                "item": name,
                "answers": len(replayed),
                "agreed": agreed,
                "accepted_wrongly": [_as_json(one) for one in undue],
                "refused_wrongly": [_as_json(one) for one in refused],
                "points": [{key: getattr(one, key) for key in one.__slots__} for one in tallies],
            }
            typer.echo(json.dumps(line, ensure_ascii=False))
            continue
        typer.echo(f"{name}: {agreed} of {len(replayed)} agree")
        for one in undue:
            typer.echo(f"  accepted, but marked {one.marked.score:g}: {short(one.marked.answer)} - by {_earned(one)}")
        for one in refused:
            said = short(one.marked.answer)
            typer.echo(f"  right, but earns {one.grade.score:.2f}: {said} - {_lacks(one)}")
        for point in tallies:
            hits = f"{point.right_hits} of {point.right} right and {point.wrong_hits} of {point.wrong} wrong"
            amiss = f"; {point.missed} hits missed, {point.undue} undue" if point.missed or point.undue else ""
            typer.echo(f"  {point.name}: hit by {hits}{amiss}")


@rubric_app.command()
def explain(
    item: Annotated[str, typer.Argument(help="The item's id.")],
    answer: Annotated[str, typer.Argument(help="The answer; - reads it from standard input.")],
    course: Course = "fastbook",
) -> None:
    """Show one answer with its words coloured: green earned, red told against it."""
    from study.grading import grade, marks_of

    rubric, question = rubric_of(course, item)
    text = sys.stdin.read() if answer == "-" else answer
    if not text.strip():
        raise ends("There is no answer to explain; give it after the item.")
    got = grade(rubric, text, question=question, marks=marks_of(rubric))
    earned = {word for result in got.results for word in result.words}
    cost = {word for one in got.against for word in one.words}
    typer.echo(" ".join(_coloured(word, rubric.language, earned, cost) for word in text.split()))
    typer.echo(f"\n{got.points:g} of {got.possible:g} points, {got.verdict} (confidence {got.confidence:.2f})")
    for result in got.results:
        mark = {"hit": "+", "partial": "~", "missed": "-"}[result.verdict]
        by = f": {' '.join(result.words)}" if result.words else ""
        typer.secho(
            f"  {mark} {result.name} ({result.earned:g}/{result.possible:g}){by}", fg="green" if result.earned else None
        )
    for one in got.against:
        by = f": {' '.join(one.words)}" if one.words else ""
        typer.secho(f"  ! {one}{by}", fg="red")
    if got.likened is not None:
        typer.echo(f"  ~ {got.likened}")
    if got.truncated:
        from cogs.verdicts import truncated

        typer.echo(f"  {truncated()}")


@rubric_app.command()
def suggest(
    answers: MarkedFile,
    course: Course = "fastbook",
    item: OneItem = "",
    at_least: Annotated[int, typer.Option(help="Right answers that must say it.", min=1)] = 2,
) -> None:
    """List what right answers say that no point knows. Nothing is changed: you choose."""
    from study.grading.authoring.evaluation import replay
    from study.grading.authoring.evaluation import suggest as suggestions

    for name, rubric, question, marked in grouped(answers, course, item):
        found = suggestions(rubric, replay(rubric, marked, question), question, at_least)
        typer.echo(f"{name}: {'nothing new' if not found else ''}".rstrip())
        for one in found[:20]:
            typer.echo(f"  {one.words} (in {one.right} right{f' and {one.wrong} wrong' if one.wrong else ''})")


@rubric_app.command()
def prove(answers: MarkedFile, course: Course = "fastbook") -> None:
    """Grade marked answers that the rubrics' author has never seen, and keep in the pack how many were as marked.

    Grade each batch once, and before anything is mended by it: a rubric that is changed needs a fresh one.
    """
    from datetime import date

    from bot.cli.items import course_of
    from bot.packs.library import NoPack, find_pack, packs_folder, shown
    from store.durable import write_durably
    from study.course import Proof
    from study.grading.authoring.evaluation import replay
    from study.packs.proofs import PROOF_FILE, with_proofs

    try:
        path = find_pack(packs_folder(), course) / PROOF_FILE
    except NoPack as error:
        raise ends(str(error)) from None
    before, made = course_of(course).proofs, []
    for name, rubric, question, marked in grouped(answers, course, ""):
        replayed = replay(rubric, marked, question)
        agreed = sum(one.agrees for one in replayed)
        made.append(Proof(name, rubric.version, len(replayed), agreed, date.today().isoformat()))
        typer.echo(f"{name}: {agreed} of {len(replayed)} as marked")
    write_durably(path, with_proofs(before, made).encode())
    typer.echo(f"Kept in {shown(path)}.")


@rubric_app.command()
def adopt(
    group: Annotated[int, typer.Argument(help="The group's number, as studybot groups list shows it.")],
    back: Annotated[bool, typer.Option("--back", help="Take out again what was taken in.")] = False,
) -> None:
    """Take what a group's rulings taught into the pack it reads, so that it teaches everywhere; --back takes it out."""
    import asyncio

    from bot.cli.sentences import in_words
    from bot.packs.adopting import Adopting
    from bot.packs.library import OWN_PACKS, find_pack, shown
    from bot.settings import read_settings
    from store import Store
    from study.packs.adopting import Example

    settings = read_settings()

    async def ruled() -> tuple[str, list[Example]]:
        store = await Store.open(settings.database, shared=True)
        try:
            course = (await store.groups.get(group)).course
            rulings = [one for one in reversed(await store.rulings.of_group(group)) if one.question.course == course]
        finally:
            await store.close()
        return course, [
            Example(one.question.week, one.question.item, one.answer, one.score, one.point) for one in rulings
        ]

    with in_words():
        course, examples = asyncio.run(ruled())
        own = settings.data / OWN_PACKS / course
        folder = own if own.is_dir() else find_pack(settings.packs, course)
        pack = Adopting(folder, settings.data / "adopted" / f"{course}-{group}.json")
        made = pack.take_out() if back else pack.take_in(examples)
    where = ", ".join(shown(folder / name) for name in sorted(made.files)) or "nothing"
    done = "taken out" if back else "taken in"
    marks = f"{len(made.done)} {'mark' if len(made.done) == 1 else 'marks'}"
    typer.echo(f"{course}: {marks} {done}; changed: {where}.")
    if made.left and not back:
        typer.echo(f"{len(made.left)} were left: the pack has those answers already, or not their questions any more.")
    if made.done and not back:
        typer.echo(f"studybot check {course} tells which of them the points do not earn yet.")


@rubric_app.command()
def report(
    course: Annotated[str, typer.Argument(help="The course: an id or a pack folder.")] = "fastbook",
    write: Annotated[Path | None, typer.Option(help="Write it to this file instead of showing it.")] = None,
    check: Annotated[Path | None, typer.Option(help="Only see whether this file is up to date.")] = None,
    answers: Annotated[
        Path | None, typer.Option(help="Marked answers to report on in place of the pack's examples; as for test.")
    ] = None,
) -> None:
    """Report, question by question, how the rubrics agree with the pack's own examples, or with marked answers."""
    from bot.cli.reports import agreement, answered

    text = agreement(course) if answers is None else answered(course, answers)
    if check is not None:
        if not check.exists() or check.read_text(encoding="utf-8") != text:
            raise ends(f"{check} is out of date; studybot rubric report {course} --write {check} updates it.")
        return
    if write is not None:
        write.write_text(text, encoding="utf-8")
        typer.echo(f"Written to {write}.")
        return
    typer.echo(text.rstrip())


def _coloured(word: str, language: str, earned: set[str], cost: set[str]) -> str:
    from study.grading.language.languages import language_of
    from study.grading.language.text import Text

    parts = set(Text(word, language_of(language)).words)
    if parts & cost:
        return typer.style(word, fg="red", bold=True)
    return typer.style(word, fg="green", bold=True) if parts & earned else word


def _as_json(given: Replayed) -> dict[str, Any]:
    return {"answer": given.marked.answer, "marked": given.marked.score, "score": given.grade.score}


def _earned(given: Replayed) -> str:
    return "; ".join(f"{one.name} ({' '.join(one.words)})" for one in given.grade.results if one.earned) or "nothing"


def _lacks(given: Replayed) -> str:
    lacking = [f"missed {one.name}" for one in given.grade.results if not one.hit and not one.bonus]
    return "; ".join(lacking + [str(one) for one in given.grade.against]) or "nothing is missing"
