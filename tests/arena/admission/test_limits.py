"""Limits over HTTP: who is limited, what they are told, and that no header buys more."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from arena.admission.request_counting import COUNTER
from arena.voting.models import Vote
from tests.arena.admission.conftest import Clock
from tests.arena.voting.pages import open_vote
from tests.factories import make_arena

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "plain_static_files")]
NONE = {kind: [0, 0, 0] for kind in ("deals", "answers", "pages", "api", "keys", "bulk", "sign_ins")}
JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def behind_a_proxy(settings: Settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    settings.LIMITS = NONE


def get(path: str, *, forwarded: str = "198.51.100.7", client: Client | None = None) -> Any:
    return (client or Client()).get(path, headers={"x-forwarded-for": forwarded})


def statuses(path: str, senders: list[str]) -> list[int]:
    return [get(path, forwarded=each).status_code for each in senders]


def test_network_gets_its_number_whatever_it_writes_into_headers(settings: Settings) -> None:
    settings.LIMITS = NONE | {"pages": [0, 3, 0]}
    same = [f"192.0.2.{n}, 10.0.0.{n}, 198.51.100.{n}" for n in range(6)]
    assert statuses("/robots.txt", same) == [200, 200, 200, 429, 429, 429]
    assert statuses("/robots.txt", ["198.51.101.1"]) == [200]


def test_addresses_of_one_48_are_one_network(settings: Settings) -> None:
    settings.LIMITS = NONE | {"pages": [0, 3, 0]}
    rotating = [f"2001:db8:aa:{n:x}::{n:x}" for n in range(100, 106)]
    assert statuses("/robots.txt", rotating).count(200) == 3
    assert statuses("/robots.txt", ["2001:db8:ab::1"]) == [200]


def test_site_as_a_whole_has_a_limit(settings: Settings) -> None:
    settings.LIMITS = NONE | {"pages": [0, 0, 4]}
    assert statuses("/robots.txt", [f"198.51.{n}.1" for n in range(6)]) == [200] * 4 + [429] * 2


def test_who_is_refused_learns_when_to_come_again(settings: Settings, clock: Clock) -> None:
    settings.LIMITS = NONE | {"pages": [0, 1, 0], "api": [0, 1, 0]}
    clock.now += 30
    for path in ("/robots.txt", "/api/v1/"):
        assert get(path).status_code == 200
    page, api = get("/robots.txt"), get("/api/v1/")
    assert [each.headers["Retry-After"] for each in (page, api)] == ["31", "31"]
    assert [each.headers["Cache-Control"] for each in (page, api)] == ["no-store"] * 2
    assert "Please try again in 31 seconds." in page.content.decode()
    assert api.json() == {
        "code": "too_many",
        "message": "Too many requests. Come again when the header Retry-After says.",
    }
    assert api.headers["Access-Control-Allow-Origin"] == "*"


def test_pages_pictures_and_probes_are_not_mixed_up(settings: Settings) -> None:
    settings.LIMITS = NONE | {"pages": [0, 1, 0]}
    assert statuses("/robots.txt", ["198.51.100.1"] * 2) == [200, 429]
    assert get("/healthz").status_code == 200
    assert get("/api/v1/").status_code == 200
    assert get("/vote/").status_code == 200
    assert get("/vote/image/none/512.webp").status_code == 404


def test_badges_and_cards_count_as_pages_since_each_reads_a_board(settings: Settings) -> None:
    settings.LIMITS = NONE | {"pages": [0, 2, 0]}
    paths = ("/badges/none/text-to-image.svg", "/cards/boards/text-to-image/none.png", "/cards/compare/a/b/none.png")
    assert [get(path).status_code for path in paths] == [404, 404, 429]


def test_sign_ins_of_a_network_are_limited(settings: Settings) -> None:
    settings.LIMITS = NONE | {"sign_ins": [0, 2, 0]}
    forms = [("/accounts/login/", {"username": f"u{n}", "password": "wrong"}) for n in range(3)]
    sent = [Client().post(path, form, headers={"x-forwarded-for": "198.51.100.7"}) for path, form in forms]
    assert [each.status_code for each in sent] == [200, 200, 429]
    assert get("/accounts/login/").status_code == 200


def test_guessing_keys_by_post_is_limited_too(settings: Settings) -> None:
    settings.LIMITS = NONE | {"api": [0, 2, 0]}
    headers = {"authorization": "Bearer easel_00000000_guess", "x-forwarded-for": "198.51.100.7"}
    assert [Client().post("/api/v1/", headers=headers).status_code for _ in range(3)] == [401, 401, 429]


def test_long_cookies_do_not_fill_the_memory(settings: Settings) -> None:
    settings.LIMITS = NONE | {"deals": [2, 0, 0]}
    open_vote(voter := Client())
    own = voter.cookies[settings.VOTER_COOKIE_NAME].value
    for number in range(4):
        client = Client()
        client.cookies[settings.VOTER_COOKIE_NAME] = f"{'x' * 4000}{number}"
        assert get("/vote/next/", client=client).status_code == (204 if number < 2 else 429)
    # A proven voter's cookie, the longest, is counted whole.
    names = [subject.name for subject in COUNTER._tallies]
    assert max(map(len, names)) <= 100
    assert len(own) + len(".proven") < 100


def test_answer_of_a_limited_voter_counts_once_when_it_is_sent_again(settings: Settings, clock: Clock) -> None:
    settings.LIMITS = NONE | {"answers": [1, 0, 0]}
    make_arena(contenders=3, prompts=2)
    voter = Client(headers={"accept-language": "en"} | JSON)
    first = open_vote(voter).token
    assert voter.post(f"/vote/answer/{first}/", {"answer": "left"}).status_code == 200
    second = open_vote(voter).token
    refused = voter.post(f"/vote/answer/{second}/", {"answer": "right"})
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many")
    clock.now += int(refused.headers["Retry-After"])
    assert voter.post(f"/vote/answer/{second}/", {"answer": "right"}).status_code == 200
    assert sorted(Vote.objects.values_list("outcome", flat=True)) == ["left", "right"]


def test_script_with_fresh_cookies_is_held_by_its_network(settings: Settings) -> None:
    settings.LIMITS = NONE | {"deals": [0, 20, 0]}
    make_arena(contenders=3, prompts=2)
    assert statuses("/vote/", ["198.51.100.7"] * 50).count(200) == 20


def test_own_machine_is_no_network(settings: Settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 0
    settings.LIMITS = NONE | {"pages": [0, 1, 0]}
    assert [Client().get("/robots.txt").status_code for _ in range(3)] == [200] * 3
    settings.TRUSTED_PROXY_COUNT = 1
    assert statuses("/robots.txt", ["127.0.0.1"] * 3) == [200, 429, 429]
