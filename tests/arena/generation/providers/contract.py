"""The contract of wire families: what each fault of a host must come to, for every family alike.

A family's class names its wire at the fake provider and what it has. `differs` and `lacks` say where its hosts cannot
do otherwise, `also` what only they can do. The cases follow the twelve groups of faults: latency, rate limits, server
errors, wrong bodies, trickles, refusals, wrong numbers of images, hostile images, hostile URLs, queues, keys and
models, idempotency.
"""

import json
import time
from collections.abc import Mapping
from typing import Any, ClassVar

import pytest
from django.utils.module_loading import import_string

from arena.fake_provider.server import ImageProvider
from arena.generation.calls.outcomes import PASSING
from arena.generation.providers.base import Done, ErrorKind, Host, Pending, Provider, ProviderError, Request
from arena.generation.providers.fetch import fetch_asset
from arena.generation.providers.registry import FAMILIES
from arena.pictures.bad_images import BadImage
from arena.pictures.decoding import inspect_image
from tests.arena.generation.providers.ordering import KEY, left_half, source
from tests.patience import HANGING

MOMENT = 0.3
Verdict = tuple[str, str]
DONE: Verdict = ("done", "yes")
LOST: Verdict = ("bad_response", "yes")
DOUBTFUL: Verdict = ("bad_response", "unknown")

# Faults that any host can have, and what they come to: the kind of the error, and whether it was charged.
CASES: dict[str, Verdict] = {
    "": DONE,
    "slow": ("timeout", "unknown"),
    "trickle": ("timeout", "unknown"),
    "headertrickle": ("timeout", "unknown"),
    "endless": DOUBTFUL,
    "gzipbomb": DOUBTFUL,
    "busy": ("rate_limited", "no"),
    "busylong": ("rate_limited", "no"),
    "busydate": ("rate_limited", "no"),
    "busyms": ("rate_limited", "no"),
    "busyplain": ("rate_limited", "no"),
    "quota": ("quota", "no"),
    "overloaded": ("unavailable", "no"),
    "broken": ("unavailable", "unknown"),
    "badgateway": ("unavailable", "unknown"),
    "gatewaytimeout": ("unavailable", "unknown"),
    "reset": ("unavailable", "unknown"),
    "truncated": ("unavailable", "unknown"),
    "redirected": DOUBTFUL,
    "html": DOUBTFUL,
    "malformed": DOUBTFUL,
    "notobject": DOUBTFUL,
    "nobody": DOUBTFUL,
    "error200": DOUBTFUL,
    "empty": DOUBTFUL,
    "fewer": DOUBTFUL,
    "more": DONE,
    "moderated": ("refused", "no"),
    "moderatedoutput": ("refused", "no"),
    "wrongsize": DONE,
    "jpegaspng": DONE,
    "sixteenbit": DONE,
    "cmyk": DONE,
    "palette": DONE,
    "onepixel": LOST,
    "animated": LOST,
    "bomb": LOST,
    "cutimage": LOST,
    "notanimage": LOST,
    "htmlimage": LOST,
    "badkey": ("auth", "no"),
    "unverified": ("forbidden", "no"),
    "gone": ("not_found", "no"),
    "invalid": ("invalid", "no"),
}
# Faults of hosts that name a URL to fetch the image from.
LINK_CASES: dict[str, Verdict] = {
    "url": DONE,
    "shakyurl": DONE,
    "goneurl": ("not_found", "yes"),
    "redirecturl": LOST,
    "slowurl": ("timeout", "yes"),
    "privateurl": LOST,
    "metadataurl": LOST,
    "elsewhereurl": LOST,
    "fileurl": LOST,
}
# Faults of hosts that hand out something to ask with.
QUEUE_CASES: dict[str, Verdict] = {
    # The work is over when its host says so.
    "empty": LOST,
    "fewer": LOST,
    "moderated": ("refused", "unknown"),
    "moderatedoutput": ("refused", "unknown"),
    "nohandle": DOUBTFUL,
    "wrongtypes": DOUBTFUL,
    "oddstate": DOUBTFUL,
    "pollhtml": DONE,
    "pollbroken": DONE,
    "pollbadgateway": DONE,
    "pollmalformed": DONE,
    "polltruncated": DONE,
    "pollreset": DONE,
    "pollendless": DOUBTFUL,
}
HASTY = frozenset({"slow", "trickle", "headertrickle", "slowurl"})


