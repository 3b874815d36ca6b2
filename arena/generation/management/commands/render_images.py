"""`manage.py render_images`: render what an upgrade or a new setting left to be rendered, now instead of bit by bit."""

from typing import Any

from django.core.management.base import BaseCommand

from arena.generation.ingest.rendering_again import look_at_waiting, render_waiting


class Command(BaseCommand):
    """Renders and looks at all waiting images; workers would do it too, some every minute."""

    help = (
        "Render again the images whose copies are of an older kind or lack detail, and look at those of which an older "
        "release did not note what they show. Workers do it by and by."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Render, and say how many."""
        self.stdout.write(f"{render_waiting()} images rendered, {look_at_waiting()} others looked at.")
