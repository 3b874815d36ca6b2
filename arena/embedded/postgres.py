"""One embedded PostgreSQL cluster: where its files are, how it is created, and how it runs as a foreground child.

PostgreSQL refuses to run as root. As root we start it in a user namespace of its own, where it has another user id
while its files stay root's. Where namespaces are forbidden, it runs as `nobody`.
"""

import ctypes
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from arena.embedded.binaries import NoDatabase, find_binaries

DATABASE = "easel"
WHAT_TO_DO = "Fix that, set EASEL_DATA_DIR to another folder, or DATABASE_URL to a server of your own."
USER = "easel"
# initdb looks its user up by number, so that user must exist; `nobody` exists everywhere.
UNSHARE = ["unshare", "--user", "--map-user=65534", "--map-group=65534"]


@dataclass(frozen=True)
class Cluster:
    """The files of one cluster under `folder`; `durable=False` trades crash safety for speed (tests)."""

    folder: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.folder / "postgres"

    @property
    def password_file(self) -> Path:
        """The password of the only role; nobody else may read it."""
        return self.folder / "postgres.password"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.folder / "logs" / "postgres.log"

    @property
    def socket_folder(self) -> Path:
        """A short private directory: a socket's path is limited to 107 bytes, and a project's path may be longer."""
        name = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        base = Path(tempfile.gettempdir())
        if len(str(base)) > 60:
            base = Path("/tmp")  # noqa: S108 - the directory made in it is private and checked to be ours.
        return base / f"easel-{os.geteuid()}-{name}"

    @property
    def url(self) -> str:
        """The DATABASE_URL of this cluster."""
        password = self.password_file.read_text().strip()
        return f"postgresql://{USER}:{password}@{quote(str(self.socket_folder), safe='')}/{DATABASE}"

    def ready_pid(self) -> int | None:
        """Return the process id of the server that postmaster.pid calls ready; it may have died since."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return int(lines[0]) if lines[7].strip() == "ready" else None
        except (OSError, ValueError, IndexError):
            return None


def create_cluster(cluster: Cluster) -> None:
    """Run initdb unless the cluster exists; delete an incomplete one of a killed start first."""
    cluster.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    cluster.log.parent.mkdir(exist_ok=True)
    _make_private(cluster.socket_folder)
    if (cluster.data / "easel.complete").exists():
        return
    shutil.rmtree(cluster.data, ignore_errors=True)
    write_secret(cluster.password_file, secrets.token_urlsafe(24))
    prefix, user = _run_as(cluster)
    made = subprocess.run(
        [
            *prefix, find_binaries() / "initdb", "--pgdata", cluster.data, "--username", USER,
            "--auth", "scram-sha-256", "--pwfile", cluster.password_file, "--encoding", "UTF8", "--locale", "C",
        ],
        capture_output=True, text=True, cwd="/", check=False, user=user, group=user,
    )  # fmt: skip
    if made.returncode:
        raise NoDatabase(f"The embedded database could not be made ({first_reason(made.stderr)}). {WHAT_TO_DO}")
    (cluster.data / "easel.complete").touch()


def first_reason(text: str) -> str:
    """Return the line in which one of PostgreSQL's programs says what is wrong, out of all that it prints."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    wrong = [line for line in lines if "error:" in line or "FATAL:" in line or "PANIC:" in line]
    return (wrong or lines or ["it does not say why"])[0][-400:]


def write_secret(file: Path, text: str) -> None:
    """Write a file that only we may read, whole or not at all, unless it exists and is not empty."""
    if file.exists() and file.stat().st_size:
        return
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        draft.touch(mode=0o600)
        draft.write_text(text)
        # If two processes start at once, the second keeps the first one's text, which may be in use already.
        os.link(draft, file)
    except FileExistsError:
        if not file.stat().st_size:
            draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def start_server(cluster: Cluster, *, timeout: float = 75.0) -> subprocess.Popen[bytes]:
    """Start the server as a child that ends with us, and wait until it is ready. Raises NoDatabase."""
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(cluster.socket_folder).replace(",", "\\,"),
        "unix_socket_permissions": "0700",
        "shared_buffers": "128MB",
        "max_connections": "100",
        "log_checkpoints": "off",
    }
    if not cluster.durable:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    prefix, user = _run_as(cluster)
    command: list[str | Path] = [*prefix, find_binaries() / "postgres", "-D", cluster.data]
    for key, value in settings.items():
        command += ["-c", f"{key}={value}"]
    limit = time.monotonic() + timeout
    while True:
        begin = cluster.log.stat().st_size if cluster.log.exists() else 0
        with cluster.log.open("ab") as log:
            server = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/", start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGINT), user=user, group=user,
            )  # fmt: skip
        while server.poll() is None and time.monotonic() < limit:
            if cluster.ready_pid() == server.pid:
                return server
            time.sleep(0.01)
        if server.poll() is None:
            server.send_signal(signal.SIGINT)
            raise NoDatabase(f"PostgreSQL was not ready after {timeout:.0f} s; {cluster.log} says why.")
        # A server that was killed a moment ago counts as running until the system has reaped it.
        if b'"postmaster.pid" already exists' not in cluster.log.read_bytes()[begin:] or time.monotonic() > limit:
            raise NoDatabase(f"PostgreSQL ended with status {server.returncode}; {cluster.log} says why.")
        time.sleep(0.2)


def die_with_parent(sig: signal.Signals) -> Callable[[], object] | None:
    """Return a `preexec_fn` that asks Linux to send `sig` when the parent dies; elsewhere None."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(1, int(sig))  # PR_SET_PDEATHSIG is 1.


def _make_private(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid not in {os.geteuid(), _nobody().pw_uid}:
        raise NoDatabase(f"{folder} belongs to somebody else; remove it or set TMPDIR.")
    folder.chmod(0o700)


def _nobody() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")


def _run_as(cluster: Cluster) -> tuple[list[str], int | None]:
    """Return a command prefix and a user id (None: ours) with which PostgreSQL does not run as root."""
    if os.geteuid() != 0:
        return [], None
    if shutil.which("unshare") and subprocess.run([*UNSHARE, "true"], check=False, capture_output=True).returncode == 0:
        return UNSHARE, None
    nobody = _nobody()
    for folder in (cluster.folder, cluster.socket_folder, cluster.data, cluster.password_file):
        if folder.exists():
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return [], nobody.pw_uid
