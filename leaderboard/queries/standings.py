"""The source of all rows on pages, in the API and in exports: boards as published, with the figures beside them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from arena.catalog.models import Modality
from arena.errors import NotFound
from arena.languages.catalogue_names import translated
from arena.voting.ledger.chain import GENESIS
from arena.voting.models import Ledger, LedgerOrigin
from leaderboard.models import Board, Snapshot, Standing, is_on_demand, of_model
from leaderboard.queries.current_method import has_two_kinds, method_of
from leaderboard.queries.figures import (
    ListPrice,
    Reliability,
    ReportFigures,
    list_prices,
    read_reliability,
    report_figures,
)
from leaderboard.queries.named_contenders import NamedContender, read_named
from leaderboard.queries.slices import TitledBoard, find_ledger, find_origin, find_slice, list_slices, split_slice
from leaderboard.queries.snapshots import (
    counts_of,
    find_snapshot,
    is_named,
    known_voters,
    latest_snapshots,
    listed_snapshots,
    next_refresh,
    refuse_removed,
)
from leaderboard.ratings.boards import BoardKey, Slice
from leaderboard.ratings.results import Line

_ALL = Q()
_LINE = tuple(each.name for each in fields(Line))


@dataclass(frozen=True)
class StandingRow:
    """One contender's line as published, and the figures beside it.

    `price` is USD per image at the contender's own settings. `reliability` is over the board's modality; refused and
    failed calls count there and nowhere else. Reports are those of this arena's voters; where it has no image of the
    contender, their figures are None. An imported contender's slug and name are the file's label. It has a model, an
    organization and a price only if the import mapped it to a contender.
    `elo_change` is relative to the board's baseline; bounds exist only if `moved`, which is None if not known.
    """

    contender_slug: str
    contender_name: str
    model_slug: str
    model_name: str
    organization_slug: str
    organization_name: str
    line: Line
    price: Decimal | None
    price_provider: str | None
    price_source: str | None
    price_seen_on: date | None
    reliability: Reliability
    matchups_shown: int | None
    matchups_reported: int | None
    reported_rate: float | None
    images: int | None
    images_hidden: int | None
    hidden_rate: float | None
    retired: bool
    elo_change: float | None
    elo_change_low: float | None
    elo_change_high: float | None
    moved: bool | None

    def as_columns(self) -> dict[str, Any]:
        """Every value by its column name, in the order of exports."""
        values = vars(self) | vars(self.line) | vars(self.reliability)
        return {name: values[name] for name in COLUMNS}


def _order_columns() -> tuple[str, ...]:
    """Ranks, names, the line's other figures, the figures beside it, flags, and changes."""
    line, calls = [each.name for each in fields(Line)], [each.name for each in fields(Reliability)]
    own = [each.name for each in fields(StandingRow)]
    at = own.index("reliability")
    own[at : at + 1] = calls
    ranks = [name for name in line if name.startswith("rank_")]
    figures = [name for name in line if name not in ranks and name != "flags"]
    at, changes = own.index("line"), own.index("elo_change")
    return (*ranks, *own[:at], *figures, *own[at + 1 : changes], "flags", *own[changes:])


COLUMNS = _order_columns()


