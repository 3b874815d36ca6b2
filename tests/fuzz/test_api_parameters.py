"""Every parameter of the API, as its own schema describes it: each answer is as described, and none a fault of ours."""

import sys
import time
from collections.abc import Iterator
from http.client import HTTPMessage
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.fuzz.site import Site
from tests.fuzz.tally import Tally
from tests.fuzz.wire import Answer, Request

pytestmark = [pytest.mark.system, pytest.mark.thorough]

# Of each of some 180 addresses.
EXAMPLES = 10
# A client that unpacks nothing.
PLAIN = {"Accept-Encoding": "identity"}

described = schemathesis.pytest.from_fixture("schema")


@pytest.fixture
def tally(site: Site, seed: int) -> Iterator[Tally]:
    """What has come back from the site in the whole test."""
    counted = Tally(seed)
    yield counted
    sys.stdout.write("\n".join(("", counted.report(), *site.faults_in_log)))
    assert (counted.faults, site.faults_in_log) == ([], [])
    assert counted.routes.total() > 2000


@pytest.fixture
def schema(site: Site, request: pytest.FixtureRequest) -> Any:
    """The schema that the site serves."""
    # It names each operation there, but pytest 9.2 has its names elsewhere.
    request.node._nodeid = request.node.nodeid
    return schemathesis.openapi.from_url(f"http://127.0.0.1:{site.port}/api/v1/schema/?format=json")


@described.parametrize()  # type: ignore[untyped-decorator] # to read all its types takes long
@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck), deadline=None)
def test_answer_to_any_parameters_is_as_described(case: Any, tally: Tally) -> None:
    began = time.monotonic()
    response = case.call(headers=PLAIN)
    headers = HTTPMessage()
    for name, values in response.headers.items():
        headers[name] = values[0]
    asked = Request(case.path, "reader", case.method, f"{case.formatted_path}?{case.query}".encode())
    tally.add(asked, Answer(response.status_code, headers, b"", time.monotonic() - began))
    # What is a column, a cursor or a moment is more than a schema says, so 400 may answer what fits it.
    case.validate_response(response, excluded_checks=[positive_data_acceptance])
