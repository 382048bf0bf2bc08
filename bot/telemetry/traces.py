"""Traces by OpenTelemetry: what one event waited for, where the extra is installed and a collector is named.

Everything else calls `span` alone. Spans carry what the metrics carry, never what people wrote, nor an error's words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.settings import SettingsError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Tracer

INSTALL = "STUDYBOT_TRACES is set, but OpenTelemetry is not installed here: `pip install 'studybot[otel]'` adds it."

EXPORT_SECONDS = 3
"""So long a collector that is away is tried; the end of the bot waits for it no longer."""

_tracer: Tracer | None = None


@contextmanager
def span(name: str, /, **attributes: str) -> Iterator[None]:
    """Around work that a trace shall show; without traces, nothing."""
    if _tracer is None:
        yield
        return
    with _tracer.start_as_current_span(
        name, attributes=attributes, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except Exception as error:
            current.set_attribute("error.type", type(error).__name__)
            raise


def start_traces(endpoint: str, exporter: SpanExporter | None = None) -> Callable[[], None]:
    """Send traces to a collector (OTLP over HTTP) from now on; what ends it. Raises SettingsError."""
    global _tracer
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError:
        raise SettingsError(INSTALL) from None
    provider = TracerProvider(resource=Resource.create({"service.name": "studybot"}))
    provider.add_span_processor(
        BatchSpanProcessor(exporter or OTLPSpanExporter(endpoint=endpoint, timeout=EXPORT_SECONDS))
    )
    _tracer = provider.get_tracer("studybot")

    def end() -> None:
        global _tracer
        _tracer = None
        provider.shutdown()

    return end