@dataclass(frozen=True)
class BoardView:
    """A board as last computed (or as of the moment asked for); rows are by Elo, thin ones last.

    Without a snapshot there are no rows and no hashes, `position` is 0 and `head` is the start of the chain. `next_at`
    is when the next refresh is due; None for a past moment and for a board on demand. `days` is a window's length, 0
    for all time. `voters` is None if the votes name none. Moves are since `baseline_at`; the snapshot of that time,
    `baseline_id`, may no longer be stored. `axes_hash` names the axes by which a board by axis chose its votes.
    `tiers` is that of its key. `awaited` says that a computation is under way, the first one if there is no snapshot.
    """

    ledger_slug: str
    ledger_name: str
    ledger_kind: str
    origin: LedgerOrigin | None
    modality: str
    slice: Slice
    slice_value: str
    days: int
    tiers: str
    title: str
    criterion: str
    board_id: int | None
    snapshot_id: int | None
    position: int
    head: str
    computed_at: datetime | None
    next_at: datetime | None
    votes: int
    voters: int | None
    excluded: int
    exclusions_hash: str | None
    method: Mapping[str, Any]
    input_hash: str | None
    output_hash: str | None
    anchor: tuple[str, ...]
    position_effect: Mapping[str, Any] | None
    baseline_id: int | None
    baseline_at: datetime | None
    rows: tuple[StandingRow, ...]
    axes_hash: str | None = None
    awaited: bool = False

    @property
    def key(self) -> BoardKey:
        """Its key within its ledger."""
        return BoardKey(self.slice, self.slice_value, self.days, self.modality, self.tiers)

    @property
    def is_promised(self) -> bool:
        """Whether its first computation is under way, so that there is nothing to read yet."""
        return self.awaited and self.snapshot_id is None

    @property
    def is_on_demand(self) -> bool:
        """Whether it is computed when somebody asks for it, not by every refresh."""
        return is_on_demand(self.slice, self.days, self.tiers)

    @property
    def counts(self) -> str:
        """Whether it counts only official votes, or all beside such a board; empty where there is but one kind."""
        return counts_of(self.method, self.tiers)


@dataclass(frozen=True)
class BoardSummary:
    """A board's line in a list of boards; without votes it has no snapshot yet, nor if nobody asked for it."""

    ledger_slug: str
    modality: str
    slice: str
    slice_value: str
    title: str
    criterion: str
    snapshot_id: int | None
    position: int
    computed_at: datetime | None
    votes: int
    voters: int | None
    tiers: str = ""


@dataclass(frozen=True)
class PlacedStanding:
    """A contender's line together with its board."""

    board: BoardSummary
    row: StandingRow


def read_board(
    *,
    ledger: str,
    modality: str,
    category: str | None = None,
    language: str | None = None,
    axis: str | None = None,
    days: int = 0,
    tiers: str = "",
    at: str | int | None = None,
) -> BoardView:
    """Return one board: its latest snapshot, the last stored one up to `at` (ISO), or the one numbered `at`.

    With `tiers="all"` it counts all votes, where others count only those of official tiers. A known slice without
    votes gives a board without rows; so does a board on demand that was never computed. Raises NotFound for an unknown
    ledger, category, language, axis or snapshot, and for `days` if the votes carry no days; SnapshotGone for a snapshot
    that is not stored any more; DomainError if `at` cannot be read. The number of queries does not grow with the rows.
    """
    source = find_ledger(ledger)
    board = find_slice(ledger=source, modality=modality, category=category, language=language, axis=axis, days=days)
    if tiers == Board.Tiers.ALL and (at or has_two_kinds(source)):
        board = replace(board, key=replace(board.key, tiers=Board.Tiers.ALL.value))
    snapshot = find_snapshot(source, board.key, at)
    rows = () if snapshot is None else _rows(_standings_of([snapshot]), modality)
    return _board_view(source, board, snapshot, rows, current=at is None)


def read_boards(ledger: Ledger, chosen: Sequence[tuple[TitledBoard, Snapshot]]) -> Iterator[BoardView]:
    """Yield these snapshots of a ledger's boards. The number of queries grows with that of modalities only."""
    rows: dict[int, list[StandingRow]] = {snapshot.pk: [] for _board, snapshot in chosen}
    for modality in {board.key.modality for board, _snapshot in chosen}:
        standings = _standings_of(snapshot for board, snapshot in chosen if board.key.modality == modality)
        for standing, row in zip(standings, _rows(standings, modality), strict=True):
            rows[standing.snapshot_id].append(row)
    for board, snapshot in chosen:
        yield _board_view(ledger, board, snapshot, tuple(rows[snapshot.pk]), current=False)


