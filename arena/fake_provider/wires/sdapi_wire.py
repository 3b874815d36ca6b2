"""Stable Diffusion servers with A1111's API, which answer 200 to much that went wrong."""

import base64
import io
import json
from collections.abc import Mapping
from typing import Any

from PIL import Image

from arena.fake_provider.fake_pictures import make_png
from arena.fake_provider.journal import Job
from arena.fake_provider.speech import Call, Failure, Order, Reply, say
from arena.fake_provider.wires.openai_wire import encode
from arena.fake_provider.wires.wire_forms import Oddity, PlainWire, read_size

STATUS = {
    "refused": 400, "invalid": 422, "auth": 401, "unverified": 401, "quota": 402, "rate_limit": 429, "overloaded": 503,
    "gone": 404, "memory": 500,
}  # fmt: skip
ROUTES = {"/txt2img", "/img2img"}
HASH = "31e35c80fc"


def _answer(job: Job, pictures: list[bytes], **more: Any) -> Reply:
    info = {
        "prompt": job.order.prompt, "seed": 2**32 - 1, "all_seeds": [2**32 - 1], "width": job.order.width,
        "height": job.order.height, "sampler_name": "Euler a", "steps": 20, "cfg_scale": 7.0,
        "sd_model_name": job.order.model.partition(" [")[0].removesuffix(".safetensors"), "sd_model_hash": HASH,
        "index_of_first_image": 0, "version": "v1.10.1", **more,
    }  # fmt: skip
    return say(200, {"images": list(map(encode, pictures)), "parameters": {}, "info": json.dumps(info)})


def _jpeg(call: Call, job: Job) -> Reply:
    file = io.BytesIO()
    Image.open(io.BytesIO(job.pictures[0])).convert("RGB").save(file, "JPEG")
    return _answer(job, [file.getvalue()])


ODD: Mapping[str, Oddity] = {
    "empty": lambda call, job: say(200, {"images": [], "parameters": {}, "info": "{}"}),
    "error200": lambda call, job: say(200, {}),
    "wrongtypes": lambda call, job: say(200, {"images": [5], "info": "{}"}),
    "badbase64": lambda call, job: say(200, {"images": ["!!!not base64!!!"], "info": "{}"}),
    # A grid of all pictures comes before them.
    "gridfirst": lambda call, job: _answer(job, [make_png("grid"), job.pictures[0]], index_of_first_image=1),
    "othermodel": lambda call, job: _answer(
        job, job.pictures, sd_model_name="another-model", sd_model_hash="ffffffffff"
    ),
    "noname": lambda call, job: say(200, {"images": list(map(encode, job.pictures)), "info": "{}"}),
    "jpeg": _jpeg,
    "textbroken": lambda call, job: Reply(500, b"Internal Server Error: NansException", "text/plain"),
}


class SdapiWire(PlainWire):
    """One server; after an order with the fault `interrupted`, its progress says so until the next order."""

    segment = "sdapi/v1"
    odd = ODD
    charged = frozenset({"latebusy"})

    def __init__(self) -> None:
        # The origins of servers whose last call was interrupted.
        self._interrupted: set[str] = set()

    def read_order(self, call: Call) -> Order | None:
        """Read an order for a new picture, or for one made from another."""
        if call.method != "POST" or call.path not in ROUTES:
            return None
        self._interrupted.discard(call.origin)
        body, mask = call.json, call.json.get("mask")
        width, height = read_size(body)
        return Order(
            model=str(body.get("override_settings", {}).get("sd_model_checkpoint", "")),
            prompt=str(body.get("prompt", "")), body=body, key=call.headers.get("idempotency-key", ""),
            sources=tuple(base64.b64decode(each) for each in body.get("init_images", ())),
            mask=base64.b64decode(mask) if mask else None, width=width, height=height,
        )  # fmt: skip

    def deliver(self, call: Call, job: Job) -> Reply:
        """Send the pictures."""
        if job.fault == "interrupted":
            # Status 200 and a picture, which is not finished; the answer does not tell.
            self._interrupted.add(call.origin)
        return _answer(job, job.pictures)

    def fail(self, call: Call, failure: Failure) -> Reply:
        """Say what went wrong as A1111's middleware does."""
        if failure.kind == "memory":
            error = {"error": "OutOfMemoryError", "detail": "", "body": "", "errors": failure.message}
            return say(500, error)
        return say(STATUS.get(failure.kind, 500), {"detail": failure.message}, failure.headers)

    def serve(self, call: Call) -> Reply:
        """Tell the progress, which is the server's and not the call's."""
        if call.path == "/progress":
            state = {"job": "", "job_count": 0, "interrupted": call.origin in self._interrupted}
            return say(200, {"progress": 0.0, "eta_relative": 0.0, "state": state, "current_image": None})
        return say(404, {"detail": "Not Found"})
