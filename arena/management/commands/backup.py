"""`manage.py backup FILE`: write the whole arena into one file, while it runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.backups.making import make_backup
from arena.errors import DomainError


class Command(BaseCommand):
    """Thin door to `make_backup`."""

    help = "Back up the database, the images and the embedded mode's secret key into one file; Easel may run meanwhile."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path, help="The file to write, such as easel-2026-11-21.tar.")
        parser.add_argument("--force", action="store_true", help="Replace the file if it exists.")

    def handle(self, *args: Any, file: Path, force: bool, **options: Any) -> None:
        """Write the file, then say what is in it and what is missing."""
        try:
            contents = make_backup(path=file, overwrite=force)
        except DomainError as error:
            raise CommandError(error.message) from error
        except OSError as error:
            raise CommandError(f"{file} was not written ({error.strerror or error}); nothing of it is left.") from error
        rows = sum(table.rows for table in contents.tables.values())
        self.stdout.write(f"Backed up {rows:,} rows and {contents.files:,} files into {file}.")
        if contents.key_stored:
            self.stdout.write("It holds the secret key: keep it as safe as the arena itself.")
        else:
            self.stdout.write("You set SECRET_KEY yourself, so it is not in the backup: keep it in another safe place.")
        if contents.missing:
            self.stderr.write(
                f"{len(contents.missing):,} files are missing here, and so in the backup, such as "
                f"{contents.missing[0]}. An earlier backup may have them. The backup's contents.json lists them all."
            )
