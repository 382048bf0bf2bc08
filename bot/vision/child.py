"""The model service as the bot's child: started, watched, started again after a fall, and ended with the bot."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import logging
import os
import re
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from cogs.services import ClassifierError
from study.texts import _, joined, n_, noop

log = logging.getLogger(__name__)

NEEDED = ("torch", "fastai")
INSTALL = "pip install 'studybot[models]'"
"""What adds the model side to an installation; in a clone `make setup` has done it."""
SAFE_PATH = {"PYTHONSAFEPATH": "1"}
"""Environment in which Python runs no module that merely lies in the folder where the bot was started."""
_SECRET = re.compile(r"TOKEN|SECRET|PASS|KEY|URL|^(DISCORD|SLACK|SIGNIN|STUDYBOT|AWS|AZURE|GOOGLE)_")
"""What the models have no business with: neither the bot's tokens nor its database."""
_ADDRESS = re.compile(r"http://\S+")
_STEADY_SECONDS = 60.0


class ModelService:
    """Runs `python -m models serve` on a free port. `address()` says where it answers, or why it does not.

    The child's standard input is a pipe from here: when this process dies, however suddenly, the child ends too.
    """

    def __init__(
        self,
        data: Path,
        *,
        token: str = "",
        command: Sequence[str] | None = None,
        needed: Sequence[str] = NEEDED,
        first_wait: float = 0.5,
        most_wait: float = 60.0,
        start_seconds: float = 180.0,
    ) -> None:
        self._command = tuple(command or (sys.executable, "-m", "models", "serve", "--port", "0", "--with-parent"))
        self._environment: Mapping[str, str] = {
            **{name: value for name, value in os.environ.items() if not _SECRET.search(name)},
            "STUDYBOT_DATA": str(data),
            "MODELS_TOKEN": token,
            "PYTHONUNBUFFERED": "1",
            **SAFE_PATH,
        }
        self._needed, self._start_seconds = tuple(needed), start_seconds
        self._first_wait, self._most_wait = first_wait, most_wait
        self._watching: asyncio.Task[None] | None = None
        self._answers = asyncio.Event()
        self._settled = asyncio.Event()
        self._settled.set()
        self._address = ""
        self._why_not = noop("The model service is not started.")
        self.starts = 0

    def missing(self) -> str:
        """One sentence where this installation cannot run models, else nothing."""
        lacking = [name for name in self._needed if importlib.util.find_spec(name) is None]
        if not lacking:
            return ""
        return n_(
            "Pictures cannot be classified here: {names} is not installed. {install} "
            "adds what the models need, about 6 GB.",
            "Pictures cannot be classified here: {names} are not installed. {install} "
            "adds what the models need, about 6 GB.",
            len(lacking),
            names=joined(lacking),
            install=INSTALL,
        )

    def address(self) -> str:
        """Where the service answers. Raises ClassifierError with the reason where it does not."""
        if not self._answers.is_set():
            raise ClassifierError(_(self._why_not))
        return self._address

    async def start(self) -> None:
        """Begin; returns at once, for the models take a while to load. Without torch it only remembers to say so."""
        if lacking := self.missing():
            self._why_not = lacking
            log.warning("%s", lacking)
            return
        self._why_not = noop("The models are still being loaded: try again in half a minute.")
        self._settled.clear()
        self._watching = asyncio.create_task(self._watch(), name="model service")

    async def ready(self, seconds: float) -> bool:
        """Wait until the service answers; False if it does not within so many seconds."""
        try:
            async with asyncio.timeout(seconds):
                await self._answers.wait()
        except TimeoutError:
            return False
        return True

    async def loaded(self) -> None:
        """Wait while the child loads its models: until it answers, or has ended without."""
        await self._settled.wait()

    async def stop(self) -> None:
        """End the child, within seconds."""
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
            self._watching = None
        self._fallen(noop("The model service is stopped."))

    # --- watching ------------------------------------------------------------------------------------------------

    async def _watch(self) -> None:
        wait = self._first_wait
        while True:
            began = time.monotonic()
            try:
                last_words = await self._live_once()
            except OSError as fault:
                last_words = f"it cannot be started ({fault.strerror or fault})"
            if time.monotonic() - began > _STEADY_SECONDS:
                wait = self._first_wait
            self._fallen(noop("The model service has stopped and is being started again: try again in a minute."))
            log.warning("The model service ended (%s); it is started again in %.1f s.", last_words, wait)
            await asyncio.sleep(wait)
            wait = min(self._most_wait, wait * 2)

    async def _live_once(self) -> str:
        """Start the child and stay with it to its end; its last words are returned."""
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._environment,
        )
        self.starts += 1
        self._settled.clear()
        complaints: list[str] = []
        listening = asyncio.create_task(self._listen(process, complaints))
        try:
            async with asyncio.timeout(self._start_seconds):
                await self._spoken(process)
            assert process.stdout is not None
            while await process.stdout.readline():
                pass
            await process.wait()
        except TimeoutError:
            complaints.append(f"it was not ready after {self._start_seconds:.0f} s")
        finally:
            await _end(process)
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening
        return complaints[-1] if complaints else f"exit code {process.returncode}"

    async def _spoken(self, process: asyncio.subprocess.Process) -> None:
        """Until the child prints its address, or ends."""
        assert process.stdout is not None
        while line := await process.stdout.readline():
            if found := _ADDRESS.search(line.decode(errors="replace")):
                self._address = found[0]
                self._answers.set()
                self._settled.set()
                log.info("The model service answers at %s.", self._address)
                return

    async def _listen(self, process: asyncio.subprocess.Process, complaints: list[str]) -> None:
        assert process.stderr is not None
        with contextlib.suppress(ValueError):
            while line := await process.stderr.readline():
                said = line.decode(errors="replace").strip()
                if said:
                    complaints[:] = [*complaints[-4:], said]
                    log.info("models: %s", said)

    def _fallen(self, why: str) -> None:
        self._answers.clear()
        self._settled.set()
        self._why_not = why


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask the child to end, and after five seconds make it."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(5):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.stdin is not None:
        process.stdin.close()
