"""The refresh: compute every board of a ledger from scratch, store what changed, publish to voting."""

import signal
import subprocess
import sys
from dataclasses import asdict, dataclass, replace
from time import monotonic
from typing import Literal

import structlog
from django.conf import settings
from django.db import transaction

from arena.errors import DomainError
from arena.voting.ledger.opening import counted_ledgers
from arena.voting.models import Exclusion, Ledger
from leaderboard.computing.baselines import find_baselines
from leaderboard.computing.board_results import Computed, compute
from leaderboard.computing.entry_columns import LedgerColumns, read_columns
from leaderboard.computing.shared_errors import Blocks, has_blocks, pack_blocks, replace_blocks
from leaderboard.computing.single_flight import REFRESHING, alone_with
from leaderboard.computing.storing import find_contenders, write_snapshots
from leaderboard.computing.strengths import publish_splits, publish_strengths
from leaderboard.models import Board, Snapshot
from leaderboard.queries.axes.axis_maps import read_axes
from leaderboard.queries.current_method import method_of
from leaderboard.queries.snapshots import latest_snapshots, newest_by_axis
from leaderboard.ratings.boards import BoardKey, board_keys
from leaderboard.ratings.columns.influence import find_counted
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.publishing import hash_positions
from leaderboard.ratings.speed.two_processes import MANY_VOTES

# A refresh of 10,000,000 entries takes half a minute.
_MOST_SECONDS = 1800

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Refresh:
    """What one refresh of a ledger did. `busy`: another process refreshes it. `unchanged`: there was nothing to do."""

    ledger: str
    outcome: Literal["refreshed", "unchanged", "busy"]
    entries: int = 0
    boards: int = 0
    snapshots: int = 0
    seconds: float = 0.0


def refresh_ledger(*, ledger: Ledger) -> Refresh:
    """Bring a ledger's boards up to date with its entries, exclusions and the method in use.

    Only one process refreshes a ledger at a time. Raises DomainError, and changes nothing, if entries name an unknown
    contender.
    """
    start = monotonic()
    with alone_with(ledger, REFRESHING) as alone:
        if not alone:
            return Refresh(ledger.slug, "busy")
        ledger.refresh_from_db()
        method = method_of(ledger)
        if _is_up_to_date(ledger, method):
            return Refresh(ledger.slug, "unchanged")
        columns = read_columns(ledger)
        # Boards by axis are kept up to date once somebody has asked for one: a model's page shows them all.
        by_axis = newest_by_axis(ledger)
        if by_axis:
            columns = columns.with_axes(read_axes(ledger)).count_excluded(by_axis)
        computed = _compute(ledger, columns, method, by_axis)
        _store(ledger, columns, computed, pack_blocks(columns.votes, computed.errors, method), method)
    done = Refresh(
        ledger.slug, "refreshed", columns.position, len(computed.results), len(computed.new), monotonic() - start
    )
    log.info("boards refreshed", **asdict(done))
    return done


def _is_up_to_date(ledger: Ledger, method: Method) -> bool:
    """Whether the latest snapshots cover the whole ledger and every exclusion, and were made by this method.

    Snapshots that were stored before their errors were kept are not up to date.
    """
    latest = latest_snapshots(ledger)
    if not latest:
        return ledger.length == 0
    excluded = Exclusion.objects.filter(entry__ledger=ledger).values_list("entry__position", flat=True)
    exclusions = hash_positions(excluded)
    overall = [snapshot for key, snapshot in latest.items() if key.slice == "overall"]
    return (
        max(snapshot.position for snapshot in overall) == ledger.length
        and all(snapshot.exclusions_hash == exclusions for snapshot in overall)
        and all(snapshot.method == method.as_record() for snapshot in overall)
        and has_blocks(overall)
    )


def _compute(ledger: Ledger, columns: LedgerColumns, method: Method, by_axis: dict[BoardKey, Snapshot]) -> Computed:
    latest = latest_snapshots(ledger) | by_axis
    keys = [replace(key, modality=modality) for modality, votes in columns.votes.items() for key in board_keys(votes)]
    # A board whose votes are now all excluded stays, empty.
    keys += [key for key in latest if key not in keys]
    baselines = find_baselines(ledger=ledger, columns=columns, keys=keys, method=method)
    return compute(columns=columns, keys=keys, method=method, latest=latest, baselines=baselines)


def _store(ledger: Ledger, columns: LedgerColumns, computed: Computed, blocks: Blocks, method: Method) -> None:
    contenders = find_contenders(ledger, computed.results)
    with transaction.atomic():
        write_snapshots(ledger=ledger, columns=columns, new=computed.new, contenders=contenders)
        snapshots = latest_snapshots(ledger)
        replace_blocks(blocks, snapshots)
        # Imported contenders are never dealt, so dealing and the reveal need nothing about them.
        if not contenders.imported:
            publish_strengths(ledger=ledger, results=computed.results, snapshots=snapshots, contenders=contenders.keys)
            counted = [log.select(find_counted(log, method.influence)) for log in columns.votes.values()]
            publish_splits(ledger=ledger, votes=counted, contenders=contenders.keys)
        _note_axes(ledger)


def _note_axes(ledger: Ledger) -> None:
    """Note at the boards by axis that they are as new as the overall boards."""
    boards = Board.objects.filter(ledger=ledger, slice=Board.Slice.AXIS, days=0, tiers="")
    for key, snapshot in latest_snapshots(ledger).items():
        if key.is_overall:
            boards.filter(modality=key.modality).update(computed_with=snapshot.pk)


def refresh_ledgers(*, slug: str | None = None) -> tuple[list[Refresh], list[DomainError]]:
    """Refresh every ledger, or one; a ledger that cannot be refreshed does not stop the others."""
    ledgers = counted_ledgers()
    done: list[Refresh] = []
    failed: list[DomainError] = []
    for ledger in ledgers.filter(slug=slug) if slug else ledgers:
        try:
            done.append(refresh_ledger(ledger=ledger))
        except DomainError as error:
            log.error("refresh failed", ledger=ledger.slug, code=error.code, reason=error.message)
            failed.append(error)
    return done, failed


def refresh_from_worker() -> None:
    """Refresh every ledger; each large one in a process of its own, which logs its own errors.

    A large refresh takes hundreds of megabytes and a second core (`two_processes`). A separate process returns the
    memory. It may also fork, which the worker cannot: the worker's other threads seal votes meanwhile.
    """
    for ledger in counted_ledgers():
        if ledger.length < MANY_VOTES:
            refresh_ledgers(slug=ledger.slug)
        elif not _is_up_to_date(ledger, method_of(ledger)):
            status = _refresh_apart(ledger)
            if status == -signal.SIGTERM:
                # Whoever sent SIGTERM is also stopping this worker.
                return
            if status:
                log.error("refresh ended", ledger=ledger.slug, status=status)


def _refresh_apart(ledger: Ledger) -> int:
    """Run Easel's `refresh` command and return its exit status; it is killed if it hangs."""
    command = [sys.executable, "-m", "arena", "refresh", "--ledger", ledger.slug]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL) as refreshing:
        try:
            return refreshing.wait(_MOST_SECONDS)
        except subprocess.TimeoutExpired:
            refreshing.kill()
            return refreshing.wait()
