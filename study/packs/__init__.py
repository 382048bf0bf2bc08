"""Course packs: YAML texts in, a course out, and every fault with its file, line and fix."""

from __future__ import annotations

from study.packs.loading import (
    Pack,
    PackFaults,
    item_ids,
    language_of_course,
    load_course,
    load_item,
    load_pack,
    load_recap,
)
from study.packs.schema import pack_schema
from study.packs.tree import Fault
from study.packs.weeks import Origin, recap_name

__all__ = [
    "Fault",
    "Origin",
    "Pack",
    "PackFaults",
    "item_ids",
    "language_of_course",
    "load_course",
    "load_item",
    "load_pack",
    "load_recap",
    "pack_schema",
    "recap_name",
]
