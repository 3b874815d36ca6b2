"""Hugging Face's router to its own inference: bytes back, or JSON that says why not, sometimes with status 200."""

import base64
import io
from collections.abc import Mapping
from typing import Any

from PIL import Image

from arena.fake_provider.journal import Job
from arena.fake_provider.speech import Call, Failure, Order, Reply, say
from arena.fake_provider.wires.wire_forms import Oddity, PlainWire, read_size

STATUS = {
    "refused": 400, "refused_output": 400, "invalid": 422, "auth": 401, "unverified": 403, "quota": 402,
    "rate_limit": 429, "overloaded": 503, "gone": 404,
    "loading": 200, "moved": 410,
}  # fmt: skip
NSFW = "NSFW content detected."


def _webp(call: Call, job: Job) -> Reply:
    file = io.BytesIO()
    Image.open(io.BytesIO(job.pictures[0])).save(file, "WEBP")
    return Reply(200, file.getvalue(), "image/webp")


ODD: Mapping[str, Oddity] = {
    "empty": lambda call, job: say(200, {}),
    "error200": lambda call, job: say(200, {"error": "Something"}),
    "webp": _webp,
}


class RouterWire(PlainWire):
    """The route hf-inference."""

    segment = "hf"
    odd = ODD

    def read_order(self, call: Call) -> Order | None:
        """Read the prompt, or the picture with the prompt among its parameters."""
        if call.method != "POST" or not call.path.startswith("/models/"):
            return None
        parameters: dict[str, Any] = call.json.get("parameters", {})
        inputs, prompt = str(call.json.get("inputs", "")), parameters.get("prompt")
        width, height = read_size(parameters)
        return Order(
            model=call.path.removeprefix("/models/").replace("%3A", ":"), prompt=prompt or inputs, body=call.json,
            key=call.headers.get("idempotency-key", ""),
            sources=(base64.b64decode(inputs),) if prompt else (), width=width, height=height,
        )  # fmt: skip

    def deliver(self, call: Call, job: Job) -> Reply:
        """Send the bytes."""
        return Reply(200, job.pictures[0], "image/png") if job.pictures else say(200, [])

    def fail(self, call: Call, failure: Failure) -> Reply:
        """Say the error; a model that is not loaded tells how long that takes."""
        said = NSFW if failure.kind.startswith("refused") else failure.message
        table: dict[str, Any] = {"error": [said] if failure.kind == "invalid" else said}
        if failure.kind in {"overloaded", "loading"}:
            table["estimated_time"] = 20.0
        return say(STATUS.get(failure.kind, 500), table, failure.headers)
