"""Opening the ledgers of this arena."""

from functools import lru_cache

from arena.voting.models import Ledger


def open_ledger(kind: str) -> Ledger:
    """Return the native or the demonstration ledger, created at its first use. Its slug is its kind."""
    known = Ledger.Kind(kind)
    ledger, _made = Ledger.objects.get_or_create(kind=known, slug=known.value, defaults={"name": _name(known)})
    return ledger


def _name(kind: Ledger.Kind) -> str:
    """Return the name in English, whoever opens the ledger; pages translate it."""
    return "Votes of this arena" if kind == Ledger.Kind.NATIVE else "Demonstration"


@lru_cache(maxsize=1)
def native_ledger() -> Ledger:
    """Return the native ledger. It is never removed, so it is read once per process; only its key is up to date."""
    return open_ledger(Ledger.Kind.NATIVE)
