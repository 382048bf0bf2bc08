"""What is wrong with what: logged once for each reason, not at every look, until it changes or is over."""

from __future__ import annotations

import logging

from bot.errors import BotError
from cogs.errors import CogsError
from store import StoreError


class LogOnce:
    """The faults of one part of the program, by what they befell."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._known: dict[object, str] = {}

    def reason(self, what: object) -> str:
        """What is wrong with it now, in its own words; empty where nothing is."""
        reason = self._known.get(what, "")
        return reason.partition(": ")[2] or reason

    def failed(self, what: object, error: Exception, sentence: str) -> bool:
        """Log a fault where it is new; whether it is. Errors with a sentence speak for themselves."""
        reason = f"{type(error).__name__}: {error}"
        if self._known.get(what) == reason:
            return False
        self._known[what] = reason
        known = isinstance(error, StoreError | BotError | CogsError)
        self._log.log(
            logging.WARNING if known else logging.ERROR, "%s: %s", sentence, error, exc_info=None if known else error
        )
        return True

    def recovered(self, what: object, sentence: str) -> None:
        """Log that it works again, if it did not."""
        if self._known.pop(what, None) is not None:
            self._log.info("%s", sentence)
