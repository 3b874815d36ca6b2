"""Comparing boards with an earlier snapshot, their baseline: who has moved since."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from django.conf import settings
from django.utils import timezone

from arena.voting.models import Ledger
from leaderboard.computing.entry_columns import LedgerColumns
from leaderboard.models import Board, Snapshot
from leaderboard.queries.past import exclusions_at
from leaderboard.queries.snapshots import key_of
from leaderboard.ratings.boards import BoardKey, board_method, slice_votes
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.diagnostics.moves import Move, find_moves
from leaderboard.ratings.parameters import Method


@dataclass(frozen=True)
class Baseline:
    """An earlier snapshot of a board, and the positions that were excluded when it was computed."""

    snapshot: Snapshot
    excluded: frozenset[int]


def find_baselines(
    *, ledger: Ledger, columns: LedgerColumns, keys: Collection[BoardKey], method: Method
) -> dict[BoardKey, Baseline]:
    """Find the baseline of each board.

    A board is left out if it has no baseline, or if its baseline's exclusions are no longer known. Windows are left out
    too, since a window moves by itself. A snapshot by other axes is no baseline: its votes were chosen otherwise.
    """
    axes = next((log.axes.hash for log in columns.votes.values() if log.axes), None)
    baselines: dict[BoardKey, Baseline] = {}
    for board in Board.objects.filter(ledger=ledger, days=0):
        key = key_of(board)
        by = axes if key.slice == "axis" else None
        snapshot = find_baseline(board, board_method(key, method), axes=by) if key in keys else None
        excluded = exclusions_at(snapshot, columns.spans) if snapshot else None
        if snapshot is not None and excluded is not None:
            baselines[key] = Baseline(snapshot, excluded)
    return baselines


def find_baseline(board: Board, method: Method, *, axes: str | None = None) -> Snapshot | None:
    """Return the board's newest snapshot by this method that is at least MOVE_DAYS old, else its first, if any.

    For a board by axis, `axes` is the hash of the axes by which its snapshots must have chosen their votes.
    """
    history = Snapshot.objects.filter(board=board, method=method.as_record()).exclude(exclusions_hash="")
    if axes is not None:
        history = history.filter(axis_map__hash=axes)
    old = history.filter(computed_at__lte=timezone.now() - timedelta(days=settings.MOVE_DAYS))
    return old.order_by("-computed_at").first() or history.order_by("computed_at").first()


def compare(
    columns: LedgerColumns, key: BoardKey, votes: VoteLog, method: Method, baseline: Baseline
) -> Mapping[str, Move]:
    """Return the moves since the baseline, by contender; `votes` are the board's, `method` is the one it uses.

    The columns of today's ledger suffice, since they hold the earlier votes too. The database is not queried.
    """
    position = baseline.snapshot.position
    # Votes excluded since then belong to the earlier log only.
    dropped = slice_votes(columns.uncounted[key.modality], key)
    dropped = dropped.select((dropped.position <= position) & ~np.isin(dropped.position, list(baseline.excluded)))
    votes = votes.insert(dropped) if len(dropped) else votes
    later = ~np.isin(votes.position, dropped.position) if len(dropped) else np.ones(len(votes), dtype=bool)
    # Votes that count again since belong to the later one only.
    earlier = (votes.position <= position) & ~np.isin(votes.position, list(baseline.excluded))
    return find_moves(votes, earlier=earlier, later=later, method=method)
