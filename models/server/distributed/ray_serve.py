"""Ray Serve as what runs the replicas: where they are placed, how many there are, what happens when one ends.

Ray is an extra, so it is imported only where it is needed. A cluster trusts whoever has its token; a Ray that is
started here is this machine's alone, asks for a token, and reports nothing to its makers.
"""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import os
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import torch
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.errors import LostError, ServeError
from models.server.app import runner
from models.server.base import Settings
from models.server.distributed.gateway import Gateway, application
from models.server.distributed.replica import Replica, Reply
from models.server.serve import bound, fast_loop, until_ended

if TYPE_CHECKING:
    from ray.serve.handle import DeploymentHandle

APP: Final = "studybot-models"
DEPLOYMENT: Final = "replica"
_OBJECT_STORE: Final = 100 << 20  # bytes; requests go from process to process and never into it
_ONGOING: Final = 16  # requests at once that keep one replica busy: as many as its largest batch
_HEALTH_SECONDS: Final = 10.0
_ENVIRONMENT: Final = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "GRPC_VERBOSITY": "ERROR",  # else it writes a line for each process that is started to open pictures
    "RAY_worker_niceness": "0",  # a replica is the service itself, not work beside it
    # Ray Serve's own recommendation for throughput: gRPC between processes, one event loop in each.
    "RAY_SERVE_USE_GRPC_BY_DEFAULT": "1",
    "RAY_SERVE_RUN_USER_CODE_IN_SEPARATE_THREAD": "0",
    "RAY_SERVE_RUN_ROUTER_IN_SEPARATE_LOOP": "0",
}


class Deployment(BaseModel):
    """How the replicas run: what Ray Serve's configuration file says as `args`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    models: tuple[Path, ...]
    feedback: Path | None = None
    least: Annotated[int, Field(ge=1)] = 2
    most: Annotated[int, Field(ge=1)] = 2
    cpus: Annotated[float, Field(gt=0)] = 1.0
    gpus: Annotated[float, Field(ge=0)] = 0.0
    exact: bool = False
    queue: Annotated[int, Field(ge=1)] = 64
    threads: Annotated[int, Field(ge=0)] = 0
    decoders: Annotated[int, Field(ge=0)] = 0
    max_batch: Annotated[int, Field(ge=0, le=16)] = 0

    @model_validator(mode="after")
    def _ordered(self) -> Deployment:
        if self.least > self.most:
            raise ValueError("there cannot be fewer replicas at most than at least")
        return self

    def settings(self) -> Settings:
        """How each replica's service runs. It asks for no token: the gateway does, and nobody else reaches it."""
        return Settings(
            roots=self.models,
            device="cuda" if self.gpus else "cpu",
            exact=self.exact,
            queue=self.queue,
            threads=self.threads,
            decoders=self.decoders,
            most_in_batch=self.max_batch,
            feedback=self.feedback,
        )

    def options(self) -> dict[str, Any]:
        """The same in Ray Serve's words."""
        count: dict[str, Any] = {"num_replicas": self.least}
        if self.least != self.most:
            scaling = {"min_replicas": self.least, "max_replicas": self.most, "target_ongoing_requests": _ONGOING}
            count = {"autoscaling_config": scaling}
        return {
            **count,
            "name": DEPLOYMENT,
            "max_ongoing_requests": self.queue,
            "health_check_period_s": _HEALTH_SECONDS,
            "graceful_shutdown_timeout_s": self.settings().deadline_seconds + 5,
            "logging_config": {"enable_access_log": False, "log_level": "WARNING"},
            "ray_actor_options": {
                "num_cpus": self.cpus,
                "num_gpus": self.gpus,
                "runtime_env": {"env_vars": dict(_ENVIRONMENT)},
            },
        }


