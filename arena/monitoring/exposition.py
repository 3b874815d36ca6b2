"""The metrics as Prometheus reads them: what all processes have counted, and what the tables say."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils.module_loading import import_string
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from arena.installation import read_version
from arena.monitoring.counts import COUNTED, SLOTS


@dataclass(frozen=True)
class Figure:
    """One number that a reader found: the metric's name without `easel_`, what it means, and its labels."""

    name: str
    meaning: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)


Reader = Callable[[], Iterable[Figure]]


def write_metrics() -> bytes:
    """Return all metrics as text.

    The tables are read by METRICS_READERS. Once the database has failed one of them, the others are not tried, so that
    an answer does not take as long as all their waits together.
    """
    figures = CollectorRegistry()
    figures.register(_Figures())
    return generate_latest(_counted()) + generate_latest(figures)


def _counted() -> CollectorRegistry:
    if SLOTS is None:
        return COUNTED
    SLOTS.forget_ended()
    shared = CollectorRegistry()
    MultiProcessCollector(shared, str(SLOTS.folder))
    return shared


class _Figures:
    """Hands the readers' figures to the library."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield each metric with all its figures."""
        families: dict[str, GaugeMetricFamily] = {}
        for each in _read_figures():
            family = families.setdefault(
                each.name, GaugeMetricFamily(f"easel_{each.name}", each.meaning, labels=list(each.labels))
            )
            family.add_metric(list(each.labels.values()), each.value)
        yield from families.values()


def _read_figures() -> Iterator[Figure]:
    yield Figure("build_info", "The version that answers.", 1, {"version": read_version()})
    is_away = False
    for name, path in settings.METRICS_READERS.items():
        found: list[Figure] = []
        try:
            found += [] if is_away else import_string(path)()
        except (DatabaseError, InterfaceError):
            is_away = True
        yield from found
        yield Figure("reader_up", "Whether the figures could be read from their tables.", not is_away, {"reader": name})
