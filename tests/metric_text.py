"""Reads metrics as Prometheus does."""

from collections.abc import Mapping

from prometheus_client.parser import text_string_to_metric_families

Samples = Mapping[tuple[str, frozenset[tuple[str, str]]], float]


def read_samples(text: str) -> Samples:
    """Return each number by its name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value_of(text: str, name: str, **labels: str) -> float:
    """Return the sum of those numbers of a name that have these labels, among others."""
    wanted = frozenset(labels.items())
    return sum(value for (found, has), value in read_samples(text).items() if found == name and wanted <= has)
