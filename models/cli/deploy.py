"""The commands that put the service on several machines or GPUs: `deploy ray`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated

import typer

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

deploy_app = typer.Typer(no_args_is_help=True, help="Run the service on several machines or GPUs.")
app.add_typer(deploy_app, name="deploy")


@deploy_app.callback()
def deploy() -> None:
    """Run the service on several machines or GPUs."""


@deploy_app.command()
def ray(
    port: Port = PORT,
    host: Host = "127.0.0.1",
    models: Roots = None,
    replicas: Annotated[str, typer.Option(help="How many; 1-4 for as many as the load asks for.")] = "2",
    cpus: Annotated[float, typer.Option(min=0.1, help="Processors for each.")] = 1.0,
    gpus: Annotated[float, typer.Option(min=0, help="GPUs for each; 0.5 shares one between two.")] = 0.0,
    exact: Exact = False,
    queue: Queue = 64,
    threads: Threads = 0,
    decoders: Decoders = 0,
    max_batch: MaxBatch = 0,
    address: Annotated[str, typer.Option(help="A Ray cluster that runs (auto: this machine's).")] = "",
    join: Annotated[bool, typer.Option("--join", help="Answer for what the cluster runs already.")] = False,
    write: Annotated[Path | None, typer.Option(help="Write it to this file, for `serve deploy`, and end.")] = None,
    with_parent: WithParent = False,
) -> None:
    """The service with Ray Serve: replicas of it behind one address. MODELS_TOKEN is the bearer token to ask for."""
    from models.server.base import Settings
    from models.server.distributed.ray_serve import Deployment, configuration, run

    least, most = counts(replicas)
    if join and not address:
        raise stop("--join needs the cluster's address: --address auto for this machine's.")
    deployment = Deployment(
        models=tuple(one.resolve() for one in roots_of(models)),
        feedback=feedback_folder().resolve(),
        least=least,
        most=most,
        cpus=cpus,
        gpus=gpus,
        exact=exact,
        queue=queue,
        threads=threads,
        decoders=decoders,
        max_batch=max_batch,
    )
    with one_sentence():
        if write is not None:
            write.write_text(configuration(deployment), encoding="utf-8")
            typer.echo(f"{write} is for `serve deploy {write}`; then answer with --address auto --join.")
            return
        settings = Settings(
            roots=deployment.models,
            token=os.environ.pop("MODELS_TOKEN", ""),  # no replica needs it
            queue=queue * most,
            feedback=deployment.feedback,
            training=training_settings(),
        )
        run(deployment, settings, host, port, address=address, join=join, with_parent=with_parent)


def counts(replicas: str) -> tuple[int, int]:
    """How many replicas at least and at most: `2` or `1-4`."""
    found = re.fullmatch(r"([0-9]{1,4})(?:-([0-9]{1,4}))?", replicas)
    least, most = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= least <= most:
        raise stop(f"{replicas!r} is no number of replicas: say 2, or 1-4 for as many as the load asks for.")
    return least, most
