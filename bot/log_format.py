"""How the log is written: lines for people to read, or one JSON object a line for a program that collects them."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class JsonFormatter(logging.Formatter):
    """A record as one line: `at`, `level`, `logger`, `message`, and `exception`, a traceback, where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def start_log(level: str, *, as_json: bool) -> None:
    """Write what is at least of that level to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if as_json else logging.Formatter(LINE))
    logging.basicConfig(level=level, handlers=[handler])
