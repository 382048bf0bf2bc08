"""What the service counts, for Prometheus: requests by route and status, their times, the queue and the batches."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from models.server.batcher import Batcher
from models.server.registry import Registry

_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The requests that were answered."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter("models_requests", "Requests answered", ("route", "status"), registry=self.registry)
        self._seconds = Histogram(
            "models_request_seconds", "Time to answer", ("route",), buckets=_BOUNDS, registry=self.registry
        )

    def seen(self, request: web.Request, status: int, seconds: float) -> None:
        """Count an answered request."""
        resource = request.match_info.route.resource
        route = resource.canonical if resource is not None else "other"
        self._requests.labels(route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> tuple[bytes, str]:
        """All counts in Prometheus' text format, and its content type."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST


class ModelMetrics(Metrics):
    """The requests, and what the device does. Names of models never become labels before they are known to exist."""

    def __init__(self, batcher: Batcher, models: Registry) -> None:
        super().__init__()
        waiting = Gauge("models_queue_waiting", "Pictures waiting for the device", registry=self.registry)
        waiting.set_function(batcher.waiting)
        expired = Gauge("models_expired", "Pictures dropped because their time had passed", registry=self.registry)
        expired.set_function(lambda: batcher.expired)
        self._batches = Gauge("models_batches", "Batches run, by size", ("size",), registry=self.registry)
        self._tuning = Gauge("models_tuning", "How a model is run here", ("model", "what"), registry=self.registry)
        self._measured = Gauge(
            "models_measured_rate", "Pictures a second, measured when it was tuned", ("model",), registry=self.registry
        )
        self._batcher, self._models = batcher, models

    def text(self) -> tuple[bytes, str]:
        """All counts in Prometheus' text format, and its content type."""
        for size, count in list(self._batcher.batches.items()):
            self._batches.labels(str(size)).set(count)
        self._tuning.clear()
        self._measured.clear()
        for name in self._models.served:
            if (predictor := self._models.loaded(name)) is not None:
                tuning = predictor.tuning
                for what in ("threads", "decoders", "batch"):
                    self._tuning.labels(name, what).set(getattr(tuning, what))
                if tuning.rate is not None:
                    self._measured.labels(name).set(tuning.rate)
        return super().text()
