"""`manage.py prepare`: everything a new or upgraded installation needs before it serves; safe to run again."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from arena.broker import install_broker


class Command(BaseCommand):
    """Migrates, installs the broker's tables, collects static files, loads the catalogue."""

    help = "Migrate, install the broker, collect static files and load the catalogue. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the four steps in order."""
        call_command("migrate", verbosity=0, interactive=False)
        install_broker()
        call_command("collectstatic", verbosity=0, interactive=False)
        call_command("load_catalogue", stdout=self.stdout)
