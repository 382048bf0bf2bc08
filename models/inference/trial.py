"""A bundle tried out before it may answer: loaded in a process of its own, where it can harm nobody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

from models.bundles.manifest import WEIGHTS, Manifest, verify
from models.errors import BundleError, ModelsError

_PROCESSOR_SECONDS: Final = 120
_WALL_SECONDS: Final = 900  # the machine may be busy with other things
_MEMORY: Final = 4 << 30  # beside its weights, which are held a few times while they are put in place
_UNSOUND: Final = 3  # exit code: the reason stands on standard output


def try_out(folder: Path) -> Manifest:
    """The manifest of a bundle that loads and answers its golden picture. Raises BundleError with the reason."""
    manifest = verify(folder)
    named = f"{manifest.name} {manifest.version}"
    command = [sys.executable, "-m", "models.inference.trial", str(folder.resolve())]
    try:
        ended = subprocess.run(  # noqa: S603
            command, capture_output=True, text=True, timeout=_WALL_SECONDS, check=False, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        raise BundleError(f"{named} took too long to load, so it cannot be used.") from None
    if ended.returncode == _UNSOUND:
        raise BundleError(ended.stdout.strip())
    if ended.returncode < 0:
        raise BundleError(f"{named} needs too much time or memory to load, or breaks what loads it.")
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise BundleError(f"{named} cannot be tried out: {last[:300]}.")
    return manifest


def _load(folder: str) -> None:
    """In the process apart."""
    from models.inference.fastai_import import import_fastai
    from models.inference.limits import die_with_parent, limit_memory, limit_processor
    from models.inference.predictor import Predictor

    die_with_parent()
    import_fastai()
    limit_processor(_PROCESSOR_SECONDS)
    limit_memory(_MEMORY + 4 * (Path(folder) / WEIGHTS).stat().st_size)
    try:
        Predictor(Path(folder), exact=False)
    except ModelsError as error:
        print(error, flush=True)
        raise SystemExit(_UNSOUND) from None


if __name__ == "__main__":
    _load(sys.argv[1])