class WireContract:
    """The tests that every family passes; a class of a family sets what follows."""

    family: ClassVar[str]
    segment: ClassVar[str]
    options: ClassVar[Mapping[str, Any]] = {}
    model: ClassVar[str] = "fake-model"
    key: ClassVar[str] = KEY
    settings: ClassVar[Mapping[str, Any]] = {}
    links: ClassVar[bool] = False
    queue: ClassVar[bool] = False
    cancels: ClassVar[bool] = False
    edits: ClassVar[bool] = True
    lacks: ClassVar[frozenset[str]] = frozenset()
    differs: ClassVar[Mapping[str, Verdict]] = {}
    also: ClassVar[Mapping[str, Verdict]] = {}
    waits: ClassVar[Mapping[str, float | None]] = {"busy": 7.0, "busylong": 300.0, "busyms": 1.5, "busyplain": None}

    @pytest.fixture
    def provider(self, host: ImageProvider) -> Provider:
        """The family at the fake."""
        return self.at(host.address_of(self.segment))

    def at(self, address: str) -> Provider:
        """Return the family at an address."""
        provider: Provider = import_string(FAMILIES[self.family])(Host(address, self.key, self.options))
        return provider

    def order(self, prompt: str, **more: Any) -> Request:
        """Return a request as contenders of this family make them."""
        values: dict[str, Any] = {"model": self.model, "prompt": prompt, "seed": 7, "settings": self.settings} | more
        return Request(**values)

    @classmethod
    def cases(cls) -> dict[str, Verdict]:
        """Return the faults that this family's hosts can have, with what they must come to."""
        all_cases = CASES | (LINK_CASES if cls.links else {}) | (QUEUE_CASES if cls.queue else {})
        all_cases |= {**cls.differs, **cls.also}
        return {name: verdict for name, verdict in all_cases.items() if name not in cls.lacks}

    def test_faults_are_told_apart_and_paid_once(self, host: ImageProvider, fault: str) -> None:
        provider = self.at(host.address_of(self.segment))
        number = f"{type(self).__name__}-{fault or 'none'}"
        moment = MOMENT if fault in HASTY else HANGING
        before = len(host.journal.orders)
        fault_in_prompt = f"A cat [{fault}]" if fault else "A cat"

        verdict, error = judge(provider, self.order(fault_in_prompt), number=number, seconds=moment)

        assert verdict == self.cases()[fault], f"{error}"
        bills = host.journal.bills[number]
        assert bills <= 1
        assert len(host.journal.orders) == before + 1
        if verdict[1] != "unknown":
            assert bills == (verdict[1] == "yes")
        if error is not None:
            secret = self.key.rpartition(":")[2]
            assert not secret or secret not in error.message
            assert len(error.message) < 600
            if fault in self.waits:
                assert error.retry_after == self.waits[fault]
            if fault == "busydate":
                assert error.retry_after is not None

    def test_host_that_cannot_be_reached_charges_nothing(self) -> None:
        address = f"http://127.0.0.1:9/{self.segment}"
        verdict, error = judge(self.at(address), self.order("A cat"), number="far", seconds=HANGING)
        assert verdict == ("unavailable", "no")
        assert error is not None
        assert error.retryable

    def test_deadline_that_has_passed_orders_nothing(self, host: ImageProvider, provider: Provider) -> None:
        before = len(host.journal.orders)
        verdict, _ = judge(provider, self.order("A cat"), number="late", seconds=-1)
        assert verdict == ("timeout", "no")
        assert len(host.journal.orders) == before

    def test_order_carries_its_idempotency_key_and_the_key_goes_nowhere_else(
        self, host: ImageProvider, provider: Provider
    ) -> None:
        start = len(host.journal.calls)
        judge(provider, self.order("A dog"), number="once", seconds=HANGING)
        assert host.journal.orders[-1]["key"] == "once"
        fetched = [call for call in host.journal.calls[start:] if call["path"].startswith("/files/")]
        assert bool(fetched) == self.links
        secret = self.key.rpartition(":")[2] or KEY
        assert all(secret not in str(call["headers"]) for call in fetched)

    def test_applied_parameters_hold_neither_prompt_nor_pictures(self, provider: Provider) -> None:
        done = complete(provider, self.order("A dog in a hat"))
        written = json.dumps(dict(done.applied))
        assert "A dog in a hat" not in written
        assert json.loads(written).get("dropped", []) == list(done.applied.get("dropped", []))

    def test_edit_sends_its_source_and_mask_or_is_not_ordered(self, host: ImageProvider, provider: Provider) -> None:
        request = self.order("Make it night", sources=(source(),), mask=left_half())
        before = len(host.journal.orders)
        if not self.edits:
            verdict, _ = judge(provider, request, number="no", seconds=HANGING)
            assert (verdict, len(host.journal.orders)) == (("invalid", "no"), before)
            return
        done = complete(provider, request)
        sent = host.journal.orders[-1]
        assert len(sent["sources"]) == 1
        assert inspect_image(sent["sources"][0]).picture.size == (source().width, source().height)
        assert (sent["mask"] is not None) == ("mask" not in done.applied.get("dropped", []))
        assert fetch_asset(done.assets[0], host=provider.host, deadline=soon(HANGING))

    def test_cancelling_tells_whether_the_host_agreed(self, host: ImageProvider, provider: Provider) -> None:
        if not self.cancels:
            assert not self.queue or not self._cancel(provider)
        else:
            assert self._cancel(provider)
            assert list(host.journal.jobs.values())[-1].cancelled

    def _cancel(self, provider: Provider) -> bool:
        answer = provider.submit(self.order("A cat [stuck]"), idempotency_key="cancel", deadline=soon(HANGING))
        assert isinstance(answer, Pending)
        return provider.cancel(answer.handle, deadline=soon(HANGING))