class RayReplica:
    """A replica as Ray Serve starts it, looks after it and ends it."""

    async def __init__(self, settings: Settings, gpus: float) -> None:  # type: ignore[misc] # as Ray Serve allows
        if 0 < gpus < 1:
            torch.cuda.set_per_process_memory_fraction(gpus)  # so that no replica takes another's memory
        self._replica = Replica(settings)
        await self._replica.start()

    async def ask(self, request: bytes, asker: str) -> Reply:
        """The answer to a request."""
        return await self._replica.ask(request, asker)

    async def refresh(self) -> None:
        """Look at the folders of models at once."""
        await self._replica.refresh()

    async def check_health(self) -> None:
        """Raise where a golden picture is not answered: after three times Ray starts another in its place."""
        await self._replica.check()

    async def __del__(self) -> None:
        await self._replica.stop()


def build(args: Mapping[str, Any]) -> Any:  # noqa: ANN401 - Ray's types come with Ray
    """The application that Ray Serve runs; its configuration files name this function. Raises ServeError."""
    from ray import serve

    try:
        deployment = Deployment.model_validate(args)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "args"
        raise ServeError(f"The deployment cannot be read: {where}: {first['msg']}.") from None
    return serve.deployment(**deployment.options())(RayReplica).bind(deployment.settings(), deployment.gpus)


def configuration(deployment: Deployment) -> str:
    """The deployment as a configuration file of Ray Serve, for `serve deploy`. Raises ServeError."""
    _check_installed()
    import yaml

    content = {
        "proxy_location": "Disabled",
        "applications": [
            {
                "name": APP,
                "route_prefix": None,
                "import_path": f"{__name__}:build",
                "args": deployment.model_dump(mode="json"),
            }
        ],
    }
    return yaml.safe_dump(content, sort_keys=False)


class RayReplicas:
    """The replicas of an application that Ray Serve runs, as the gateway asks them."""

    def __init__(self, *, ours: bool) -> None:
        self._ours = ours
        self._known: DeploymentHandle[Any] | None = None

    @property
    def _handle(self) -> DeploymentHandle[Any]:
        """The way to the replicas, known once there are any."""
        if self._known is None:
            from ray import serve

            self._known = serve.get_deployment_handle(DEPLOYMENT, APP)
        return self._known

    async def ask(self, request: bytes, asker: str) -> Reply:
        """One replica's answer, of the less busy of two. Raises LostError."""
        from ray.exceptions import RayError, RayTaskError
        from ray.serve.exceptions import RayServeException

        try:
            reply: Reply = await self._handle.ask.remote(request, asker)
        except RayTaskError:  # a fault of the replica's own, which lives
            raise
        except (RayError, RayServeException) as error:
            raise LostError(str(error).partition("\n")[0]) from None
        return reply

    async def running(self) -> int:
        """How many replicas can answer. Raises ServeError where Ray has given up, or knows no such application."""
        from ray import serve

        status = (await asyncio.to_thread(serve.status)).applications.get(APP)
        if status is None:
            raise ServeError("Ray Serve runs no studybot-models: deploy it first, or leave --join out.")
        states = [one.replica_states for one in status.deployments.values()]
        found = sum(count for each in states for state, count in each.items() if state == "RUNNING")
        if not found and status.status == "DEPLOY_FAILED":
            why = "; ".join(one.message for one in status.deployments.values()) or status.message
            raise ServeError(f"Ray Serve cannot start the replicas: {' '.join(why.split())[-400:]}")
        return found

    async def refresh(self) -> None:
        """Have each look at the folders of models at once. Raises LostError."""
        from ray.exceptions import RayError
        from ray.serve.exceptions import RayServeException

        try:
            await self._handle.broadcast("refresh").results_async()
        except (RayError, RayServeException) as error:
            raise LostError(str(error).partition("\n")[0]) from None

    async def close(self) -> None:
        """End the replicas, unless they are a cluster's, where another gateway may go on with them."""
        from ray import serve

        if self._ours:
            await serve.shutdown_async()  # type: ignore[no-untyped-call]


