"""The site under fire: the real web server over HTTP, on the test's database, and the cookies of who asks it."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.db import connection

from arena.process.broker import install_broker
from arena.process.programs import housekeeping_command, web_command
from tests.fuzz.wire import Answer, Request, Wire
from tests.patience import HANGING
from tests.system.easel import ROOT, free_port, wait_until

# The cookie and the field or header must only be the same.
CSRF = "c" * 32
_ERROR = re.compile(r"Traceback|\[(error|critical)")


class Site:
    """A running web server, and its log."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self._log = log

    @property
    def faults_in_log(self) -> list[str]:
        """Each error in the log, with the last lines of its trace."""
        events = re.split(r"\n(?=\d{4}-\d\d-\d\dT)", self.log)
        return [
            "\n".join(event.splitlines()[:1] + event.splitlines()[1:][-8:]) for event in events if _ERROR.search(event)
        ]

    @property
    def log(self) -> str:
        """All that the server said."""
        return self._log.read_text()


@contextmanager
def serve_site(folder: Path, static: Path, *, with_worker: bool = False) -> Iterator[Site]:
    """Run the server on the test's database with static files that were collected elsewhere.

    A worker computes the boards that are asked for; without one they are never there.
    """
    folder.mkdir()
    for name in ("static", "static.json"):
        (folder / name).symlink_to(static / name)
    (folder / "media").symlink_to(settings.MEDIA_ROOT)
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    own = {
        "DATABASE_URL": database, "DATABASE_SECONDS": "60", "EASEL_DATA_DIR": str(folder),
        "PUBLIC_URL": "https://arena.example.org", "COLUMNS": "200",
    }  # fmt: skip
    if with_worker:
        install_broker()
    else:
        own["CELERY_BROKER_URL"] = "memory://"
    site = Site(free_port(), folder / "site.log")
    commands = [web_command("127.0.0.1", site.port), *([housekeeping_command()] if with_worker else [])]
    with (folder / "site.log").open("ab") as log:
        started = [
            subprocess.Popen(command, cwd=ROOT, env=os.environ | own, stdout=log, stderr=log) for command in commands
        ]
    try:
        assert wait_until(lambda: _answers(site.port)), site.log
        yield site
    finally:
        for program in started:
            program.terminate()
        for program in started:
            program.wait(HANGING)
        if with_worker:
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA pgmq CASCADE")


def _answers(port: int) -> bool:
    try:
        with Wire(port) as wire:
            return wire.send(Request("", "", "GET", b"/healthz")).status == 200
    except OSError:
        return False


def session_of(user: User) -> str:
    """Sign somebody in; return the key of the session."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store.save()
    return str(store.session_key)


class Role:
    """Somebody who asks: a stranger, a voter, or one of the staff who is signed in again whenever that has ended."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cookies = {"easel_csrf": CSRF}
        if name == "staff":
            self._sign_in()

    def _sign_in(self) -> None:
        # They may have taken away their own rights.
        rights = {"is_staff": True, "is_superuser": True, "is_active": True}
        chief, _ = User.objects.update_or_create(username="chief", defaults=rights)
        self.cookies["easel_session"] = session_of(chief)

    def header(self) -> str:
        """Return the cookies as they are sent."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def learn(self, answer: Answer) -> None:
        """Keep a voter's cookie; sign staff in again."""
        set_now = " ".join(answer.headers.get_all("Set-Cookie") or [])
        if self.name == "voter" and "easel_voter=" in set_now:
            self.cookies["easel_voter"] = set_now.partition("easel_voter=")[2].partition(";")[0]
        led = str(answer.headers.get("Location", ""))
        if self.name == "staff" and (led.startswith("/accounts/login/") or "easel_session=" in set_now):
            self._sign_in()
