"""Boards on demand: categories in a language, axes, and windows, computed when asked for, kept until votes come in."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from functools import partial

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from arena.process.sending import send_jobs
from arena.voting.ledger.opening import counted_ledgers
from arena.voting.models import Ledger
from leaderboard.computing.baselines import find_baselines
from leaderboard.computing.board_results import Computed, compute
from leaderboard.computing.entry_columns import LedgerColumns, read_columns, read_days
from leaderboard.computing.shared_errors import pack_blocks, replace_blocks
from leaderboard.computing.single_flight import REFRESHING, alone_with, hold_ledger
from leaderboard.computing.storing import find_contenders, write_snapshots
from leaderboard.models import Board, Snapshot
from leaderboard.queries.axes.axis_maps import list_axes, read_axes
from leaderboard.queries.current_method import method_of
from leaderboard.queries.slices import find_ledger
from leaderboard.queries.snapshots import key_of, newest_by_axis, newest_snapshots
from leaderboard.queries.standings import BoardView, read_board
from leaderboard.ratings.board_errors import BoardErrors
from leaderboard.ratings.boards import BoardKey
from leaderboard.ratings.joint.weighing import list_weighable

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
    axis: str | None = None,
    days: int = 0,
    tiers: str = "",
    at: str | int | None = None,
) -> BoardView:
    """Read a board for a door; if it is a board on demand that is out of date, have it computed.

    The board is `awaited` while it is being computed. With `at`, nothing is computed. Raises what `read_board` raises,
    which refuses whatever neither catalogue nor ledger knows. So only boards that exist can be asked for.
    """
    view = read_board(
        ledger=ledger,
        modality=modality,
        category=category,
        language=language,
        axis=axis,
        days=days,
        tiers=tiers,
        at=at,
    )
    return replace(view, awaited=at is None and _ask_for(view))


def _ask_for(view: BoardView) -> bool:
    """Ask for a board on demand unless it is up to date; return whether its computation is under way.

    A board by axis is out of date, too, when the prompts test other axes than those by which it chose its votes. If
    MOST_WAITING boards wait already, ask again for the one that has waited longest instead.
    """
    if not view.is_on_demand:
        return False
    newest = _newest_overall(view.ledger_slug).get(view.modality)
    boards = Board.objects.filter(ledger__slug=view.ledger_slug)
    board = boards.filter(**asdict(view.key)).first()
    # Without votes there is nothing to compute.
    if newest is None or (board is not None and board.computed_with == newest and _has_todays_axes(view)):
        return False
    waiting = list(boards.filter(asked_at__isnull=False).order_by("asked_at"))
    if len(waiting) >= MOST_WAITING and board not in waiting:
        board = waiting[0]
    return _ask(view.ledger_slug, view.key if board is None else key_of(board), board)


def ask_for_boards(*, ledger: Ledger, keys: Collection[BoardKey]) -> bool:
    """Ask for boards of all time in a language unless they are up to date; tell whether one has nothing to read yet.

    At most MOST_WAITING wait, so the others are asked for when a reader comes again. Few queries for any number.
    """
    newest = _newest_overall(ledger.slug)
    named = Q(
        slice__in={key.slice for key in keys}, slice_value__in=[key.slice_value for key in keys], days=0, tiers=""
    )
    has_any = Exists(Snapshot.objects.filter(board=OuterRef("pk")))
    rows = Board.objects.filter(named, ledger_id=ledger.pk).annotate(has_any=has_any)
    stored = {key_of(board): (board.computed_with, board.has_any) for board in rows}
    # Without votes there is nothing to compute.
    late = [key for key in keys if key.modality in newest and stored.get(key, (0, False))[0] != newest[key.modality]]
    return bool(late) and _ask_for_all(ledger, late) and any(not stored.get(key, (0, False))[1] for key in late)


def _ask_for_all(ledger: Ledger, late: Sequence[BoardKey]) -> bool:
    """Mark those for which there is room, and send one job for all that wait; False while the ledger is removed."""
    with transaction.atomic():
        if not hold_ledger(ledger.pk, wait=False):
            return False
        asked = {key_of(each): each.asked_at for each in Board.objects.filter(ledger=ledger, asked_at__isnull=False)}
        again = timezone.now() - timedelta(seconds=AGAIN_SECONDS)
        waiting = [key for key in late if key in asked]
        added = [key for key in late if key not in asked][: max(0, MOST_WAITING - len(asked))]
        if not added and all((asked.get(key) or again) > again for key in waiting or asked):
            return True
        now = timezone.now()
        marks = [Board(ledger=ledger, **asdict(key), asked_at=now) for key in added or waiting or asked]
        unique = ["ledger", "modality", "slice", "slice_value", "days", "tiers"]
        Board.objects.bulk_create(marks, update_conflicts=True, unique_fields=unique, update_fields=["asked_at"])
        transaction.on_commit(partial(send_jobs, TASK, [ledger.pk], expires=6 * AGAIN_SECONDS))
    return True


def ask_for_axes(*, ledger: str, modality: str) -> bool:
    """Ask for the boards by axis of a modality unless they are up to date; return whether they are being computed.

    One mark is enough: they are computed together. Raises NotFound for an unknown ledger.
    """
    source, newest = find_ledger(ledger), _newest_overall(ledger).get(modality)
    axes = list_axes(source, modality)
    if newest is None or not axes:
        return False
    today, found = read_axes(source).hash, newest_by_axis(source, modality=modality)
    stored = {key.slice_value: snapshot for key, snapshot in found.items()}
    for axis in axes:
        snapshot = stored.get(axis)
        if snapshot is None or snapshot.board.computed_with != newest or _hash_of(snapshot) != today:
            key = BoardKey("axis", axis, modality=modality)
            return _ask(ledger, key, Board.objects.filter(ledger=source, **asdict(key)).first())
    return False


def _hash_of(snapshot: Snapshot) -> str | None:
    return snapshot.axis_map.hash if snapshot.axis_map else None


def _has_todays_axes(view: BoardView) -> bool:
    """Whether what is shown was chosen by what the prompts test now; true for boards that are not by axis."""
    return view.slice != "axis" or view.axes_hash == read_axes(find_ledger(view.ledger_slug)).hash


def _ask(slug: str, key: BoardKey, board: Board | None) -> bool:
    now = timezone.now()
    if board is not None and board.asked_at and board.asked_at > now - timedelta(seconds=AGAIN_SECONDS):
        return True
    with transaction.atomic():
        ledger = counted_ledgers().filter(slug=slug).first()
        # Removing a ledger may take minutes; a reader does not wait for that.
        if ledger is None or not hold_ledger(ledger.pk, wait=False):
            return False
        Board.objects.update_or_create(ledger=ledger, **asdict(key), defaults={"asked_at": now})
        transaction.on_commit(partial(send_jobs, TASK, [ledger.pk], expires=6 * AGAIN_SECONDS))
    return True


def _newest_overall(ledger: str) -> dict[str, int]:
    """The key of each modality's newest overall snapshot; new entries, exclusions or methods give a new one."""
    overall = Board.objects.filter(ledger__slug=ledger, slice="overall", days=0, tiers="")
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
        boards = [*asked, *_other_axes(ledger, asked), *_other_categories(ledger, asked, columns)]
        columns = columns.count_excluded(map(key_of, boards))
        written, errors = 0, dict[BoardKey, BoardErrors]()
        for board in boards:
            computed = _compute(ledger, columns, board)
            written += len(computed.new)
            errors |= {} if board.tiers else computed.errors
            Board.objects.filter(pk=board.pk).update(asked_at=None, computed_with=newest.get(board.modality))
        blocks = pack_blocks(columns.votes, errors, method_of(ledger))
        with transaction.atomic():
            if hold_ledger(ledger.pk):
                replace_blocks(blocks, newest_snapshots(Board.objects.filter(pk__in=[board.pk for board in boards])))
    log.info("boards computed on demand", ledger=ledger.slug, boards=len(boards), snapshots=written)
    return written


