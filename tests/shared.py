"""What the tests hold the program to but the project may not publish: platforms' schemas, the notes it began from.

STUDYBOT_SHARED names the folder that has them (`schemas/`, `seeds/`). Without it, what needs them is skipped and says
so; with it nothing is skipped, and a file that is missing there is a failure.
"""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ["STUDYBOT_SHARED"]).resolve() if os.environ.get("STUDYBOT_SHARED") else None
needs_shared = pytest.mark.skipif(
    SHARED is None, reason="STUDYBOT_SHARED names no folder with the platforms' schemas and the first notes"
)


def schema(name):
    """The text of one published schema."""
    return (SHARED / "schemas" / name).read_text(encoding="utf-8")


def note(number):
    """The path of one of the notes, by the number its name begins with."""
    found = sorted((SHARED / "seeds").glob(f"{number}_*.txt"))
    assert len(found) == 1, f"{SHARED / 'seeds'} must hold the note {number}"
    return found[0]
