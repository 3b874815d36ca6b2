"""Nearly every form of the site, sent by many at once, as by a double click or in many tabs: nobody meets a fault."""

import sys
from collections import Counter
from random import Random

import pytest

from tests.fuzz.addresses import Atlas, all_routes
from tests.fuzz.hostile_values import encode_form
from tests.fuzz.racing import race
from tests.fuzz.site import CSRF, Role, Site
from tests.fuzz.wire import Request, Wire

pytestmark = [pytest.mark.system, pytest.mark.thorough]
MANY = 50
# Each ends the session with which the others are sent, or hashes a password, of which only a few are hashed at a time.
ALONE = (
    "accounts/login/", "accounts/logout/", "accounts/password/", "accounts/reset/", "accounts/invitations/",
    "accounts/connect/", "accounts/sessions/end/", "admin/auth/user/", "admin/password_change/", "admin/logout/",
)  # fmt: skip


def look_everywhere(site: Site, atlas: Atlas, role: Role) -> None:
    """Read pages of every route, so that their forms are known."""
    with Wire(site.port) as wire:
        for number, route in enumerate(list(all_routes()) * 3):
            path, _ = atlas.address(Random(number), role.name, route)
            answer = wire.send(Request(route, role.name, "GET", path.encode()), role.header())
            atlas.learn(role.name, route, answer)
            role.learn(answer)


def test_every_form_sent_by_many_at_once_is_no_fault(site: Site, planted: tuple[list[str], str], seed: int) -> None:
    atlas = Atlas(Random(seed), [*planted[0], *(f"/{route}" for route in all_routes() if "<" not in route)])
    role = Role("staff")
    look_everywhere(site, atlas, role)
    statuses: Counter[int] = Counter()
    raced = 0
    for number, route in enumerate(all_routes()):
        draw = Random(f"{seed} {number}")
        fields = atlas.form(draw, route)
        if not fields or route.startswith(ALONE):
            continue
        raced += 1
        path, _ = atlas.address(draw, role.name, route)
        headers = (("Content-Type", "application/x-www-form-urlencoded"), ("X-CSRFToken", CSRF))
        request = Request(route, role.name, "POST", path.encode(), headers, encode_form(fields))
        answers = race(site, [(request, role.header())] * MANY)
        statuses.update(answer.status for answer in answers)
        for answer in answers:
            role.learn(answer)
    sys.stdout.write(f"\nseed {seed}: {raced} forms × {MANY} at once: {dict(statuses)}\n")
    assert raced > 40
