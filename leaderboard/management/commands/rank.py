"""manage.py rank: rank anybody's file of votes as this arena ranks its own, without a database."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.errors import DomainError
from leaderboard.management.ranking.rank_files import rank_files
from leaderboard.management.ranking.rank_options import HELP, add_rank_options
from leaderboard.queries.current_method import current_method


class Command(BaseCommand):
    """Thin door to `rank_files`; `arena.command_line` goes there without Django."""

    help = HELP
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the names of its columns, what is wanted of it, the form of the answer."""
        add_rank_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the boards; exit 1 with one line when a file is at fault."""
        try:
            rank_files(options, current_method().thresholds, self.stdout, self.stderr)
        except DomainError as error:
            raise CommandError(error.message) from error
