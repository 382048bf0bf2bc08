"""A training or a comparison in a process of its own, which never outlives whoever waits for it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path


async def followed(order: Path, hear: Callable[[bytes], None]) -> int:
    """Have an order done, hearing each line that is said of it; its exit code."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "models.training.job", str(order)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        async for line in process.stdout:
            hear(line)
        return await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
