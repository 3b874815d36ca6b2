"""Counts requests for all web processes together, and nearly always in memory.

A process grants the first requests of a subject by itself, a tenth of the limit. Then it asks the shared table for a
tenth at a time. So people, who stay far below any limit, cost no statement. All processes together grant at most the
limit, and a tenth of it for each further process.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from threading import Lock

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from arena.admission.models import RequestCount
from arena.admission.rules import Subject
from arena.monitoring.counts import LIMITS_ALONE, LIMITS_REACHED

# What is remembered of ended periods is forgotten once so many subjects are known.
MOST_KNOWN = 50_000
# While the shared table does not answer, this process counts alone for so many seconds.
ALONE_SECONDS = 30

_ADD = """
INSERT INTO admission_requestcount AS c (key, count, ends_at) VALUES (%s, %s, %s)
ON CONFLICT (key) DO UPDATE SET count = c.count + excluded.count RETURNING count
"""

logger = structlog.get_logger(__name__)


@dataclass
class _Tally:
    """One subject's requests in one period: those used, those granted, and whether no more are."""

    period: int
    granted: int
    used: int = 0
    is_spent: bool = False


class Counter:
    """One process's counts."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self._lock = Lock()
        self._tallies: dict[Subject, _Tally] = {}
        self._alone_until = 0.0

    def admit(self, subjects: list[Subject]) -> int:
        """Count a request for each subject, up to the first that is used up.

        Return 0, or after how many seconds to come again.
        """
        now = self.clock()
        for subject in subjects:
            if not self._count(subject, now):
                LIMITS_REACHED.labels(subject.rule.kind, subject.rule.level).inc()
                return max(1, int(subject.rule.seconds - now % subject.rule.seconds) + 1)
        return 0

    def forget(self) -> None:
        """Forget everything, as a new process."""
        with self._lock:
            self._tallies.clear()
            self._alone_until = 0.0

    def _count(self, subject: Subject, now: float) -> bool:
        rule, period = subject.rule, int(now // subject.rule.seconds)
        with self._lock:
            tally = self._tallies.get(subject)
            if tally is None or tally.period != period:
                self._make_room(now)
                tally = self._tallies[subject] = _Tally(period, granted=rule.at_once)
            if tally.used < tally.granted:
                tally.used += 1
                return True
            if tally.is_spent:
                return False
        # Outside the lock: other subjects need not wait for the database.
        is_granted = self._ask(subject, period, now)
        with self._lock:
            if is_granted:
                tally.granted += rule.at_once
                tally.used += 1
            elif not tally.is_spent:
                tally.is_spent = True
                logger.warning("limit reached", kind=rule.kind, level=rule.level, most=rule.most, seconds=rule.seconds)
        return is_granted

    def _ask(self, subject: Subject, period: int, now: float) -> bool:
        """Take requests from the shared table; granted, too, while that does not answer."""
        rule = subject.rule
        if now < self._alone_until:
            return True
        ends_at = datetime.fromtimestamp((period + 1) * rule.seconds, UTC)
        try:
            with connection.cursor() as cursor:
                cursor.execute(_ADD, [_key(subject, period), rule.at_once, ends_at])
                (count,) = cursor.fetchone()
        except (DatabaseError, InterfaceError) as error:
            self._alone_until = now + ALONE_SECONDS
            LIMITS_ALONE.inc()
            logger.warning("limits not shared", seconds=ALONE_SECONDS, error=type(error).__name__)
            return True
        return bool(count + rule.at_once <= rule.most)

    def _make_room(self, now: float) -> None:
        if len(self._tallies) >= MOST_KNOWN:
            running = {s: tally for s, tally in self._tallies.items() if tally.period == now // s.rule.seconds}
            # If nearly all are of running periods, wider subjects still limit what is forgotten here.
            self._tallies = running if len(running) < MOST_KNOWN // 2 else {}


COUNTER = Counter()


def forget_ended_counts() -> None:
    """Delete the counts of periods that are over."""
    RequestCount.objects.filter(ends_at__lt=datetime.now(UTC)).delete()


def _key(subject: Subject, period: int) -> bytes:
    text = f"{subject.rule.kind} {subject.rule.level} {period} {subject.name}"
    return blake2b(text.encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=16).digest()
