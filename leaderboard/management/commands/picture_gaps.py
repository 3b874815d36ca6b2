"""manage.py picture_gaps: which contenders have no picture of which prompts, as a file for `recompute --audit`."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.errors import DomainError
from leaderboard.queries.slices import find_ledger
from leaderboard.queries.weighing.lacking_pictures import read_gaps
from leaderboard.votefiles.beside.gap_files import write_gaps


class Command(BaseCommand):
    """Thin door to `read_gaps`."""

    help = (
        "Print as JSON which contenders have no picture of which prompts, and which of these were refused. It tells of "
        "prompts in play who did not make their pictures, so keep it from people who vote."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose prompts."""
        parser.add_argument("ledger", nargs="?", default="native", help="a ledger's slug (native)")

    def handle(self, *args: Any, ledger: str, **options: Any) -> None:
        """Print the maps; exit 1 where nothing is known."""
        try:
            gaps = read_gaps(find_ledger(ledger))
        except DomainError as error:
            raise CommandError(error.message) from error
        if gaps is None:
            raise CommandError(f"{ledger}: nothing says which pictures its contenders have.")
        self.stdout.write(json.dumps(write_gaps(gaps), indent=1, ensure_ascii=False))