def run(
    deployment: Deployment, settings: Settings, host: str, port: int, *, address: str, join: bool, with_parent: bool
) -> None:
    """Start or update the replicas and answer for them until SIGTERM or SIGINT. Raises ServeError.

    `address` is a cluster's, or empty for a Ray that lives as long as this; with `join` the replicas are taken as they
    run there.
    """
    _check_installed()
    listening = bound(host, port)
    os.environ.update(_ENVIRONMENT)
    if not address:  # as it is imported Ray reads what to ask its callers for; left to itself it writes a file
        os.environ.update(RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32))
    logging.basicConfig(format="%(message)s")
    import ray

    try:
        _start(deployment, address, join=join)
        with asyncio.Runner(loop_factory=fast_loop()) as looping:
            looping.run(_answer(settings, host, listening, ours=not address, with_parent=with_parent))
    finally:
        ray.shutdown()


async def _answer(settings: Settings, host: str, listening: socket.socket, *, ours: bool, with_parent: bool) -> None:
    gateway = Gateway(settings, RayReplicas(ours=ours))
    await until_ended(gateway, runner(application(gateway)), host, listening, with_parent=with_parent)


def _check_installed() -> None:
    if importlib.util.find_spec("ray") is None:
        raise ServeError("Ray must be installed for that: pip install 'studybot[models,ray]'.")


def _start(deployment: Deployment, address: str, *, join: bool) -> None:
    """Connect to a cluster, or start a Ray for this machine alone; deploy there."""
    import ray
    from ray import serve

    logging.getLogger("ray.serve").setLevel(logging.WARNING)
    if address:
        _check_answers(address)
        try:
            ray.init(address, logging_level=logging.WARNING)
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise ServeError(f"No Ray can be used at {address}: {str(error).partition(chr(10))[0]}") from None
    else:
        _start_here()
        _check_room(deployment, ray.cluster_resources())  # type: ignore[no-untyped-call]
    serve.start(proxy_location="Disabled", logging_config={"log_level": "WARNING", "enable_access_log": False})
    if not join:
        target = serve.RunTarget(build(deployment.model_dump()), name=APP, route_prefix=None)
        serve.run_many([target], wait_for_applications_running=False, wait_for_ingress_deployment_creation=False)


def _check_answers(address: str) -> None:
    """Refuse where nothing listens: Ray itself would try for minutes. Raises ServeError."""
    host, _, port = address.rpartition(":")
    if address == "auto":
        return
    if not host or not port.isascii() or not port.isdigit():
        raise ServeError(f"{address!r} is no address of a cluster: say auto, or HOST:PORT as `ray start --head` does.")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=5).close()
    except (OSError, OverflowError):
        raise ServeError(f"No Ray can be used at {address}: nothing listens there.") from None


def _start_here() -> None:
    """A Ray for this machine alone. Raises ServeError."""
    import ray

    for again in (True, False):
        try:
            ray.init(
                "local",
                include_dashboard=False,
                object_store_memory=_OBJECT_STORE,
                logging_level=logging.WARNING,
                _node_ip_address="127.0.0.1",
            )
        except Exception as error:  # Ray raises just that where it did not start in half a minute, which is fixed
            ray.shutdown()
            if not again:
                raise ServeError(f"Ray cannot be started here: {str(error).partition(chr(10))[0]}") from None
        else:
            return


def _check_room(deployment: Deployment, there: Mapping[str, float]) -> None:
    """Refuse what this machine can never give: Ray itself would wait for ever. Raises ServeError."""
    for name, option, each in (("CPU", "--cpus", deployment.cpus), ("GPU", "--gpus", deployment.gpus)):
        has, asked = there.get(name, 0.0), each * deployment.least
        if asked > has:
            raise ServeError(
                f"{deployment.least} replicas ask for more than this machine has ({name}: {asked:g} of {has:g}):"
                f" ask for fewer with --replicas, for less with {option}, or name a cluster with --address."
            )
