"""The shipped dashboard and alert rules can be read, and name only metrics, labels and jobs that there are."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery import current_app
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from arena.catalog.models import Provider
from arena.generation.spending import add_charge
from arena.monitoring import counts
from arena.process.broker import install_broker
from arena.process.tasks import beat_generation
from arena.voting.ledger.opening import open_ledger
from arena.voting.models import Ledger
from tests.metric_text import read_samples

ROOT = Path(__file__).resolve().parent.parent
OPS = ROOT / "ops"
NAME = re.compile(r"\beasel_[a-z_]+")
# What an expression of these files may be made of; anything else is a slip of the pen.
WORDS = re.compile(
    r"\bby \([a-z, ]+\)|\b(sum|max|min|count|rate|increase|histogram_quantile|absent|and|or|le|easel_[a-z_]+)\b"
    r"|\{[a-z]+(=|!=|=~|!~)\"[^\"]+\"(,[a-z]+(=|!=|=~|!~)\"[^\"]+\")*\}|\[\d+m\]|\d+(\.\d+)?|[<>=]=?|[*(),]|\s+"
)


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((OPS / "alert-rules.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((OPS / "grafana-dashboard.json").read_text())["panels"]
    return found


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules())
    yield from (target["expr"] for panel in panels() for target in panel["targets"])


@pytest.fixture
def metrics(db: None, client: Client, settings: Settings) -> dict[str, set[str]]:
    """The names of all metrics that an arena in use has, each with its labels."""
    settings.METRICS_TOKEN, settings.SPEND_PER_DAY = "a token of this test", Decimal(20)
    install_broker()
    beat_generation()
    open_ledger(Ledger.Kind.NATIVE)
    add_charge(Decimal("0.04"), provider_id=Provider.objects.create(slug="p", name="P").pk, began_at=timezone.now())
    # A metric with labels is there as soon as something was counted.
    for metric in vars(counts).values():
        if labels := getattr(metric, "_labelnames", ()):
            metric.labels(*["test"] * len(labels))
    text = client.get("/metrics", headers={"authorization": "Bearer a token of this test"}).text
    found: dict[str, set[str]] = {}
    for name, labels in read_samples(text):
        found.setdefault(name, set()).update(label for label, _ in labels)
    return found


def test_every_metric_that_is_named_exists(metrics: dict[str, set[str]]) -> None:
    named = {name for expression in expressions() for name in NAME.findall(expression)}
    assert named - set(metrics) == set()
    # Whatever is shown anywhere is in the dashboard, too.
    base = {re.sub(r"_(bucket|sum|count)$", "", name) for name in metrics}
    assert base - {re.sub(r"_bucket$", "", name) for name in named} == set()


def test_every_metric_is_explained(metrics: dict[str, set[str]]) -> None:
    page = (ROOT / "docs" / "monitoring.md").read_text()
    explained = {
        name: set(re.findall(r"`(\w+)`", labels))
        for name, labels in re.findall(r"^\| `(easel_\w+)` \| (.*?) \|", page, re.MULTILINE)
    }
    real: dict[str, set[str]] = {}
    for name, labels in metrics.items():
        real.setdefault(re.sub(r"_(bucket|sum|count)$", "", name), set()).update(labels - {"le"})
    assert explained == real


@pytest.mark.parametrize("expression", sorted(set(expressions())))
def test_expressions_can_be_read(expression: str) -> None:
    assert WORDS.sub("", expression) == ""
    assert expression.count("(") == expression.count(")")


def test_labels_and_jobs_that_are_named_exist(metrics: dict[str, set[str]]) -> None:
    tasks = {entry["task"] for entry in current_app.conf.beat_schedule.values()}
    for expression in expressions():
        for name, inside in re.findall(r"(easel_[a-z_]+)\{([^}]*)\}", expression):
            for label, value in re.findall(r"([a-z]+)(?:=|!=|=~|!~)\"([^\"]+)\"", inside):
                assert label in metrics[name]
                assert label != "task" or set(value.split("|")) <= tasks


def test_rules_say_what_is_wrong() -> None:
    assert len({rule["alert"] for rule in rules()}) == len(rules())
    for rule in rules():
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
        assert rule["labels"]["severity"] in {"page", "warn", "info"}
        assert rule["annotations"]["summary"].endswith((".", "?", ")"))
        assert re.fullmatch(r"\d+[mh]", rule.get("for", "1m"))


def test_panels_of_the_dashboard_have_places_of_their_own() -> None:
    corners = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels()]
    assert len(set(corners)) == len(corners)
    assert [panel["title"] for panel in panels() if not panel["targets"]] == []
