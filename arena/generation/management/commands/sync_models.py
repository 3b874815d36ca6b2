"""`manage.py sync_models [--provider SLUG]`: compare the catalogue with the models that providers list."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.errors import DomainError
from arena.generation.syncing.model_sync import sync_models


class Command(BaseCommand):
    """Asks each provider with a key; the worker does the same once a day."""

    help = (
        "Ask providers which models they list: tells what is gone, ends or is new, and retires what has ended. "
        "It needs their keys and costs nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the option."""
        parser.add_argument("--provider", default="", metavar="SLUG", help="Only this one, such as openai.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sync, and print what was found."""
        try:
            done = sync_models(slug=options["provider"])
        except DomainError as error:
            raise CommandError(error.message) from error
        for synced in done:
            count = "no list" if synced.listed is None else f"{synced.listed} models listed"
            self.stdout.write(f"{synced.provider.name}: {count}.")
            for finding in synced.findings:
                self.stdout.write(f"  {finding.text}")
        if not done:
            self.stdout.write("No provider was asked: none that tells its models has a key in the environment.")
