"""Scheduled signs of life, one for each queue."""

from celery import shared_task

from arena.process.heartbeats import beat
from arena.process.programs import GENERATION, HOUSEKEEPING


@shared_task(name="arena.process.beat")
def beat_housekeeping() -> None:
    """Say that a worker of the queue of housekeeping is at work."""
    beat(HOUSEKEEPING)


@shared_task(name="arena.process.beat_generation")
def beat_generation() -> None:
    """Say that a worker of the queue of generation is at work."""
    beat(GENERATION)
