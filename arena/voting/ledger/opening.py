"""Opening the ledgers of this arena, and telling which of them count."""

from functools import lru_cache

from django.db.models import QuerySet

from arena.voting.models import Ledger

_NAMES = {
    Ledger.Kind.NATIVE: "Votes of this arena",
    Ledger.Kind.DEMONSTRATION: "Demonstration",
    Ledger.Kind.CONTROL: "Controls",
}


def open_ledger(kind: str) -> Ledger:
    """Return the arena's own ledger of a kind, created at its first use with an English name. Its slug is its kind."""
    known = Ledger.Kind(kind)
    ledger, _made = Ledger.objects.get_or_create(kind=known, slug=known.value, defaults={"name": _NAMES[known]})
    return ledger


def counted_ledgers() -> QuerySet[Ledger]:
    """Return the ledgers whose votes boards count, in the order in which they were opened: all but that of controls."""
    return Ledger.objects.exclude(kind=Ledger.Kind.CONTROL).order_by("pk")


@lru_cache(maxsize=1)
def native_ledger() -> Ledger:
    """Return the native ledger. It is never removed, so it is read once per process; only its key is up to date."""
    return open_ledger(Ledger.Kind.NATIVE)


@lru_cache(maxsize=1)
def control_ledger() -> Ledger:
    """Return the ledger of votes on gold pairs and repeats, read once per process like the native one."""
    return open_ledger(Ledger.Kind.CONTROL)
