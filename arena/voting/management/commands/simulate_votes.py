"""`manage.py simulate_votes`: fill the demonstration ledger with votes of simulated people."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.errors import DomainError
from arena.voting.simulation.casting import simulate_votes


class Command(BaseCommand):
    """Casts simulated votes in the same way as people's votes; never into the native ledger."""

    help = "Cast simulated votes into the demonstration ledger."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--votes", type=int, default=3000)
        parser.add_argument("--seed", type=int, default=1, help="The same seed makes the same choices.")

    def handle(self, *args: Any, votes: int, seed: int, **options: Any) -> None:
        """Cast, with a line of progress."""
        if votes < 1:
            raise CommandError("--votes: give 1 or more.")
        try:
            cast = simulate_votes(votes=votes, seed=seed, on_progress=lambda done: self._show(done, votes))
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write("")
        if cast < votes:
            self.stdout.write(f"Everybody has judged everything after {cast:,} votes. Generate more images for more.")

    def _show(self, done: int, votes: int) -> None:
        self.stdout.write(f"\r{done:,} of {votes:,} simulated votes", ending="")
        self.stdout.flush()
