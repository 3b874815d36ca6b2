"""The embedded PostgreSQL starts anywhere, is shared, stops after its last user and recovers from kill -9."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from arena.embedded.postgres import Cluster
from tests.patience import HANGING
from tests.system.easel import ROOT, kill_all, wait_until

HOLD = """
import sys
from pathlib import Path
from arena.embedded.keeper import use_database
from arena.embedded.postgres import Cluster
print(use_database(Cluster(Path(sys.argv[1]))), flush=True)
sys.stdin.readline()
"""

pytestmark = pytest.mark.system


class User:
    """A process that uses the database until told to leave."""

    def __init__(self, folder: Path, *prefix: str) -> None:
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-c", HOLD, folder],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()

    def leave(self) -> None:
        self.process.communicate("\n", timeout=HANGING)

    def is_served(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=int(HANGING)).close()
        except psycopg.OperationalError:
            return False
        return True


@pytest.fixture
def use(tmp_path: Path) -> Iterator[Callable[..., User]]:
    users: list[User] = []

    def start(folder: Path = tmp_path, *prefix: str) -> User:
        users.append(User(folder, *prefix))
        return users[-1]

    yield start
    for user in users:
        if user.process.poll() is None:
            user.leave()


def processes_of(folder: Path) -> dict[str, psutil.Process]:
    found = {}
    for process in psutil.process_iter():
        try:
            line = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if str(folder) in line and "postgres" in line and "-D" in line:
            found["server"] = process
        elif str(folder) in line and "arena.embedded.keeper" in line:
            found["keeper"] = process
    return found


def test_database_in_a_long_path_with_spaces_is_served(use: Callable[..., User], tmp_path: Path) -> None:
    assert use(tmp_path / "with space and 'quote" / ("long" * 38)).is_served()


def test_database_of_an_ordinary_user_is_served(use: Callable[..., User], tmp_path: Path) -> None:
    ordinary = ["unshare", "--user", "--map-user=65534", "--map-group=65534"] if os.geteuid() == 0 else []
    assert use(tmp_path, *ordinary).is_served()


def test_database_password_and_socket_are_private(use: Callable[..., User], tmp_path: Path) -> None:
    user = use()
    cluster = Cluster(tmp_path)
    assert cluster.password_file.stat().st_mode & 0o077 == 0
    assert cluster.socket_folder.stat().st_mode & 0o077 == 0
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(user.url.replace(cluster.password_file.read_text().strip(), "guess"))


def test_database_ends_with_its_last_user_and_leaves_no_socket(use: Callable[..., User], tmp_path: Path) -> None:
    first, second = use(), use()
    first.leave()
    assert not wait_until(lambda: not second.is_served(), seconds=2.5)
    second.leave()
    assert wait_until(lambda: processes_of(tmp_path) == {})
    assert not Cluster(tmp_path).socket_folder.exists()


def test_database_comes_back_after_its_server_is_killed(use: Callable[..., User], tmp_path: Path) -> None:
    user = use()
    server = processes_of(tmp_path)["server"]
    server.send_signal(signal.SIGKILL)
    assert wait_until(lambda: processes_of(tmp_path).get("server", server) != server and user.is_served())


def test_database_comes_back_after_everything_is_killed(use: Callable[..., User], tmp_path: Path) -> None:
    user = use()
    with psycopg.connect(user.url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    kill_all([*(process.pid for process in processes_of(tmp_path).values()), user.process.pid])
    user.process.communicate()
    with psycopg.connect(use().url) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_missing_binaries_name_the_way_out(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"EASEL_PG_BIN": str(tmp_path / "nowhere"), "EASEL_DATA_DIR": str(tmp_path / "data")}
    found = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert found.returncode == 1
    assert found.stderr.count("\n") == 1
    assert "DATABASE_URL" in found.stderr
