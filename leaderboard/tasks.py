"""Scheduled work of the leaderboard."""

from celery import shared_task

from leaderboard.refresh import refresh_ledgers


@shared_task(name="leaderboard.refresh", ignore_result=True)
def refresh() -> None:
    """Bring every ledger's boards up to date; what fails is logged and tried again at the next turn."""
    refresh_ledgers()
