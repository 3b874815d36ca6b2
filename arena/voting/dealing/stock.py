"""What this process holds in memory to deal from: per ledger a pool and its reveals, read again every few seconds."""

import threading
import time
import uuid
from collections.abc import Set
from dataclasses import dataclass, field

from arena.voting.dealing.pool import Pool, VoteCounts, load_pool
from arena.voting.dealing.reveals import Reveals, load_reveals

REFRESH_SECONDS = 10.0
# A stock that takes long to read is read more rarely, so that reading takes at most this share of the time.
REFRESH_SHARE = 0.01
# A ledger that nobody deals from any more is forgotten after this many seconds.
FORGET_SECONDS = 600.0
# Notes are dropped after this many seconds, or when there are this many.
NOTES_SECONDS = 3600.0
MOST_NOTES = 200_000


@dataclass(frozen=True)
class Notes:
    """Prompts that have no pair left for a voter, who knows too many names; noted since a time (monotonic seconds).

    A note saves asking the database about the same prompt at every deal. It becomes wrong only if votes are deleted,
    and then it only delays a prompt.
    """

    since: float
    exhausted: dict[uuid.UUID, set[int]] = field(default_factory=dict)

    def exhausted_for(self, voter_key: uuid.UUID) -> Set[int]:
        """Return the prompts noted for this voter."""
        return self.exhausted.get(voter_key, frozenset())

    def note(self, voter_key: uuid.UUID, prompt_id: int) -> None:
        """Note that a prompt has no pair left, given the names that this voter has seen."""
        self.exhausted.setdefault(voter_key, set()).add(prompt_id)


@dataclass(frozen=True)
class Stock:
    """A pool with its reveals and notes, and until when (monotonic seconds) pool and reveals count as fresh."""

    pool: Pool
    reveals: Reveals
    notes: Notes
    fresh_until: float


_stocks: dict[int, Stock] = {}
_lock = threading.Lock()


def current_stock(ledger_id: int) -> Stock:
    """Return the ledger's stock. If several threads find it stale, one reads it anew and the others use the old one."""
    stock = _stocks.get(ledger_id)
    if stock is not None and time.monotonic() < stock.fresh_until:
        return stock
    if not _lock.acquire(blocking=stock is None):
        assert stock is not None
        return stock
    try:
        found = _stocks.get(ledger_id)
        return found if found is not stock and found is not None else _read_stock(ledger_id)
    finally:
        _lock.release()


def renew_stock(ledger_id: int, *, stale: Stock | None = None) -> Stock:
    """Read the ledger's stock now, unless another thread has replaced the `stale` one already."""
    with _lock:
        found = _stocks.get(ledger_id)
        if stale is not None and found is not None and found is not stale:
            return found
        return _read_stock(ledger_id)


def _read_stock(ledger_id: int) -> Stock:
    started = time.monotonic()
    before = _stocks.get(ledger_id)
    pool = load_pool(ledger_id=ledger_id, counts=before.pool.counts if before else VoteCounts())
    reveals = load_reveals(ledger_id=ledger_id, contenders=list(pool.contenders))
    ended = time.monotonic()
    notes = _keep_notes(before, pool, now=ended) if before else Notes(since=ended)
    for other in [key for key, stock in _stocks.items() if stock.fresh_until + FORGET_SECONDS < ended]:
        del _stocks[other]
    # An arena without images waits for its first ones: its stock is never fresh, and reading it costs next to nothing.
    held = max(REFRESH_SECONDS, (ended - started) / REFRESH_SHARE) if pool.facts else 0.0
    stock = _stocks[ledger_id] = Stock(pool=pool, reveals=reveals, notes=notes, fresh_until=ended + held)
    return stock


def _keep_notes(before: Stock, pool: Pool, *, now: float) -> Notes:
    """Return the notes that hold for the new pool: of prompts whose images are the same as before."""
    known = before.notes
    if now > known.since + NOTES_SECONDS or sum(map(len, list(known.exhausted.values()))) > MOST_NOTES:
        return Notes(since=now)
    changed = {
        key
        for key, prompt in pool.images.items()
        if key not in before.pool.images or before.pool.images[key].images != prompt.images
    }
    return Notes(
        since=known.since, exhausted={voter: noted - changed for voter, noted in list(known.exhausted.items())}
    )
