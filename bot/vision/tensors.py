"""A picture prepared in a process of its own, which is ended where it takes too much time or memory."""

from __future__ import annotations

import asyncio
import importlib.util
import sys

from bot.vision import preparing
from bot.vision.preparing import NO_PICTURE, TensorInput
from cogs.services import ClassifierError
from study.texts import _, joined

_WAIT = 20.0  # seconds, on a machine that is busy with other things
_AT_ONCE = asyncio.Semaphore(2)
NEEDED = ("PIL", "numpy")


async def tensor_of(picture: bytes, spec: TensorInput) -> bytes:
    """The tensor's bytes. Raises ClassifierError where the picture cannot be opened."""
    if lacking := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        raise ClassifierError(
            _(
                "{names} must be installed to feed this model: whoever runs the bot adds pillow and numpy.",
                names=joined(lacking),
            )
        )
    async with _AT_ONCE:
        made = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            preparing.__name__,
            spec.model_dump_json(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
        )
        try:
            async with asyncio.timeout(_WAIT):
                tensor, _errors = await made.communicate(picture)
        except TimeoutError:
            raise ClassifierError(_("The picture took too long to open: choose a smaller one.")) from None
        finally:
            if made.returncode is None:
                made.kill()
                await made.wait()
    if made.returncode == 0:
        return tensor
    if made.returncode == NO_PICTURE:
        raise ClassifierError(_("The picture cannot be opened: save it anew, or on a phone take a screenshot of it."))
    raise ClassifierError(_("The picture takes too much time or memory to open: choose a smaller one."))
