"""A ledger as it was at a snapshot: its prefix, and the exclusions then; for comparisons and exports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils.translation import gettext as _

from arena.errors import Gone, NotFound
from arena.voting.models import Exclusion, Ledger, LiftedExclusion
from leaderboard.models import Snapshot
from leaderboard.queries.snapshots import choose_snapshot
from leaderboard.ratings.publishing import hash_positions

# At most this many of the latest decisions before a snapshot may have come too late for it.
_MOST_LATE = 8
_MOMENT = timedelta(microseconds=1)


class Span(NamedTuple):
    """That an entry did not count from one moment until another; until today if that is None."""

    position: int
    decided: datetime
    lifted: datetime | None


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
    excluded = exclusions_at(snapshot, read_spans(ledger, upto=snapshot.position))
    if excluded is None:
        text = _("It is no longer known which entries were excluded at snapshot {number}.")
        raise Gone(text.format(number=snapshot.pk))
    return Past(snapshot.position, snapshot.head, excluded, snapshot.exclusions_hash)


def read_spans(ledger: Ledger, *, upto: int) -> list[Span]:
    """Return when which entries up to a position did not count, from exclusions and lifted ones."""
    chosen = {"entry__ledger": ledger.pk, "entry__position__lte": upto}
    held = LiftedExclusion.objects.filter(**chosen).values_list("entry__position", "decided_at", "lifted_at")
    holding = Exclusion.objects.filter(**chosen).values_list("entry__position", "decided_at")
    return [*(Span(*each) for each in held), *(Span(*each, None) for each in holding)]


def exclusions_at(snapshot: Snapshot, spans: Sequence[Span]) -> frozenset[int] | None:
    """Return the positions that were excluded then, chosen from `spans`.

    None if they cannot be determined: many decisions fell while the snapshot was computed, or the snapshot is older
    than the hash. The hash must match, so the returned positions are certain.
    """
    known = [span for span in spans if span.position <= snapshot.position and span.decided <= snapshot.computed_at]
    moments = {moment for span in known for moment in (span.decided, span.lifted) if moment}
    late = sorted((moment for moment in moments if moment <= snapshot.computed_at), reverse=True)
    # A decision made while the snapshot was computed may have come too late for it.
    for moment in (snapshot.computed_at + _MOMENT, *late[:_MOST_LATE]):
        then = frozenset(
            span.position for span in known if span.decided < moment and (span.lifted is None or span.lifted >= moment)
        )
        if hash_positions(then) == snapshot.exclusions_hash:
            return then
    return None
