"""The studybot command line. Everything heavy is imported inside the command that needs it."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import packs as cli_packs
from bot.cli.sentences import in_words

NEW_OBJECTS = 10_000
"""After so many new objects garbage is looked for. What a start makes it keeps, and looking through that as often as
Python does by itself takes a seventh of its processor time."""

app = typer.Typer(
    name="studybot",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("import")(cli_packs.import_notes)
app.command("check")(cli_packs.check)
app.command("grade")(cli_packs.grade)
app.command("packs")(cli_packs.packs)


def _lazily(name: str, module: str, attribute: str, summary: str) -> None:
    """Mount a group of commands that is imported only when it is called."""

    @app.command(
        name,
        help=summary,
        add_help_option=False,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )
    def called(context: typer.Context) -> None:
        from importlib import import_module

        group: typer.Typer = getattr(import_module(module), attribute)
        group(args=context.args, prog_name=f"studybot {name}")


_lazily("rubric", "bot.cli.rubric", "rubric_app", "Rubric authoring tools: draft, test, explain and improve rubrics.")
_lazily("pack", "bot.cli.pack", "pack_app", "Course packs: begin one, add one from elsewhere, export one.")
_lazily(
    "groups",
    "bot.cli.groups",
    "groups_app",
    "Groups: what they follow, what was changed, and messages nobody is sure of.",
)
_lazily("discord", "bot.cli.discord", "discord_app", "Discord: the invite link.")
_lazily("slack", "bot.cli.slack", "slack_app", "Slack: the app manifest.")


def _tell_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"studybot {version('studybot')}")
        raise typer.Exit


@app.callback()
def _studybot(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """The study-group bot: weekly questions, rubric grading, a fair leaderboard, and fastai models in chat."""


@app.command()
def run(
    platform: Annotated[
        list[str] | None,
        typer.Option(help="discord, slack, browser or terminal; repeat for several. Default: all whose token is set."),
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port of the browser page; 0 takes any.")] = None,
) -> None:
    """Serve the study group. Without any settings: in the browser, on this machine."""
    from bot.app import run_bot
    from bot.settings import read_settings

    given = {} if port is None else {"port": port}
    with in_words():
        asyncio.run(run_bot(read_settings(**given), platform or []))


@app.command(add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def models(context: typer.Context) -> None:
    """The fastai models: serve, train, publish, list and more. Needs the model side."""
    import importlib.util

    from bot.vision.child import INSTALL, SAFE_PATH

    if importlib.util.find_spec("torch") is None:
        typer.echo(f"The model side is not installed here: {INSTALL} adds PyTorch and fastai, about 6 GB.", err=True)
        raise typer.Exit(1)
    command, environment = [sys.executable, "-m", "models", *context.args], os.environ | SAFE_PATH
    if os.name == "posix":  # in place of this process, so that whoever stops it stops the models
        os.execve(sys.executable, command, environment)  # noqa: S606 - our own program
    raise typer.Exit(subprocess.run(command, check=False, env=environment).returncode)  # noqa: S603


@app.command()
def simulate(
    weeks: Annotated[
        int | None,
        typer.Option(min=1, max=520, help="How many weeks to live through; up to the course's end otherwise."),
    ] = None,
    members: Annotated[int, typer.Option(min=1, max=10_000, help="How many people take part.")] = 40,
    seed: Annotated[int, typer.Option(help="The same seed gives the same cohort.")] = 1,
    course: Annotated[str, typer.Option(help="Which course pack.")] = "fastbook",
    slots: Annotated[str, typer.Option(help="Weekly times such as 'Mon 18:00, Thu 18:00', or how many.")] = "2",
    questions: Annotated[int, typer.Option(min=1, max=10, help="Questions each time.")] = 3,
    pace: Annotated[str, typer.Option(help="What a course week follows: questions or calendar.")] = "questions",
    meeting: Annotated[str, typer.Option(help="A weekly time at which the group meets, such as 'Thu 19:00'.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The agenda alone, one JSON object a post.")] = False,
) -> None:
    """Simulate a whole course: tell what was posted week by week, answered and scored."""
    import time
    from dataclasses import asdict

    from bot.simulate import plan_of
    from bot.simulate import simulate as run_simulation

    begun = time.perf_counter()
    with in_words():
        tally = asyncio.run(run_simulation(plan_of(weeks, members, seed, course, slots, questions, pace, meeting)))
    if as_json:
        for line in tally.agenda:
            typer.echo(json.dumps(asdict(line)))
    else:
        typer.echo(tally.text(time.perf_counter() - begun))


@app.command()
def doctor(as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """Look at everything the settings name, and say in words what is wrong."""
    from dataclasses import asdict

    from bot.doctor import examine
    from bot.settings import read_settings

    with in_words():
        findings = asyncio.run(examine(read_settings()))
    signs = {"well": "ok  ", "warning": "note", "wrong": "BAD "}
    for finding in findings:
        typer.echo(
            json.dumps(asdict(finding)) if as_json else f"{signs[finding.state]}  {finding.what}: {finding.sentence}"
        )
    raise typer.Exit(int(any(finding.state == "wrong" for finding in findings)))


@app.command()
def health(
    within: Annotated[float, typer.Option(help="How many seconds old its last sign of life may be.")] = 60,
) -> None:
    """Exit 0 if a bot in this data folder is ready, as /readyz says (for container health checks), else say why not."""
    from bot.settings import read_settings
    from bot.telemetry.health import troubles

    with in_words():
        found = troubles(read_settings().data, within)
    for sentence in found:
        typer.echo(sentence, err=True)
    raise typer.Exit(int(bool(found)))


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="Where to write the backup; must not exist yet.")]) -> None:
    """Write a consistent copy of the database, also while the bot runs; with a passphrase set, of the keys too."""
    from bot.keys import KEY_FILES, wrapped_keys
    from bot.settings import read_settings
    from store.backup import backup as write

    with in_words():
        settings = read_settings()
        passphrase = settings.backup_passphrase.get_secret_value()
        keys = wrapped_keys(settings.data, passphrase) if passphrase else {}
        asyncio.run(write(settings.database, file, keys))
    typer.echo(f"Written to {file}.")
    if keys:
        typer.echo("The keys are in it, under STUDYBOT_BACKUP_PASSPHRASE: keep that elsewhere.")
    elif any((settings.data / name).exists() for name in KEY_FILES):
        typer.echo("The keys are not in it: set STUDYBOT_BACKUP_PASSPHRASE to have them wrapped, or keep a copy apart.")


@app.command()
def restore(file: Annotated[Path, typer.Argument(help="A file written by studybot backup.")]) -> None:
    """Put a backup in the place of the database. The bot must not be running."""
    from bot.data_folder import prepared_folder
    from bot.keys import put_back, unwrapped_keys
    from bot.settings import read_settings
    from store.backup import keys_of
    from store.backup import restore as read

    with in_words():
        settings = read_settings()
        passphrase, wrapped = settings.backup_passphrase.get_secret_value(), keys_of(file)
        keys = unwrapped_keys(wrapped, passphrase) if passphrase else {}
        asyncio.run(read(settings.database, file))
        differ = put_back(keys, prepared_folder(settings.data)) if keys else []
    typer.echo("Restored. What the platforms already have is not posted again.")
    if wrapped and not passphrase:
        typer.echo("The keys in the backup were left: set STUDYBOT_BACKUP_PASSPHRASE and restore again to have them.")
    for name in differ:
        typer.echo(f"{name} was there already, is another key, and was left: move it aside to have the backup's.")


def main() -> None:
    """Run the command line."""
    gc.set_threshold(NEW_OBJECTS)
    if not cli_packs.grade_at_once(sys.argv[1:]):
        app()
