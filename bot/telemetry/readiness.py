"""Looks whether the bot can do its work."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from bot.telemetry.health import Check, JobState
from store import Store, StoreError

LINE = "the line to "
"""How the job is called that looks whether people can reach the bot on a platform; the platform's name follows."""
PROBED_AT = "probed_at"
PROBE_SECONDS = 15.0
"""A write into the database proves that it can be written; so long the proof is good."""
FRESH_SECONDS = 60.0
LONGEST_RUN = 900.0
"""So long a single run may take on a big morning before it is thought to hang."""


class Readiness:
    """Looks at what a running bot needs: a database that takes writes, work that recurs, and lines that hold."""

    def __init__(self, store: Store, states: Callable[[], Mapping[str, JobState]]) -> None:
        self._store, self._states = store, states
        self._probed: tuple[float, Check] | None = None

    async def checks(self) -> tuple[Check, ...]:
        """Every check as it stands now."""
        database = await self._database()
        return (database, *(_of_job(name, state) for name, state in self._states().items()))

    async def _database(self) -> Check:
        now = time.monotonic()
        if self._probed is None or now - self._probed[0] >= PROBE_SECONDS or not self._probed[1].well:
            try:
                await self._store.facts.set(PROBED_AT, datetime.now(UTC).isoformat())
            except StoreError as error:
                self._probed = now, Check("the database", False, str(error))
            else:
                self._probed = now, Check("the database", True)
        return self._probed[1]


def _of_job(name: str, state: JobState) -> Check:
    platform = name.removeprefix(LINE) if name.startswith(LINE) else ""
    return Check(name, not (wrong := _wrong(name, state)), wrong, platform)


def _wrong(name: str, state: JobState) -> str:
    if state.reason:
        return state.reason
    if state.running is not None:
        hangs = state.running > LONGEST_RUN
        return f"{_begun(name)} has not ended for {state.running:.0f} seconds: restart the bot." if hangs else ""
    if state.rests is None:
        return f"{_begun(name)} has not begun yet: wait a moment."
    late = state.rests > max(FRESH_SECONDS, 3 * state.every)
    return f"{_begun(name)} did not begin for {state.rests:.0f} seconds: restart the bot." if late else ""


def _begun(name: str) -> str:
    return name[0].upper() + name[1:]
