"""Course packs: YAML texts in, a course out, and every fault with its file, line and mend."""

from __future__ import annotations

from study.packs.reading import Origin, Pack, PackFaults, item_ids, load_course, load_item, load_pack, recap_name
from study.packs.schema import pack_schema
from study.packs.tree import Fault

__all__ = [
    "Fault",
    "Origin",
    "Pack",
    "PackFaults",
    "item_ids",
    "load_course",
    "load_item",
    "load_pack",
    "pack_schema",
    "recap_name",
]
