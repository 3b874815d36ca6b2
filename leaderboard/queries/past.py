"""A ledger as it stood at a snapshot: its prefix, and what was excluded then; for comparisons and exports."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from arena.errors import Gone, NotFound
from arena.voting.models import Exclusion, Ledger
from leaderboard.models import Snapshot
from leaderboard.queries.snapshots import choose_snapshot
from leaderboard.ratings.publishing import hash_positions

# So many decisions at most are taken to have come too late for a snapshot that they are older than.
_MOST_LATE = 8


@dataclass(frozen=True)
class Past:
    """A ledger's prefix as a snapshot read it: its last position, the chain link there, and what was excluded."""

    position: int
    head: str
    excluded: frozenset[int]
    exclusions_hash: str


def read_past(ledger: Ledger, at: str) -> Past:
    """Return the ledger as the snapshot numbered `at` read it, or its last one kept up to an ISO date or time.

    Raises NotFound for none, Gone for one that is not kept any more or whose exclusions cannot be told any more,
    DomainError for nonsense.
    """
    snapshot = choose_snapshot(Snapshot.objects.filter(board__ledger__slug=ledger.slug), at)
    if snapshot is None:
        raise NotFound(_("This ledger had no snapshot yet."))
    decided = Exclusion.objects.filter(entry__ledger=ledger, entry__position__lte=snapshot.position)
    excluded = exclusions_at(snapshot, dict(decided.values_list("entry__position", "decided_at")))
    if excluded is None:
        text = _("Which entries were excluded at snapshot {number} is not known any more.")
        raise Gone(text.format(number=snapshot.pk))
    return Past(snapshot.position, snapshot.head, excluded, snapshot.exclusions_hash)


def exclusions_at(snapshot: Snapshot, exclusions: Mapping[int, datetime]) -> frozenset[int] | None:
    """Return the positions that were excluded then, of those excluded now with when each was decided.

    None where they cannot be told: one was taken back since, many were decided while the snapshot was computed, or it
    is of a time that kept no hash of them. The hash decides, so that what is returned is sure.
    """
    known = sorted(
        (decided, position)
        for position, decided in exclusions.items()
        if position <= snapshot.position and decided <= snapshot.computed_at
    )
    positions = [position for _, position in known]
    # What was decided while the snapshot was computed may not have been read any more.
    for late in range(min(len(positions), _MOST_LATE) + 1):
        then = positions[: len(positions) - late]
        if hash_positions(then) == snapshot.exclusions_hash:
            return frozenset(then)
    return None
