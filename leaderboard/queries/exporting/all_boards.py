"""Every board of a ledger that has votes, one after the other: now, or as of a snapshot or moment."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from arena.voting.models import Ledger
from leaderboard.models import ON_DEMAND, Board, Snapshot
from leaderboard.queries.axes.axis_maps import read_axes
from leaderboard.queries.slices import TitledBoard, find_ledger, list_slices
from leaderboard.queries.snapshots import choose_snapshot, key_of, newest_by_axis, read_moment
from leaderboard.queries.standings import BoardView, read_boards

_BY_AXIS = Q(slice=Board.Slice.AXIS, days=0, tiers="")


def read_all_boards(*, ledger: str, modality: str | None = None, at: str | None = None) -> Iterator[BoardView]:
    """Yield a ledger's boards by modality: overall, categories, languages, and axes as far as they were computed.

    `at` is a moment, or the number of a snapshot: then each board as it was when that one was computed, without those
    by axis. They are computed when somebody asks, so later ones would change what must stay. Few queries for all.
    Raises what `read_board` raises.
    """
    source = find_ledger(ledger)
    return read_boards(source, _choose(source, modality, at))


def read_axis_boards(ledger: Ledger, overall: set[int]) -> Iterator[BoardView]:
    """Yield the boards by axis that are as new as these snapshots of overall boards, by what the prompts test now."""
    today = read_axes(ledger).hash
    found = {
        key: snapshot
        for key, snapshot in newest_by_axis(ledger).items()
        if snapshot.board.computed_with in overall and snapshot.axis_map and snapshot.axis_map.hash == today
    }
    return read_boards(ledger, _title(ledger, list(found.values()), None))


def _choose(ledger: Ledger, modality: str | None, at: str | None) -> list[tuple[TitledBoard, Snapshot]]:
    if ledger.pk is None:
        return []
    boards = Board.objects.filter(ledger=ledger)
    if at and at.isdecimal():
        history = Snapshot.objects.filter(board__in=boards.exclude(ON_DEMAND))
        return _title(ledger, _newest(_of_refresh(history, at)), modality)
    history = Snapshot.objects.filter(board__in=boards.filter(~ON_DEMAND | _BY_AXIS))
    return _title(ledger, _newest(_until(history, read_moment(at)) if at else history), modality)


def _newest(history: QuerySet[Snapshot]) -> list[Snapshot]:
    newest = history.order_by("board_id", "-pk").distinct("board_id")
    return list(newest.select_related("board", "axis_map"))


def _title(ledger: Ledger, snapshots: list[Snapshot], modality: str | None) -> list[tuple[TitledBoard, Snapshot]]:
    found = {key_of(each.board): each for each in snapshots}
    modalities = sorted({key.modality for key in found if modality in (None, key.modality)}, reverse=True)
    titled = (board for each in modalities for board in list_slices(ledger=ledger, modality=each, computed=found))
    return [(board, found[board.key]) for board in titled if board.key in found]


def _until(history: QuerySet[Snapshot], moment: datetime) -> QuerySet[Snapshot]:
    return history.filter(computed_at__lte=moment)


def _of_refresh(history: QuerySet[Snapshot], number: str) -> QuerySet[Snapshot]:
    """Those of the same refresh or an earlier one. A refresh stores its snapshots at once, with the same method."""
    chosen = choose_snapshot(history, number)
    if chosen is None:
        return history.none()
    same = history.filter(position=chosen.position, method=chosen.method, exclusions_hash=chosen.exclusions_hash)
    return history.filter(pk__lte=max(same.values_list("pk", flat=True)))
