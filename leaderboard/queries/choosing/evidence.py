"""What the votes of a category's board tell: ratings and the intervals of all gaps, from its last audited snapshot."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import sqrt
from operator import or_
from typing import Any

import numpy as np
from django.db.models import OuterRef, Q, Subquery
from numpy.typing import NDArray

from arena.voting.models import Ledger
from leaderboard.models import Audit, Board, Snapshot, Standing
from leaderboard.queries.audits import shape_model
from leaderboard.queries.snapshots import key_of
from leaderboard.ratings.boards import BoardKey
from leaderboard.ratings.diagnostics.pair_chances import PairModel
from leaderboard.ratings.parameters import METHOD
from leaderboard.ratings.uncertainty.combining import NORMAL_95


@dataclass(frozen=True, eq=False)
class Evidence:
    """A board's contenders that have an interval, and that votes connect: Elo, float64[n], and errors of gaps, [n, n].

    `lines` has every contender of the board by its slug. `snapshot` is the one that all of it is from. Where no audit
    has the intervals of the gaps, they follow from those of both contenders, as if these were independent.
    """

    snapshot: Snapshot
    lines: Mapping[str, Standing]
    contenders: tuple[str, ...]
    elo: NDArray[np.float64]
    gap_se: NDArray[np.float64]


def read_evidence(*, ledger: Ledger, keys: Collection[BoardKey]) -> dict[BoardKey, Evidence]:
    """Return what each of these boards tells; one that was never computed is left out. Three queries."""
    if not keys:
        return {}
    snapshots, models = _find_sources(ledger, keys)
    standings = Standing.objects.filter(snapshot__in=snapshots).select_related(
        "contender__image_model__organization", "imported__contender__image_model__organization"
    )
    lines: dict[int, dict[str, Standing]] = {snapshot.pk: {} for snapshot in snapshots}
    for standing in standings.order_by("rank_elo", "pk"):
        lines[standing.snapshot_id][standing.slug] = standing
    return {
        key_of(snapshot.board): _weigh(snapshot, lines[snapshot.pk], models.get(snapshot.pk)) for snapshot in snapshots
    }


def _find_sources(ledger: Ledger, keys: Collection[BoardKey]) -> tuple[list[Snapshot], dict[int, PairModel | None]]:
    """Each board's last audited snapshot, or its newest one without an audit; and the models of the audited ones."""
    named = reduce(or_, (Q(modality=key.modality, slice=key.slice, slice_value=key.slice_value) for key in keys))
    audits = Audit.objects.filter(snapshot__board=OuterRef("pk")).order_by("-snapshot_id")
    newest = Snapshot.objects.filter(board=OuterRef("pk")).order_by("-id")
    boards = Board.objects.filter(named, ledger_id=ledger.pk, days=0).order_by()
    found = boards.values_list(Subquery(audits.values("pk")[:1]), Subquery(newest.values("pk")[:1]))
    chosen = [audited or latest for audited, latest in found if audited or latest]
    snapshots = list(Snapshot.objects.filter(pk__in=chosen).select_related("board"))
    facts: Any = Audit.objects.filter(pk__in=chosen).values_list("pk", "facts__model")
    return snapshots, {key: shape_model(model) for key, model in facts}


def _weigh(snapshot: Snapshot, lines: Mapping[str, Standing], model: PairModel | None) -> Evidence:
    contenders, gap_se = _gaps_of_lines(lines.values()) if model is None or not model.half_width else _gaps(model)
    elo = np.array([lines[slug].elo for slug in contenders], dtype=np.float64)
    return Evidence(snapshot, lines, contenders, elo, gap_se)


def _gaps(model: PairModel) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """The contenders of the largest connected part with all their intervals, and the errors of their gaps in Elo."""
    n = len(model.contenders)
    half = np.zeros((n, n))
    upper = np.triu_indices(n, k=1)
    half[upper] = [np.nan if width is None else width for width in model.half_width]
    half += half.T
    parts = np.array(model.part)
    kept = np.flatnonzero(parts == np.bincount(parts).argmax())
    # A contender without an interval has none to anybody.
    others = np.isnan(half[np.ix_(kept, kept)]).sum(axis=1)
    kept = kept[others < max(1, len(kept) - 1)]
    return tuple(model.contenders[index] for index in kept), half[np.ix_(kept, kept)] * METHOD.elo_per_logit / NORMAL_95


def _gaps_of_lines(lines: Collection[Standing]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    known = [line for line in lines if line.elo_low is not None and "disconnected" not in line.flags]
    variances = [((line.elo_high or 0.0) - (line.elo_low or 0.0)) / 2 / NORMAL_95 for line in known]
    gaps: Sequence[Sequence[float]] = [[sqrt(one**2 + two**2) for two in variances] for one in variances]
    gap_se = np.array(gaps, dtype=np.float64).reshape(len(known), len(known))
    np.fill_diagonal(gap_se, 0.0)
    return tuple(line.slug for line in known), gap_se
