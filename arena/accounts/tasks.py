"""Scheduled work: forgetting who guessed."""

from celery import shared_task

from arena.accounts import guessing


@shared_task(name="arena.accounts.forget_guesses")
def forget_guesses() -> None:
    """Delete counts of guesses that no longer matter."""
    guessing.forget_guesses()