def read_snapshot(*, snapshot: int) -> BoardView:
    """Return one snapshot of any board, by number. Raises NotFound, or SnapshotGone if it is no longer stored."""
    found = Snapshot.objects.select_related("board__ledger", "axis_map").filter(pk=snapshot).first()
    if found is None:
        refuse_removed(Snapshot.objects.all(), snapshot)
        raise NotFound(_("There is no snapshot {number}.").format(number=snapshot))
    stored = found.board
    parts = split_slice(stored.slice, stored.slice_value)
    board = find_slice(ledger=stored.ledger, modality=stored.modality, days=stored.days, **parts)
    board = replace(board, key=replace(board.key, tiers=stored.tiers))
    return next(read_boards(stored.ledger, [(board, found)]))


def list_boards(*, ledger: str, modality: str, tiers: str = "") -> tuple[BoardSummary, ...]:
    """Return overall, categories, languages, then axes, also boards without votes, or that nobody has asked for yet.

    With `tiers="all"` they are those of all votes. Raises NotFound for an unknown ledger.
    """
    source = find_ledger(ledger)
    official = listed_snapshots(source, modality=modality)
    latest = listed_snapshots(source, modality=modality, tiers=tiers) if tiers else official
    boards = list_slices(ledger=source, modality=modality, computed=official)
    return tuple(_summary(source, each, latest.get(replace(each.key, tiers=tiers)), tiers) for each in boards)


def model_standings(
    *, ledger: str, model: str, modalities: Collection[str] = Modality.values
) -> tuple[PlacedStanding, ...]:
    """Return where each contender of a model stands now: overall, by category, by language."""
    source = find_ledger(ledger)
    placed: list[PlacedStanding] = []
    held = Board.objects.filter(ledger_id=source.pk, modality__in=modalities).order_by()
    # In reverse order, text-to-image comes first.
    for modality in sorted(held.values_list("modality", flat=True).distinct(), reverse=True):
        latest = latest_snapshots(source, modality=modality)
        found = _standings_of(latest.values(), of_model(model))
        rows = dict(zip((standing.pk for standing in found), _rows(found, modality), strict=True))
        for board in list_slices(ledger=source, modality=modality, computed=latest):
            snapshot = latest.get(board.key)
            placed += [
                PlacedStanding(_summary(source, board, snapshot), rows[standing.pk])
                for standing in found
                if snapshot is not None and standing.snapshot_id == snapshot.pk
            ]
    return tuple(placed)


def _standings_of(snapshots: Iterable[Snapshot], chosen: Q = _ALL) -> list[Standing]:
    """The standings of some snapshots, in one query. Each snapshot is read once, not with each of its lines."""
    known = {snapshot.pk: snapshot for snapshot in snapshots}
    joined = Standing.objects.filter(chosen, snapshot__in=known).select_related("imported")
    found = list(joined.order_by("rank_elo", "contender__name", "contender__slug", "imported__label"))
    for standing in found:
        standing.snapshot = known[standing.snapshot_id]
    return found


def _rows(standings: Sequence[Standing], modality: str) -> tuple[StandingRow, ...]:
    """Rows in the order of the standings; two queries, or up to six if the figures are not in the cache."""
    # Of an imported line, the contender that the import mapped it to, if any.
    keys = [(each.imported.contender_id if each.imported else each.contender_id) or 0 for each in standings]
    contenders = read_named(filter(None, keys))
    prices = list_prices(contenders.values())
    reliability = read_reliability(contenders, modality=modality)
    reports = report_figures(contenders, modality=modality)
    none = Reliability()
    return tuple(
        _row(standing, contenders.get(key), prices.get(key), reliability.get(key, none), reports.get(key))
        for standing, key in zip(standings, keys, strict=True)
    )


