"""Hosts that hand out one URL or number to ask with: Black Forest Labs, LLM Stats and FairStack."""

from collections.abc import Mapping
from typing import Any

from arena.fake_provider.journal import Job
from arena.fake_provider.links import link
from arena.fake_provider.speech import Call, Failure, Order, Reply, decode, say
from arena.fake_provider.wires.wire_forms import Oddity, PlainWire, read_size

STATUS = {
    "refused": 422, "refused_output": 422, "invalid": 422, "auth": 403, "unverified": 403, "quota": 402,
    "rate_limit": 429, "overloaded": 503, "gone": 404,
}  # fmt: skip
CODES = {"refused": "content_filtered", "refused_output": "content_filtered"}
LONG_SEED = 196619188014358660


class BflWire(PlainWire):
    """Black Forest Labs: a model is a path, a result is asked for at the polling URL."""

    segment = "bfl/v1"
    late = frozenset({"moderated", "moderatedoutput"})
    odd: Mapping[str, Oddity] = {
        "elsewhere": lambda call, job: say(200, {"id": job.number, "polling_url": "https://api.bfl.ai.example.org/1"}),
        "plainhttp": lambda call, job: say(200, {"id": job.number, "polling_url": "http://api.bfl.ai/v1/get_result"}),
        "nohandle": lambda call, job: say(200, {"id": job.number}),
        "wrongtypes": lambda call, job: say(200, {"id": 5, "polling_url": ["a"]}),
        "error200": lambda call, job: say(200, {"detail": "Something"}),
    }

    def read_order(self, call: Call) -> Order | None:
        """Read prompt, size and pictures of a model's own path."""
        if call.method != "POST":
            return None
        body = call.json
        width, height = read_size(body)
        names = sorted(name for name in body if name.startswith("input_image"))
        return Order(
            model=call.path.removeprefix("/"), prompt=str(body.get("prompt", "")), body=body,
            key=call.headers.get("idempotency-key", ""), sources=tuple(decode(body[name]) for name in names),
            width=width, height=height,
        )  # fmt: skip

    def deliver(self, call: Call, job: Job) -> Reply:
        """Hand out the polling URL, with the cost in cents."""
        url = f"{call.root}/get_result?id={job.number}"
        return say(200, {"id": job.number, "polling_url": url, "cost": 3.0, "output_mp": 1})

    def fail(self, call: Call, failure: Failure) -> Reply:
        """Say it as a detail."""
        return say(STATUS.get(failure.kind, 500), {"detail": failure.message}, failure.headers)

    def find_job(self, call: Call) -> str:
        """Return the number in the query."""
        return call.query.get("id", "")

    def report(self, call: Call, job: Job) -> Reply:
        """Tell the state."""
        status = "Pending"
        more: dict[str, Any] = {}
        if job.finished and job.fault != "stuck":
            status, more = self._end(call, job)
        return say(200, {"id": job.number, "status": status, "result": None, "progress": None} | more)

    def _end(self, call: Call, job: Job) -> tuple[str, dict[str, Any]]:
        if job.failure:
            before = job.failure.kind == "refused"
            details = {"details": {"Moderation Reasons": ["Sexual"]}}
            return "Request Moderated" if before else "Content Moderated", details
        if job.fault in {"failed", "oddstate", "resultgone"}:
            return {"failed": "Error", "oddstate": "On holiday", "resultgone": "Task not found"}[job.fault], {}
        sample = "" if job.fault in {"empty", "neither", "fewer"} else link(call.origin, job.number, 0, job.fault)
        return "Ready", {"result": {"sample": sample, "seed": LONG_SEED}}


