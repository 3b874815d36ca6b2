"""`manage.py verify`: walk the hash chain of ledgers, or of an exported file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.errors import DomainError
from arena.voting.ledger.chain import Walk
from arena.voting.ledger.exports import walk_export
from arena.voting.ledger.verifying import verify_ledger, votes_astray
from arena.voting.models import Ledger


class Command(BaseCommand):
    """Exits 1 at the first entry that is not what was sealed, naming its position."""

    help = "Check that ledgers hold exactly what was sealed; exit 1 naming the first bad position otherwise."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        kinds = [*Ledger.Kind.values, "all"]
        parser.add_argument("--ledger", choices=kinds, default="all", help="Which ledgers to walk (default: all).")
        parser.add_argument("--file", type=Path, help="An export (CSV or JSONL, plain or gzipped) to walk instead.")

    def handle(self, *args: Any, ledger: str, file: Path | None, **options: Any) -> None:
        """Walk, report, fail at the first misfit."""
        if file is not None:
            try:
                self._report(str(file), walk_export(file))
            except DomainError as error:
                raise CommandError(f"{file}: {error.message}") from error
            return
        ledgers = Ledger.objects.order_by("pk") if ledger == "all" else Ledger.objects.filter(kind=ledger)
        if not ledgers:
            self.stdout.write("There is no such ledger yet: nothing has been sealed.")
        for each in ledgers:
            self._report(each.slug, verify_ledger(each))
            if astray := votes_astray(each):
                raise CommandError(f"{each.slug}: {astray} votes are neither sealed nor waiting to be.")

    def _report(self, name: str, walk: Walk) -> None:
        if walk.bad_position is not None:
            raise CommandError(f"{name}: position {walk.bad_position} is bad: {walk.reason}.")
        self.stdout.write(f"{name}: {walk.length} entries verified, head {walk.head}")
