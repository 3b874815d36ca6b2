"""What the leaderboard publishes into voting's tables: strengths for sampling, splits for the reveal."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping

from arena.catalog.models import Category
from arena.voting.models import Ledger, PairSplit, Strength
from leaderboard.models import Snapshot
from leaderboard.ratings.boards import head_to_head
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.results import BoardResult, ContenderResult
from leaderboard.ratings.votelog import VoteLog
from leaderboard.snapshots import BoardName


def publish_strengths(
    *,
    ledger: Ledger,
    results: Mapping[BoardName, BoardResult],
    snapshots: Mapping[BoardName, Snapshot],
    contenders: Mapping[str, int],
) -> None:
    """Replace the ledger's strengths by those of its overall and category boards, thin contenders left out.

    A contender rated in two modalities has one overall strength: that of the modality with more of its votes.
    """
    categories = dict(Category.objects.values_list("slug", "pk"))
    chosen: dict[tuple[int, int | None], tuple[int, Strength]] = {}
    for name, result in results.items():
        value = name.value
        if name.slice == "language" or (name.slice == "category" and value not in categories):
            continue
        for line in result.contenders:
            if line.elo is None:
                continue
            key = contenders[line.contender], categories.get(value)
            if key not in chosen or line.votes > chosen[key][0]:
                chosen[key] = line.votes, _strength(ledger, key, line, result.method, snapshots[name])
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
        # With nobody to compare, no spread is known but the prior's.
        variance=method.prior_sd**2 if line.elo_se is None else logits(method, line.elo_se) ** 2,
        rank_low=line.rank_low if claimed else None,
        rank_high=line.rank_high if claimed else None,
        snapshot=snapshot.pk,
    )


def logits(method: Method, elo: float) -> float:
    """Turn a difference in Elo into natural units: 400 Elo are ln 10."""
    return elo * math.log(10) / method.elo_scale


def publish_splits(*, ledger: Ledger, votes: Iterable[VoteLog], contenders: Mapping[str, int]) -> None:
    """Replace the ledger's splits by the plain records of every pair that met, all modalities together."""
    counts: dict[tuple[int, int], Counter[str]] = {}
    for log in votes:
        for (one, two), record in head_to_head(log).items():
            first, second = contenders[one], contenders[two]
            if first < second:
                counts.setdefault((first, second), Counter()).update(
                    first_wins=record.wins, second_wins=record.losses, ties=record.ties, both_bad=record.both_bad
                )
    PairSplit.objects.filter(ledger=ledger).delete()
    PairSplit.objects.bulk_create(
        [
            PairSplit(ledger=ledger, first_id=first, second_id=second, **split)
            for (first, second), split in counts.items()
        ],
        batch_size=1000,
    )
