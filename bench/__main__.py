"""Every long proof and every figure, one script after the other: `make bench`, or `python -m bench NAME...` for some.

`python -m bench --list` says what there is and how long it may take, by estimate. Each script prints its own figures,
taken in this one run on this one machine.
"""

from __future__ import annotations

import ast
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent


TAKES = {
    "discord_burst": "1 minute",
    "grading_evaluate": "5 minutes",
    "grading_fingerprint": "1 minute",
    "grading_fuzz": "5 minutes",
    "models": "5 minutes",
    "models_agreement": "30 minutes",
    "models_ray": "6 minutes",
    "models_steady": "10 minutes",
    "page_attacks": "10 minutes",
    "page_history": "1 minute",
    "page_outages": "2 minutes",
    "reading_linear": "20 minutes",
    "pages_of_a_year": "1 minute",
    "reliability": "4 hours",
    "semantic": "6 minutes",
    "slack_burst": "1 minute",
    "spine": "2 minutes",
    "store": "15 minutes",
}


def listed(scripts: list[Path]) -> None:
    """What each script shows, and about how long it takes on two cores."""
    for path in scripts:
        shows = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
        print(f"{path.stem} ({TAKES.get(path.stem, 'not measured')}): {shows}")
        if path.stem == "reliability":
            subprocess.run([sys.executable, "-m", "bench.reliability", "--list"], cwd=HERE.parent, check=False)


def main(names: list[str]) -> int:
    """Run the scripts named, or all; 1 if any failed."""
    scripts = [path for path in sorted(HERE.glob("*.py")) if not path.name.startswith("_")]
    if names == ["--list"]:
        listed(scripts)
        return 0
    if unknown := set(names) - {path.stem for path in scripts}:
        print(f"There is no {', '.join(sorted(unknown))}; there are: {', '.join(path.stem for path in scripts)}.")
        return 1
    print(
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"
    )
    failed = []
    for path in scripts:
        if names and path.stem not in names:
            continue
        print(f"\n=== {path.stem}", flush=True)
        begun = time.perf_counter()
        done = subprocess.run([sys.executable, "-m", f"bench.{path.stem}"], cwd=HERE.parent, check=False)  # noqa: S603
        print(f"({time.perf_counter() - begun:.0f} s)", flush=True)
        if done.returncode:
            failed.append(path.stem)
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
