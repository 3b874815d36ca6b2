"""`manage.py reset_second_factor NAME`: for somebody who has lost both phone and recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from arena.accounts.second_factors import take_away


class Command(BaseCommand):
    """Takes away a second factor; with STAFF_SECOND_FACTOR the next sign-in sets up a new one."""

    help = "Take away the second factor of an account. Make sure first who asks for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the name."""
        parser.add_argument("name", help="The name with which they sign in.")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        """Take it away, and say so."""
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no account {name!r}.")
        if not take_away(user):
            raise CommandError(f"{name} has no second factor.")
        self.stdout.write(f"{name} has no second factor any more. Sessions that had shown it must show a new one.")
