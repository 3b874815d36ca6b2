"""Reading audits: a board's audit, made for its own snapshot or for the last audited one before it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Func, JSONField

from leaderboard.models import Audit, PairRecords
from leaderboard.queries.standings import BoardView
from leaderboard.ratings.columns.pair_records import PairCounts, PairRecord, open_packed, unpack_pairs
from leaderboard.ratings.diagnostics.pair_chances import PairModel

_BRIEF = Func("facts", template="%(expressions)s - '{model,sensitivity}'::text[]", output_field=JSONField())
_SENSITIVITY = Func(
    "facts",
    template="jsonb_build_object('sensitivity', %(expressions)s -> 'sensitivity')",
    output_field=JSONField(),
)


@dataclass(frozen=True)
class AuditView:
    """The audit of one snapshot; `facts` are those of `ratings.diagnostics.audit.state_audit`, contenders by slug.

    `position_effect` is the snapshot's.
    """

    snapshot_id: int
    position: int
    computed_at: datetime
    made_at: datetime
    version: str
    seconds: float
    facts: Mapping[str, Any]
    position_effect: Mapping[str, Any] | None


def read_audit(board: BoardView, *, with_model: bool = True) -> AuditView | None:
    """Return the audit of the board's snapshot, or of the last audited one before it; None if there is none.

    Without the model of pairs, which only chances need, and without other weightings, the facts of a large board are a
    tenth as long.
    """
    return _read(board, F("facts") if with_model else _BRIEF)


def read_sensitivity(board: BoardView) -> AuditView | None:
    """Return the same audit with nothing but what it says of other weightings: None before version 5."""
    return _read(board, _SENSITIVITY)


def _read(board: BoardView, facts: F | Func[JSONField[Any, Any]]) -> AuditView | None:
    if board.snapshot_id is None:
        return None
    audits = Audit.objects.filter(snapshot__board=board.board_id, snapshot_id__lte=board.snapshot_id)
    told = audits.defer("facts").annotate(told=facts)
    found = told.select_related("snapshot").order_by("-snapshot_id").first()
    if found is None:
        return None
    return AuditView(
        snapshot_id=found.snapshot_id,
        position=found.snapshot.position,
        computed_at=found.snapshot.computed_at,
        made_at=found.made_at,
        version=found.version,
        seconds=found.seconds,
        facts=found.told,
        position_effect=found.snapshot.position_effect,
    )


def read_model(facts: Mapping[str, Any]) -> PairModel | None:
    """Return the model that chances of pairs are computed from; None if fewer than two contenders are shown."""
    return shape_model(facts["model"])


def shape_model(model: Mapping[str, Any] | None) -> PairModel | None:
    """Return the model that an audit's facts hold in JSON."""
    return None if model is None else PairModel(**{name: _tuple(value) for name, value in model.items()})


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def read_counts(board: BoardView) -> PairCounts | None:
    """Return the records of all pairs within the board's votes, to be looked up; None if none were stored."""
    found = PairRecords.objects.filter(snapshot=board.snapshot_id).first() if board.snapshot_id else None
    return None if found is None else open_packed(bytes(found.packed))


def read_records(board: BoardView, *, of: Collection[str] | None = None) -> tuple[PairRecord, ...] | None:
    """Return the records of all pairs within the board's votes, or of those with one of some contenders, by slug.

    None if none were stored.
    """
    found = PairRecords.objects.filter(snapshot=board.snapshot_id).first() if board.snapshot_id else None
    return None if found is None else unpack_pairs(bytes(found.packed), of=of)
