"""What proved a pack's rubrics: the file that says how they graded answers which their author had not seen."""

from __future__ import annotations

from collections.abc import Sequence

from study.course import Proof
from study.packs.loading import PROOF_FILE
from study.packs.splicing import as_yaml

__all__ = ["PROOF_FILE", "with_proofs"]

HEAD = (
    "# Marked answers that the rubrics' author had not seen, graded once; studybot rubric prove writes this.\n"
    "# A proof ends where its rubric is changed.\n"
)


def with_proofs(before: Sequence[Proof], made: Sequence[Proof]) -> str:
    """The text of the file with what was proved now, in place of what was proved of the same items before."""
    kept = {one.item: one for one in (*before, *made)}
    entries = [
        {"item": one.item, "rubric": one.rubric, "answers": str(one.answers), "agreed": str(one.agreed), "on": one.on}
        for one in kept.values()
    ]
    return HEAD + as_yaml([{key: text for key, text in each.items() if text} for each in entries])
