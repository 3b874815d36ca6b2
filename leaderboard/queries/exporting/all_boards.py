"""Every board of a ledger that has votes, one after the other: now, or as of a snapshot or moment."""

from collections.abc import Iterator

from django.db.models import QuerySet

from arena.voting.models import Ledger
from leaderboard.models import ON_DEMAND, Board, Snapshot
from leaderboard.queries.slices import TitledBoard, find_ledger, list_slices
from leaderboard.queries.snapshots import choose_snapshot, key_of, read_moment
from leaderboard.queries.standings import BoardView, read_boards


def read_all_boards(*, ledger: str, modality: str | None = None, at: str | None = None) -> Iterator[BoardView]:
    """Yield the boards that every refresh computes: by modality overall, categories, languages. Few queries for all.

    `at` is a moment, or the number of a snapshot: then each board as it was when that one was computed. Raises what
    `read_board` raises.
    """
    source = find_ledger(ledger)
    return read_boards(source, _choose(source, modality, at))


def _choose(ledger: Ledger, modality: str | None, at: str | None) -> list[tuple[TitledBoard, Snapshot]]:
    if ledger.pk is None:
        return []
    history = Snapshot.objects.filter(board__in=Board.objects.filter(ledger=ledger).exclude(ON_DEMAND))
    newest = _up_to(history, at) if at else history
    chosen = newest.order_by("board_id", "-pk").distinct("board_id").select_related("board")
    found = {key_of(each.board): each for each in chosen}
    modalities = sorted({key.modality for key in found if modality in (None, key.modality)}, reverse=True)
    titled = (board for each in modalities for board in list_slices(ledger=ledger, modality=each, computed=found))
    return [(board, found[board.key]) for board in titled if board.key in found]


def _up_to(history: QuerySet[Snapshot], at: str) -> QuerySet[Snapshot]:
    """Those of the same refresh or an earlier one. A refresh stores its snapshots at once, with the same method."""
    chosen = choose_snapshot(history, at)
    if chosen is None:
        return history.none()
    if not at.isdecimal():
        return history.filter(computed_at__lte=read_moment(at))
    same = history.filter(position=chosen.position, method=chosen.method, exclusions_hash=chosen.exclusions_hash)
    return history.filter(pk__lte=max(same.values_list("pk", flat=True)))
