"""Boards on demand: categories in a language, and windows, computed when asked for, kept until the ledger changes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from functools import partial

import structlog
from django.db import transaction
from django.utils import timezone

from arena.process.sending import send_jobs
from arena.voting.models import Ledger
from leaderboard.computing.baselines import find_baselines
from leaderboard.computing.board_results import compute
from leaderboard.computing.entry_columns import LedgerColumns, read_columns, read_days
from leaderboard.computing.single_flight import REFRESHING, alone_with, hold_ledger
from leaderboard.computing.storing import find_contenders, write_snapshots
from leaderboard.models import Board
from leaderboard.queries.current_method import method_of
from leaderboard.queries.snapshots import key_of, newest_snapshots
from leaderboard.queries.standings import BoardView, read_board
from leaderboard.ratings.boards import BoardKey, slice_window

TASK = "leaderboard.compute_asked"
# At most this many boards wait per ledger: a batch holds the refresh lock, so it must stay short.
MOST_WAITING = 16
# Send again after this many seconds: the message was lost, or arrived during a refresh.
AGAIN_SECONDS = 10
# Doors tell whoever waits for a first computation to come again after this many seconds.
COME_AGAIN_SECONDS = 5

log = structlog.get_logger(__name__)


def open_board(
    *,
    ledger: str,
    modality: str,
    category: str | None = None,
    language: str | None = None,
    days: int = 0,
    at: str | int | None = None,
) -> BoardView:
    """Read a board for a door; if it is a board on demand that is out of date, have it computed.

    The board is `awaited` while it is being computed. With `at`, nothing is computed. Raises what `read_board` raises,
    which refuses whatever neither catalogue nor ledger knows. So only boards that exist can be asked for.
    """
    view = read_board(ledger=ledger, modality=modality, category=category, language=language, days=days, at=at)
    return replace(view, awaited=at is None and _ask_for(view))


def _ask_for(view: BoardView) -> bool:
    """Ask for a board on demand unless it is up to date; return whether its computation is under way.

    If MOST_WAITING boards wait already, ask again for the one that has waited longest instead.
    """
    if not view.is_on_demand:
        return False
    newest = _newest_overall(view.ledger_slug).get(view.modality)
    boards = Board.objects.filter(ledger__slug=view.ledger_slug)
    board = boards.filter(**asdict(view.key)).first()
    # Without votes there is nothing to compute.
    if newest is None or (board is not None and board.computed_with == newest):
        return False
    waiting = list(boards.filter(asked_at__isnull=False).order_by("asked_at"))
    if len(waiting) >= MOST_WAITING and board not in waiting:
        board = waiting[0]
    return _ask(view.ledger_slug, view.key if board is None else key_of(board), board)


def _ask(slug: str, key: BoardKey, board: Board | None) -> bool:
    now = timezone.now()
    if board is not None and board.asked_at and board.asked_at > now - timedelta(seconds=AGAIN_SECONDS):
        return True
    with transaction.atomic():
        ledger = Ledger.objects.filter(slug=slug).first()
        # Removing a ledger may take minutes; a reader does not wait for that.
        if ledger is None or not hold_ledger(ledger.pk, wait=False):
            return False
        Board.objects.update_or_create(ledger=ledger, **asdict(key), defaults={"asked_at": now})
        transaction.on_commit(partial(send_jobs, TASK, [ledger.pk], expires=6 * AGAIN_SECONDS))
    return True


def _newest_overall(ledger: str) -> dict[str, int]:
    """The key of each modality's newest overall snapshot; new entries, exclusions or methods give a new one."""
    overall = Board.objects.filter(ledger__slug=ledger, slice="overall", days=0)
    return {name.modality: snapshot.pk for name, snapshot in newest_snapshots(overall).items()}


def compute_asked(*, ledger: Ledger) -> int:
    """Compute the boards that wait, from one reading of the ledger; return how many got a new snapshot.

    Each board is stored as soon as it is computed, so that readers of the first do not wait for the last. During a
    refresh of the same ledger nothing is done, so that the votes are in memory only once; waiting readers ask again.
    Raises DomainError as the refresh does; boards not stored by then keep waiting.
    """
    with alone_with(ledger, REFRESHING) as alone:
        asked = list(Board.objects.filter(ledger=ledger, asked_at__isnull=False).order_by("asked_at"))[:MOST_WAITING]
        if not alone or not asked:
            return 0
        # Read before the ledger: entries that arrive meanwhile then make these boards outdated, which is safe.
        newest = _newest_overall(ledger.slug)
        ledger.refresh_from_db()
        columns = _read(ledger, asked)
        written = 0
        for board in asked:
            written += _compute(ledger, columns, board)
            Board.objects.filter(pk=board.pk).update(asked_at=None, computed_with=newest.get(board.modality))
    log.info("boards computed on demand", ledger=ledger.slug, boards=len(asked), snapshots=written)
    return written


def _read(ledger: Ledger, asked: Sequence[Board]) -> LedgerColumns:
    """The ledger's columns, with the exclusions counted for each board asked for, and with days if one is a window."""
    columns = read_columns(ledger)
    if any(board.days for board in asked):
        days = read_days(ledger)
        votes, uncounted = (
            {modality: replace(own, day=days[own.position - 1]) for modality, own in logs.items()}
            for logs in (columns.votes, columns.uncounted)
        )
        columns = replace(columns, votes=votes, uncounted=uncounted)
    excluded: Counter[BoardKey] = Counter()
    for board in asked:
        newest = columns.votes[board.modality].newest_day() if board.days else 0
        dropped = slice_window(columns.uncounted[board.modality], key_of(board), newest=newest)
        excluded[key_of(board)] = len(dropped)
    return replace(columns, excluded=excluded)


def _compute(ledger: Ledger, columns: LedgerColumns, board: Board) -> int:
    method, keys = method_of(ledger), [key_of(board)]
    latest = newest_snapshots(Board.objects.filter(pk=board.pk))
    baselines = find_baselines(ledger=ledger, columns=columns, keys=keys, method=method)
    computed = compute(columns=columns, keys=keys, method=method, latest=latest, baselines=baselines)
    contenders = find_contenders(ledger, computed.results)
    with transaction.atomic():
        write_snapshots(ledger=ledger, columns=columns, new=computed.new, contenders=contenders)
    return len(computed.new)
