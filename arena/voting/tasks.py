"""Scheduled work: sealing every few seconds, purging once a day."""

from celery import shared_task

from arena.voting.casting.purging import purge_matchups
from arena.voting.evidence.network_labels import forget_salts
from arena.voting.ledger.sealing import BATCH, seal_votes


@shared_task(name="arena.voting.seal")
def seal() -> None:
    """Seal whatever waits, batch by batch."""
    while seal_votes() == BATCH:
        pass


@shared_task(name="arena.voting.purge")
def purge() -> None:
    """Delete what is no longer needed."""
    purge_matchups()
    forget_salts()