class NumberedWire(PlainWire):
    """What LLM Stats and FairStack share: an order gets a number, and errors come in OpenAI's envelope."""

    late = frozenset({"moderated", "moderatedoutput"})
    odd: Mapping[str, Oddity] = {
        "nohandle": lambda call, job: say(200, {"status": "queued"}),
        "badhandle": lambda call, job: say(200, {"id": "../other", "generation_id": "../other", "status": "queued"}),
        "wrongtypes": lambda call, job: say(200, {"id": 5, "generation_id": 5, "status": "queued"}),
        "error200": lambda call, job: say(200, {"error": {"code": "oops", "message": "Something"}}),
    }

    def read_order(self, call: Call) -> Order | None:
        """Read the order, inside `input` where the host wants it there."""
        if call.method != "POST":
            return None
        given: dict[str, Any] = call.json.get("input", call.json)
        width, height = read_size(given)
        return Order(
            model=str(call.json.get("model", "")), prompt=str(given.get("prompt", "")), body=call.json,
            key=call.headers.get("idempotency-key", ""), width=width, height=height,
        )  # fmt: skip

    def fail(self, call: Call, failure: Failure) -> Reply:
        """Use a code, a message and a field."""
        error = {"code": CODES.get(failure.kind, failure.kind), "message": failure.message, "param": None}
        return say(STATUS.get(failure.kind, 500), {"error": error}, failure.headers)

    def find_job(self, call: Call) -> str:
        """Return the number at the end of the path."""
        return call.path.rpartition("/generations/")[2] if "/generations/" in call.path else ""


class LlmStatsWire(NumberedWire):
    """LLM Stats' gateway."""

    segment = "llmstats/v1"

    def deliver(self, call: Call, job: Job) -> Reply:
        """Hand out the number."""
        return say(202, {"id": job.number, "object": "generation", "status": "queued"})

    def report(self, call: Call, job: Job) -> Reply:
        """Tell the state, with media once they are there."""
        table: dict[str, Any] = {"id": job.number, "object": "generation", "status": "running", "error": None}
        if job.finished and job.fault != "stuck":
            table |= self._end(call, job)
        return say(200, table)

    def _end(self, call: Call, job: Job) -> dict[str, Any]:
        if job.failure:
            error = {"code": "content_filtered", "message": job.failure.message}
            return {"status": "failed", "error": error}
        if job.fault in {"failed", "oddstate"}:
            return {"status": job.fault, "error": {"code": "upstream", "message": "No picture."}}
        media = [{"url": link(call.origin, job.number, number, job.fault)} for number in range(len(job.pictures))]
        return {"status": "completed", "output": {"media": [] if job.fault in {"empty", "neither"} else media}}


class FairStackWire(NumberedWire):
    """FairStack: answers at once if the header Prefer asks it to wait and the fault does not forbid it."""

    segment = "fairstack/v1"

    def deliver(self, call: Call, job: Job) -> Reply:
        """Hand out the number, or the picture if the client waits."""
        if call.headers.get("prefer", "").startswith("wait") and not job.failure and not job.fault:
            return self._data(job, self._end(call, job))
        return say(202, {
            "status": "queued", "generation_id": job.number, "poll_url": f"/v1/generations/{job.number}"
        })  # fmt: skip

    def report(self, call: Call, job: Job) -> Reply:
        """Tell the state."""
        waiting = not job.finished or job.fault == "stuck"
        return self._data(job, {"status": "processing"} if waiting else self._end(call, job))

    def _data(self, job: Job, table: dict[str, Any]) -> Reply:
        return say(200, {"request_id": "req", "data": {"id": job.number} | table})

    def _end(self, call: Call, job: Job) -> dict[str, Any]:
        if job.failure:
            return {"status": "failed", "error": {"type": "content_filtered", "message": job.failure.message}}
        if job.fault in {"failed", "oddstate"}:
            return {"status": job.fault, "error": "No picture."}
        url = "" if job.fault in {"empty", "neither", "fewer"} else link(call.origin, job.number, 0, job.fault)
        cost = {"credits_used": 3600, "currency": "microdollars"}
        return {"status": "succeeded", "output": {"url": url}, "cost": cost}
