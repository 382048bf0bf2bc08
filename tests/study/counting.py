"""What work takes, counted: a clock would say something else on every machine."""

from __future__ import annotations

import gc
from collections.abc import Callable
from cProfile import Profile


def calls(work: Callable[[], object]) -> int:
    """How many calls, of Python and of C, some work takes; what others left for the garbage collector is not in it.

    Nor are slipcover's notes of the lines that were run. Where it takes notes out, for which it goes through every
    module, the work is done again.
    """
    while True:
        profile = Profile(subcalls=False)
        gc.disable()
        try:
            profile.runcall(work)
        finally:
            gc.enable()
        entries = [entry for entry in profile.getstats() if "slipcover.probe.signal" not in str(entry.code)]
        if not any("slipcover" in str(entry.code) for entry in entries):
            return sum(entry.callcount for entry in entries)
