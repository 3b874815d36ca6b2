"""`manage.py up`: run everything on one machine (database, web server, workers) and fill a new arena."""

import contextlib
import logging
import os
import secrets
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser, BooleanOptionalAction
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, close_old_connections, connections

from arena.catalog.models import Modality
from arena.embedded.environment import embedded_cluster
from arena.embedded.keeper import ensure_keeper
from arena.embedded.running import AlreadyRuns, claim_folder
from arena.embedded.supervisor import Child, Stopped, Supervisor, end_with_runner, stop_on_signals
from arena.errors import DomainError
from arena.generation.runs.lifecycle import run_progress
from arena.generation.runs.painting import has_own_pictures, paint_missing
from arena.installation import command_name
from arena.process.programs import generation_command, housekeeping_command, scheduler_command, web_command
from arena.voting.dealing.stock import current_stock
from arena.voting.ledger.opening import open_ledger
from arena.voting.models import Ledger
from arena.voting.simulation.demonstration import VOTES, Demonstration

START_SECONDS = 60.0
# So many prompts are painted, and the demonstration is over, within five minutes on two cores.
PROMPTS = 120
# Go to the start of the line and clear it.
CLEAR_LINE = "\r\x1b[K"


class Command(BaseCommand):
    """Starts web server and workers as children, paints what is missing, and runs until told to stop."""

    help = "Run Easel on this machine: database, web server, workers. Ctrl-C ends all of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--host", default="127.0.0.1", help="Address to listen on (0.0.0.0: every interface).")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--prompts",
            type=_number_or_all,
            default=PROMPTS,
            metavar="N",
            help=f"Paint the first N prompts, `all` or 0 of them; {PROMPTS} unless said otherwise.",
        )
        parser.add_argument(
            "--painters",
            action=BooleanOptionalAction,
            default=None,
            help="Whether the built-in painters paint. By default: unless you have brought pictures of your own.",
        )
        parser.add_argument(
            "--demo",
            type=int,
            nargs="?",
            const=VOTES,
            default=0,
            metavar="VOTES",
            help=f"Cast simulated demonstration votes until there are this many ({VOTES:,} if no number is given).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Start, fill, supervise; end every child whatever happens."""
        if not 1 <= options["port"] <= 65_535:
            raise CommandError("--port: give a number from 1 to 65535.")
        if options["prompts"] is not None and options["prompts"] < 0:
            raise CommandError("--prompts: give a number of prompts, 0 to paint nothing, or `all`.")
        if options["demo"] < 0:
            raise CommandError("--demo: give a number of votes, or no number.")
        if settings.HTTPS and settings.TRUSTED_PROXY_COUNT < 1:
            raise CommandError(
                "DATABASE_URL makes this a server: every page would redirect to HTTPS, which `up` does not serve. "
                "Set HTTPS=0, or TRUSTED_PROXY_COUNT=1 behind a proxy that serves HTTPS."
            )
        # This process prints what it does; its children log to files.
        logging.getLogger("leaderboard").setLevel(logging.WARNING)
        stop_on_signals()
        end_with_runner()
        address = f"http://{_shown_host(options['host'])}:{options['port']}/"
        try:
            with claim_folder(settings.DATA_DIR, address):
                _refuse_busy_port(options["host"], options["port"])
                self._run(address, **options)
        except AlreadyRuns as error:
            raise CommandError(str(error)) from error
        except DomainError as error:
            raise CommandError(error.message) from error

    def _run(
        self, address: str, *, host: str, port: int, prompts: int | None, painters: bool | None, demo: int, **_: Any
    ) -> None:
        supervisor = Supervisor(tend_database=_tend_database)
        try:
            self._say("Preparing the database and the catalogue …")
            call_command("prepare", stdout=StringIO())
            if not self._may_paint(painters, demo=demo):
                prompts = 0
            self._make_first_staff(address)
            _announce_hosts(host)
            connections.close_all()
            with _open_logs() as logs:
                supervisor.start(Child("web", web_command(host, port), logs["web"]))
                # On SIGTERM a worker finishes its task first, which it cannot without the database: it gets SIGKILL.
                # The scheduler does not run inside a worker, where it would be a process that outlives us; here it ends
                # with us.
                for name, command in (
                    ("generation", generation_command()),
                    ("housekeeping", housekeeping_command()),
                    ("scheduler", scheduler_command()),
                ):
                    supervisor.start(Child(name, command, logs["worker"], orphaned=signal.SIGKILL))
                _wait_until_served(address)
                self._fill_through_crashes(address, prompts=prompts, demo=demo)
                self._say(f"Easel runs at {address} — Ctrl-C ends it. Logs: {settings.DATA_DIR / 'logs'}")
                supervisor.stopping.wait()
                raise CommandError("An error in Easel ended the supervision of its processes; see above.")
        except Stopped:
            self._say("Ending …")
        finally:
            supervisor.stop()

    def _may_paint(self, asked: bool | None, *, demo: int) -> bool:
        """Tell whether the built-in painters paint; ask where pictures are there that are not theirs."""
        if asked is not None or demo or not has_own_pictures():
            return asked is not False
        if sys.stdin.isatty():
            return click.confirm(
                "You have pictures of your own. Shall the built-in painters paint, too?", default=False
            )
        self._say("You have pictures of your own, so the built-in painters paint nothing (--painters: they do).")
        return False

    def _fill_through_crashes(self, address: str, *, prompts: int | None, demo: int) -> None:
        """Fill the arena; when the database goes away, continue as soon as its keeper has restarted it."""
        self.announced = False
        while True:
            try:
                return self._fill(address, prompts=prompts, demo=demo)
            except (OperationalError, InterfaceError):
                self._say("The database went away; Easel continues when it is back …")
                connections.close_all()
                time.sleep(1)

    def _fill(self, address: str, *, prompts: int | None, demo: int) -> None:
        """Paint what is missing behind a progress bar; say when voting is open; cast the demonstration's votes."""
        run = paint_missing(limit=prompts) if prompts != 0 else None
        total = run_progress(run).total if run else 0
        if total and not self.announced:
            self._say(f"Painting {total:,} images; voting opens with the first ones …")
        demonstration = Demonstration(demo, say=self._say) if demo else None
        with click.progressbar(length=total, label="Painting", show_pos=True, hidden=not total) as bar:
            while True:
                close_old_connections()
                if not self.announced and can_vote():
                    self._announce(address, demonstration)
                if run is None:
                    break
                progress = run_progress(run)
                bar.update(progress.closed - bar.pos)
                if progress.closed == progress.total:
                    break
                if demonstration and self.announced:
                    demonstration.keep_up(progress.closed / progress.total)
                time.sleep(0.3)
        if not self.announced:
            self._announce(address, demonstration)
        if demonstration and can_vote():
            demonstration.finish()

    def _say(self, text: str) -> None:
        """Print a line at once; on a terminal it replaces the progress bar, which is drawn again below it."""
        self.stdout.write(f"{CLEAR_LINE}{text}" if self.stdout.isatty() else text)
        self.stdout.flush()

    def _announce(self, address: str, demonstration: Demonstration | None) -> None:
        self.announced = True
        if not can_vote():
            self._say(f"Easel is served at {address}")
            return
        self._say(f"Vote at {address}vote/")
        if demonstration:
            votes = f"{demonstration.missing:,} simulated votes" if demonstration.missing > 0 else "Simulated votes"
            boards = " and ".join(f"{address}leaderboard/{each}/?ledger=demonstration" for each in Modality.values)
            self._say(f"{votes} fill {boards}")

    def _make_first_staff(self, address: str) -> None:
        """Create a staff account unless one exists, and print its password, which nobody can look up later."""
        if User.objects.filter(is_staff=True).exists():
            return
        password = secrets.token_urlsafe(12)
        User.objects.create_superuser("staff", password=password)
        self._say(f"Staff sign in at {address}admin/ as staff with the password {password}")
        self._say(f"It is shown this once; `{command_name()} changepassword staff` sets another.")


def can_vote() -> bool:
    """Tell whether a matchup can be dealt; the voting screen asks the same stock."""
    return bool(current_stock(open_ledger(Ledger.Kind.NATIVE).pk).pool.facts)


def _number_or_all(text: str) -> int | None:
    """Read the number of prompts; None for all. Raises ValueError, which the parser reports."""
    return None if text == "all" else int(text)


def _tend_database() -> None:
    """Restart the embedded database's keeper if somebody killed it; an operator's own server is left alone."""
    if settings.EMBEDDED:
        ensure_keeper(embedded_cluster())


def _shown_host(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - asked for by the operator.


def _announce_hosts(host: str) -> None:
    """Let the children accept requests to the host that they listen on; to any host if they listen on all."""
    if "ALLOWED_HOSTS" not in os.environ and host not in {"127.0.0.1", "localhost", "::1"}:
        os.environ["ALLOWED_HOSTS"] = "*" if host in {"0.0.0.0", "::"} else f"{host},localhost"  # noqa: S104


def _refuse_busy_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise CommandError(f"Cannot listen on {host}:{port} ({reason}). Choose another with --port.") from error


@contextlib.contextmanager
def _open_logs() -> Iterator[dict[str, Any]]:
    folder: Path = settings.DATA_DIR / "logs"
    folder.mkdir(exist_ok=True)
    with (folder / "web.log").open("ab") as web, (folder / "worker.log").open("ab") as worker:
        yield {"web": web, "worker": worker}


def _wait_until_served(address: str) -> None:
    limit = time.monotonic() + START_SECONDS
    # A proxy in the environment is for other hosts than this one.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < limit:
        try:
            direct.open(f"{address}healthz", timeout=2).close()
            return
        except urllib.error.HTTPError as refused:
            # It serves, but refuses the name under which we call it: the operator chooses ALLOWED_HOSTS.
            refused.close()
            return
        except OSError:
            time.sleep(0.05)
    raise CommandError(f"The web server did not answer within {START_SECONDS:.0f} s; see {settings.DATA_DIR / 'logs'}.")
