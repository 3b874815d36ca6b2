"""What the fake provider was asked, what it made and what it charged."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from arena.fake_provider.speech import Failure, Order


@dataclass
class Job:
    """One accepted order: its pictures or why there are none, and how often it was asked for."""

    number: str
    order: Order
    pictures: list[bytes]
    ready_at: float
    failure: Failure | None = None
    polls: int = 0
    cancelled: bool = False

    @property
    def fault(self) -> str:
        """The fault that its order names."""
        return self.order.fault

    @property
    def finished(self) -> bool:
        """Whether a poll may report the end: not the first poll, and not before the order's time has passed."""
        return self.polls > 1 and time.monotonic() >= self.ready_at


@dataclass
class Journal:
    """What the server was asked and what it charged; `in_flight` counts orders accepted but not yet answered.

    `calls` has every request, `orders` those that order images. An order is charged under its idempotency key each
    time it is sent, so that a repeat of ours shows up as a second bill.
    """

    orders: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    bills: Counter[str] = field(default_factory=Counter)
    jobs: dict[str, Job] = field(default_factory=dict)
    fetched: set[str] = field(default_factory=set)
    in_flight: int = 0
    most_in_flight: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, method: str, path: str, headers: dict[str, str]) -> None:
        """Write down a request."""
        with self.lock:
            self.calls.append({"method": method, "path": path, "headers": headers})

    @contextmanager
    def order(self, order: Order, headers: dict[str, str]) -> Iterator[int]:
        """Count an order while it is answered; yield how many orders of this prompt there were before."""
        with self.lock:
            earlier = sum(each["prompt"] == order.prompt for each in self.orders)
            self.orders.append({
                "key": order.key, "body": order.body, "headers": headers, "prompt": order.prompt, "model": order.model,
                "sources": order.sources, "mask": order.mask,
            })  # fmt: skip
            self.in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            yield earlier
        finally:
            with self.lock:
                self.in_flight -= 1

    def charge(self, key: str) -> int:
        """Charge an order once it is accepted; return its number."""
        with self.lock:
            self.bills[key] += 1
            return self.bills.total()

    def accept(self, order: Order, pictures: list[bytes], ready_at: float) -> Job:
        """Open a job under the number that the client chose, or one of its own."""
        with self.lock:
            number = order.number or f"job-{len(self.jobs) + 1}"
            self.jobs[number] = Job(number, order, pictures, ready_at)
            return self.jobs[number]

    def first_fetch(self, path: str) -> bool:
        """Tell whether a path is asked for the first time."""
        with self.lock:
            known = path in self.fetched
            self.fetched.add(path)
            return not known