class QueueContract(WireContract):
    """The contract of a family whose hosts hand out something to ask with."""

    queue = True

    def test_pending_order_is_asked_for_ever_more_rarely(self, provider: Provider) -> None:
        answer = provider.submit(self.order("A cat [stuck]"), idempotency_key="stuck", deadline=soon(HANGING))
        waits = []
        for _ in range(7):
            assert isinstance(answer, Pending)
            waits.append(answer.poll_after)
            answer = provider.poll(json.loads(json.dumps(answer.handle)), deadline=soon(HANGING))
        assert waits[0] < 1
        assert waits[-1] > 2 * waits[0]
        assert max(waits) < 10


def soon(seconds: float) -> float:
    """Return a deadline."""
    return time.monotonic() + seconds


def complete(provider: Provider, request: Request, *, number: str = "whole") -> Done:
    """Order, and ask until it is done; a poll that meets a host that is not well is made again."""
    answer = provider.submit(request, idempotency_key=number, deadline=soon(HANGING))
    return _follow(provider, answer, HANGING)


def judge(provider: Provider, request: Request, *, number: str, seconds: float) -> tuple[Verdict, ProviderError | None]:
    """Order one image, fetch and decode it; return what became of it as the worker would see it."""
    try:
        answer = provider.submit(request, idempotency_key=number, deadline=soon(seconds))
        done = _follow(provider, answer, seconds)
        data = fetch_asset(done.assets[0], host=provider.host, deadline=soon(seconds))
        inspect_image(data)
    except ProviderError as error:
        return (str(error.kind), error.billed), error
    except BadImage:
        return LOST, None
    return DONE, None


def _follow(provider: Provider, answer: Pending | Done, seconds: float) -> Done:
    for _ in range(8):
        if isinstance(answer, Done):
            return answer
        try:
            # A handle lives in the database as JSON.
            answer = provider.poll(json.loads(json.dumps(answer.handle)), deadline=soon(seconds))
        except ProviderError as error:
            if error.kind not in PASSING or error.ended:
                raise
    raise ProviderError(ErrorKind.TIMEOUT, "It is still pending.", billed="unknown")
