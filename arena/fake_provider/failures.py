"""Failures that a wire says in its own shape, by the fault that asks for them: none of them is charged by itself."""

import email.utils
import time
from collections.abc import Callable

from arena.fake_provider.speech import Failure

BUSY = "Rate limit exceeded for images per minute."


def _plain(kind: str, message: str, headers: dict[str, str] | None = None) -> Callable[[], Failure]:
    return lambda: Failure(kind, message, headers or {})


def _busy_until() -> Failure:
    return Failure("rate_limit", BUSY, {"retry-after": email.utils.formatdate(time.time() + 90, usegmt=True)})


FAILURES: dict[str, Callable[[], Failure]] = {
    "busy": _plain("rate_limit", BUSY, {"retry-after": "7"}),
    "busylong": _plain("rate_limit", BUSY, {"retry-after": "300"}),
    "busydate": _busy_until,
    "busyms": _plain("rate_limit", BUSY, {"retry-after-ms": "1500"}),
    "busytext": _plain("rate_limit", "Request was throttled. Your rate limit resets in ~30s."),
    "busyplain": _plain("rate_limit", BUSY),
    "quota": _plain("quota", "You exceeded your current quota."),
    "badkey": _plain("auth", "Incorrect API key provided: {credential}."),
    "unverified": _plain("unverified", "Your organization must be verified to use this model."),
    "gone": _plain("gone", "The model was shut down."),
    "invalid": _plain("invalid", "Invalid size."),
    "moderated": _plain("refused", "Your request was rejected by the safety system."),
    "moderatedoutput": _plain("refused_output", "The image was rejected by the safety system."),
    "overloaded": _plain("overloaded", "Overloaded."),
    # What only some hosts say.
    "loading200": _plain("loading", "Model fake is currently loading"),
    "oldhost": _plain("moved", "https://api-inference.huggingface.co is no longer supported."),
    "busydetail": _plain("rate_limit_told", BUSY),
    "partial": _plain("partial", "ckpt_name: 'x' not in []"),
    "latebusy": _plain("rate_limit", BUSY),
    "outofmemory": _plain("memory", "CUDA out of memory. Tried to allocate 2.00 GiB."),
}
