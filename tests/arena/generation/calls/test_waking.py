"""Webhooks wake a poll once if the host has signed them just now; all others change nothing and learn nothing."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from pytest_django import Settings

from arena.catalog.models import Offering
from arena.generation.calls.generating import generate_image
from arena.generation.models import Generation
from arena.generation.providers.registry import NotCallable, provider_for
from arena.generation.providers.shapes import hook_signatures
from arena.generation.runs.lifecycle import plan_run, start_run
from tests.arena.generation.conftest import Shop
from tests.factories import make_prompt

SITE = "https://arena.example.org"
KEYS = "/.well-known/jwks.json"
SECRET_ENV = "FAKE_WEBHOOK_SECRET"
SECRET = b"a secret of thirty-two bytes, no more"
Sign = Callable[[bytes, int], dict[str, str]]


@dataclass(frozen=True)
class Hooked:
    """A shop whose provider may send webhooks: how it signs them, and the address that a call was given."""

    shop: Shop
    sign: Sign
    field: str

    def order(self) -> tuple[Generation, str]:
        """Order one image; return its generation, which now waits, and the path of its webhook."""
        run = plan_run(contenders=[self.shop.contender], prompts=[make_prompt(text="A cat")], name="Hooks")
        start_run(run=run)
        generation = run.generations.get()
        assert generate_image(generation.pk)
        # Far off, so that only a webhook can bring the poll now.
        run.generations.update(run_after="2100-01-01T00:00Z")
        return run.generations.get(), urlsplit(self.address()).path

    def address(self) -> str:
        """Return the address that the last order carried; empty without one."""
        journal = self.shop.server.journal
        call = next(each for each in reversed(journal.calls) if each["method"] == "POST")
        query = parse_qs(urlsplit(call["path"]).query).get("fal_webhook", [""])
        return str(journal.orders[-1]["body"].get("webhook") or query[0])

    def send(
        self,
        path: str,
        number: str,
        *,
        age: int = 0,
        signed: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        """Post a webhook about an order; `signed` is what the signature is of, if that is something else."""
        body = json.dumps({self.field: number, "status": "OK", "payload": None}).encode()
        own = self.sign(json.dumps(signed).encode() if signed else body, int(time.time()) - age) | (headers or {})
        answer = Client(enforce_csrf_checks=True).post(path, body, "application/json", headers=own)
        assert (answer.status_code, answer.content, dict(answer.cookies)) == (204, b"", {})


def is_woken(generation: Generation) -> bool:
    """Tell whether a worker may poll the generation now; if so, let one."""
    return generate_image(generation.pk)


@pytest.fixture
def fal(shop: Shop, settings: Settings) -> Hooked:
    """fal's queue, whose public key lies beside it."""
    settings.PUBLIC_URL = SITE
    key = Ed25519PrivateKey.generate()
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    keys = [other, key.public_key().public_bytes_raw()]
    texts = [base64.urlsafe_b64encode(each).decode().rstrip("=") for each in keys]
    shop.server.pages[KEYS] = {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": each} for each in texts]}

    def sign(body: bytes, moment: int) -> dict[str, str]:
        parts = ["job-1", "user-1", str(moment)]
        message = "\n".join([*parts, hashlib.sha256(body).hexdigest()]).encode()
        names = ("Request-Id", "User-Id", "Timestamp")
        headers = {f"X-Fal-Webhook-{name}": part for name, part in zip(names, parts, strict=True)}
        return headers | {"X-Fal-Webhook-Signature": key.sign(message).hex()}

    address = shop.server.address_of("fal")
    return hooked(shop, "fal_queue", address, {"webhook_keys": f"{address}{KEYS}"}, sign, "request_id")


@pytest.fixture
def replicate(shop: Shop, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Hooked:
    """Replicate, which shares a secret with us."""
    settings.PUBLIC_URL = SITE
    monkeypatch.setenv(SECRET_ENV, f"whsec_{base64.b64encode(SECRET).decode()}")

    def sign(body: bytes, moment: int) -> dict[str, str]:
        digest = hmac.digest(SECRET, f"msg-1.{moment}.".encode() + body, "sha256")
        signature = f"v1,b3RoZXI= v1,{base64.b64encode(digest).decode()}"
        return {"webhook-id": "msg-1", "webhook-timestamp": str(moment), "webhook-signature": signature}

    options = {"webhook_secret_env": SECRET_ENV}
    return hooked(shop, "replicate", shop.server.address_of("replicate/v1"), options, sign, "id")


def hooked(shop: Shop, family: str, address: str, options: dict[str, str], sign: Sign, field: str) -> Hooked:
    """Make the shop's provider one of a family with webhooks."""
    shop.provider.family, shop.provider.base_url, shop.provider.options = family, address, options
    shop.provider.concurrency = 8
    shop.provider.save()
    return Hooked(Shop(shop.server, shop.provider, shop.sell("acme/app")), sign, field)


@pytest.fixture(params=["fal", "replicate"])
def host(request: pytest.FixtureRequest) -> Hooked:
    """Each of the two."""
    found: Hooked = request.getfixturevalue(request.param)
    return found


def test_genuine_webhook_wakes_one_poll_and_its_repeats_none(host: Hooked) -> None:
    generation, path = host.order()
    assert path == f"/hooks/fake/{generation.attempts.get().idempotency_key}/"
    assert not is_woken(generation)
    host.send(path, "job-1")
    assert is_woken(generation)
    generation.refresh_from_db()
    assert generation.state == "pending"
    # It is polled as ever from now on: a repeat brings it no sooner.
    Generation.objects.update(run_after="2100-01-01T00:00Z")
    host.send(path, "job-1")
    assert not is_woken(generation)
    Generation.objects.update(run_after=None)
    assert is_woken(generation)
    generation.refresh_from_db()
    assert generation.state == "done"
    assert generation.attempts.get().billed == "yes"
    host.send(path, "job-1")
    assert host.shop.server.journal.bills.total() == 1


def test_forged_late_and_foreign_webhooks_change_nothing(host: Hooked) -> None:
    generation, path = host.order()
    before = Generation.objects.values().get()
    host.send(path, "job-1", signed={"status": "another body"})
    host.send(path, "job-1", age=330)
    host.send(path, "job-1", age=-330)
    # Genuine, but of another order of the same account.
    host.send(path, "job-2")
    for name in host.sign(b"", 0):
        host.send(path, "job-1", headers={name: "é" if name.endswith("ature") else ""})
    host.send("/hooks/fake/6a1c1c52-1c7b-4c3e-8a3d-0f2f5a3b9f11/", "job-1")
    host.send(path.replace("/fake/", "/other/"), "job-1")
    too_long = b"x" * 2**22
    assert Client().post(path, too_long, "application/json").status_code == 204
    assert Generation.objects.values().get() == before
    assert not is_woken(generation)


def test_webhook_before_its_order_is_answered_changes_nothing(host: Hooked) -> None:
    generation, path = host.order()
    handle = generation.handle
    # The worker has not yet written down what the host answered.
    Generation.objects.update(state="running", handle=None)
    host.send(path, "job-1")
    Generation.objects.update(state="pending", handle=handle)
    assert not is_woken(generation)


def test_order_carries_no_address_unless_site_and_provider_say_so(host: Hooked, settings: Settings) -> None:
    host.order()
    assert host.address().startswith(f"{SITE}/hooks/fake/")
    settings.PUBLIC_URL = ""
    host.order()
    assert host.address() == ""
    settings.PUBLIC_URL = SITE
    host.shop.provider.options = {}
    host.shop.provider.save()
    generation, _ = host.order()
    assert host.address() == ""
    path = f"/hooks/fake/{generation.attempts.get().idempotency_key}/"
    host.send(path, str(generation.handle and generation.handle["id"]))
    assert not is_woken(generation)


def test_keys_are_fetched_rarely_and_only_for_calls_that_wait(fal: Hooked) -> None:
    generation, path = fal.order()
    fal.send("/hooks/fake/6a1c1c52-1c7b-4c3e-8a3d-0f2f5a3b9f11/", "job-1")
    asked = fal.shop.server.journal.calls
    assert not [call for call in asked if call["path"].endswith(KEYS)]
    for _ in range(3):
        fal.send(path, "job-1", signed={"forged": True})
    assert [call["path"] for call in asked if call["path"].endswith(KEYS)] == [f"/fal{KEYS}"]
    fal.send(path, "job-1")
    assert is_woken(generation)


def test_keys_at_a_private_address_are_not_fetched(fal: Hooked) -> None:
    fal.shop.provider.options = {"webhook_keys": "https://169.254.169.254/jwks.json"}
    fal.shop.provider.save()
    generation, path = fal.order()
    fal.send(path, "job-1")
    assert not is_woken(generation)


def test_missing_package_is_named(fal: Hooked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hook_signatures, "_ed25519", lambda: None)
    with pytest.raises(NotCallable, match="uv sync --extra webhooks"):
        provider_for(Offering.objects.filter(provider=fal.shop.provider)[0])


def test_secret_of_easel_itself_verifies_nothing(replicate: Hooked) -> None:
    replicate.shop.provider.options = {"webhook_secret_env": "SECRET_KEY"}
    replicate.shop.provider.save()
    with pytest.raises(NotCallable, match="a secret of Easel's own"):
        provider_for(Offering.objects.filter(provider=replicate.shop.provider)[0])