def _read(ledger: Ledger, asked: Sequence[Board]) -> LedgerColumns:
    """The ledger's columns, with axes and days if a board asked for is by axis, or a window."""
    columns = read_columns(ledger)
    if any(board.slice == Board.Slice.AXIS for board in asked):
        columns = columns.with_axes(read_axes(ledger))
    if any(board.days for board in asked):
        days = read_days(ledger)
        votes, uncounted = (
            {modality: replace(own, day=days[own.position - 1]) for modality, own in logs.items()}
            for logs in (columns.votes, columns.uncounted)
        )
        columns = replace(columns, votes=votes, uncounted=uncounted)
    return columns


def _other_axes(ledger: Ledger, asked: Sequence[Board]) -> list[Board]:
    """The modality's other boards by axis, if one is asked for: reading the ledger takes longer than computing them."""
    modalities = {
        board.modality for board in asked if board.slice == Board.Slice.AXIS and not board.days and not board.tiers
    }
    keys = [
        BoardKey("axis", axis, modality=modality)
        for modality in sorted(modalities)
        for axis in list_axes(ledger, modality)
    ]
    known = {key_of(board) for board in asked}
    return [Board.objects.get_or_create(ledger=ledger, **asdict(key))[0] for key in keys if key not in known]


def _other_categories(ledger: Ledger, asked: Sequence[Board], columns: LedgerColumns) -> list[Board]:
    """All other categories in a language asked for: what the errors of one share with others needs all of them."""
    known = {key_of(board) for board in asked}
    both = {key for key in known if key.slice == "category_language" and not (key.days or key.tiers)}
    both = {key for key in both if key.modality in columns.votes}
    keys = {other for key in both for other in list_weighable(columns.votes[key.modality], key)}
    return [Board.objects.get_or_create(ledger=ledger, **asdict(key))[0] for key in sorted(keys - known)]


def _compute(ledger: Ledger, columns: LedgerColumns, board: Board) -> Computed:
    method, keys = method_of(ledger, tiers=board.tiers), [key_of(board)]
    latest = newest_snapshots(Board.objects.filter(pk=board.pk))
    baselines = find_baselines(ledger=ledger, columns=columns, keys=keys, method=method)
    computed = compute(columns=columns, keys=keys, method=method, latest=latest, baselines=baselines)
    contenders = find_contenders(ledger, computed.results)
    with transaction.atomic():
        write_snapshots(ledger=ledger, columns=columns, new=computed.new, contenders=contenders)
    return computed
