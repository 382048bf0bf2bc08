"""Every long proof and every figure, one script after the other: `make bench`, or `python -m bench NAME...` for some.

Each script prints its own figures, taken in this one run on this one machine.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent


def main(names: list[str]) -> int:
    """Run the scripts named, or all; 1 if any failed."""
    scripts = [path for path in sorted(HERE.glob("*.py")) if not path.name.startswith("_")]
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
        done = subprocess.run([sys.executable, "-m", f"bench.{path.stem}"], cwd=HERE.parent, check=False)  # noqa: S603
        if done.returncode:
            failed.append(path.stem)
    if failed:
        print(f"\nfailed: {', '.join(failed)}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
