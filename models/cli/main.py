"""The models' command line: make, train, publish, serve. It also runs as `studybot models …`."""

from __future__ import annotations

import asyncio
import os
from typing import Annotated

import typer

from models.cli import deploy, improve, keep, make
from models.cli.app import (
    PORT,
    Decoders,
    Exact,
    Host,
    MaxBatch,
    Port,
    Queue,
    Roots,
    Threads,
    WithParent,
    app,
    feedback_folder,
    one_sentence,
    roots_of,
    stop,
    training_settings,
)

__all__ = ["app", "deploy", "improve", "keep", "main", "make"]


@app.command()
def serve(
    port: Port = PORT,
    host: Host = "127.0.0.1",
    models: Roots = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    exact: Exact = False,
    queue: Queue = 64,
    threads: Threads = 0,
    decoders: Decoders = 0,
    max_batch: MaxBatch = 0,
    with_parent: WithParent = False,
) -> None:
    """Answer for pictures over HTTP. MODELS_TOKEN, where set, is the bearer token callers must give."""
    from models.server.base import Settings
    from models.server.serve import fast_loop, run

    settings = Settings(
        roots=roots_of(models),
        device=device,
        exact=exact,
        token=os.environ.get("MODELS_TOKEN", ""),
        queue=queue,
        threads=threads,
        decoders=decoders,
        most_in_batch=max_batch,
        feedback=feedback_folder(),
        training=training_settings(),
    )
    with one_sentence(), asyncio.Runner(loop_factory=fast_loop()) as runner:
        runner.run(run(settings, host, port, with_parent=with_parent))


@app.command()
def health(port: Annotated[int, typer.Option(help="Where the service listens on this machine.")] = PORT) -> None:
    """Exit 0 if a service on this machine answers its golden picture (for container health checks)."""
    from urllib.error import URLError
    from urllib.request import urlopen

    try:
        with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=8):
            return
    except (URLError, TimeoutError) as error:
        raise stop(f"No model service is ready on port {port} ({error}).") from None


def main() -> None:
    """Run the command line."""
    app(prog_name="studybot models")
