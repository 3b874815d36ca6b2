"""Replicate's predictions: created, asked for until they end, cancelled."""

from collections.abc import Mapping
from typing import Any

from arena.fake_provider.journal import Job
from arena.fake_provider.links import link
from arena.fake_provider.speech import Call, Failure, Order, Reply, decode, say
from arena.fake_provider.wires.wire_forms import Oddity, PlainWire, read_size

STATUS = {
    "invalid": 422, "auth": 401, "unverified": 403, "quota": 402, "rate_limit": 429, "overloaded": 503, "gone": 404,
}  # fmt: skip
# States that end a prediction without output, by the fault that asks for them.
ENDS = {"aborted": "aborted", "canceledthere": "canceled", "failed": "failed", "oddstate": "on_holiday"}

# What it says of its work, which takes no time.
PREDICT_SECONDS = 0.001


def _prediction(call: Call, job: Job, status: str, **more: Any) -> dict[str, Any]:
    url = f"{call.root}/predictions/{job.number}"
    return {
        "id": job.number, "version": "fake", "status": status, "output": None, "error": None, "logs": "",
        "urls": {"get": url, "cancel": f"{url}/cancel"}, "metrics": {}, **more,
    }  # fmt: skip


ODD: Mapping[str, Oddity] = {
    # The URLs of a prediction are not followed, so that this one goes well.
    "elsewhere": lambda call, job: say(
        201, _prediction(call, job, "starting", urls={"get": "https://api.replicate.example.org/1"})
    ),
    "nohandle": lambda call, job: say(201, {"status": "starting"}),
    "wrongtypes": lambda call, job: say(201, {"id": 5, "status": ["starting"]}),
    "badhandle": lambda call, job: say(201, {"id": "../../other", "status": "starting"}),
    "error200": lambda call, job: say(200, {"error": "Something"}),
}


class ReplicateWire(PlainWire):
    """The API at /v1."""

    segment = "replicate/v1"
    odd = ODD
    free = frozenset({"aborted"})
    late = frozenset({"moderated", "moderatedoutput"})

    def read_order(self, call: Call) -> Order | None:
        """Read a prediction's input; the model is in the path, or a version in the body."""
        if call.method != "POST" or not call.path.endswith("/predictions"):
            return None
        given: dict[str, Any] = call.json.get("input", {})
        width, height = read_size(given)
        pictures = given.get("images") or [given[name] for name in ("image", "input_image") if name in given]
        name = call.path.removeprefix("/models/").removesuffix("/predictions")
        return Order(
            model=str(call.json.get("version") or name), prompt=str(given.get("prompt", "")), body=call.json,
            key=call.headers.get("idempotency-key", ""), sources=tuple(decode(url) for url in pictures),
            mask=decode(given["mask"]) if "mask" in given else None, width=width, height=height,
        )  # fmt: skip

    def deliver(self, call: Call, job: Job) -> Reply:
        """Create the prediction."""
        return say(201, _prediction(call, job, "starting"))

    def fail(self, call: Call, failure: Failure) -> Reply:
        """Say it as a problem; a rate limit tells its end only in words."""
        status = STATUS.get(failure.kind, 500)
        return say(status, {"title": failure.kind, "detail": failure.message, "status": status}, failure.headers)

    def find_job(self, call: Call) -> str:
        """Return the prediction's number."""
        return call.path.partition("/predictions/")[2].partition("/")[0]

    def report(self, call: Call, job: Job) -> Reply:
        """Answer a question about a prediction, or its cancellation."""
        if call.path.endswith("/cancel"):
            job.cancelled = not job.finished
            return say(200, _prediction(call, job, "canceled" if job.cancelled else "succeeded"))
        if not job.finished or job.fault == "stuck":
            return say(200, _prediction(call, job, "processing"))
        if job.failure:
            reason = "The input or output was flagged as sensitive (E005)."
            return say(200, _prediction(call, job, "failed", error=reason))
        if job.fault in ENDS:
            return say(200, _prediction(call, job, ENDS[job.fault], error="CUDA out of memory"))
        urls = [link(call.origin, job.number, number, job.fault) for number in range(len(job.pictures))]
        output: Any = None if job.fault in {"empty", "neither"} else urls
        return say(200, _prediction(call, job, "succeeded", output=output, metrics={"predict_time": PREDICT_SECONDS}))
