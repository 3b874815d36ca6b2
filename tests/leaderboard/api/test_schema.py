"""The schema is valid, and the API does what its schema says."""

import io
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation.meta import TestPhase
from schemathesis.specs.openapi.checks import positive_data_acceptance

from arena.wsgi import application
from leaderboard.computing.refresh import refresh_ledger
from tests.factories import make_generation, make_prompt
from tests.leaderboard.ledgers import append_entries, draw_votes, make_contenders, make_ledger

# In a file are the rows of a list in JSON, chosen by the same parameters: all their edge cases are tried on the list.
FILES = {"include-path-regex": r"\.(csv|jsonl|parquet)$", "phases": {"coverage": {"enabled": False}}}
# All lists write their files by the same code, so each is tried in one form, by its first letter; in all, if thorough.
LEFT_OUT = {
    "include-path-regex": r"/([a-h][^/]*\.(jsonl|parquet)|[i-r][^/]*\.(csv|parquet)|[s-z][^/]*\.(csv|jsonl))$",
    "enabled": False,
}
# What is a column, a cursor or a moment is more than a schema says, so 400 may answer what fits it; and 503 says that a
# board is being computed. Both are described; 500 is not.
ALLOWED = [positive_data_acceptance, not_a_server_error]

# The lists share their parameters. So each edge case of a parameter is tried on some lists; on all, if thorough.
SHARE = 6

# Read when the test runs: to read it takes seconds, in each process that collects tests.
described = schemathesis.pytest.from_fixture("schema")


@pytest.fixture(scope="module")
def filled(lasting: None) -> None:
    """Data of most kinds."""
    ledger = make_ledger()
    append_entries(ledger, draw_votes(make_contenders(3), 40))
    refresh_ledger(ledger=ledger)
    make_generation(prompt=make_prompt(slug="open", state="open"), pixels=False)


@pytest.fixture
def arena(filled: None, db: None) -> Iterator[None]:
    """The data, served by the application in this process, so that the test's transaction stays open."""
    signals = request_started, request_finished
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def schema(arena: None, request: pytest.FixtureRequest, thorough: bool) -> Any:
    """The schema, with the cases that follow from it."""
    # It names each operation there, but pytest 9.2 has its names elsewhere.
    request.node._nodeid = request.node.nodeid
    config = SchemathesisConfig.from_dict({"operations": [FILES] if thorough else [LEFT_OUT, FILES]})
    return schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application, config=config)


@described.parametrize()  # type: ignore[untyped-decorator] # to read all its types takes long
@settings(max_examples=3, suppress_health_check=list(HealthCheck))
def test_answers_are_as_described(case: Any, arena: None, thorough: bool) -> None:
    is_edge = case.meta.phase.name == TestPhase.COVERAGE
    if is_edge and not thorough and zlib.crc32(f"{case.method} {case.path} {case.query}".encode()) % SHARE:
        return
    # This client does not unpack what it accepts.
    case.call_and_validate(headers={"Accept-Encoding": "identity"}, excluded_checks=ALLOWED)


def test_schema_is_valid_and_without_warnings() -> None:
    described = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, file=None, stdout=described)
    assert described.getvalue().startswith("openapi: 3")
    assert "/api/v1/standings/:" in described.getvalue()


@pytest.mark.django_db
def test_schema_names_what_every_error_looks_like(client: Client) -> None:
    described = client.get("/api/v1/schema/?format=json").json()

    assert set(described["components"]["schemas"]["Error"]["properties"]) == {"code", "message", "fields"}
    for path, operations in described["paths"].items():
        assert list(operations) == ["get"], path
        assert {"200", "304", "400", "403", "406", "503"} <= set(operations["get"]["responses"])


@pytest.mark.django_db
def test_schema_is_made_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/api/v1/schema/?format=json")
    # Anybody may ask for it, and to make it takes a second.
    monkeypatch.setattr(SchemaGenerator, "get_schema", None)
    again = client.get("/api/v1/schema/?format=json", headers={"host": "localhost"})
    assert (again.status_code, again.json()) == (200, first.json())
    assert client.get("/api/v1/schema/").content.startswith(b"openapi: 3")


@pytest.mark.django_db
def test_schema_says_what_every_property_and_parameter_is(client: Client) -> None:
    described = client.get("/api/v1/schema/?format=json").json()

    bare, silent = [], []
    for schema, parts in described["components"]["schemas"].items():
        for name, own in parts.get("properties", {}).items():
            if not own.get("description"):
                bare.append(f"{schema}.{name}")
            if "example" not in own and own.get("type") in ("string", "integer", "number", "boolean"):
                silent.append(f"{schema}.{name}")
    for path, operations in described["paths"].items():
        bare += [f"{path} {one['name']}" for one in operations["get"].get("parameters", []) if not one["description"]]
    assert (bare, silent) == ([], [])
    assert "USD" in described["components"]["schemas"]["Standing"]["properties"]["price"]["description"]
    assert "econds" in described["components"]["schemas"]["Standing"]["properties"]["median_seconds"]["description"]


@pytest.mark.django_db
@pytest.mark.parametrize("accept", ["*/*", "application/vnd.oai.openapi"])
@pytest.mark.parametrize(
    ("method", "query", "status", "code"),
    [
        ("POST", "", 405, "method_not_allowed"),
        ("GET", "?format=xyz", 400, "invalid"),
        ("GET", "?lang=de", 400, "invalid"),
    ],
)
def test_schema_refuses_in_the_one_shape(
    method: str, query: str, status: int, code: str, accept: str, client: Client
) -> None:
    answer = client.generic(method, f"/api/v1/schema/{query}", headers={"accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
    assert answer.json()["code"] == code


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accept", "query", "kind"),
    [
        ("text/html,*/*", "", "application/vnd.oai.openapi; charset=utf-8"),
        ("application/yaml", "", "application/vnd.oai.openapi; charset=utf-8"),
        ("application/json", "", "application/vnd.oai.openapi+json"),
        ("*/*", "?format=json", "application/vnd.oai.openapi+json"),
        ("application/json", "?format=yaml", "application/vnd.oai.openapi; charset=utf-8"),
    ],
)
def test_schema_is_sent_in_the_form_asked_for(accept: str, query: str, kind: str, client: Client) -> None:
    answer = client.get(f"/api/v1/schema/{query}", headers={"accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    assert answer["Content-Disposition"].endswith('.json"' if "json" in kind else '.yaml"')
