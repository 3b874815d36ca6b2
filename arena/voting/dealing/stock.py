"""What this process holds in memory to deal from: per ledger a pool and its reveals, read again every few seconds."""

import threading
import time
from dataclasses import dataclass

from arena.voting.dealing.pool import Pool, VoteCounts, load_pool
from arena.voting.dealing.reveals import Reveals, load_reveals

REFRESH_SECONDS = 10.0
# A stock that takes long to read is read more rarely, so that reading takes at most this share of the time.
REFRESH_SHARE = 0.01
# A ledger that nobody deals from any more is forgotten after this many seconds.
FORGET_SECONDS = 600.0


@dataclass(frozen=True)
class Stock:
    """A pool with its reveals, and until when (monotonic seconds) both count as fresh."""

    pool: Pool
    reveals: Reveals
    fresh_until: float


_stocks: dict[int, Stock] = {}
_lock = threading.Lock()


def current_stock(ledger_id: int) -> Stock:
    """Return the ledger's stock. Of several threads that find it stale, one reads and the others go on with it."""
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
    for other in [key for key, stock in _stocks.items() if stock.fresh_until + FORGET_SECONDS < ended]:
        del _stocks[other]
    # An arena without images waits for its first: nothing is held then, and reading costs next to nothing.
    held = max(REFRESH_SECONDS, (ended - started) / REFRESH_SHARE) if pool.facts else 0.0
    stock = _stocks[ledger_id] = Stock(pool=pool, reveals=reveals, fresh_until=ended + held)
    return stock
