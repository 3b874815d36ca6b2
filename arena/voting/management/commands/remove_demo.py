"""`manage.py remove_demo`: remove the whole demonstration ledger."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.voting.ledger.removing import remove_demonstration


class Command(BaseCommand):
    """Asks first; removes everything of the demonstration or nothing."""

    help = "Remove the demonstration ledger: its votes, voters and boards."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args: Any, yes: bool, **options: Any) -> None:
        """Ask, remove, say what was removed."""
        if not yes and input("Remove all demonstration votes and their boards? [y/N] ").strip().lower() != "y":
            raise CommandError("Nothing was removed.")
        removed = remove_demonstration()
        if removed is None:
            self.stdout.write("There is no demonstration ledger.")
        else:
            self.stdout.write(f"Removed the demonstration ledger with {removed.entries:,} votes.")
