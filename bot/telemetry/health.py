"""What a running bot says of itself: `/readyz` tells it, and the data folder holds it for `studybot health`."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

HEALTH = "health-{serves}.json"
"""One for each bot of a data folder, by the platforms that it serves: each tells of its own lines."""
NOBODY = "No running bot found in this data folder."
SILENT = (
    "The bot that serves {serves} last gave a sign {age:.0f} seconds ago: it has ended, it hangs, or it can write "
    "nothing into its data folder. See its log and whether the disk is full. If it shall run no more, delete {file}."
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


def write_down(data: Path, serves: Sequence[str], checks: Iterable[Check]) -> None:
    """Leave a bot's checks in the data folder, under the platforms it serves, for `studybot health`. Raises OSError."""
    told = {"at": time.time(), "serves": list(serves), "checks": [asdict(check) for check in checks]}
    path = _path(data, serves)
    half = path.with_name(f".{path.name}")
    half.write_text(json.dumps(told), encoding="utf-8")
    half.replace(path)  # whoever reads it reads it whole


def ended(data: Path, serves: Sequence[str]) -> None:
    """A bot that was told to stop leaves no sign behind."""
    _path(data, serves).unlink(missing_ok=True)


def troubles(data: Path, within: float) -> tuple[str, ...]:
    """What is wrong with the bots of a data folder, each in a sentence; nothing where all is well."""
    signs = sorted(data.glob(HEALTH.format(serves="*")))
    if not signs:
        return (NOBODY,)
    return tuple(dict.fromkeys(sentence for path in signs for sentence in _troubles(path, within)))


def _path(data: Path, serves: Sequence[str]) -> Path:
    return data / HEALTH.format(serves="-".join(sorted(serves)))


def _troubles(path: Path, within: float) -> Iterator[str]:
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return  # that bot was stopped meanwhile
    age = time.time() - written["at"]
    if age > within:
        yield SILENT.format(serves=" and ".join(written["serves"]), age=age, file=path)
        return
    yield from (check["sentence"] for check in written["checks"] if not check["well"])
