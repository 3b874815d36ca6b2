"""`manage.py reset`: remove everything the embedded mode has made on this machine, after asking."""

import fcntl
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from arena.embedded.environment import data_folder
from arena.embedded.postgres import Cluster

OWN_NAMES = (
    "logs", "media", "postgres", "postgres.keeper", "postgres.password", "postgres.users", "restored",
    "secret_key", "static", "static.json", "up.lock",
)  # fmt: skip


class Command(BaseCommand):
    """Deletes the embedded database, images, keys and logs; nothing of an operator's own server."""

    help = "Remove the embedded database, all images, votes and keys of this machine, after asking."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--yes", action="store_true", help="Do not ask.")

    def handle(self, *args: Any, yes: bool, **options: Any) -> None:
        """Ask, make sure that nobody uses the folder, remove what is ours in it. Never the files of a server."""
        folder = data_folder()
        if not settings.EMBEDDED:
            raise CommandError(
                f"DATABASE_URL is set: the images in {folder} belong to that database, which reset does not empty. "
                "Unset DATABASE_URL to remove the embedded arena."
            )
        if not folder.exists():
            self.stdout.write(f"Nothing to remove: {folder} does not exist.")
            return
        if not yes and input(f"Remove every image, vote and key in {folder}? Type yes: ").strip() != "yes":
            raise CommandError("Nothing was removed.")
        cluster = Cluster(folder)
        _refuse_while_used(folder)
        for name in OWN_NAMES:
            _remove(folder / name)
        for leftover in folder.glob("celerybeat-schedule*"):
            _remove(leftover)
        _remove(cluster.socket_folder)
        if not any(folder.iterdir()):
            folder.rmdir()
        self.stdout.write(f"Removed everything that Easel kept in {folder}.")


def _refuse_while_used(folder: Path) -> None:
    """Wait for a server that is just ending; refuse while some process still uses the database."""
    users = (folder / "postgres.users").open("a")
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CommandError("Easel is running on this folder; end it first.") from error
    with (folder / "postgres.keeper").open("a") as keeper:
        fcntl.flock(users, fcntl.LOCK_UN)
        fcntl.flock(keeper, fcntl.LOCK_EX)
    users.close()


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()
