"""Computing boards from a ledger's columns: published results, and what new snapshots store with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from leaderboard.computing.baselines import Baseline, compare
from leaderboard.computing.entry_columns import LedgerColumns
from leaderboard.models import Snapshot
from leaderboard.ratings.board_errors import BoardErrors
from leaderboard.ratings.boards import BoardKey, board_method, board_sizes, limit_votes, slice_votes
from leaderboard.ratings.columns.pair_records import pack_pairs
from leaderboard.ratings.diagnostics.moves import Move
from leaderboard.ratings.methods import fit_with_errors
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.publishing import publish
from leaderboard.ratings.results import BoardResult
from leaderboard.ratings.speed.two_processes import run_all


@dataclass(frozen=True)
class NewSnapshot:
    """A snapshot to be stored: the published result, the packed records of its pairs, and the moves since a baseline.

    `moves` are by contender, empty without a baseline.
    """

    result: BoardResult
    pairs: bytes
    baseline: Snapshot | None
    moves: Mapping[str, Move]


@dataclass(frozen=True)
class Computed:
    """Every board's published result and errors, and the new snapshots of those that differ from their latest one."""

    results: Mapping[BoardKey, BoardResult]
    errors: Mapping[BoardKey, BoardErrors]
    new: Mapping[BoardKey, NewSnapshot]


def compute(
    *,
    columns: LedgerColumns,
    keys: Sequence[BoardKey],
    method: Method,
    latest: Mapping[BoardKey, Snapshot],
    baselines: Mapping[BoardKey, Baseline],
) -> Computed:
    """Compute boards from scratch; large logs use two processes.

    A board is not new if its input, exclusions and method equal those in `latest`. The database is not queried: the
    second process has no connection of its own.
    """

    def compute_one(key: BoardKey) -> tuple[BoardResult, BoardErrors, NewSnapshot | None]:
        votes, own = slice_votes(columns.votes[key.modality], key), board_method(key, method)
        counted = limit_votes(votes, own)
        fitted, errors = fit_with_errors(counted, own)
        result = publish(fitted)
        read = votes.last_position if key.is_overall and len(votes) else 0
        exclusions = columns.exclusions_hash if key.is_overall else ""
        if _is_current(latest.get(key), result, columns.excluded[key], read=read, exclusions=exclusions):
            return result, errors, None
        baseline = baselines.get(key)
        moves = compare(columns, key, votes, own, baseline) if baseline else {}
        return result, errors, NewSnapshot(result, pack_pairs(counted), baseline.snapshot if baseline else None, moves)

    by_modality = {modality: board_sizes(votes) for modality, votes in columns.votes.items()}
    sizes = [by_modality[key.modality].get(replace(key, modality=""), 0) for key in keys]
    computed = dict(zip(keys, run_all(compute_one, keys, sizes=sizes), strict=True))
    return Computed(
        results={key: result for key, (result, _, _) in computed.items()},
        errors={key: errors for key, (_, errors, _) in computed.items()},
        new={key: new for key, (_, _, new) in computed.items() if new is not None},
    )


def _is_current(snapshot: Snapshot | None, result: BoardResult, excluded: int, *, read: int, exclusions: str) -> bool:
    """Whether nothing has changed since; an overall board must have read up to `read`, without these `exclusions`.

    Overall boards say how far the ledger was read, and which votes were excluded, also where these are not official.
    """
    return (
        snapshot is not None
        and snapshot.position >= read
        and snapshot.input_hash == result.input_hash
        and snapshot.excluded == excluded
        and exclusions in ("", snapshot.exclusions_hash)
        and snapshot.method == result.method.as_record()
    )
