"""manage.py forget_evidence: delete what is known of a voter beside their votes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from arena.voting.evidence.forgetting import forget_evidence


class Command(BaseCommand):
    """Thin door to `forget_evidence`."""

    help = "Delete what is known of a voter beside their sealed votes: evidence, languages, and which account they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whom to forget."""
        parser.add_argument("pseudonym", help="as the column `voter` of the ledger has it")

    def handle(self, *args: Any, pseudonym: str, **options: Any) -> None:
        """Forget them, and say of how many votes."""
        self.stdout.write(f"votes whose evidence was deleted: {forget_evidence(pseudonym=pseudonym)}")
