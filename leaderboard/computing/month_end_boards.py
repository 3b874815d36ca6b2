"""Boards at the ends of months, computed when asked for, and again when the board has a newer snapshot."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import structlog
from django.db import transaction
from django.utils import timezone

from arena.process.sending import send_jobs
from arena.voting.models import Ledger
from leaderboard.computing.entry_columns import LedgerColumns, read_columns, read_days
from leaderboard.computing.on_demand import AGAIN_SECONDS
from leaderboard.computing.single_flight import REFRESHING, alone_with, hold_ledger
from leaderboard.models import MonthEnd, Snapshot
from leaderboard.queries.axes.axis_maps import unpack_axes
from leaderboard.queries.current_method import method_of
from leaderboard.queries.snapshots import key_of
from leaderboard.queries.standings import BoardView
from leaderboard.ratings.boards import board_method, slice_votes
from leaderboard.ratings.diagnostics.since import state_since

TASK = "leaderboard.compute_month_ends"
# At most so many are computed in one go, which holds the refresh back.
MOST_AT_ONCE = 4

log = structlog.get_logger(__name__)


def open_month_end(board: BoardView, day: date) -> MonthEnd | None:
    """Return what was computed of a month's end, and have it computed if it is out of date; None while nothing was.

    `board` is the newest one; `day` is one of its `list_month_ends`.
    """
    if board.board_id is None:
        return None
    found = MonthEnd.objects.filter(board=board.board_id, day=day).first()
    if found is None or found.snapshot_id != board.snapshot_id:
        _ask(board.ledger_slug, board.board_id, day, found)
    return found if found is not None and found.snapshot_id is not None else None


def _ask(slug: str, board_id: int, day: date, found: MonthEnd | None) -> None:
    now = timezone.now()
    if found is not None and found.asked_at and found.asked_at > now - timedelta(seconds=AGAIN_SECONDS):
        return
    with transaction.atomic():
        ledger = Ledger.objects.filter(slug=slug).first()
        # Removing a ledger may take minutes; a reader does not wait for that.
        if ledger is None or not hold_ledger(ledger.pk, wait=False):
            return
        MonthEnd.objects.update_or_create(board_id=board_id, day=day, defaults={"asked_at": now})
        transaction.on_commit(partial(send_jobs, TASK, [ledger.pk], expires=6 * AGAIN_SECONDS))


def compute_month_ends(*, ledger: Ledger) -> int:
    """Compute the month ends that wait, from one reading of the ledger; return how many.

    During a refresh of the same ledger nothing is done; waiting readers ask again. Raises DomainError as the refresh
    does.
    """
    with alone_with(ledger, REFRESHING) as alone:
        waiting = MonthEnd.objects.filter(board__ledger=ledger, asked_at__isnull=False).select_related("board")
        asked = list(waiting.order_by("asked_at")[:MOST_AT_ONCE])
        if not alone or not asked:
            return 0
        snapshots = {each.pk: Snapshot.objects.filter(board=each.board).first() for each in asked}
        ledger.refresh_from_db()
        columns = _read(ledger, asked)
        for each in asked:
            _compute(ledger, columns, each, snapshots[each.pk])
    log.info("month ends computed", ledger=ledger.slug, month_ends=len(asked))
    return len(asked)


def _read(ledger: Ledger, asked: Sequence[MonthEnd]) -> LedgerColumns:
    columns, days = read_columns(ledger), read_days(ledger)
    wanted = {each.board.modality for each in asked}
    votes = {
        modality: replace(own, day=days[own.position - 1]) if modality in wanted else own
        for modality, own in columns.votes.items()
    }
    return replace(columns, votes=votes)


def _compute(ledger: Ledger, columns: LedgerColumns, month_end: MonthEnd, snapshot: Snapshot | None) -> None:
    key = key_of(month_end.board)
    if snapshot is not None:
        # The board as its snapshot read it: later votes, and other axes of its prompts, are for the next one.
        axes = unpack_axes(snapshot.axis_map) if snapshot.axis_map else None
        votes = slice_votes(replace(columns.votes[key.modality], axes=axes), key)
        votes = votes.select(votes.position <= snapshot.position)
        facts = state_since(
            votes, day=month_end.day.toordinal(), method=board_method(key, method_of(ledger, tiers=key.tiers))
        )
        MonthEnd.objects.filter(pk=month_end.pk).update(snapshot=snapshot, facts=facts)
    MonthEnd.objects.filter(pk=month_end.pk).update(asked_at=None)
