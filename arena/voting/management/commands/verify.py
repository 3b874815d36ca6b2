"""`manage.py verify`: walk the hash chain of ledgers, or of an exported file; and check the files behind the votes."""

from argparse import ArgumentParser, BooleanOptionalAction
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.errors import DomainError
from arena.voting.ledger.chain import Walk
from arena.voting.ledger.exports import walk_export
from arena.voting.ledger.sealed_files import check_files, forget_that_restored, is_restored
from arena.voting.ledger.verifying import verify_ledger, votes_astray
from arena.voting.models import Ledger

# More faults than these are counted only.
SHOWN = 20


class Command(BaseCommand):
    """Exits 1 at the first entry that is not what was sealed, naming its position."""

    help = "Check that ledgers hold exactly what was sealed; exit 1 naming the first bad position otherwise."
    files = "Read the originals and renditions of sealed votes, too (default: after a restore, until all are right)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        kinds = [*Ledger.Kind.values, "all"]
        parser.add_argument("--ledger", choices=kinds, default="all", help="Which ledgers to walk (default: all).")
        parser.add_argument("--file", type=Path, help="An export (CSV or JSONL, plain or gzipped) to walk instead.")
        parser.add_argument("--media", action=BooleanOptionalAction, help=self.files)

    def handle(self, *args: Any, ledger: str, file: Path | None, media: bool | None, **options: Any) -> None:
        """Walk, report, fail at the first misfit; then read the files, and fail with all that are wrong."""
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
        if media or (media is None and is_restored()):
            for each in ledgers:
                self._check_files(each)
            forget_that_restored()

    def _check_files(self, ledger: Ledger) -> None:
        found = check_files(ledger)
        if found.faults:
            more = len(found.faults) - SHOWN
            shown = [*found.faults[:SHOWN], *([f"and {more:,} more"] if more > 0 else [])]
            raise CommandError(f"{ledger.slug}: {len(found.faults):,} files are wrong:\n" + "\n".join(shown))
        by_size = f", {found.by_size:,} of them by size alone" if found.by_size else ""
        self.stdout.write(f"{ledger.slug}: {found.files:,} files verified{by_size}")

    def _report(self, name: str, walk: Walk) -> None:
        if walk.bad_position is not None:
            raise CommandError(f"{name}: position {walk.bad_position} is bad: {walk.reason}.")
        self.stdout.write(f"{name}: {walk.length} entries verified, head {walk.head}")
