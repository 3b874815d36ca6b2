"""`manage.py steer_run`: pause, resume or cancel a run, or try again what failed in it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.errors import DomainError
from arena.generation.models import Run
from arena.generation.runs.lifecycle import cancel_run, pause_run, retry_failed, start_run

ACTIONS = {"pause": pause_run, "resume": start_run, "cancel": cancel_run, "retry": retry_failed}


class Command(BaseCommand):
    """Steers one run, as its page does."""

    help = "Pause, resume or cancel a run, or try again what failed in it. Workers carry it out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("run", type=int, metavar="RUN", help="The number of the run, as in /staff/runs/RUN/.")
        parser.add_argument("action", choices=list(ACTIONS))

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say what state the run is in."""
        run = Run.objects.filter(pk=options["run"]).first()
        if run is None:
            raise CommandError(f"There is no run {options['run']}.")
        try:
            ACTIONS[options["action"]](run=run)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"Run {run.pk} is {run.get_state_display().lower()}.")
