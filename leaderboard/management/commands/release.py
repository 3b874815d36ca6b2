"""manage.py release: write everything that may be public into a folder, as a dataset."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from arena.errors import DomainError
from leaderboard.presentation.release.releasing import write_release


class Command(BaseCommand):
    """Thin door to the release."""

    help = (
        "Write a dataset release into a new folder: entries, standings, pairs, snapshots, axis maps, prompts, pictures "
        "of open prompts, preferences, cards, Croissant metadata and checksums."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder, and what its metadata say."""
        parser.add_argument("folder", type=Path, help="a folder that does not exist yet, or is empty")
        parser.add_argument(
            "--licence",
            default="Not stated: ask whoever runs this arena.",
            help="the licence of the data, such as CC-BY-4.0; you decide it",
        )
        parser.add_argument(
            "--site",
            default=settings.PUBLIC_URL or "http://127.0.0.1:8000",
            help="where this arena is read; PUBLIC_URL if it is set",
        )

    def handle(self, *args: Any, folder: Path, licence: str, site: str, **options: Any) -> None:
        """Write it and say what is there."""
        try:
            release = write_release(folder=folder, site=site.rstrip("/"), licence=licence, day=timezone.now().date())
        except (DomainError, OSError) as error:
            raise CommandError(getattr(error, "message", str(error))) from error
        for path in release.left_out:
            self.stderr.write(f"{path} is left out: it was hidden meanwhile, or its file is missing.")
        self.stdout.write(f"{len(release.files)} files in {folder}; check them with `sha256sum -c SHA256SUMS` there.")
