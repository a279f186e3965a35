"""Metrics: figures of the running server in the text format of Prometheus."""

from collections.abc import Iterable, Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from app.guard import Guard
from app.live.hub import Hub
from app.live.load import BOUNDS, Load
from app.live.overview import health


class Figures(Collector):
    """The figures of a server, read when somebody asks for them."""

    def __init__(self, hub: Hub, guard: Guard | None) -> None:
        """Read what ``hub`` knows, and ``guard`` if there is one."""
        self._hub, self._guard = hub, guard

    def describe(self) -> Iterable[Metric]:
        """Return nothing beforehand: names are known when figures are."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Yield each figure."""
        pool, tally, state = self._hub.homes.pool, self._hub.fanout.tally, health(self._hub.homes)
        yield gauge("sessions", "Sessions that are awake.", state["sessions"]["awake"])
        yield gauge("viewers", "Streams over which somebody watches a session.", state["viewers"])
        yield gauge("workers", "Processes that train and are connected.", state["workers"]["running"])
        yield gauge("calls_waiting", "Calls that a worker has not answered yet.", state["queue"])
        yield gauge("store_ok", "1 if sessions are being kept, 0 if the disk fails.", state["store"] == "ok")
        yield counter("worker_restarts", "Workers that ended and were replaced.", pool.restarts)
        yield counter("frames_sent", "Frames that were sent to viewers.", tally.sent)
        yield counter("frames_skipped", "Frames that gave way to newer ones before a viewer took them.", tally.skipped)
        yield counter("steps", "Training steps of all sessions.", pool.load.steps)
        yield lateness(pool.load)
        if self._guard is not None:
            yield gauge("connections", "Connections, streams included.", len(self._guard))
            yield counter("connections_refused", "Connections that were too many.", self._guard.refused)
            yield counter("connections_given_up", "Connections too slow or too loud.", self._guard.given_up)


def gauge(name: str, meaning: str, value: float) -> Metric:
    """Return a figure that goes up and down."""
    return GaugeMetricFamily(f"livenet_{name}", meaning, value)


def counter(name: str, meaning: str, value: float) -> Metric:
    """Return a figure that only grows."""
    return CounterMetricFamily(f"livenet_{name}", meaning, value)


def lateness(load: Load) -> Metric:
    """Return by how much sessions got their turns late."""
    edges = [*map(str, BOUNDS), "+Inf"]
    buckets = list(zip(edges, accumulate(load.turns), strict=True))
    meaning = "By how much sessions that train got their turns later than a frame after the one before."
    return HistogramMetricFamily("livenet_slice_lateness_seconds", meaning, buckets, load.seconds)


def figures_text(hub: Hub, guard: Guard | None) -> bytes:
    """Return all figures, those of this process included."""
    registry = CollectorRegistry()
    registry.register(Figures(hub, guard))
    ProcessCollector(registry=registry)
    return generate_latest(registry)
