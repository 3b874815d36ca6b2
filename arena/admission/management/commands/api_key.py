"""`manage.py api_key`: make a key for the API, list keys, or revoke one."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.admission.api_keys import make_key, revoke_key
from arena.admission.models import ApiKey
from arena.errors import DomainError


class Command(BaseCommand):
    """Prints a new key once; only its hash is kept."""

    help = "Make a key for the API and print it, list keys, or revoke one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("name", nargs="?", help="Whose program it is, or what it does.")
        parser.add_argument(
            "--scope", action="append", choices=ApiKey.Scope.values, help="May be repeated; read if unset."
        )
        parser.add_argument("--revoke", metavar="PREFIX", help="End the key that begins so.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make, revoke, or list."""
        if options["revoke"]:
            key = ApiKey.objects.filter(prefix=options["revoke"]).first()
            if key is None:
                raise CommandError(f"No key begins with {options['revoke']}.")
            revoke_key(key)
            self.stdout.write(f"Revoked: {key}.")
        elif options["name"]:
            try:
                _, text = make_key(name=options["name"], scopes=options["scope"] or [ApiKey.Scope.READ])
            except DomainError as error:
                raise CommandError(error.message) from error
            self.stdout.write(text)
        else:
            for key in ApiKey.objects.order_by("created_at"):
                state = f"revoked {key.revoked_at:%Y-%m-%d}" if key.revoked_at else "valid"
                used = f"last used {key.last_used_at:%Y-%m-%d}" if key.last_used_at else "never used"
                self.stdout.write(f"{key.prefix}  {'+'.join(key.scopes)}  {state}, {used}  {key.name}")
