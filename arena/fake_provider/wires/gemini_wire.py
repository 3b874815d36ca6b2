"""Google's Gemini API: models/…:generateContent, whose refusals come with status 200."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from arena.fake_provider.journal import Job
from arena.fake_provider.speech import Call, Failure, Order, Reply, say
from arena.fake_provider.wires.openai_wire import encode
from arena.fake_provider.wires.wire_forms import Oddity, PlainWire, read_size

VERB = ":generateContent"
# status, Google's name of it, and details
ERRORS: Mapping[str, tuple[int, str, list[dict[str, Any]]]] = {
    "invalid": (400, "INVALID_ARGUMENT", []),
    "auth": (400, "INVALID_ARGUMENT", [{"reason": "API_KEY_INVALID", "domain": "googleapis.com"}]),
    "unverified": (403, "PERMISSION_DENIED", []),
    "quota": (429, "RESOURCE_EXHAUSTED", [{"violations": [{"quotaId": "RequestsPerDayPerProject"}]}]),
    "rate_limit": (429, "RESOURCE_EXHAUSTED", []),
    "rate_limit_told": (429, "RESOURCE_EXHAUSTED", [{"retryDelay": "34.07s"}]),
    "overloaded": (503, "UNAVAILABLE", []),
    "gone": (404, "NOT_FOUND", []),
}
IMAGE_TOKENS = 1120


def _part(data: bytes) -> dict[str, Any]:
    return {"inlineData": {"mimeType": "image/png", "data": encode(data)}}


def _candidate(parts: list[dict[str, Any]], reason: str = "STOP") -> dict[str, Any]:
    return {"content": {"role": "model", "parts": parts}, "finishReason": reason, "index": 0}


def _answer(job: Job, parts: list[dict[str, Any]]) -> Reply:
    text = max(9, len(job.order.prompt.encode()))
    asked: list[dict[str, Any]] = [{"modality": "TEXT", "tokenCount": text}]
    if job.order.sources:
        asked.append({"modality": "IMAGE", "tokenCount": 258 * len(job.order.sources)})
    usage = {
        "promptTokenCount": sum(each["tokenCount"] for each in asked), "promptTokensDetails": asked,
        "candidatesTokenCount": IMAGE_TOKENS,
        "candidatesTokensDetails": [{"modality": "IMAGE", "tokenCount": IMAGE_TOKENS}],
    }  # fmt: skip
    return say(200, {"candidates": [_candidate(parts)], "usageMetadata": usage, "modelVersion": job.order.model})


def _ended(reason: str) -> Oddity:
    return lambda call, job: say(200, {"candidates": [{"finishReason": reason, "index": 0}]})


ODD: Mapping[str, Oddity] = {
    "empty": lambda call, job: say(200, {"candidates": []}),
    "error200": lambda call, job: say(200, {"error": {"message": "Something", "status": "UNKNOWN"}}),
    "wrongtypes": lambda call, job: say(200, {"candidates": [_candidate([{"inlineData": {"data": 5}}])]}),
    "badbase64": lambda call, job: say(200, {"candidates": [_candidate([{"inlineData": {"data": "!!!"}}])]}),
    "neither": lambda call, job: say(200, {"candidates": [_candidate([{"text": "Here is your cat."}])]}),
    "dataurl": lambda call, job: _answer(
        job, [{"inlineData": {"data": "data:image/png;base64," + encode(job.pictures[0])}}]
    ),
    "noimage": _ended("NO_IMAGE"),
    "recitation": _ended("IMAGE_RECITATION"),
    # A thought with a sketch comes before the picture.
    "thought": lambda call, job: _answer(job, [{"thought": True, **_part(b"a sketch")}, _part(job.pictures[0])]),
}


class GeminiWire(PlainWire):
    """Google's host; the address ends with its version."""

    segment = "gemini"
    odd = ODD
    charged = frozenset({"moderatedoutput"})

    def read_order(self, call: Call) -> Order | None:
        """Read the text and the pictures among the parts."""
        if call.method != "POST" or not call.path.endswith(VERB):
            return None
        parts = call.json.get("contents", [{}])[0].get("parts", [])
        config = call.json.get("generationConfig", {})
        ratio = config.get("imageConfig", {}).get("aspectRatio", "")
        width, height = read_size({"aspect_ratio": ratio})
        return Order(
            model=call.path.removesuffix(VERB).rpartition("/models/")[2].replace("%3A", ":"),
            prompt=" ".join(part["text"] for part in parts if "text" in part), body=call.json,
            key=call.headers.get("idempotency-key", ""),
            sources=tuple(_decode(part["inlineData"]["data"]) for part in parts if "inlineData" in part),
            width=width, height=height,
        )  # fmt: skip

    def deliver(self, call: Call, job: Job) -> Reply:
        """Send the pictures among text."""
        return _answer(job, [{"text": "Here is your picture."}, *map(_part, job.pictures)] if job.pictures else [])

    def fail(self, call: Call, failure: Failure) -> Reply:
        """Refuse with status 200, and fail in Google's envelope."""
        if failure.kind == "refused":
            return say(200, {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}})
        if failure.kind == "refused_output":
            return say(200, {"candidates": [{"finishReason": "IMAGE_SAFETY", "finishMessage": failure.message}]})
        status, name, details = ERRORS.get(failure.kind, (500, "INTERNAL", []))
        error = {"code": status, "message": failure.message, "status": name, "details": details}
        return say(status, {"error": error}, failure.headers)


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
