"""The project's programs as tests start them: each a process of its own, forked from one that has read the code.

Reading the code anew is most of what a start costs, and tests start hundreds of programs. What is started here has its
own memory, environment, streams and signals and dies alone; only its imports are done already. As a user starts them,
from the installed scripts, tests/test_wheel.py and tests/test_readme.py do.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

STUDYBOT = Path(sys.executable).with_name("studybot")
PIPE, DEVNULL, STDOUT = subprocess.PIPE, subprocess.DEVNULL, subprocess.STDOUT

FORKING = multiprocessing.get_context("forkserver")
FORKING.set_forkserver_preload(
    [
        "alembic.command",
        "bot.app",
        "bot.cli.packs",
        "bot.platforms.browser.platform",
        "bot.platforms.discord.platform",
        "bot.platforms.slack.platform",
        "models.cli.main",
        "models.server.serve",
        "models.server.service",
        "tests.shipped",
    ]
)


class Program:
    """A program that runs: what tests use of `subprocess.Popen`, and to be waited for by coroutines too.

    `main` is what it runs, as `module:function`; `words` are what stands behind `studybot` on its command line. Each of
    its streams is PIPE, DEVNULL or an open file; `stderr` may be STDOUT.
    """

    def __init__(
        self,
        *words: str,
        main: str = "bot.cli.main:main",
        env: Mapping[str, str] | None = None,
        cwd: Path | str | None = None,
        stdin: Any = DEVNULL,
        stdout: Any = PIPE,
        stderr: Any = PIPE,
    ) -> None:
        self.stdin, its_stdin = _stream(stdin, writing=True)
        self.stdout, its_stdout = _stream(stdout)
        self.stderr, its_stderr = (None, os.dup(its_stdout)) if stderr == STDOUT else _stream(stderr)
        streams = [Connection(number) for number in (its_stdin, its_stdout, its_stderr)]  # travel to the other process
        command = [str(STUDYBOT), *words]
        environment, folder = dict(os.environ if env is None else env), str(cwd or Path.cwd())
        self._process = FORKING.Process(target=_become, args=(main, command, environment, folder, streams))
        self._process.start()
        for stream in streams:
            stream.close()
        self.pid = self._process.pid or 0

    @property
    def returncode(self) -> int | None:
        """Its exit code, or the negative number of the signal that killed it; None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("studybot", timeout or 0)
        return self.returncode

    async def ended(self) -> int:
        """Wait for its end; the exit code."""
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, over.set)
        try:
            await over.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        return self.wait()

    async def lines(self) -> AsyncIterator[bytes]:
        """What it writes, line by line, to its end."""
        reader, loop = asyncio.StreamReader(), asyncio.get_running_loop()
        line, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), self.stdout)
        try:
            async for said in reader:
                yield said
        finally:
            line.close()

    def close(self) -> None:
        """Close our ends of its streams."""
        for stream in (self.stdin, self.stdout, self.stderr):
            if stream is not None:
                stream.close()


def run(*words: str, timeout: float = 60, **how: Any) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, as `subprocess.run` does with `capture_output` and `text`."""
    with TemporaryFile() as said, TemporaryFile() as complained:
        program = Program(*words, stdout=said, stderr=complained, **how)
        try:
            code = program.wait(timeout)
        finally:
            program.kill()
        told = []
        for file in (said, complained):
            file.seek(0)
            told.append(file.read().decode())
    return subprocess.CompletedProcess(words, code, *told)


def _stream(wanted: Any, *, writing: bool = False) -> tuple[IO[Any] | None, int]:
    """Our end of a stream, where it has one, and the program's."""
    if wanted == DEVNULL:
        return None, os.open(os.devnull, os.O_RDWR)
    if wanted != PIPE:
        return None, os.dup(wanted.fileno())
    read, write = os.pipe()
    return (os.fdopen(write, "wb", 0), read) if writing else (os.fdopen(read, "rb"), write)


def _become(main: str, command: list[str], env: dict[str, str], cwd: str, streams: list[Connection]) -> None:
    """Take on, in the process that was forked, what the program was given, and run it."""
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
        stream.close()
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", 1 if env.get("PYTHONUNBUFFERED") else -1, closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, errors="backslashreplace", closefd=False)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(cwd)
    sys.argv = command
    module, _, function = main.partition(":")
    getattr(import_module(module), function)()
