"""fal.ai's queue: an order is answered with URLs to ask for its state, its result, and to cancel it."""

from collections.abc import Mapping
from typing import Any

from arena.fake_provider.journal import Job
from arena.fake_provider.links import link
from arena.fake_provider.speech import Call, Failure, Order, Reply, decode, say
from arena.fake_provider.wires.wire_forms import Oddity, PlainWire, read_size

STATUS = {
    "refused": 422, "refused_output": 422, "invalid": 422, "auth": 401, "unverified": 403, "quota": 403,
    "rate_limit": 429, "overloaded": 503, "gone": 404,
}  # fmt: skip
TYPES = {"refused": "content_policy_violation", "refused_output": "content_policy_violation", "invalid": "value_error"}
# Longer than 2^53, as fal's own documentation shows one.
LONG_SEED = 196619188014358660
# What it says of its work, which takes no time.
INFERENCE_SECONDS = 0.001


def _urls(call: Call, job: Job) -> dict[str, str]:
    url = f"{call.root}/acme/app/requests/{job.number}"
    return {"response_url": url, "status_url": f"{url}/status", "cancel_url": f"{url}/cancel"}


def _queued(call: Call, job: Job, **changes: Any) -> Reply:
    return say(200, {"status": "IN_QUEUE", "request_id": job.number, "queue_position": 0} | _urls(call, job) | changes)


ODD: Mapping[str, Oddity] = {
    "elsewhere": lambda call, job: _queued(call, job, status_url="https://queue.fal.run.example.org/status"),
    "plainhttp": lambda call, job: _queued(call, job, status_url="http://queue.fal.run/status"),
    "nohandle": lambda call, job: say(200, {"status": "IN_QUEUE"}),
    "wrongtypes": lambda call, job: say(200, {"request_id": 5, "status_url": ["a"]}),
    "error200": lambda call, job: say(200, {"detail": "Something"}),
}


class FalWire(PlainWire):
    """The queue; an application has two names in its path, and may have more behind them."""

    segment = "fal"
    odd = ODD
    free = frozenset({"runnerfailed"})
    late = frozenset({"moderated", "moderatedoutput", "invalid"})

    def read_order(self, call: Call) -> Order | None:
        """Read a model's raw input."""
        if call.method != "POST" or "/requests/" in call.path:
            return None
        body = call.json
        width, height = read_size(body.get("image_size") or body)
        pictures = body.get("image_urls") or [body[name] for name in ("image_url",) if name in body]
        return Order(
            model=call.path.removeprefix("/"), prompt=str(body.get("prompt", "")), body=body,
            key=call.headers.get("idempotency-key", ""), sources=tuple(decode(url) for url in pictures),
            mask=decode(body["mask_url"]) if "mask_url" in body else None, width=width, height=height,
        )  # fmt: skip

    def deliver(self, call: Call, job: Job) -> Reply:
        """Put the order into the queue."""
        return _queued(call, job)

    def fail(self, call: Call, failure: Failure) -> Reply:
        """Say it as a list of details, or as one text."""
        status = STATUS.get(failure.kind, 500)
        if failure.kind in TYPES:
            detail: Any = [{"loc": ["body", "prompt"], "msg": failure.message, "type": TYPES[failure.kind]}]
        else:
            detail = "User is locked. Reason: Exhausted balance." if failure.kind == "quota" else failure.message
        return say(status, {"detail": detail}, failure.headers)

    def find_job(self, call: Call) -> str:
        """Return the number behind /requests/."""
        return call.path.partition("/requests/")[2].partition("/")[0]

    def report(self, call: Call, job: Job) -> Reply:
        """Answer a question about the state, one for the result, or a cancellation."""
        if call.path.endswith("/cancel"):
            job.cancelled = not job.finished
            return say(202 if job.cancelled else 400, {
                "status": "CANCELLATION_REQUESTED" if job.cancelled else "ALREADY_COMPLETED"
            })  # fmt: skip
        if call.path.endswith("/status"):
            if not job.finished or job.fault == "stuck":
                return say(202, {"status": "IN_QUEUE" if job.polls == 1 else "IN_PROGRESS"})
            metrics = {"inference_time": INFERENCE_SECONDS}
            return say(200, {"status": "COMPLETED" if job.fault != "oddstate" else "ON_HOLIDAY", "metrics": metrics})
        return self._result(call, job)

    def _result(self, call: Call, job: Job) -> Reply:
        if job.failure:
            return self.fail(call, job.failure)
        if job.fault == "runnerfailed":
            return say(503, {"detail": "Runner disconnected", "error_type": "runner_disconnected"})
        if job.fault == "resultgone":
            return say(404, {"detail": "Request not found"})
        images = [
            {"url": link(call.origin, job.number, number, job.fault), "content_type": "image/png"}
            for number in range(len(job.pictures))
        ]
        flags = [job.fault == "nsfw" for _ in images]
        empty = job.fault in {"empty", "neither"}
        return say(200, {"images": [] if empty else images, "seed": LONG_SEED, "has_nsfw_concepts": flags})
