"""What a running bot says of itself: `/readyz` tells it, and the data folder holds it for `studybot health`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

HEALTH = "health.json"
NOBODY = "No running bot found in this data folder."
SILENT = (
    "The bot of this data folder last gave a sign {age:.0f} seconds ago: it has ended, it hangs, or it can write "
    "nothing there. See its log and whether the disk is full."
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be well, with what to do where it is not. `platform`, where it is a line to one."""

    name: str
    well: bool
    sentence: str = ""
    platform: str = ""


@dataclass(frozen=True, slots=True)
class JobState:
    """How a job stands. `running` and `rests`: for how many seconds it has run, or rests since a run; else None.

    `every`: after how many seconds it is run again. `reason`: why its last run failed; empty where it did not.
    """

    every: float
    running: float | None = None
    rests: float | None = None
    reason: str = ""


def write_down(data: Path, checks: Iterable[Check]) -> None:
    """Leave the checks in the data folder, for `studybot health`. Raises OSError."""
    told = {"at": time.time(), "checks": [asdict(check) for check in checks]}
    half = data / f".{HEALTH}"
    half.write_text(json.dumps(told), encoding="utf-8")
    half.replace(data / HEALTH)  # whoever reads it reads it whole


def troubles(data: Path, within: float) -> tuple[str, ...]:
    """What is wrong with the bot of a data folder, each in a sentence; nothing where all is well."""
    try:
        written = json.loads((data / HEALTH).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return (NOBODY,)
    age = time.time() - written["at"]
    if age > within:
        return (SILENT.format(age=age),)
    return tuple(dict.fromkeys(check["sentence"] for check in written["checks"] if not check["well"]))
