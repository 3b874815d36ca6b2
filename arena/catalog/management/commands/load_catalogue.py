"""`manage.py load_catalogue`: load reviewed facts, categories and prompts; a second time changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.catalog.loading.load import load_catalogue
from arena.errors import DomainError


class Command(BaseCommand):
    """Loads the built-in catalogue and the operator's own (CATALOG_DIR)."""

    help = "Load the built-in catalogue and, when CATALOG_DIR is set, your own."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say what changed."""
        try:
            loaded = load_catalogue()
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"Catalogue loaded: {loaded.changes} changes.")
        for slug in loaded.frozen:
            self.stdout.write(f"Prompt {slug} has generations and stays as it is; supersede it to change it.")
