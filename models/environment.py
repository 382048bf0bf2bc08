"""What a process that opens other people's files is told of its surroundings: where programs lie, and no secret."""

from __future__ import annotations

import os
from collections.abc import Mapping

_NAMES = frozenset({"PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "VIRTUAL_ENV"})
_PREFIXES = ("LC_", "LD_", "DYLD_", "PYTHON", "OMP_", "MKL_", "OPENBLAS_", "CUDA_")


def bare_environment(**more: str) -> Mapping[str, str]:
    """The environment without tokens, passwords and settings: whatever is not known to be needed is left out."""
    told = {name: value for name, value in os.environ.items() if name in _NAMES or name.startswith(_PREFIXES)}
    return told | more
