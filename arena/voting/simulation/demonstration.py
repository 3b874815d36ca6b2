"""The simulated votes of a new arena: cast while its images are painted, so that its boards fill meanwhile."""

from collections.abc import Callable
from contextlib import suppress
from io import StringIO

from django.core.management import CommandError, call_command
from django.db import IntegrityError

from arena.errors import DomainError
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import Ledger
from arena.voting.simulation.casting import Crowd

VOTES = 3000
# Votes cast at a time while images are painted: few, so that there is soon a board to look at.
STEP = 100


class Demonstration:
    """Casts the votes that the demonstration ledger still lacks; `say` is told what fails, and the arena goes on."""

    def __init__(self, votes: int, *, say: Callable[[str], None] = lambda line: None) -> None:
        self.crowd, self.say = Crowd(), say
        # Votes that were cast before a kill may still wait to be sealed.
        while seal_votes():
            pass
        self.missing = votes - self.crowd.ledger.entries.count()
        self.cast = 0

    def keep_up(self, share: float) -> None:
        """Cast STEP votes if that many are due by now: `share`, from 0 to 1, is how much of the painting is done."""
        if self.missing * share - self.cast >= STEP:
            self._cast(STEP)

    def finish(self) -> None:
        """Cast the rest, then compute boards and audits: else those of the first votes would be shown for minutes."""
        if self.missing <= 0:
            return
        self._cast(self.missing - self.cast)
        for command in ("refresh", "audit"):
            # A board that cannot be computed now is logged, and tried again by the scheduled turns.
            with suppress(CommandError):
                call_command(command, stdout=StringIO())

    def _cast(self, votes: int) -> None:
        try:
            self.cast += self.crowd.cast(votes)
        except (IntegrityError, DomainError) as error:
            if not Ledger.objects.filter(pk=self.crowd.ledger.pk).exists():
                self.say("The demonstration was removed; no more simulated votes are cast.")
            elif isinstance(error, DomainError):
                self.say(f"No more simulated votes are cast: {error.message}")
            else:
                raise
            self.missing = 0
