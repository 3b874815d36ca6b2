"""Hosts that take multipart forms: Stability, which answers with bytes, and Ideogram, which answers with URLs."""

from collections.abc import Mapping
from typing import Any

from arena.fake_provider.journal import Job
from arena.fake_provider.links import link
from arena.fake_provider.speech import Call, Failure, Order, Reply, say
from arena.fake_provider.wires.openai_wire import encode
from arena.fake_provider.wires.wire_forms import Oddity, PlainWire, read_size

# status and name of each kind of failure at Stability
ERRORS = {
    "refused": (403, "content_moderation"),
    "invalid": (400, "bad_request"),
    "auth": (401, "unauthorized"),
    "unverified": (403, "forbidden"),
    "quota": (402, "payment_required"),
    "rate_limit": (429, "rate_limit_exceeded"),
    "overloaded": (503, "service_unavailable"),
    "gone": (404, "not_found"),
}
IDEOGRAM_STATUS = {
    "refused": 422, "invalid": 400, "auth": 401, "unverified": 403, "quota": 402, "rate_limit": 429,
    "overloaded": 503, "gone": 404,
}  # fmt: skip
MADE = {"finish-reason": "SUCCESS", "seed": "343940597", "x-request-id": "fake-1"}
FILTERED = {**MADE, "finish-reason": "CONTENT_FILTERED"}


def _read_form(call: Call, *pictures: str) -> Order | None:
    """Read the order in a form; None if the request has none, as these hosts take nothing else."""
    if call.method != "POST" or not call.parts:
        return None
    body: dict[str, Any] = dict(call.form)
    width, height = read_size({**body, "aspect_ratio": str(body.get("aspect_ratio", "")).replace("x", ":")})
    masks = call.files("mask")
    return Order(
        model=call.path.removeprefix("/"), prompt=body.get("prompt", ""), body=body,
        key=call.headers.get("idempotency-key", ""), sources=tuple(call.files(*pictures)),
        mask=masks[0] if masks else None, width=width, height=height,
    )  # fmt: skip


STABILITY_ODD: Mapping[str, Oddity] = {
    "empty": lambda call, job: say(200, {}),
    "error200": lambda call, job: say(200, {"name": "oops", "errors": ["Something"]}),
    "filtered": lambda call, job: Reply(200, job.pictures[0], "image/png", FILTERED),
    "filteredjson": lambda call, job: say(
        200, {"image": encode(job.pictures[0]), "finish_reason": "CONTENT_FILTERED", "seed": 5}
    ),
    "json": lambda call, job: say(200, {"image": encode(job.pictures[0]), "finish_reason": "SUCCESS", "seed": 5}),
    "wrongtypes": lambda call, job: say(200, {"image": 5}),
    "badbase64": lambda call, job: say(200, {"image": "!!!not base64!!!"}),
}


class StabilityWire(PlainWire):
    """Stability's host; the address ends with v2beta."""

    segment = "stability"
    odd = STABILITY_ODD
    charged = frozenset({"moderatedoutput"})

    def read_order(self, call: Call) -> Order | None:
        """Read a form; without one, Stability answers 400."""
        return _read_form(call, "image")

    def deliver(self, call: Call, job: Job) -> Reply:
        """Send the bytes."""
        return Reply(200, job.pictures[0], "image/png", MADE) if job.pictures else say(200, {})

    def fail(self, call: Call, failure: Failure) -> Reply:
        """List the errors under a name; a filtered picture comes blurred, with status 200."""
        if failure.kind == "refused_output":
            return Reply(200, b"a blurred picture", "image/png", FILTERED)
        status, name = ERRORS.get(failure.kind, (500, "internal_error"))
        return say(status, {"id": "fake-1", "name": name, "errors": [failure.message]}, failure.headers)


def _items(call: Call, job: Job, **more: Any) -> Reply:
    items = [
        {
            "url": link(call.origin, job.number, place, job.fault), "prompt": job.order.prompt, "seed": 12345,
            "resolution": "1024x1024", "is_image_safe": True, **more,
        }
        for place, _ in enumerate(job.pictures)
    ]  # fmt: skip
    return say(200, {"created": "2026-11-30T00:00:00Z", "data": items})


IDEOGRAM_ODD: Mapping[str, Oddity] = {
    "empty": lambda call, job: say(200, {"created": "2026-11-30T00:00:00Z", "data": []}),
    "error200": lambda call, job: say(200, {"error": "Something"}),
    "unsafe": lambda call, job: _items(call, job, url=None, is_image_safe=False),
    "wrongtypes": lambda call, job: say(200, {"data": [{"url": 5}]}),
    "neither": lambda call, job: say(200, {"data": [{"seed": 5, "is_image_safe": True}]}),
}


class IdeogramWire(PlainWire):
    """Ideogram's host."""

    segment = "ideogram"
    odd = IDEOGRAM_ODD
    charged = frozenset({"moderatedoutput"})

    def read_order(self, call: Call) -> Order | None:
        """Read a form."""
        return _read_form(call, "image", "images")

    def deliver(self, call: Call, job: Job) -> Reply:
        """Name the pictures' addresses."""
        return _items(call, job)

    def fail(self, call: Call, failure: Failure) -> Reply:
        """Say the message and no more; a picture that is not safe has no address."""
        if failure.kind == "refused_output":
            return say(200, {"data": [{"url": None, "is_image_safe": False, "seed": 5, "resolution": "1024x1024"}]})
        words = "Prompt failed the safety check." if failure.kind == "refused" else failure.message
        return say(IDEOGRAM_STATUS.get(failure.kind, 500), {"error": words}, failure.headers)
