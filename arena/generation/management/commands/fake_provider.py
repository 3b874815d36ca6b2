"""`manage.py fake_provider`: a provider of images on this machine that needs no key, for a dry run."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.fake_provider.server import ImageProvider
from arena.fake_provider.trial_catalogue import HOSTS, write_trial_catalogue


class Command(BaseCommand):
    """Serves the fake provider until it is interrupted, and writes the catalogue that points at it."""

    help = "Serve a fake provider that speaks every wire and charges nothing, and say how to order from it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--port", type=int, default=8099, help="Where to listen, on this machine only.")
        parser.add_argument("--delay", type=float, default=1.0, metavar="S", help="Seconds that an image takes.")
        parser.add_argument(
            "--faults", type=float, default=0.0, metavar="P", help="Share of orders that meet a fault, such as 0.1."
        )
        parser.add_argument("--seed", type=int, default=1, help="Which orders meet which fault; the same every time.")
        parser.add_argument("--side", type=int, default=1024, help="The images' longer side in pixels.")
        parser.add_argument(
            "--catalogue", type=Path, metavar="DIR", help="Write a catalogue folder for CATALOG_DIR there."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until interrupted, then print what was ordered and charged."""
        if not 0 <= options["faults"] <= 1:
            raise CommandError("--faults is a share between 0 and 1.")
        try:
            server = ImageProvider(
                port=options["port"], delay=options["delay"], side=options["side"], faults=options["faults"],
                seed=options["seed"],
            )  # fmt: skip
        except OSError as error:
            raise CommandError(
                f"Port {options['port']} cannot be used: {error.strerror}. Choose another --port."
            ) from error
        self._explain(server, options["catalogue"])
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            self.stdout.write("")
        finally:
            server.server_close()
            journal = server.journal
            self.stdout.write(f"{len(journal.orders)} orders, {journal.bills.total()} of them charged.")

    def _explain(self, server: ImageProvider, catalogue: Path | None) -> None:
        for host in HOSTS:
            self.stdout.write(f"{host.family:18} {server.address_of(host.segment)}")
        if catalogue is None:
            self.stdout.write("Add --catalogue DIR to write a catalogue of these for CATALOG_DIR.")
        else:
            try:
                write_trial_catalogue(catalogue, server.origin)
            except OSError as error:
                raise CommandError(f"{catalogue} cannot be written: {error.strerror}.") from error
            self.stdout.write(f"Now run: CATALOG_DIR={catalogue} uv run manage.py load_catalogue")
        self.stdout.write("A prompt with [busy], [moderated], [broken] or [slow] in it meets that fault.")
        self.stdout.write("Serving; stop with Ctrl-C.")
