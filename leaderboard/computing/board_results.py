"""Computing boards from a ledger's columns: published results, and what new snapshots keep beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leaderboard.computing.baselines import Baseline, compare
from leaderboard.computing.entry_columns import LedgerColumns
from leaderboard.models import Snapshot
from leaderboard.queries.snapshots import BoardName
from leaderboard.ratings.boards import board_method, board_sizes, slice_votes
from leaderboard.ratings.columns.pair_records import pack_pairs
from leaderboard.ratings.diagnostics.moves import Move
from leaderboard.ratings.methods import fit
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.publishing import publish
from leaderboard.ratings.results import BoardResult
from leaderboard.ratings.speed.two_processes import run_all


@dataclass(frozen=True)
class NewSnapshot:
    """What becomes a snapshot: a result as published, the records of its pairs as packed, the moves since a baseline.

    `moves` are by contender; none of them without a baseline.
    """

    result: BoardResult
    pairs: bytes
    baseline: Snapshot | None
    moves: Mapping[str, Move]


@dataclass(frozen=True)
class Computed:
    """Every board's published result, and what is new of those that differ from their latest snapshot."""

    results: Mapping[BoardName, BoardResult]
    new: Mapping[BoardName, NewSnapshot]


def compute(
    *,
    columns: LedgerColumns,
    names: Sequence[BoardName],
    method: Method,
    latest: Mapping[BoardName, Snapshot],
    baselines: Mapping[BoardName, Baseline],
) -> Computed:
    """Compute boards from scratch, of many votes by two processes.

    Those as in `latest` by input, exclusions and method are not new. Asks the database nothing, whose connection the
    second process does not have.
    """

    def compute_one(name: BoardName) -> tuple[BoardResult, NewSnapshot | None]:
        votes, own = slice_votes(columns.votes[name.modality], name.key), board_method(name.key, method)
        result = publish(fit(votes, own))
        if _is_current(latest.get(name), result, columns.excluded[name]):
            return result, None
        baseline = baselines.get(name)
        moves = compare(columns, name, votes, own, baseline) if baseline else {}
        return result, NewSnapshot(result, pack_pairs(votes), baseline.snapshot if baseline else None, moves)

    by_modality = {modality: board_sizes(votes) for modality, votes in columns.votes.items()}
    sizes = [by_modality[name.modality].get(name.key, 0) for name in names]
    computed = dict(zip(names, run_all(compute_one, names, sizes=sizes), strict=True))
    return Computed(
        results={name: result for name, (result, _) in computed.items()},
        new={name: new for name, (_, new) in computed.items() if new is not None},
    )


def _is_current(snapshot: Snapshot | None, result: BoardResult, excluded: int) -> bool:
    return (
        snapshot is not None
        and snapshot.input_hash == result.input_hash
        and snapshot.excluded == excluded
        and snapshot.method == result.method.as_record()
    )
