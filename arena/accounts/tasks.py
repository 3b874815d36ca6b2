"""Scheduled work: mails for new passwords, and forgetting what has ended."""

from celery import shared_task

from arena.accounts import guessing
from arena.accounts.browser_sessions.own_sessions import forget_ended_sessions
from arena.accounts.passwords import password_mails


@shared_task(name="arena.accounts.forget_guesses")
def forget_guesses() -> None:
    """Delete counts of guesses that no longer matter, and sessions that are over."""
    guessing.forget_guesses()
    forget_ended_sessions()


@shared_task(name=password_mails.TASK)
def send_resets(_request_id: int = 0) -> None:
    """Send all mails that are due, not only the one for which the job was made."""
    password_mails.send_resets()
