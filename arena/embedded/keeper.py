"""Keeps the embedded PostgreSQL running for exactly as long as a process uses it.

Each process that uses the database holds a shared lock on one file. `python -m arena.embedded.keeper FOLDER` runs the
server as its child, restarts it if it crashes, and stops it once it gets that lock exclusively. The kernel releases a
process's lock however the process ends, so kill -9 leaves nothing behind.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from arena.embedded.binaries import NoDatabase
from arena.embedded.postgres import (
    DATABASE,
    USER,
    WHAT_TO_DO,
    Cluster,
    create_cluster,
    first_reason,
    start_server,
)
from arena.installation import BASE_DIR

# Locks are held until the process ends, so their files must never be garbage-collected.
_held: list[IO[str]] = []
# Keepers that this process started. They outlive it, but Python warns when a running one is garbage-collected.
_started: list[subprocess.Popen[bytes]] = []


def use_database(cluster: Cluster, *, timeout: float = 90.0) -> str:
    """Hold the cluster until this process ends, starting it if needed; return its DATABASE_URL. Raises NoDatabase."""
    cluster.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    use = (cluster.folder / "postgres.users").open("a")
    fcntl.flock(use, fcntl.LOCK_SH)
    _held.append(use)
    limit = time.monotonic() + timeout
    keeper: subprocess.Popen[bytes] | None = None
    while not _answers(cluster):
        if time.monotonic() > limit:
            raise NoDatabase(f"The embedded database did not answer within {timeout:.0f} s; see {cluster.log}.")
        if keeper is None or keeper.poll() == 0:
            keeper = ensure_keeper(cluster)
        elif keeper.poll() is not None:
            raise NoDatabase(_last_words(cluster))
        time.sleep(0.02)
    return cluster.url


def ensure_keeper(cluster: Cluster) -> subprocess.Popen[bytes] | None:
    """Start a keeper unless one is running; return it if it was started. The caller must hold the cluster."""
    if _is_kept(cluster):
        return None
    _started[:] = [keeper for keeper in _started if keeper.poll() is None]
    _started.append(_start_keeper(cluster))
    return _started[-1]


def _start_keeper(cluster: Cluster) -> subprocess.Popen[bytes]:
    (cluster.folder / "logs").mkdir(exist_ok=True)
    with (cluster.folder / "logs" / "keeper.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", __spec__.name, str(cluster.folder), "durable" if cluster.durable else "fast"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            cwd=BASE_DIR,
        )  # fmt: skip


def _last_words(cluster: Cluster) -> str:
    lines = (cluster.folder / "logs" / "keeper.log").read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"The embedded database could not be started; see {cluster.log}."


def _is_kept(cluster: Cluster) -> bool:
    with (cluster.folder / "postgres.keeper").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _answers(cluster: Cluster) -> bool:
    """Tell whether our database accepts connections. psycopg is imported only once PostgreSQL is ready."""
    if cluster.ready_pid() is None:
        return False
    import psycopg  # noqa: PLC0415 - 60 ms that the keeper itself never needs.

    try:
        psycopg.connect(cluster.url, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _make_database(cluster: Cluster) -> None:
    import psycopg  # noqa: PLC0415 - as above; needed once per start.

    try:
        with psycopg.connect(cluster.url, dbname="postgres", autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE} OWNER {USER}")
    except psycopg.Error as error:
        raise NoDatabase(
            f"The embedded database could not be made ({first_reason(str(error))}). {WHAT_TO_DO}"
        ) from error


def keep(cluster: Cluster) -> None:
    """Run the server until nobody holds the users' lock any more; restart it when it crashes."""
    with (cluster.folder / "postgres.keeper").open("a") as lock, (cluster.folder / "postgres.users").open("a") as users:
        if not _lock_within(lock, seconds=1.0):
            return
        create_cluster(cluster)
        server = start_server(cluster)
        _make_database(cluster)
        idle = 0
        # The lock must be free twice in a row: a command may have seen the server run and not have its lock yet.
        while idle < 2:
            time.sleep(0.5)
            if server.poll() is not None:
                server = start_server(cluster)
            idle = idle + 1 if _nobody_uses(users) else 0
        server.send_signal(signal.SIGINT)
        server.wait()
        # Temporary folders are shared, and every arena that ever ran would leave a folder there.
        with contextlib.suppress(OSError):
            cluster.socket_folder.rmdir()


def _lock_within(lock: IO[str], *, seconds: float) -> bool:
    """Take the keeper's lock. A process that only checks for a keeper also holds it for a moment: then try again."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.05)
    return False


def _nobody_uses(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(users, fcntl.LOCK_UN)
    return True


def main() -> None:
    """Keep the cluster named on the command line; if that fails, the last line of output says why."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    try:
        keep(Cluster(Path(sys.argv[1]), durable=sys.argv[2] == "durable"))
    except NoDatabase as error:
        sys.exit(str(error))
    except OSError as error:
        sys.exit(f"The embedded database cannot be kept ({error}). {WHAT_TO_DO}")


if __name__ == "__main__":
    main()
