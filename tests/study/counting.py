"""What work takes, counted: a clock would say something else on every machine."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from types import FrameType


def calls(work: Callable[[], object]) -> int:
    """How many calls, of Python and of C, some work takes.

    Not in it: what others left for the garbage collector, and what slipcover does in between, which now and then goes
    through every module to take out the marks of lines that it has seen.
    """
    count, measuring = 0, None

    def event(frame: FrameType, kind: str, called: object) -> None:
        nonlocal count, measuring
        if measuring is not None:
            if kind == "return" and frame is measuring:
                measuring = None
        elif kind == "call" and frame.f_globals.get("__package__") == "slipcover":
            measuring = frame
        elif kind == "call" or (kind == "c_call" and getattr(called, "__module__", None) != "slipcover.probe"):
            count += 1

    gc.disable()
    sys.setprofile(event)
    try:
        work()
    finally:
        sys.setprofile(None)
        gc.enable()
    return count
