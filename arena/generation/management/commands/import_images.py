"""`manage.py import_images FOLDER`: fill an arena with pictures from disk."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import click
from django.core.management.base import BaseCommand, CommandError

from arena.errors import Conflict, DomainError
from arena.generation.ingest.picture_folders import BadFolder, check_folder, draft_prompts, import_pictures


class Command(BaseCommand):
    """Checks every picture of a folder, then imports those that are new."""

    help = (
        "Import FOLDER/<contender>/<prompt-slug>[-n].png, .jpg, .webp or .avif. Contenders and prompts are matched by "
        "slug, or created; n tells several images of one prompt apart."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the folder."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Check all, list what is wrong, or import."""
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        try:
            pictures = check_folder(folder=folder)
        except BadFolder as error:
            for problem in error.problems:
                self.stderr.write(problem)
            raise CommandError(error.message) from error
        except DomainError as error:
            raise CommandError(error.message) from error
        with click.progressbar(length=len(pictures), label="Importing", show_pos=True, file=sys.stderr) as bar:
            name = f"Imported from {folder.resolve().name}"
            try:
                run = import_pictures(pictures=pictures, name=name, on_kept=lambda: bar.update(1))
            except Conflict as error:
                raise CommandError(error.message) from error
        self.stdout.write(f"{len(pictures)} images imported." if pictures else "Nothing new: every image is imported.")
        if run and (drafts := draft_prompts(run=run)):
            self.stdout.write(
                f"Nobody votes on {len(drafts)} of their prompts yet, because they or their categories are drafts:"
                f" {', '.join(drafts)}. Put them into play in the admin."
            )
