"""Writes the documents that repeat what the code says, and with --check fails where they differ from it.

python docs/generate.py            writes them
python docs/generate.py --check    exits 1, naming each document that is out of step
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.cli.reports import agreement, gallery  # noqa: E402
from bot.packs import PACKS as SHIPPED  # noqa: E402
from bot.platforms import registry  # noqa: E402
from bot.settings import Settings, variable  # noqa: E402
from cogs import COGS  # noqa: E402
from docs.catalogue import catalogue  # noqa: E402

COMMANDS = (
    "run", "import", "check", "grade", "packs", "pack", "simulate", "rubric", "models", "groups", "doctor", "discord",
    "slack", "health", "backup", "restore",
)  # fmt: skip


def settings_page() -> str:
    """Every setting with its default and meaning."""
    lines = [
        "# Settings",
        "",
        "Read from the environment and from a file `.env` in the folder where the bot is started. None is required.",
        "",
        "| setting | default | what it does |",
        "| --- | --- | --- |",
    ]
    for kind in (Settings, *(registry.package(name).SETTINGS for name in registry.NAMES)):
        for name, field in kind.model_fields.items() if kind is not None else ():
            default = field.get_default()
            shown = "" if name == "packs" or not str(default) or "SecretStr" in repr(default) else f"`{default}`"
            shown = "`content/`" if name == "packs" else shown
            lines.append(f"| `{variable(kind, name)}` | {shown} | {field.description} |")
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Every command people may give in a channel."""
    lines = ["# Commands", "", "The same on every platform. What only organisers may do is marked.", ""]
    for cog in COGS:
        if not cog.commands:
            continue
        lines += [f"## {cog.summary}", ""]
        for command in cog.commands:
            rights = " *(organisers)*" if command.organiser else ""
            privacy = "Only you see the answer." if command.private else "Everyone sees the answer."
            lines.append(f"- `/{command.name}`{rights}: {command.summary}. {privacy}")
            for option in command.options:
                need = "" if option.required else ", optional"
                lines.append(f"  - `{option.name}` ({option.kind}{need}): {option.summary}")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def command_line_page() -> str:
    """The help of every part of the command line."""
    studybot = Path(sys.executable).parent / "studybot"
    plain = os.environ | {"COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1", "_TYPER_FORCE_DISABLE_TERMINAL": "1"}
    parts = ["# The command line", ""]
    for name in ("", *COMMANDS):
        words = [str(studybot), *([name] if name else []), "--help"]
        done = subprocess.run(words, env=plain, capture_output=True, text=True, check=True)  # noqa: S603
        text = "\n".join(line.rstrip() for line in done.stdout.strip().splitlines())
        parts += [f"## studybot {name}".rstrip(), "", "```text", text, "```", ""]
    return "\n".join(parts).rstrip() + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "docs/settings.md": settings_page,
    "docs/commands.md": commands_page,
    "docs/command-line.md": command_line_page,
    "docs/agreement-fastbook.md": lambda: agreement("fastbook"),
    "docs/gallery.md": lambda: gallery(SHIPPED),
    **{str(one.relative_to(ROOT)): partial(catalogue, one) for one in sorted((ROOT / "study/texts").glob("*.po"))},
}
PAGES |= {str(path.relative_to(ROOT)): partial(catalogue, path) for path in (ROOT / "study/texts").glob("*.po")}


def main() -> int:
    """Write, or check."""
    stale = []
    for name, made in PAGES.items():
        path, text = ROOT / name, made()
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
    for name in stale:
        print(f"{name} is out of step with the code: run python docs/generate.py")
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main())
