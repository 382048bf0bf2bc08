"""A service as a process of its own, for tests."""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

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
    process = subprocess.Popen(
        [sys.executable, "-m", "models", *command, "--port", "0", "--with-parent", "--threads", "1", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "STUDYBOT_DATA": str(data), **(env or {})},
        text=True,
    )
    try:
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        if not found:
            raise AssertionError(f"no address: {line!r} {process.stderr.read()}")
        until_warm(found[0])
        yield found[0], process
    finally:
        process.terminate()
        try:
            process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()
