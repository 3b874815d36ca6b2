"""Making audits: how fragile, decided, agreed on and well predicted the latest snapshots are."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Literal

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from arena.errors import DomainError
from arena.voting.ledger.opening import counted_ledgers
from arena.voting.models import Ledger
from leaderboard.computing.entry_columns import read_columns
from leaderboard.computing.single_flight import AUDITING, alone_with, hold_ledger
from leaderboard.models import Audit, Board, Snapshot
from leaderboard.queries.current_method import method_of
from leaderboard.queries.snapshots import key_of, latest_snapshots
from leaderboard.queries.weighing.lacking_pictures import read_gaps
from leaderboard.queries.weighing.site_shares import read_site_shares
from leaderboard.ratings.boards import prepare_board
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.diagnostics.audit import VERSION, Beside, audit_slice, state_audit
from leaderboard.ratings.parameters import Method

log = structlog.get_logger(__name__)

# A scheduled turn starts no new board after this many seconds; the boards left over come first in the next turn.
_TURN_SECONDS = 120.0


@dataclass(frozen=True)
class AuditRound:
    """What one turn did for a ledger. `busy`: another process audits it. `waiting` boards are left for the next one."""

    ledger: str
    outcome: Literal["audited", "nothing due", "busy"]
    audits: int = 0
    waiting: int = 0
    seconds: float = 0.0


def audit_ledger(*, ledger: Ledger, at_once: bool = False) -> AuditRound:
    """Audit the latest snapshots that have no audit. The ledger is read once, and no refresh waits for this.

    Only one process audits a ledger at a time. A board is due AUDIT_SECONDS after its last audit, or at once if its
    votes have doubled since. A turn is limited in time. With `at_once` every board is due and there is no limit. A
    snapshot whose votes or method are no longer current is skipped: the next refresh makes a new one. Raises
    DomainError for a damaged ledger, or a file of shares that cannot be used.
    """
    start = monotonic()
    with alone_with(ledger, AUDITING) as alone:
        if not alone:
            return AuditRound(ledger.slug, "busy")
        due = _find_due(ledger, every=0 if at_once else settings.AUDIT_SECONDS)
        if not due:
            return AuditRound(ledger.slug, "nothing due")
        columns = read_columns(ledger, upto=max(snapshot.position for snapshot in due))
        method, made, tried = method_of(ledger), 0, 0
        beside = Beside(read_site_shares(), read_gaps(ledger))
        for snapshot in due:
            if monotonic() - start > _TURN_SECONDS and not at_once:
                break
            tried += 1
            made += _audit(snapshot, columns.votes[snapshot.board.modality], method, beside)
    done = AuditRound(ledger.slug, "audited", made, len(due) - tried, monotonic() - start)
    log.info("boards audited", **asdict(done))
    return done


def audit_ledgers(*, at_once: bool = False) -> tuple[list[AuditRound], list[DomainError]]:
    """Audit every ledger; one that cannot be read does not stop the others."""
    done: list[AuditRound] = []
    failed: list[DomainError] = []
    for ledger in counted_ledgers():
        try:
            done.append(audit_ledger(ledger=ledger, at_once=at_once))
        except DomainError as error:
            log.error("audit failed", ledger=ledger.slug, code=error.code, reason=error.message)
            failed.append(error)
    return done, failed


def _find_due(ledger: Ledger, *, every: int) -> list[Snapshot]:
    """Latest snapshots without an audit: boards never audited first, then those whose last audit is oldest."""
    latest = {snapshot.board_id: snapshot for snapshot in latest_snapshots(ledger).values()}
    done = set(Audit.objects.filter(snapshot__in=latest.values()).values_list("snapshot_id", flat=True))
    newest = Audit.objects.filter(snapshot__board=OuterRef("pk")).order_by("-snapshot_id")
    boards = Board.objects.filter(pk__in=latest).annotate(
        audited_at=Subquery(newest.values("made_at")[:1]), audited_votes=Subquery(newest.values("snapshot__votes")[:1])
    )
    at: dict[int, datetime | None] = {}
    due = []
    bar = timezone.now() - timedelta(seconds=every)
    for board, made_at, votes in boards.order_by().values_list("pk", "audited_at", "audited_votes"):
        at[board] = made_at
        # An audit of a new board's first votes says little about twice as many votes.
        doubled = latest[board].votes >= 2 * max(votes or 0, 1)
        if latest[board].pk not in done and (made_at is None or made_at <= bar or doubled):
            due.append(latest[board])
    return sorted(due, key=lambda each: (at[each.board_id] is not None, at[each.board_id], each.board_id))


def _audit(snapshot: Snapshot, votes: VoteLog, method: Method, beside: Beside) -> bool:
    """Store the audit of the snapshot; False if the ledger or the method no longer gives this snapshot's votes."""
    start = monotonic()
    key = key_of(snapshot.board)
    counted, own = prepare_board(votes, key, method)
    if own.as_record() != snapshot.method or counted.input_hash() != snapshot.input_hash:
        return False
    facts = state_audit(audit_slice(votes, key, method, beside=beside))
    with transaction.atomic():
        kept = Snapshot.objects.select_for_update(of=["self"]).filter(pk=snapshot.pk)
        if not hold_ledger(snapshot.board.ledger_id) or not kept.exists():
            return False
        Audit.objects.create(snapshot=snapshot, version=VERSION, facts=facts, seconds=monotonic() - start)
    return True
