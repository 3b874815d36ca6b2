"""A ledger as it was at a snapshot: its prefix, and the exclusions then; for comparisons and exports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from arena.errors import Gone, NotFound
from arena.voting.models import Exclusion, Ledger
from leaderboard.models import Snapshot
from leaderboard.queries.snapshots import choose_snapshot
from leaderboard.ratings.publishing import hash_positions

# At most this many of the latest decisions before a snapshot may have come too late for it.
_MOST_LATE = 8


@dataclass(frozen=True)
class Past:
    """A ledger's prefix as a snapshot read it: the last position, the chain link there, and the exclusions."""

    position: int
    head: str
    excluded: frozenset[int]
    exclusions_hash: str


def read_past(ledger: Ledger, at: str) -> Past:
    """Return the ledger as the snapshot numbered `at` read it, or its last stored one up to an ISO date or time.

    Raises NotFound if there is none, Gone if the snapshot is no longer stored or its exclusions are no longer known,
    DomainError if `at` cannot be read.
    """
    snapshot = choose_snapshot(Snapshot.objects.filter(board__ledger__slug=ledger.slug), at)
    if snapshot is None:
        raise NotFound(_("This ledger had no snapshot yet."))
    decided = Exclusion.objects.filter(entry__ledger=ledger, entry__position__lte=snapshot.position)
    excluded = exclusions_at(snapshot, dict(decided.values_list("entry__position", "decided_at")))
    if excluded is None:
        text = _("It is no longer known which entries were excluded at snapshot {number}.")
        raise Gone(text.format(number=snapshot.pk))
    return Past(snapshot.position, snapshot.head, excluded, snapshot.exclusions_hash)


def exclusions_at(snapshot: Snapshot, exclusions: Mapping[int, datetime]) -> frozenset[int] | None:
    """Return the positions that were excluded then, chosen from `exclusions`: those excluded now, and when.

    None if they cannot be determined: an exclusion was taken back since, many were decided while the snapshot was
    computed, or the snapshot is older than the hash. The hash must match, so the returned positions are certain.
    """
    known = sorted(
        (decided, position)
        for position, decided in exclusions.items()
        if position <= snapshot.position and decided <= snapshot.computed_at
    )
    positions = [position for _, position in known]
    # A decision made while the snapshot was computed may have come too late for it.
    for late in range(min(len(positions), _MOST_LATE) + 1):
        then = positions[: len(positions) - late]
        if hash_positions(then) == snapshot.exclusions_hash:
            return frozenset(then)
    return None
