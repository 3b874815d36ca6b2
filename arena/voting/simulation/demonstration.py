"""The simulated votes of a new arena: cast while its images are painted, so that its boards fill as they come."""

from io import StringIO

from django.core.management import call_command

from arena.voting.models import LedgerEntry
from arena.voting.simulation.casting import ROUND, Crowd

VOTES = 3000


class Demonstration:
    """Casts what the demonstration ledger lacks of its votes."""

    def __init__(self, votes: int) -> None:
        self.crowd = Crowd()
        self.missing = votes - LedgerEntry.objects.filter(ledger=self.crowd.ledger).count()
        self.cast = 0

    def keep_up(self, share: float) -> None:
        """Cast a round if there is room for one by now: `share`, from 0 to 1, is how much of the painting is done."""
        if self.missing * share - self.cast >= ROUND:
            self.cast += self.crowd.cast(ROUND)

    def finish(self) -> None:
        """Cast the rest, then finish the boards, audits too: those of the first votes would stand for minutes."""
        if self.missing <= 0:
            return
        self.cast += self.crowd.cast(self.missing - self.cast)
        for command in ("refresh", "audit"):
            call_command(command, stdout=StringIO())
