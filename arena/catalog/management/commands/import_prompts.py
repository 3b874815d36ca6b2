"""`manage.py import_prompts FILE`: import a table of prompts as drafts."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.catalog.prompt_files import import_prompts
from arena.errors import DomainError


class Command(BaseCommand):
    """Imports TSV or CSV with a header: Prompt (or Text), Category, Title, Language, Challenge, Note, Gloss, …"""

    help = "Import prompts from a TSV or CSV with a header such as Prompt, Category, Challenge, Note, as drafts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--language", default="en", help="Language of rows that name none.")
        parser.add_argument("--licence", default="", help="Licence of rows that name none.")
        parser.add_argument("--source", default="", help="Where the prompts come from.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and say what was made."""
        try:
            done = import_prompts(
                file=options["file"],
                language=options["language"],
                licence=options["licence"],
                source=options["source"],
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{done.rows} rows: {done.made} new drafts, {done.rows - done.made} known already.")
        if done.categories:
            self.stdout.write(f"New draft categories: {', '.join(done.categories)}.")
        self.stdout.write("Activate prompts in the admin to put them into play.")
