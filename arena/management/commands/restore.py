"""`manage.py restore FILE`: restore an arena from a backup and upgrade it to this release."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from arena.backups.archive import Contents, read_contents
from arena.backups.restoring import is_used, restore_backup
from arena.embedded.running import AlreadyRuns, claim_folder
from arena.errors import DomainError
from arena.installation import command_name
from arena.voting.ledger.sealed_files import mark_as_restored


class Command(BaseCommand):
    """Thin door to `restore_backup`: checks the file, asks before anything is replaced, says what to do next."""

    help = "Restore a backup made by `backup`, of this release or an earlier one. Easel must not run."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="Remove the arena that is here, after asking.")
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args: Any, file: Path, replace: bool, yes: bool, **options: Any) -> None:
        """Restore while holding the data folder, so that nobody starts Easel on it meanwhile."""
        try:
            with claim_folder(settings.DATA_DIR, f"{settings.DATA_DIR}, or is being restored there"):
                contents = read_contents(file)
                self._ask(contents, replace=replace, yes=yes)
                same_key = restore_backup(path=file, contents=contents)
                mark_as_restored()
        except AlreadyRuns as error:
            raise CommandError(f"{error} End it first.") from error
        except DomainError as error:
            raise CommandError(error.message) from error
        self._report(contents, same_key=same_key)

    def _ask(self, contents: Contents, *, replace: bool, yes: bool) -> None:
        if not is_used():
            return
        if not replace:
            raise CommandError("There is an arena here already. Back it up, then give --replace to remove it.")
        question = f"Replace every vote, image and account here by the backup of {contents.made_at}? Type yes: "
        if not yes and input(question).strip() != "yes":
            raise CommandError("Nothing was changed.")

    def _report(self, contents: Contents, *, same_key: bool) -> None:
        rows = sum(table.rows for table in contents.tables.values())
        self.stdout.write(f"Restored {rows:,} rows and {contents.files:,} files, as they were at {contents.made_at}.")
        if contents.missing:
            self.stderr.write(f"{len(contents.missing):,} files were missing already when the backup was made.")
        if not same_key:
            where = "the one that the backup holds (secret_key)" if contents.key_stored else "the backed-up arena's"
            self.stderr.write(
                f"SECRET_KEY is not the backup's: everybody is signed out, every voter is a new one. Set it to {where}."
            )
        easel, following = command_name(), "up" if settings.EMBEDDED else "prepare, then start web and workers"
        self.stdout.write(f"Next: {easel} verify checks every vote and its files; {easel} {following}.")
