"""Comparing boards with an earlier snapshot of theirs, their baseline: who moved since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from django.conf import settings
from django.utils import timezone

from arena.voting.models import Ledger
from leaderboard.entries import LedgerColumns
from leaderboard.models import Board, Snapshot
from leaderboard.past import exclusions_at
from leaderboard.ratings.boards import slice_votes
from leaderboard.ratings.moves import Move, find_moves
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.results import BoardResult
from leaderboard.snapshots import BoardName, name_of


@dataclass(frozen=True)
class Comparison:
    """An earlier snapshot of a board, and the moves since, by contender."""

    baseline: Snapshot
    moves: Mapping[str, Move]


def compare_boards(
    *, ledger: Ledger, columns: LedgerColumns, results: Mapping[BoardName, BoardResult]
) -> dict[BoardName, Comparison]:
    """Compare each board with its baseline, by what was read of the ledger now: the earlier votes stand in it too.

    Boards are left out that have no baseline, or one whose exclusions cannot be told any more; and windows, which move
    on by themselves.
    """
    boards = {name_of(board): board for board in Board.objects.filter(ledger=ledger)}
    comparisons: dict[BoardName, Comparison] = {}
    for name, result in results.items():
        baseline = find_baseline(boards[name], result.method) if name in boards and not name.days else None
        excluded = exclusions_at(baseline, columns.exclusions) if baseline else None
        if baseline is not None and excluded is not None:
            moves = _compare(columns, name, result.method, position=baseline.position, excluded=excluded)
            comparisons[name] = Comparison(baseline, moves)
    return comparisons


def find_baseline(board: Board, method: Method) -> Snapshot | None:
    """Return the board's newest snapshot by this method that is at least MOVE_DAYS old, else its first, if any."""
    history = Snapshot.objects.filter(board=board, method=method.as_record()).exclude(exclusions_hash="")
    old = history.filter(computed_at__lte=timezone.now() - timedelta(days=settings.MOVE_DAYS))
    return old.order_by("-computed_at").first() or history.order_by("computed_at").first()


def _compare(
    columns: LedgerColumns, name: BoardName, method: Method, *, position: int, excluded: frozenset[int]
) -> dict[str, Move]:
    votes = slice_votes(columns.votes[name.modality], name.key)
    # What was excluded since stands in the earlier log only.
    dropped = slice_votes(columns.uncounted[name.modality], name.key)
    dropped = dropped.select((dropped.position <= position) & ~np.isin(dropped.position, list(excluded)))
    votes = votes.insert(dropped) if len(dropped) else votes
    later = ~np.isin(votes.position, dropped.position) if len(dropped) else np.ones(len(votes), dtype=bool)
    return find_moves(votes, earlier=votes.position <= position, later=later, method=method)
