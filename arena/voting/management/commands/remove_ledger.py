"""`manage.py remove_ledger SLUG`: remove a whole ledger, an imported one or the demonstration."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.errors import DomainError
from arena.voting.ledger.removing import KEPT, remove_ledger
from arena.voting.models import Ledger


class Command(BaseCommand):
    """Asks first; removes everything of the ledger or nothing."""

    help = "Remove an imported or the demonstration ledger with its boards. The votes of this arena are never removed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the ledger and the options."""
        parser.add_argument("slug", help="the ledger's slug, as in the address of its boards")
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args: Any, slug: str, yes: bool, **options: Any) -> None:
        """Ask, remove, say what was removed."""
        ledger = Ledger.objects.filter(slug=slug).first()
        if ledger is None:
            known = ", ".join(Ledger.objects.order_by("pk").values_list("slug", flat=True)) or "none"
            raise CommandError(f"There is no ledger {slug!r}. Known: {known}.")
        asked = f"Remove “{ledger.name}” with {ledger.length:,} votes and its boards? [y/N] "
        if ledger.kind not in KEPT and not yes and input(asked).strip().lower() != "y":
            raise CommandError("Nothing was removed.")
        try:
            removed = remove_ledger(slug=slug)
        except DomainError as error:
            raise CommandError(error.message) from error
        if removed is not None:
            self.stdout.write(f"Removed “{removed.name}” with {removed.entries:,} votes.")
