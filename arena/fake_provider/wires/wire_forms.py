"""The protocol of all wires of the fake provider, and what most of them share."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from arena.fake_provider.journal import Job
from arena.fake_provider.speech import Call, Failure, Order, Reply, say

Oddity = Callable[[Call, Job], Reply]


class Wire(Protocol):
    """One wire family as its hosts speak it. `segment` is where it lies: the server's origin + "/" + segment.

    `odd` are its own faults: an answer to an order that was accepted and charged. Failures named in `late` are not the
    answer to the order but reported with the job. Failures in `charged` cost all the same; own faults in `free` do not.
    """

    segment: str
    odd: Mapping[str, Oddity]
    late: frozenset[str]
    charged: frozenset[str]
    free: frozenset[str]

    def read_order(self, call: Call) -> Order | None:
        """Return the order in a request; None if it is another kind of request."""

    def deliver(self, call: Call, job: Job) -> Reply:
        """Answer an order: with its pictures, or with a handle to ask with."""

    def fail(self, call: Call, failure: Failure) -> Reply:
        """Answer an order that fails at once."""

    def find_job(self, call: Call) -> str:
        """Return the number of the job that a request asks about; empty if it is about none."""

    def report(self, call: Call, job: Job) -> Reply:
        """Answer a request about a job: its state, its result, its cancellation."""

    def serve(self, call: Call) -> Reply:
        """Answer any other request, such as a list of models."""


class PlainWire:
    """A wire whose hosts answer an order with its pictures; the base of all."""

    odd: Mapping[str, Oddity] = {}
    late: frozenset[str] = frozenset()
    charged: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()

    def find_job(self, call: Call) -> str:
        """Return "": nothing is ever pending."""
        return ""

    def report(self, call: Call, job: Job) -> Reply:
        """Never called."""
        return say(404, {})

    def serve(self, call: Call) -> Reply:
        """Know nothing else."""
        return say(404, {"detail": "Not Found"})


def read_size(body: Mapping[str, Any]) -> tuple[int, int]:
    """Return width and height from `size` ("1536x1024"), `width` and `height`, or `aspect_ratio` ("3:2"); else 1:1."""
    try:
        if body.get("width") and body.get("height"):
            return int(body["width"]), int(body["height"])
        for name, sign in (("size", "x"), ("aspect_ratio", ":")):
            width, found, height = str(body.get(name, "")).partition(sign)
            if found:
                return int(width), int(height)
    except ValueError:
        pass
    return 1, 1
