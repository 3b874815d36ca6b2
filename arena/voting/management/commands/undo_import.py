"""`manage.py undo_import N`: take an import of pictures back."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.errors import DomainError
from arena.generation.imports.plan_table import count_of
from arena.generation.models import Run
from arena.voting.ledger.taking_back import find_import, undo_import, votes_on_import

# Words for kinds of rows.
WORDS = {"imagemodel": "model"}


class Command(BaseCommand):
    """Says what would go, asks, and takes it back as a whole."""

    help = "Take back an import: its images, and the contenders, prompts and files that only it brought."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the run and the options."""
        parser.add_argument("run", type=int, help="The number that import_images printed; /staff/runs/ lists it.")
        parser.add_argument("--yes", action="store_true", help="Do not ask.")
        parser.add_argument(
            "--exclude-votes",
            default="",
            metavar="REASON",
            help="Exclude the votes on its images for this reason, too.",
        )

    def handle(self, *args: Any, run: int, yes: bool, exclude_votes: str, **options: Any) -> None:
        """Ask, take back, say what went and what stays."""
        try:
            found = find_import(run_id=run)
            if not yes:
                self._ask(found)
            done = undo_import(run_id=run, exclude_because=exclude_votes)
        except DomainError as error:
            raise CommandError(error.message) from error
        went = ", ".join(count_of(count, WORDS.get(kind, kind)) for kind, count in done.removed.items() if count)
        self.stdout.write(f"Taken back: {went.replace('categorys', 'categories')}.")
        if done.kept:
            self.stdout.write(
                f"Excluded votes or reports refer to these, so they stay, retired or hidden: {', '.join(done.kept)}."
            )

    def _ask(self, run: Run) -> None:
        votes = votes_on_import(run)
        self.stdout.write(
            f"“{run.name}”: {count_of(run.generations.count(), 'image')}. Votes: "
            f"{len(votes.counting) + votes.unsealed:,} that count, {votes.excluded:,} excluded."
        )
        if not sys.stdin.isatty():
            raise CommandError("Nothing was taken back. Add --yes to do it.")
        if input("Take it back? [y/N] ").strip().lower() not in {"y", "yes"}:
            raise CommandError("Nothing was taken back.")
