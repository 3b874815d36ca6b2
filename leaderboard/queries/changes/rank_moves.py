"""Moves that are more than luck, one for each time that a contender began to stand apart from where it had been."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q

from arena.voting.models import Ledger
from leaderboard.models import ON_DEMAND, Board, Snapshot, Standing
from leaderboard.queries.slices import TitledBoard, list_slices
from leaderboard.queries.snapshots import key_of

# How many days before the newest snapshot are looked at.
DAYS_BACK = 60
_EVERYBODY = Q()
_REFRESHED = ~ON_DEMAND
# The last snapshot of each board and day, which thinning keeps.
_LAST_OF_DAYS = """
SELECT last.id FROM unnest(%s::bigint[]) AS board (id)
CROSS JOIN generate_series(0, %s) AS day (back)
CROSS JOIN LATERAL (
    SELECT s.id FROM leaderboard_snapshot s WHERE s.board_id = board.id
        AND s.computed_at < %s::timestamptz - day.back * interval '1 day'
        AND s.computed_at >= %s::timestamptz - (day.back + 1) * interval '1 day'
    ORDER BY s.computed_at DESC LIMIT 1
) AS last
"""


@dataclass(frozen=True)
class RankMove:
    """A contender's move on a board: since `since`, its Elo has changed by more than luck; `now` and `before` lines."""

    day: date
    board: TitledBoard
    board_pk: int
    contender_slug: str
    contender_name: str
    model_slug: str
    elo_change: float
    since: datetime | None
    now: Standing
    before: Standing | None


def read_moves(ledger: Ledger, *, modality: str, chosen: Q = _EVERYBODY, boards: Q = _REFRESHED) -> list[RankMove]:
    """Return the moves of a ledger's boards of all time, newest first; of some standings or boards if chosen.

    A move is told on the day on which it is first seen, by that day's last snapshot, and again only after a day
    without it. The number of queries does not grow with the votes.
    """
    if ledger.pk is None:
        return []
    kept = Board.objects.filter(boards, ledger=ledger, modality=modality, days=0, tiers="")
    titles = {one.key: one for one in list_slices(ledger=ledger, modality=modality, computed=list(map(key_of, kept)))}
    named = {board.pk: titles[key_of(board)] for board in kept if key_of(board) in titles}
    snapshots = Snapshot.objects.select_related("baseline").in_bulk(_last_of_days(list(named)))
    found = Standing.objects.filter(chosen, snapshot__in=snapshots, contender__isnull=False)
    ever = found.filter(moved=True).order_by().values("contender", "snapshot__board")
    lines = found.filter(
        contender__in=[one["contender"] for one in ever], snapshot__board__in=[one["snapshot__board"] for one in ever]
    )
    ordered = lines.select_related("contender__image_model").order_by(
        "snapshot__board", "contender", "snapshot__computed_at"
    )
    started = list(_starts(ordered, snapshots))
    before = _before(started, snapshots)
    moves = [_move(one, snapshots[one.snapshot_id], named, before) for one in started]
    return sorted(moves, key=lambda move: (move.day, move.now.snapshot_id, move.contender_slug), reverse=True)


def _last_of_days(boards: list[int]) -> list[int]:
    newest = Snapshot.objects.filter(board__in=boards).order_by("-id").values_list("computed_at", flat=True).first()
    if newest is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT date_trunc('day', %s::timestamptz, 'UTC') + interval '1 day'", [newest])
        (end,) = cursor.fetchone()
        cursor.execute(_LAST_OF_DAYS, [boards, DAYS_BACK, end, end])
        return [row[0] for row in cursor.fetchall()]


def _starts(lines: Iterable[Standing], snapshots: dict[int, Snapshot]) -> Iterator[Standing]:
    """The lines with a move whose contender had none in the line before; lines are by board, contender and time."""
    last: tuple[int, int | None] = (0, None)
    was_moved = False
    for line in lines:
        own = (snapshots[line.snapshot_id].board_id, line.contender_id)
        if line.moved and not (own == last and was_moved) and line.elo_change is not None:
            yield line
        last, was_moved = own, bool(line.moved)


def _before(started: Iterable[Standing], snapshots: dict[int, Snapshot]) -> dict[tuple[int, int | None], Standing]:
    """The lines of the baselines that are still stored, by snapshot and contender."""
    pairs = {(snapshots[one.snapshot_id].baseline_id, one.contender_id) for one in started}
    found = Standing.objects.filter(
        snapshot__in={key for key, _contender in pairs if key}, contender__in={key for _snapshot, key in pairs}
    )
    return {(one.snapshot_id, one.contender_id): one for one in found}


def _move(
    line: Standing, snapshot: Snapshot, named: dict[int, TitledBoard], before: dict[tuple[int, int | None], Standing]
) -> RankMove:
    assert line.contender is not None
    return RankMove(
        day=snapshot.computed_at.date(),
        board=named[snapshot.board_id],
        board_pk=snapshot.board_id,
        contender_slug=line.contender.slug,
        contender_name=line.contender.name,
        model_slug=line.contender.image_model.slug,
        elo_change=line.elo_change or 0.0,
        since=snapshot.baseline_at,
        now=line,
        before=before.get((snapshot.baseline_id or 0, line.contender_id)),
    )
