"""What the leaderboard publishes to voting's tables: strengths for dealing, splits for the reveal."""

import math
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from arena.catalog.models import Category
from arena.database.copying import copy_rows
from arena.voting.models import Ledger, PairSplit, Strength
from leaderboard.models import Snapshot
from leaderboard.ratings.boards import BoardKey
from leaderboard.ratings.columns.pair_records import count_pairs
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.results import BoardResult, ContenderResult


def publish_strengths(
    *,
    ledger: Ledger,
    results: Mapping[BoardKey, BoardResult],
    snapshots: Mapping[BoardKey, Snapshot],
    contenders: Mapping[str, int],
) -> None:
    """Replace the ledger's strengths by those of its overall and category boards, without thin contenders.

    A contender rated in two modalities has one overall strength: that of the modality with more of its votes.
    """
    categories = dict(Category.objects.values_list("slug", "pk"))
    chosen: dict[tuple[int, int | None], tuple[int, Strength]] = {}
    for board, result in results.items():
        # An axis may be called as a category is.
        if board.slice != "overall" and (board.slice != "category" or board.slice_value not in categories):
            continue
        for line in result.contenders:
            if line.elo is None:
                continue
            key = contenders[line.contender], categories.get(board.slice_value)
            if key not in chosen or line.votes > chosen[key][0]:
                chosen[key] = line.votes, _strength(ledger, key, line, result.method, snapshots[board])
    Strength.objects.filter(ledger=ledger).delete()
    Strength.objects.bulk_create(strength for _, strength in chosen.values())


def _strength(
    ledger: Ledger, key: tuple[int, int | None], line: ContenderResult, method: Method, snapshot: Snapshot
) -> Strength:
    claimed = line.level == "established"
    return Strength(
        ledger=ledger,
        contender_id=key[0],
        category_id=key[1],
        mean=logits(method, (line.elo or 0.0) - method.elo_centre),
        # Without a standard error, only the prior's variance is known.
        variance=method.prior_sd**2 if line.elo_se is None else logits(method, line.elo_se) ** 2,
        rank_low=line.rank_low if claimed else None,
        rank_high=line.rank_high if claimed else None,
        snapshot=snapshot.pk,
    )


def logits(method: Method, elo: float) -> float:
    """Convert a difference in Elo to logits: 400 Elo are ln 10."""
    return elo * math.log(10) / method.elo_scale


def publish_splits(*, ledger: Ledger, votes: Iterable[VoteLog], contenders: Mapping[str, int]) -> None:
    """Replace the ledger's splits by the counts of every pair that met, over all modalities."""
    splits: dict[tuple[int, int], NDArray[np.int64]] = {}
    for log in votes:
        for pair in count_pairs(log):
            first, second, wins, losses = contenders[pair.first], contenders[pair.second], pair.wins, pair.losses
            if first > second:
                first, second, wins, losses = second, first, losses, wins
            counted = np.array([wins, losses, pair.ties, pair.both_bad])
            splits[first, second] = splits.get((first, second), 0) + counted
    PairSplit.objects.filter(ledger=ledger).delete()
    copy_rows(
        PairSplit,
        ["ledger", "first", "second", "first_wins", "second_wins", "ties", "both_bad"],
        ((ledger.pk, *pair, *split.tolist()) for pair, split in splits.items()),
    )
