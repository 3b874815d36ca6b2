"""Scheduled work of the leaderboard."""

from celery import shared_task

from leaderboard.audits import audit_ledgers
from leaderboard.refresh import refresh_ledgers
from leaderboard.thinning import thin_snapshots


@shared_task(name="leaderboard.refresh", ignore_result=True)
def refresh() -> None:
    """Bring every ledger's boards up to date; what fails is logged and tried again at the next turn."""
    refresh_ledgers()


@shared_task(name="leaderboard.audit", ignore_result=True)
def audit() -> None:
    """Audit boards that have changed since their last audit, some minutes ago; no refresh waits for it."""
    audit_ledgers()


@shared_task(name="leaderboard.thin", ignore_result=True)
def thin() -> None:
    """Forget old snapshots that a later one of their day has superseded."""
    thin_snapshots()
