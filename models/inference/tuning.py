"""How a model is run on this machine: what was measured here, or what it is run with until it has been."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Tuning:
    """Processor threads for the network, processes that open its pictures, and how its pictures are put together."""

    threads: int
    decoders: int = 2
    batch: int = 8
    gather: bool = True  # whether a batch is worth waiting for
    tried: bool = False  # whether this machine was asked
    rate: float | None = None  # pictures a second, where it could be measured

    def as_json(self) -> dict[str, Any]:
        """As the service lists it."""
        found = asdict(self)
        rate = found.pop("rate")
        return found if rate is None else {**found, "rate": round(rate, 1)}

    def __str__(self) -> str:
        """For the log."""
        said = f"{self.threads} threads, {self.decoders} decoders, up to {self.batch} pictures at a time"
        return said if self.rate is None else f"{said}: {self.rate:.0f} pictures a second"
