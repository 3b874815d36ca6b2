"""What the votes of category boards tell: ratings of their newest snapshots, their errors, and what those share."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from arena.voting.models import Ledger
from leaderboard.models import Board, ErrorBlock, Snapshot, Standing
from leaderboard.queries.snapshots import newest_snapshots
from leaderboard.ratings.boards import BoardKey
from leaderboard.ratings.joint.error_blocks import OwnErrors, open_own, open_shared
from leaderboard.ratings.parameters import METHOD
from leaderboard.ratings.uncertainty.student_t import t_quantile

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Evidence:
    """A board's newest snapshot, its lines by slug, and the errors of the contenders that have an interval, in logits.

    `shared` is the covariance of these errors with those of other boards, float64[n, n_other].
    """

    snapshot: Snapshot
    lines: Mapping[str, Standing]
    errors: OwnErrors
    shared: dict[BoardKey, Matrix] = field(default_factory=dict)


def read_evidence(*, ledger: Ledger, keys: Collection[BoardKey]) -> dict[BoardKey, Evidence]:
    """Return what each of these boards tells; one that was never computed is left out. Few queries."""
    if not keys:
        return {}
    named = reduce(or_, (Q(modality=key.modality, slice=key.slice, slice_value=key.slice_value) for key in keys))
    snapshots = newest_snapshots(Board.objects.filter(named, ledger_id=ledger.pk, days=0, tiers=""), brief=True)
    lines: dict[int, dict[str, Standing]] = {snapshot.pk: {} for snapshot in snapshots.values()}
    # A contender stands on most of the boards; so each one is read once, and of its lines only what is asked of them.
    standings = Standing.objects.filter(snapshot__in=lines).prefetch_related(
        "contender__image_model__organization", "imported__contender__image_model__organization"
    )
    standings = standings.only("snapshot", "contender", "imported", "elo", "elo_low", "elo_high", "flags")
    for standing in standings.order_by("rank_elo", "pk"):
        lines[standing.snapshot_id][standing.slug] = standing
    blocks = {
        (first, second): bytes(packed)
        for first, second, packed in ErrorBlock.objects.filter(first__in=lines, second__in=lines).values_list(
            "first_id", "second_id", "packed"
        )
    }
    told = {}
    for key, snapshot in snapshots.items():
        own = blocks.get((snapshot.pk, snapshot.pk))
        errors = open_own(own) if own else None
        # Too many contenders, or a snapshot that is older than what is kept of errors.
        kept = errors if errors and errors.names else _errors_of_lines(lines[snapshot.pk].values())
        told[key] = Evidence(snapshot, lines[snapshot.pk], kept)
    _share(told, blocks)
    return told


def _share(told: Mapping[BoardKey, Evidence], blocks: Mapping[tuple[int, int], bytes]) -> None:
    by_snapshot = {evidence.snapshot.pk: (key, evidence) for key, evidence in told.items()}
    for (first, second), packed in blocks.items():
        if first != second:
            (_, one), (key, two) = by_snapshot[first], by_snapshot[second]
            one.shared[key] = open_shared(one.errors, two.errors, packed)


def _errors_of_lines(lines: Iterable[Standing]) -> OwnErrors:
    """The errors that follow from the intervals, as if they were independent of each other."""
    known = [line for line in lines if line.elo_low is not None and "disconnected" not in line.flags]
    errors = [((line.elo_high or 0.0) - (line.elo_low or 0.0)) / 2 / t_quantile(0.025, np.inf) for line in known]
    logits = np.array(errors, dtype=np.float64) / METHOD.elo_per_logit
    return OwnErrors(tuple(line.slug for line in known), np.diag(logits**2))
