"""Background tasks of the leaderboard, scheduled or on demand."""

import structlog
from celery import shared_task

from arena.errors import DomainError
from arena.voting.models import Ledger
from leaderboard.computing.auditing import audit_ledgers
from leaderboard.computing.month_end_boards import compute_month_ends
from leaderboard.computing.on_demand import compute_asked
from leaderboard.computing.refresh import refresh_from_worker
from leaderboard.computing.single_flight import ANSWERING, AUDITING, REFRESHING, WATCHING, alone_in_turn
from leaderboard.computing.thinning import thin_snapshots
from leaderboard.computing.trust.newcomer_alarms import watch_votes

log = structlog.get_logger(__name__)


@shared_task(name="leaderboard.refresh", ignore_result=True)
def refresh() -> None:
    """Bring every ledger's boards up to date; failures are logged and retried at the next turn."""
    with alone_in_turn(REFRESHING) as alone:
        if alone:
            refresh_from_worker()


@shared_task(name="leaderboard.audit", ignore_result=True)
def audit() -> None:
    """Audit boards that have changed since their last audit, some minutes ago; no refresh waits for this."""
    with alone_in_turn(AUDITING) as alone:
        if alone:
            audit_ledgers()


@shared_task(name="leaderboard.watch", ignore_result=True)
def watch() -> None:
    """See whether newcomers favour a contender, and tell staff; failures are logged and retried at the next turn."""
    with alone_in_turn(WATCHING) as alone:
        if alone:
            try:
                watch_votes()
            except DomainError as error:
                log.error("watching newcomers failed", code=error.code, reason=error.message)


@shared_task(name="leaderboard.compute_asked", ignore_result=True)
def compute_asked_boards(ledger_id: int) -> None:
    """Compute the boards of a ledger that somebody asked for; failures are logged and retried when asked for again.

    Only one ledger is computed at a time; a reader who waits for another ledger asks again.
    """
    with alone_in_turn(ANSWERING) as alone:
        for ledger in Ledger.objects.filter(pk=ledger_id) if alone else ():
            try:
                compute_asked(ledger=ledger)
            except DomainError as error:
                log.error("boards on demand failed", ledger=ledger.slug, code=error.code, reason=error.message)


@shared_task(name="leaderboard.compute_month_ends", ignore_result=True)
def compute_asked_month_ends(ledger_id: int) -> None:
    """Compare boards of a ledger with the months' ends that somebody asked for; failures are logged."""
    with alone_in_turn(ANSWERING) as alone:
        for ledger in Ledger.objects.filter(pk=ledger_id) if alone else ():
            try:
                compute_month_ends(ledger=ledger)
            except DomainError as error:
                log.error("month ends failed", ledger=ledger.slug, code=error.code, reason=error.message)


@shared_task(name="leaderboard.thin", ignore_result=True)
def thin() -> None:
    """Delete old snapshots that a later one of the same day has superseded."""
    thin_snapshots()
