"""Every address of the site under requests that no well-made client sends: an answer each, and none a fault of ours."""

import sys
from collections.abc import Sequence
from random import Random

import pytest

from tests.fuzz.addresses import Atlas, all_routes
from tests.fuzz.drawing import draw_request
from tests.fuzz.site import Role, Site
from tests.fuzz.tally import Tally
from tests.fuzz.wire import Request, Wire

pytestmark = [pytest.mark.system, pytest.mark.long]

# How often each pattern is asked for, at full size.
ROUNDS = 25
SCHEMA = b"/api/v1/schema/?format=json"


def fire(site: Site, planted: tuple[list[str], str], routes: Sequence[str], *, seed: int) -> Tally:
    """Send a request to each of the routes, drawn from a seed and from what earlier answers taught."""
    tally = Tally(seed)
    addresses, key = planted
    plain = [f"/{route}" for route in routes if "<" not in route]
    atlas = Atlas(Random(seed), [*addresses, *plain])
    roles = {name: Role(name) for name in ("reader", "voter", "staff")}
    with Wire(site.port) as wire:
        atlas.learn("", "", wire.send(Request("", "", "GET", SCHEMA)))
        for number, route in enumerate(routes):
            # What the site draws by itself, such as tokens, may differ from run to run; what is asked stays the same.
            request = draw_request(Random(f"{seed} {number}"), atlas, route, key=key)
            role = roles[request.role]
            answer = wire.send(request, role.header())
            tally.add(request, answer)
            atlas.learn(request.role, route, answer)
            role.learn(answer)
    return tally


def test_no_request_to_any_address_is_a_fault(
    site: Site, planted: tuple[list[str], str], seed: int, thorough: bool
) -> None:
    routes = list(all_routes())
    assert len(routes) > 400
    # Pages have the most to go wrong: the API and the admin are made of few views.
    pages = [route for route in routes if not route.startswith(("api/", "admin/"))]
    tally = fire(site, planted, routes * ROUNDS if thorough else [*routes, *pages, *pages], seed=seed)
    sys.stdout.write("\n".join(("", tally.report(), *site.faults_in_log, "")))
    assert (tally.faults, site.faults_in_log) == ([], [])
    assert {"2xx", "3xx", "4xx"} <= set(tally.classes)
    assert set(tally.routes) == set(routes)
