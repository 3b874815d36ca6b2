"""OpenAI's images API as its hosts speak it: generations in JSON, edits in multipart form or in JSON."""

import base64
from collections.abc import Mapping
from typing import Any

from arena.fake_provider.journal import Job
from arena.fake_provider.links import LINKS, link
from arena.fake_provider.speech import Call, Failure, Order, Reply, decode, say
from arena.fake_provider.wires.wire_forms import Oddity, PlainWire, read_size

# status, type and code of each kind of failure
ERRORS = {
    "refused": (400, "image_generation_user_error", "moderation_blocked"),
    "refused_output": (400, "image_generation_user_error", "moderation_blocked"),
    "invalid": (400, "invalid_request_error", "invalid_request_error"),
    "auth": (401, "invalid_api_key", "invalid_api_key"),
    "unverified": (403, "invalid_request_error", "organization_not_verified"),
    "quota": (429, "insufficient_quota", "insufficient_quota"),
    "rate_limit": (429, "requests", "rate_limit_exceeded"),
    "overloaded": (503, "server_is_overloaded", "server_is_overloaded"),
    "gone": (404, "model_not_found", "model_not_found"),
}
COSTS = {"cost": 0.06, "cost_in_usd_ticks": 200_000_000}
PATHS = frozenset({
    "/images/generations", "/images/edits", "/images", "/images/imageToImage", "/images/inpaint",
})  # fmt: skip


def encode(data: bytes) -> str:
    """Return bytes as base64."""
    return base64.b64encode(data).decode()


def _pictures(body: Mapping[str, Any], *names: str) -> list[bytes]:
    """Return the pictures that a JSON body holds under these names, as data URLs or as objects with one."""
    given = [each for name in names for each in (body[name] if isinstance(body.get(name), list) else [body.get(name)])]
    urls = [each.get("url", "") if isinstance(each, dict) else each for each in given]
    urls += [each["image_url"]["url"] for each in body.get("input_references", ())] if "image" in names else []
    return [decode(url) for url in urls if url]


def _items(call: Call, job: Job) -> list[dict[str, Any]]:
    wants_url = job.order.body.get("response_format") == "url" or job.fault in LINKS
    return [
        {"url": link(call.origin, job.number, number, job.fault)} if wants_url else {"b64_json": encode(picture)}
        for number, picture in enumerate(job.pictures)
    ]


def _answer(job: Job, items: list[dict[str, Any]], **more: Any) -> Reply:
    # In the worst case each byte of a prompt is a token.
    tokens = max(9, len(job.order.prompt.encode()))
    usage = {
        "input_tokens": tokens, "input_tokens_details": {"text_tokens": tokens, "image_tokens": 0},
        "output_tokens": 272, "output_tokens_details": {"image_tokens": 272, "text_tokens": 0},
    }  # fmt: skip
    return say(200, {"created": 1, "data": items, "usage": usage} | more)


ODD: Mapping[str, Oddity] = {
    "empty": lambda call, job: say(200, {"created": 1, "data": []}),
    "error200": lambda call, job: say(200, {"error": {"message": "Something", "code": "oops"}}),
    "refused200": lambda call, job: say(200, {"error": {"message": "Blocked", "code": "moderation_blocked"}}),
    "wrongtypes": lambda call, job: say(200, {"data": [{"b64_json": 5}]}),
    "badbase64": lambda call, job: say(200, {"data": [{"b64_json": "!!!not base64!!!"}]}),
    "neither": lambda call, job: say(200, {"data": [{"revised_prompt": "a cat"}]}),
    "dataurl": lambda call, job: _answer(job, [{"b64_json": "data:image/png;base64," + encode(job.pictures[0])}]),
    "withheld": lambda call, job: _answer(job, [_items(call, job)[0] | {"respect_moderation": False}]),
    # What a host says that the picture cost: in its own credits, in USD, or in 10^-10 USD.
    "costs": lambda call, job: _answer(job, _items(call, job), credits=35, usage=COSTS),
    "served": lambda call, job: _answer(job, _items(call, job), model=job.order.prompt.rpartition(" ")[2]),
    "othermodel": lambda call, job: _answer(job, _items(call, job), model="another-model"),
}


class OpenAIWire(PlainWire):
    """One such host; the address ends with /v1."""

    odd = ODD
    free = frozenset({"refused200"})

    def __init__(self, segment: str = "v1") -> None:
        self.segment = segment

    def read_order(self, call: Call) -> Order | None:
        """Read a generation, or an edit in either form."""
        if call.method != "POST" or call.path not in PATHS:
            return None
        body: dict[str, Any] = dict(call.form) or call.json
        width, height = read_size(body)
        masks = call.files("mask") or _pictures(body, "mask")
        sources = call.files("image", "image[]") or _pictures(body, "image", "images", "image[]", "reference_images")
        return Order(
            model=str(body.get("model", "")), prompt=str(body.get("prompt", "")), body=body,
            key=call.headers.get("idempotency-key", ""), sources=tuple(sources),
            mask=masks[0] if masks else None, width=width, height=height,
        )  # fmt: skip

    def deliver(self, call: Call, job: Job) -> Reply:
        """Send the pictures in base64, or as URLs where asked for."""
        return _answer(job, _items(call, job))

    def fail(self, call: Call, failure: Failure) -> Reply:
        """Use OpenAI's envelope."""
        status, kind, code = ERRORS.get(failure.kind, (500, "server_error", "server_error"))
        error = {"message": failure.message, "type": kind, "param": None, "code": code}
        return say(status, {"error": error}, failure.headers)
