"""Writing snapshots with their standings, for each board that changed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from arena.catalog.models import Contender
from arena.errors import DomainError
from arena.voting.models import ImportedContender, Ledger
from leaderboard.comparing import Comparison
from leaderboard.entries import LedgerColumns
from leaderboard.models import Board, PairRecords, Snapshot, Standing
from leaderboard.ratings.boards import slice_votes
from leaderboard.ratings.moves import Move
from leaderboard.ratings.pair_records import pack_pairs
from leaderboard.ratings.publishing import hash_positions
from leaderboard.ratings.results import BoardResult, ContenderResult
from leaderboard.snapshots import BoardName

_STORED = [
    "level", "elo", "elo_low", "elo_high", "mu", "sigma", "conservative", "rank_low", "rank_high", "rank_elo",
    "rank_trueskill", "p_first", "votes", "voters", "prompts", "wins", "losses", "ties", "both_bad", "win_rate",
    "floor_rate",
]  # fmt: skip


@dataclass(frozen=True)
class Contenders:
    """The keys of contenders by slug, or those of imported contenders by label."""

    keys: Mapping[str, int]
    imported: bool


def find_stale(
    *, latest: Mapping[BoardName, Snapshot], columns: LedgerColumns, results: Mapping[BoardName, BoardResult]
) -> dict[BoardName, BoardResult]:
    """Return the results that differ from their board's latest snapshot by input, exclusions or method."""
    return {
        name: result
        for name, result in results.items()
        if not _is_current(latest.get(name), result, columns.excluded[name])
    }


def write_snapshots(
    *,
    ledger: Ledger,
    columns: LedgerColumns,
    results: Mapping[BoardName, BoardResult],
    comparisons: Mapping[BoardName, Comparison],
    contenders: Contenders,
) -> None:
    """Store published results as snapshots, with what has moved since their baselines where they were compared.

    `contenders` are those of `find_contenders`. Call inside a transaction.
    """
    exclusions_hash = hash_positions(columns.exclusions)
    standings: list[Standing] = []
    records: list[PairRecords] = []
    for name, result in results.items():
        comparison = comparisons.get(name)
        snapshot = _write_snapshot(ledger, name, columns, result, comparison, exclusions_hash)
        records.append(PairRecords(snapshot=snapshot, packed=_pack_records(name, columns)))
        moves = comparison.moves if comparison else {}
        standings += [_standing(snapshot, line, contenders, moves.get(line.contender)) for line in result.contenders]
    Standing.objects.bulk_create(standings, batch_size=1000)
    PairRecords.objects.bulk_create(records)


def find_contenders(ledger: Ledger, results: Mapping[BoardName, BoardResult]) -> Contenders:
    """Return the key of every contender on the boards. Raises DomainError for one that nobody has named here."""
    named = {line.contender for result in results.values() for line in result.contenders}
    imported = dict(ImportedContender.objects.filter(ledger=ledger).values_list("label", "pk"))
    if imported:
        return Contenders(imported, imported=True)
    known = dict(Contender.objects.filter(slug__in=named).values_list("slug", "pk"))
    for slug in sorted(named - known.keys())[:1]:
        entry = ledger.entries.filter(left=slug).first() or ledger.entries.get(right=slug)
        raise DomainError(
            f"Ledger {ledger.slug}, position {entry.position}: the catalogue has no contender {slug!r}. "
            "Add it with this slug, or correct the import.",
            code="unknown_contender",
        )
    return Contenders(known, imported=False)


def _is_current(snapshot: Snapshot | None, result: BoardResult, excluded: int) -> bool:
    return (
        snapshot is not None
        and snapshot.input_hash == result.input_hash
        and snapshot.excluded == excluded
        and snapshot.method == result.method.as_record()
    )


def _write_snapshot(
    ledger: Ledger,
    name: BoardName,
    columns: LedgerColumns,
    result: BoardResult,
    comparison: Comparison | None,
    exclusions_hash: str,
) -> Snapshot:
    board, _ = Board.objects.get_or_create(
        ledger=ledger, modality=name.modality, slice=name.slice, slice_value=name.value, days=name.days
    )
    return Snapshot.objects.create(
        board=board,
        position=columns.position,
        head=columns.head,
        method=result.method.as_record(),
        input_hash=result.input_hash,
        output_hash=result.output_hash,
        votes=result.votes,
        voters=result.voters,
        excluded=columns.excluded[name],
        exclusions_hash=exclusions_hash,
        anchor=list(result.anchor),
        position_effect=asdict(result.position_effect) if result.position_effect else None,
        baseline=comparison.baseline if comparison else None,
        baseline_at=comparison.baseline.computed_at if comparison else None,
    )


def _pack_records(name: BoardName, columns: LedgerColumns) -> bytes:
    return pack_pairs(slice_votes(columns.votes[name.modality], name.key))


def _standing(snapshot: Snapshot, line: ContenderResult, contenders: Contenders, move: Move | None) -> Standing:
    stored = {name: getattr(line, name) for name in _STORED}
    stored["imported_id" if contenders.imported else "contender_id"] = contenders.keys[line.contender]
    if move:
        stored |= {
            "elo_change": move.change,
            "elo_change_low": move.low,
            "elo_change_high": move.high,
            "moved": move.moved,
        }
    return Standing(snapshot=snapshot, flags=list(line.flags), **stored)
