"""The models' command line: make, train, publish, serve. It also runs as `studybot models …`."""

from __future__ import annotations

import asyncio
import os
from typing import Annotated

import typer

from models.cli import improve, keep, make
from models.cli.app import PORT, Roots, app, feedback_folder, one_sentence, own_folder, roots_of, stop, trained_folder

__all__ = ["app", "improve", "keep", "main", "make"]


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free port.")] = PORT,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    models: Roots = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    exact: Annotated[bool, typer.Option("--exact", help="Full precision only, no bfloat16.")] = False,
    queue: Annotated[int, typer.Option(min=1, help="Pictures inside at once; more are refused with 429.")] = 64,
    threads: Annotated[
        int, typer.Option(min=0, max=1024, help="CPU threads for the network (0: as measured here).")
    ] = 0,
    decoders: Annotated[
        int, typer.Option(min=0, max=64, help="Processes that open pictures (0: as measured here).")
    ] = 0,
    max_batch: Annotated[
        int, typer.Option("--max-batch", min=0, max=16, help="Pictures at a time, at most (0: as measured here).")
    ] = 0,
    with_parent: Annotated[bool, typer.Option("--with-parent", help="End when standard input closes.")] = False,
) -> None:
    """Answer for pictures over HTTP. MODELS_TOKEN, where set, is the bearer token callers must give."""
    from models.server.learning.trainings import TrainingSettings
    from models.server.serve import fast_loop, run
    from models.server.service import Settings

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
        training=TrainingSettings(feedback_folder(), own_folder().parent / "training", trained_folder()),
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
