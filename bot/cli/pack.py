"""Course packs as files: a new one to begin with, one from elsewhere, and one as a question bank of another program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.items import ends

pack_app = typer.Typer(help="Course packs: begin one, add one from elsewhere, export one.", no_args_is_help=True)


@pack_app.command()
def new(
    name: Annotated[str, typer.Argument(help="Its id: small letters, digits and dashes, such as our-book.")],
    title: Annotated[str, typer.Option(help="Its title; the name if left out.")] = "",
    language: Annotated[str, typer.Option(help="The language that answers are written in: en, de, es, fr, pt.")] = "en",
) -> None:
    """Begin a pack: a small course with a comment at everything, to be written over."""
    import re

    from bot.packs.library import packs_folder, shown
    from store.durable import write_durably
    from study.packs import PackFaults, load_course
    from study.packs.shapes import ID, ID_LONGEST
    from study.packs.template import template

    if not re.fullmatch(ID, name) or len(name) > ID_LONGEST:
        raise ends(f"“{name}” cannot name a course: it has small letters, digits and single dashes only.")
    folder = packs_folder() / name
    if folder.exists():
        raise ends(f"{shown(folder)} is there already; choose another name.")
    files = template(name, title or name.replace("-", " ").capitalize(), language)
    try:
        load_course(files)
        folder.mkdir(parents=True)
        for file, text in files.items():
            write_durably(folder / file, text.encode())
    except PackFaults as faults:
        raise ends(str(faults.faults[0])) from None
    except OSError as error:
        raise ends(f"{shown(folder)} cannot be written ({error.strerror}).") from None
    typer.echo(f"{shown(folder)} has begun: write over what stands there; studybot check {name} reads it.")


@pack_app.command()
def add(
    address: Annotated[str, typer.Argument(help="A folder, its course.yaml, a zip, or a Git address.")],
    force: Annotated[bool, typer.Option("--force", help="Put it in the place of one of the same id.")] = False,
) -> None:
    """Put a pack from elsewhere beside the others. It is read as data; nothing in it is run."""
    from bot.packs.adding import NotAdded, add_pack
    from bot.packs.library import packs_folder, shown
    from study.packs import PackFaults

    packs = packs_folder()
    try:
        course = add_pack(address, packs, force=force)
    except NotAdded as error:
        raise ends(str(error)) from None
    except PackFaults as faults:
        told = "\n".join(map(str, faults.faults[:20]))
        more = f"\nand {len(faults.faults) - 20} more." if len(faults.faults) > 20 else ""
        raise ends(f"{told}{more}\nNothing was added.") from None
    shared = f" Its licence: {course.licence}." if course.licence else " It names no licence: ask before you share it."
    typer.echo(f"{course.title} is in {shown(packs / course.id)}.{shared}")
    typer.echo(f"studybot check {course.id} replays its examples; /group setup {course.id} sets a group up with it.")


@pack_app.command()
def export(
    course: Annotated[str, typer.Argument(help="The course: an id or a pack folder.")],
    to: Annotated[str, typer.Option(help="The form: anki, csv, tsv, gift, aiken or moodle.")],
    file: Annotated[Path | None, typer.Option("--file", help="Where to write it; else COURSE.ENDING here.")] = None,
) -> None:
    """Write a course as a question bank of another program, and tell what such a bank cannot hold."""
    from bot.cli.items import course_of
    from bot.packs.library import find_pack, packs_folder, read_pictures
    from store.durable import write_durably
    from study.banks import FORMS, write_bank

    form = FORMS.get(to)
    if form is None:
        raise ends(f"There is no form “{to}”; choose one of {', '.join(FORMS)}.")
    found = course_of(course)
    path = file or Path(f"{found.id}.{form.ending}")
    written = write_bank(form, found, read_pictures(find_pack(packs_folder(), course)))
    try:
        write_durably(path, written.data)
    except OSError as error:
        raise ends(f"{path} cannot be written ({error.strerror}).") from None
    for sentence in written.left:
        typer.echo(sentence, err=True)
    typer.echo(f"Written to {path}.")
