"""New voters beyond a network's allowance prove work or wait; one proof makes one voter."""

import re
import time
import uuid
from hashlib import sha256
from itertools import count
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from pytest_django import Settings

from arena.admission import proofs
from arena.admission.proofs import PIECES, is_solved, write_challenge
from arena.voting.casting.voters import _signer
from tests.factories import make_arena

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "plain_static_files")]
FROM = {"x-forwarded-for": "198.51.100.7", "accept-language": "en"}


@pytest.fixture(autouse=True)
def allowance_of_two(settings: Settings) -> None:
    settings.TRUSTED_PROXY_COUNT = 1
    settings.LIMITS = {kind: [0, 0, 0] for kind in ("deals", "answers", "pages", "api", "keys", "bulk", "sign_ins")}
    settings.NEWCOMERS, settings.WAITING_NEWCOMERS, settings.PROOF_BITS = 2, 1, 4
    make_arena()


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time by which challenges age."""
    now = [1_700_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


def come(client: Client, path: str = "/vote/", **sent: str) -> Any:
    return client.get(path, sent, headers=FROM)


def challenge_of(page: Any) -> str:
    found = re.search(r'data-challenge="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1]


def solve(challenge: str) -> list[str]:
    """Search as the worker does, piece by piece."""
    easy = [next(n for n in count() if _fits(challenge, piece, n)) for piece in range(PIECES)]
    return [str(n) for n in easy]


def _fits(challenge: str, piece: int, nonce: int) -> bool:
    digest = sha256(f"{challenge} {piece} {nonce}".encode()).hexdigest()
    return digest.startswith("0")


def use_up_the_allowance() -> None:
    assert [come(Client()).status_code for _ in range(3)] == [200, 200, 429]


def prove(client: Client, challenge: str, nonces: list[str], back: str = "/vote/") -> Any:
    return client.post("/enter/", {"challenge": challenge, "nonce": nonces, "back": back}, headers=FROM)


def voter_of(response: Any) -> uuid.UUID:
    return uuid.UUID(_signer.unsign(response.cookies[configured.VOTER_COOKIE_NAME].value).removesuffix(".proven"))


def test_allowance_holds_for_new_cookies_of_one_network_only() -> None:
    known = Client()
    assert come(known).status_code == 200
    assert come(Client()).status_code == 200
    refused = come(Client())
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "5")
    assert configured.VOTER_COOKIE_NAME not in refused.cookies
    assert come(known).status_code == 200
    assert Client().get("/vote/", headers={"x-forwarded-for": "198.51.101.7"}).status_code == 200
    assert come(Client(), "/vote/next/").status_code == 429


def test_proof_gives_its_one_voter_however_often_it_is_sent() -> None:
    use_up_the_allowance()
    challenge = challenge_of(come(Client()))
    nonces, client = solve(challenge), Client()
    let_in = prove(client, challenge, nonces, back="/vote/?modality=text-to-image")
    assert (let_in.status_code, let_in.headers["Location"]) == (302, "/vote/?modality=text-to-image")
    assert come(client).status_code == 200
    assert voter_of(prove(Client(), challenge, nonces)) == voter_of(let_in)


def test_proof_holds_for_no_other_challenge_and_ends(stopped: list[float]) -> None:
    challenge, other = (write_challenge(uuid.uuid4()) for _ in range(2))
    nonces = solve(challenge)
    assert prove(Client(), other, nonces).status_code == 429
    forged = challenge[:-1] + ("A" if challenge[-1] != "A" else "B")
    assert prove(Client(), forged, solve(forged)).status_code == 429
    stopped[0] += proofs.VALID_SECONDS
    assert prove(Client(), challenge, nonces).status_code == 302
    stopped[0] += 1
    assert prove(Client(), challenge, nonces).status_code == 429


@pytest.mark.parametrize("change", ["fewer", "more", "wrong", "none"])
def test_incomplete_proof_is_asked_for_again(change: str) -> None:
    challenge = write_challenge(uuid.uuid4())
    nonces = solve(challenge)
    wrong = next(n for n in count() if not _fits(challenge, PIECES - 1, n))
    sent = {"fewer": nonces[:-1], "more": [*nonces, "0"], "wrong": [*nonces[:-1], str(wrong)], "none": []}[change]
    assert not is_solved(challenge, sent)
    refused = prove(Client(), challenge, sent)
    assert refused.status_code == 429
    assert configured.VOTER_COOKIE_NAME not in refused.cookies


def test_who_cannot_compute_is_let_in_after_waiting_but_not_everybody(stopped: list[float]) -> None:
    use_up_the_allowance()
    patient = challenge_of(come(Client()))
    assert come(Client(), "/enter/", challenge=patient).status_code == 429
    stopped[0] += proofs.WAIT_SECONDS
    client = Client()
    let_in = come(client, "/enter/", challenge=patient, back="//evil.example/")
    assert (let_in.status_code, let_in.headers["Location"]) == (302, "/vote/")
    assert come(client).status_code == 200
    second = write_challenge(uuid.uuid4())
    stopped[0] += proofs.WAIT_SECONDS
    assert come(Client(), "/enter/", challenge=second).status_code == 429


def test_without_limits_nobody_proves_anything(settings: Settings) -> None:
    settings.LIMITS = {}
    assert [come(Client()).status_code for _ in range(4)] == [200] * 4
