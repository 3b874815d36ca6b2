"""Work of the leaderboard in the background, scheduled or asked for."""

import structlog
from celery import shared_task

from arena.errors import DomainError
from arena.voting.models import Ledger
from leaderboard.computing.auditing import audit_ledgers
from leaderboard.computing.on_demand import compute_asked
from leaderboard.computing.refresh import refresh_from_worker
from leaderboard.computing.single_flight import ANSWERING, AUDITING, REFRESHING, alone_in_turn
from leaderboard.computing.thinning import thin_snapshots

log = structlog.get_logger(__name__)


@shared_task(name="leaderboard.refresh", ignore_result=True)
def refresh() -> None:
    """Bring every ledger's boards up to date; what fails is logged and tried again at the next turn."""
    with alone_in_turn(REFRESHING) as alone:
        if alone:
            refresh_from_worker()


@shared_task(name="leaderboard.audit", ignore_result=True)
def audit() -> None:
    """Audit boards that have changed since their last audit, some minutes ago; no refresh waits for it."""
    with alone_in_turn(AUDITING) as alone:
        if alone:
            audit_ledgers()


@shared_task(name="leaderboard.compute_asked", ignore_result=True)
def compute_asked_boards(ledger_id: int) -> None:
    """Compute the boards of a ledger that somebody asked for; what fails is logged and tried when asked for again.

    One ledger at a time; who waits for another asks again.
    """
    with alone_in_turn(ANSWERING) as alone:
        for ledger in Ledger.objects.filter(pk=ledger_id) if alone else ():
            try:
                compute_asked(ledger=ledger)
            except DomainError as error:
                log.error("boards on demand failed", ledger=ledger.slug, code=error.code, reason=error.message)


@shared_task(name="leaderboard.thin", ignore_result=True)
def thin() -> None:
    """Forget old snapshots that a later one of their day has superseded."""
    thin_snapshots()
