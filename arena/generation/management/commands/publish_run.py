"""`manage.py publish_run`: let the images of a run that is published by hand into play."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.errors import DomainError
from arena.generation.models import Run
from arena.generation.runs.publication import publish_run


class Command(BaseCommand):
    """Publishes those images of a run whose prompt is complete."""

    help = "Let a run's images into play: those of each prompt for which the run has nothing left to do."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the argument."""
        parser.add_argument("run", type=int, metavar="RUN", help="The number of the run, as in /staff/runs/RUN/.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Publish, and say how many images that were."""
        run = Run.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"There is no run {options['run']}.")
        try:
            published = publish_run(run=run)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(
            f"Published: {published.entered:,}. Still waiting for others of their prompt: {published.waiting:,}."
        )
