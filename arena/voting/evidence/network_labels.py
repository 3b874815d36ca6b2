"""Labels of networks: the same for all votes of a network on one day, and without meaning once the day's salt is gone.

The network is that of admission's limits: /24 of IPv4 and /48 of IPv6, which is what one office or one subscriber is
usually given. A /64 would be too narrow, since one subscriber may choose among thousands of them.
"""

import secrets
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from threading import Lock

from arena.voting.models import NetworkSalt

# A salt is deleted when it is older than this.
KEPT_DAYS = 30
_LABEL_BYTES = 6

_lock = Lock()
_known: dict[date, bytes] = {}


def label_network(network: str, *, today: date | None = None) -> list[str]:
    """Return the network's labels, today's first, then those of earlier days whose salts are kept; none without one."""
    if not network:
        return []
    day = today or datetime.now(UTC).date()
    salts = _salts_until(day)
    return [
        blake2b(network.encode(), key=salts[each], digest_size=_LABEL_BYTES).hexdigest()
        for each in sorted(salts, reverse=True)
        if is_kept(each, today=day)
    ]


def is_kept(day: date, *, today: date) -> bool:
    """Tell whether a day's salt is not forgotten yet, nor of a later day."""
    return today - timedelta(days=KEPT_DAYS) < day <= today


def forget_salts(*, today: date | None = None) -> int:
    """Delete the salts that are KEPT_DAYS old; return how many."""
    day = today or datetime.now(UTC).date()
    deleted, _ = NetworkSalt.objects.filter(day__lte=day - timedelta(days=KEPT_DAYS)).delete()
    return deleted


def reread_salts() -> None:
    """Forget what this process knows of the salts, as a new process."""
    _known.clear()


def _salts_until(day: date) -> dict[date, bytes]:
    """The salts by day; today's is made by the first vote of the day. Read once a day by each process."""
    with _lock:
        if day not in _known:
            fresh = NetworkSalt(day=day, salt=secrets.token_bytes(16))
            NetworkSalt.objects.bulk_create([fresh], ignore_conflicts=True)
            _known.clear()
            _known.update((each, bytes(salt)) for each, salt in NetworkSalt.objects.values_list("day", "salt"))
        return dict(_known)
