"""Scheduled work of admission."""

from celery import shared_task

from arena.admission.request_counting import forget_ended_counts


@shared_task(name="arena.admission.forget")
def forget() -> None:
    """Delete what admission needs no longer."""
    forget_ended_counts()
