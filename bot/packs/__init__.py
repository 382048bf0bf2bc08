"""Course packs on disk, and notes that become packs."""

from __future__ import annotations

from pathlib import Path

PACKS = Path(__file__).parents[2] / "content"
"""The packs that come along: beside the rooms, in a checkout as where it is installed."""
