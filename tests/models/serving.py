"""A service as a process of its own, for tests."""

import contextlib
import io
import json
import os
import re
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.programs import PIPE, Program

ROOT = Path(__file__).parents[2]


def to_bytes(image, format="PNG", **how):
    kept = io.BytesIO()
    image.save(kept, format, **how)
    return kept.getvalue()


def until_warm(address):
    """Wait until the last model is loaded: the service answers from the first on."""
    with contextlib.suppress(urllib.error.HTTPError):  # it has no model at all
        while "warming" in json.load(urllib.request.urlopen(f"{address}/readyz")):
            time.sleep(0.05)


@contextlib.contextmanager
def served(*options, env=None, data, command=("serve",)):
    """A service of its own: yields its address and its process."""
    settings = {**os.environ, "STUDYBOT_DATA": str(data), **(env or {})}
    words = (*command, "--port", "0", "--with-parent", "--threads", "1", *options)
    process = Program(*words, main="models.cli.main:main", stdin=PIPE, cwd=ROOT, env=settings)
    try:
        line = process.stdout.readline().decode()
        found = re.search(r"http://\S+", line)
        if not found:
            raise AssertionError(f"no address: {line!r} {process.stderr.read().decode()}")
        until_warm(found[0])
        yield found[0], process
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.close()
