"""Writing snapshots with their standings, for each board that changed."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from arena.catalog.models import Contender
from arena.database.copying import copy_rows
from arena.errors import DomainError
from arena.voting.models import ImportedContender, Ledger
from leaderboard.computing.board_results import NewSnapshot
from leaderboard.computing.entry_columns import LedgerColumns
from leaderboard.computing.single_flight import hold_ledger, removed_meanwhile
from leaderboard.models import AxisMap, Board, PairRecords, Snapshot, Standing
from leaderboard.queries.snapshots import key_of
from leaderboard.ratings.boards import BoardKey
from leaderboard.ratings.diagnostics.moves import Move
from leaderboard.ratings.results import BoardResult, ContenderResult, Line

_LINE = [each.name for each in fields(Line)]
_MOVE = ("elo_change", "elo_change_low", "elo_change_high", "moved")


@dataclass(frozen=True)
class Contenders:
    """The keys of contenders by slug, or those of imported contenders by label."""

    keys: Mapping[str, int]
    imported: bool


def write_snapshots(
    *, ledger: Ledger, columns: LedgerColumns, new: Mapping[BoardKey, NewSnapshot], contenders: Contenders
) -> None:
    """Store new snapshots with their standings and pair records. Call this inside a transaction.

    `contenders` are those of `find_contenders`. Raises NotFound if the ledger is gone.
    """
    if not hold_ledger(ledger.pk):
        raise removed_meanwhile(ledger)
    baselines = {own.baseline.pk for own in new.values() if own.baseline}
    # Some baselines may have been thinned away while the boards were computed. The lock keeps the others until these
    # snapshots are stored.
    locked = Snapshot.objects.select_for_update(no_key=True).filter(pk__in=baselines).order_by("pk")
    kept = set(locked.values_list("pk", flat=True))
    axis_map = _store_axes(columns) if any(key.slice == "axis" for key in new) else None
    standings: list[tuple[Any, ...]] = []
    records: list[PairRecords] = []
    for key, own in new.items():
        board, _ = Board.objects.get_or_create(ledger=ledger, **asdict(key))
        snapshot = _write_snapshot(board, columns, own, kept, axis_map if key.slice == "axis" else None)
        records.append(PairRecords(snapshot=snapshot, packed=own.pairs))
        standings += [
            (snapshot.pk, contenders.keys[line.contender], *_stored(line, own.moves.get(line.contender)))
            for line in own.result.contenders
        ]
    PairRecords.objects.bulk_create(records)
    ranked = "imported" if contenders.imported else "contender"
    copy_rows(Standing, ["snapshot", ranked, *_LINE, *_MOVE], standings)


def find_contenders(ledger: Ledger, results: Mapping[BoardKey, BoardResult]) -> Contenders:
    """Return the key of every contender on the boards. Raises DomainError for a contender that is not known here."""
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


def _store_axes(columns: LedgerColumns) -> AxisMap | None:
    """Return the stored map of the axes that the columns carry, the same for all modalities; store it if it is new."""
    axes = next((log.axes for log in columns.votes.values() if log.axes), None)
    if axes is None:
        return None
    stored, _ = AxisMap.objects.get_or_create(hash=axes.hash, defaults={"by_prompt": axes.by_prompt})
    return stored


def _write_snapshot(
    board: Board, columns: LedgerColumns, new: NewSnapshot, kept: Collection[int], axis_map: AxisMap | None
) -> Snapshot:
    """Store one snapshot; `kept` are the keys of the baselines that still exist."""
    result = new.result
    return Snapshot.objects.create(
        board=board,
        position=columns.position,
        head=columns.head,
        method=result.method.as_record(),
        input_hash=result.input_hash,
        output_hash=result.output_hash,
        votes=result.votes,
        voters=result.voters,
        excluded=columns.excluded[key_of(board)],
        exclusions_hash=columns.exclusions_hash,
        axis_map=axis_map,
        anchor=list(result.anchor),
        position_effect=asdict(result.position_effect) if result.position_effect else None,
        baseline=new.baseline if new.baseline and new.baseline.pk in kept else None,
        baseline_at=new.baseline.computed_at if new.baseline else None,
    )


def _stored(line: ContenderResult, move: Move | None) -> tuple[Any, ...]:
    changed = (move.change, move.low, move.high, move.moved) if move else (None, None, None, None)
    values = (getattr(line, name) for name in _LINE)
    # A tuple (the flags) is stored as a JSON list.
    return *(json.dumps(value) if isinstance(value, tuple) else value for value in values), *changed
