"""What work takes, counted: a clock would say something else on every machine."""

from __future__ import annotations

import gc
from collections.abc import Callable
from cProfile import Profile


def calls(work: Callable[[], object]) -> int:
    """How many calls, of Python and of C, some work takes; what others left for the garbage collector is not in it."""
    profile = Profile(subcalls=False)
    gc.disable()
    try:
        profile.runcall(work)
    finally:
        gc.enable()
    return sum(entry.callcount for entry in profile.getstats())
