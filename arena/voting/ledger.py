"""Opening the ledgers of this arena."""

from arena.voting.models import Ledger


def open_ledger(kind: str) -> Ledger:
    """Return the native or the demonstration ledger, made at its first use. Its slug is its kind."""
    known = Ledger.Kind(kind)
    ledger, _ = Ledger.objects.get_or_create(kind=known, slug=known.value, defaults={"name": str(known.label)})
    return ledger
