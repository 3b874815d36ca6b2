"""Runs Easel as docs/operating.md has it on a server: PostgreSQL and Redis by address, workers, web behind nginx."""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx2
import psutil
import psycopg

from arena.embedded.postgres import UNSHARE
from tests.patience import HANGING
from tests.system.documented import documented_command, documented_settings
from tests.system.easel import ROOT, free_port, wait_until
from tests.system.proxies import HOST, any_certificate, nginx

# Pictures of so many prompts are painted.
PROMPTS = ("bakery-fascia", "neon-in-a-wet-window", "paperback-cover", "placard-at-a-rally", "enamel-road-sign")
WORKERS = ("celery --app arena.celery worker --pool", "celery --app arena.celery worker --beat")


class Server:
    """All programs of one installation, each of which can be killed, stopped and started again."""

    def __init__(self, folder: Path, postgres: Path) -> None:
        """`postgres` is the folder of PostgreSQL's programs; its data will lie in `folder`/postgres."""
        self.folder, self.postgres = folder, postgres
        self.ports = {name: free_port() for name in ("postgres", "redis", "web")}
        self.password = secrets.token_urlsafe(24)
        self.proxy = nginx(folder, upstream=self.ports["web"])
        self.database_url = f"postgresql://easel:{self.password}@127.0.0.1:{self.ports['postgres']}/easel"
        redis = f"redis://:{self.password}@127.0.0.1:{self.ports['redis']}/0"
        data = folder / "data"
        kept = {key: os.environ[key] for key in ("PATH", "HOME", "PYTHONPYCACHEPREFIX") if key in os.environ}
        usual = {"EASEL_DATA_DIR": str(data), "CELERY_BROKER_URL": redis, "LIMITS": "0", "SEAL_SECONDS": "1"}
        self.environment = kept | documented_settings(self.database_url) | usual
        self.commands: dict[str, list[str]] = {
            "postgres": self._postgres_command(),
            "redis": self._redis_command(),
            "web": documented_command("granian", port=self.ports["web"]),
            "worker": documented_command(WORKERS[0]),
            "housekeeper": documented_command(WORKERS[1]),
            "nginx": self.proxy.command,
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def address(self) -> str:
        """Where people find it, but for the name."""
        return f"https://127.0.0.1:{self.proxy.https}"

    def client(self) -> httpx2.Client:
        """A browser of one more voter."""
        headers = {"Host": HOST, "Origin": f"https://{HOST}"}
        return httpx2.Client(base_url=self.address, verify=any_certificate(), timeout=30.0, headers=headers)

    def _postgres_command(self) -> list[str]:
        data = self.folder / "postgres"
        secret = self.folder / "password"
        secret.write_text(self.password)
        made = [
            str(self.postgres / "initdb"), "--pgdata", str(data), "--username", "easel", "--pwfile", str(secret),
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C",
        ]  # fmt: skip
        prefix = UNSHARE if os.geteuid() == 0 else []
        subprocess.run([*prefix, *made], check=True, capture_output=True, cwd="/")
        options = {
            "listen_addresses": "127.0.0.1", "port": str(self.ports["postgres"]), "unix_socket_directories": "",
            "max_wal_size": "64MB", "min_wal_size": "32MB",
        }  # fmt: skip
        command = [*prefix, str(self.postgres / "postgres"), "-D", str(data)]
        return command + [word for key, value in options.items() for word in ("-c", f"{key}={value}")]

    def _redis_command(self) -> list[str]:
        options = {"port": self.ports["redis"], "bind": "127.0.0.1", "requirepass": self.password}
        program = [shutil.which("redis-server") or "redis-server", "--appendonly", "yes", "--dir", str(self.folder)]
        return program + [word for key, value in options.items() for word in (f"--{key}", str(value))]

    def start(self, *names: str) -> None:
        """Start programs, as a supervisor would."""
        for name in names:
            environment = self.environment if name in ("web", "worker", "housekeeper") else dict(os.environ)
            log = (self.folder / f"{name}.log").open("ab")
            self.running[name] = subprocess.Popen(
                self.commands[name], cwd=ROOT if name not in ("postgres", "redis") else "/", env=environment,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
            log.close()

    def set_up(self) -> None:
        """Start everything for the first time, with pictures to vote on."""
        self.start("postgres", "redis")
        assert wait_until(self.database_answers)
        self.manage("check", "--deploy", "--fail-level", "WARNING")
        self.manage("prepare")
        self.start("web", "worker", "housekeeper", "nginx")
        self.manage("generate", "--contenders", "linden", "harbour", "pebble", "--prompts", *PROMPTS, "--yes")
        assert wait_until(lambda: self.status("/vote/next/") == 200)

    def database(self) -> psycopg.Connection[Any]:
        """Connect to its database."""
        return psycopg.connect(self.database_url, autocommit=True, connect_timeout=10)

    def database_answers(self) -> bool:
        """Tell whether the database can be used; the first time, make Easel's own in it."""
        try:
            with psycopg.connect(self.database_url.removesuffix("easel") + "postgres", autocommit=True) as connection:
                if not connection.execute("SELECT FROM pg_database WHERE datname = 'easel'").fetchall():
                    connection.execute("CREATE DATABASE easel")
        except psycopg.OperationalError:
            return False
        return True

    def status(self, path: str) -> int:
        """Return the status of a page as a new visitor gets it; 0 where nothing answers."""
        try:
            with self.client() as client:
                return client.get(path).status_code
        except httpx2.TransportError:
            return 0

    def manage(self, *arguments: str) -> str:
        """Run a command as the operator; return what it prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=HANGING,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def signal(self, name: str, sent: signal.Signals) -> None:
        """Send a signal to every process of a program."""
        first = psutil.Process(self.running[name].pid)
        for process in (*first.children(recursive=True), first):
            # Those of a program end each other.
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(sent)

    def kill(self, name: str) -> None:
        """End a program by SIGKILL, all its processes at once."""
        self.signal(name, signal.SIGKILL)
        self.running.pop(name).wait(HANGING)

    def stop(self, names: Sequence[str] = ("nginx", "web", "worker", "housekeeper", "redis", "postgres")) -> None:
        """End what still runs."""
        for name in names:
            if name in self.running:
                self.signal(name, signal.SIGCONT)
                self.kill(name)