def _row(
    standing: Standing,
    contender: NamedContender | None,
    price: ListPrice | None,
    reliability: Reliability,
    reports: ReportFigures | None,
) -> StandingRow:
    label = standing.imported.label if standing.imported else ""
    return StandingRow(
        contender_slug=label or (contender.slug if contender else ""),
        contender_name=label or (contender.name if contender else ""),
        model_slug=contender.model_slug if contender else "",
        model_name=contender.model_name if contender else "",
        organization_slug=contender.organization_slug if contender else "",
        organization_name=translated(contender.organization_name) if contender else "",
        line=read_line(standing),
        price=price.amount if price else None,
        price_provider=price.provider if price else None,
        price_source=price.source if price else None,
        price_seen_on=price.seen_on if price else None,
        reliability=reliability,
        matchups_shown=reports.matchups_shown if reports else None,
        matchups_reported=reports.matchups_reported if reports else None,
        reported_rate=reports.reported_rate if reports else None,
        images=reports.images if reports else None,
        images_hidden=reports.images_hidden if reports else None,
        hidden_rate=reports.hidden_rate if reports else None,
        retired=contender is not None and contender.is_retired,
        elo_change=standing.elo_change,
        elo_change_low=standing.elo_change_low,
        elo_change_high=standing.elo_change_high,
        moved=standing.moved,
    )


def read_line(standing: Standing) -> Line:
    """Return the line as published; voters and prompts are None if the votes do not name them."""
    stored = {name: getattr(standing, name) for name in _LINE}
    unnamed = [f"{role}s" for role in ("voter", "prompt") if not is_named(role, standing.snapshot)]
    unknown = [*unnamed, *(f"effective_{name}" for name in unnamed)]
    return Line(**stored | dict.fromkeys(unknown) | {"flags": tuple(standing.flags)})


def _board_view(
    ledger: Ledger, board: TitledBoard, snapshot: Snapshot | None, rows: tuple[StandingRow, ...], *, current: bool
) -> BoardView:
    on_demand = is_on_demand(board.key.slice, board.key.days, board.key.tiers)
    return BoardView(
        ledger_slug=ledger.slug,
        ledger_name=translated(ledger.name),
        ledger_kind=ledger.kind,
        origin=find_origin(ledger),
        modality=board.key.modality,
        slice=board.key.slice,
        slice_value=board.key.slice_value,
        days=board.key.days,
        tiers=board.key.tiers,
        title=board.title,
        criterion=board.criterion,
        board_id=snapshot.board_id if snapshot else None,
        snapshot_id=snapshot.pk if snapshot else None,
        position=snapshot.position if snapshot else 0,
        head=snapshot.head if snapshot else GENESIS,
        computed_at=snapshot.computed_at if snapshot else None,
        next_at=next_refresh(snapshot.computed_at) if snapshot and current and not on_demand else None,
        votes=snapshot.votes if snapshot else 0,
        voters=known_voters(snapshot),
        excluded=snapshot.excluded if snapshot else 0,
        exclusions_hash=snapshot.exclusions_hash or None if snapshot else None,
        method=snapshot.method if snapshot else method_of(ledger, tiers=board.key.tiers).as_record(),
        input_hash=snapshot.input_hash if snapshot else None,
        output_hash=snapshot.output_hash if snapshot else None,
        anchor=tuple(snapshot.anchor) if snapshot else (),
        position_effect=snapshot.position_effect if snapshot else None,
        baseline_id=snapshot.baseline_id if snapshot else None,
        baseline_at=snapshot.baseline_at if snapshot else None,
        rows=rows,
        axes_hash=snapshot.axis_map.hash if snapshot and snapshot.axis_map else None,
    )


def _summary(ledger: Ledger, board: TitledBoard, snapshot: Snapshot | None, tiers: str = "") -> BoardSummary:
    return BoardSummary(
        ledger_slug=ledger.slug,
        modality=board.key.modality,
        slice=board.key.slice,
        slice_value=board.key.slice_value,
        title=board.title,
        criterion=board.criterion,
        snapshot_id=snapshot.pk if snapshot else None,
        position=snapshot.position if snapshot else 0,
        computed_at=snapshot.computed_at if snapshot else None,
        votes=snapshot.votes if snapshot else 0,
        voters=known_voters(snapshot),
        tiers=tiers,
    )
