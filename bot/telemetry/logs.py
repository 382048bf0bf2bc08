"""How the log is written: lines for people to read, or one JSON object a line for a program that collects them.

What people wrote is in none of them, at no level: libraries, which tell whole requests at DEBUG, say no more than at
INFO, and what a database quotes of a row is left out of tracebacks.
"""

from __future__ import annotations

import json
import logging
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TextIO

from bot.telemetry import metrics
from bot.telemetry.events import current_event

LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"
OWN = ("bot", "cogs", "store", "study")
"""Loggers that may be set to DEBUG."""
MOST_ALIKE = 20
"""So many lines of one kind are written within `WINDOW` seconds; further ones are counted."""
WINDOW = 60.0
_KINDS = 1000
_QUOTED_ROW = re.compile(r"^DETAIL:.*?(?=^\[SQL|^The above exception|^During handling|\Z)", re.M | re.S)


class _WithoutRows(logging.Formatter):
    """Tracebacks in which no database quotes what people wrote."""

    def formatException(self, ei: Any) -> str:  # noqa: ANN401, N802 - as logging calls it
        """The traceback."""
        return _QUOTED_ROW.sub("DETAIL: left out\n", super().formatException(ei))


class TextFormatter(_WithoutRows):
    """A record as a line, with its event where there is one."""

    def __init__(self) -> None:
        super().__init__(LINE)

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - as logging calls it
        """The line without a traceback."""
        told = super().formatMessage(record)
        return f"{told} (event {event})" if (event := current_event()) else told


class JsonFormatter(_WithoutRows):
    """A record as one line: `at`, `level`, `logger`, `message`; where there are any, `event` and `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if event := current_event():
            told["event"] = event
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


@dataclass(slots=True)
class _Alike:
    """Lines of one kind since a moment: how many were written, and how many only counted."""

    since: float
    written: int = 0
    counted: int = 0


class CountingHandler(logging.StreamHandler[TextIO]):
    """Writes lines of one kind (the same words of the program, whatever is filled in) so often, and counts the rest."""

    def __init__(self, stream: TextIO | None = None) -> None:
        super().__init__(stream)
        self._alike: dict[tuple[str, int, str], _Alike] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record, or count it."""
        metrics.LOG_LINES.labels(record.levelname).inc()
        now, kind = time.monotonic(), (record.name, record.levelno, str(record.msg))
        self._sum_up(now - WINDOW)
        alike = self._alike.setdefault(kind, _Alike(now))
        if alike.written < MOST_ALIKE:
            alike.written += 1
            super().emit(record)
        else:
            alike.counted += 1

    def close(self) -> None:
        """Say what was counted, and close."""
        self._sum_up(float("inf"))
        super().close()

    def _sum_up(self, before: float) -> None:
        """Say how many lines were only counted since windows that began before a moment; they are over."""
        if len(self._alike) > _KINDS:
            before = float("inf")
        over = [kind for kind, alike in self._alike.items() if alike.since <= before]
        for kind in over:
            name, level, words = kind
            if counted := self._alike.pop(kind).counted:
                args = (f"{counted:,}", f"{WINDOW:.0f}", words)
                super().emit(logging.LogRecord(name, level, "", 0, "%s more lines within %s seconds: %s", args, None))


def start_log(level: str, *, as_json: bool) -> None:
    """Write what is at least of that level to standard error; of libraries nothing below INFO."""
    handler = CountingHandler()
    handler.setFormatter(JsonFormatter() if as_json else TextFormatter())
    logging.basicConfig(level=max(logging.INFO, logging.getLevelName(level)), handlers=[handler])
    for name in OWN:
        logging.getLogger(name).setLevel(level)
