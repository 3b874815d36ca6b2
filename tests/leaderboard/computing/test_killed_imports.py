"""A killed import has imported nothing; a second run imports everything once."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from arena.voting.ledger.chain import GENESIS
from arena.voting.ledger.verifying import verify_ledger
from arena.voting.models import Ledger, LedgerEntry, LedgerOrigin
from leaderboard.votefiles.vote_files import read_votes
from tests.leaderboard.computing.test_vote_import import strange_votes, write_votes
from tests.system.easel import wait_until


@pytest.mark.django_db(transaction=True)
def test_import_killed_in_the_middle_is_whole_after_a_second_run(tmp_path: Path, thorough: bool) -> None:
    votes = 40_000 if thorough else 4_000
    path = write_votes(tmp_path / "votes.csv", strange_votes(votes))
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    command = [sys.executable, "manage.py", "import_votes", str(path), "--name", "Killed"]
    environment = os.environ | {"DATABASE_URL": database}
    with (
        _held_at(votes // 2),
        subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL) as importer,
    ):
        assert wait_until(_is_held), "the import never came to the entry at which it is held"
        importer.send_signal(signal.SIGKILL)
    assert (Ledger.objects.count(), LedgerEntry.objects.count(), LedgerOrigin.objects.count()) == (0, 0, 0)
    # Of two imports at once, the second waits and finds the file imported.
    both = [
        subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = sorted(each.communicate()[0] for each in both)
    assert [each.returncode for each in both] == [0, 0]
    assert sum(f"Imported {votes:,} votes" in text for text in said) == 1
    assert sum("is already imported" in text for text in said) == 1
    ledger = Ledger.objects.get()
    assert (ledger.length, verify_ledger(ledger).bad_position) == (votes, None)
    assert ledger.head != GENESIS
    assert len(read_votes(path).votes[""]) == votes == LedgerEntry.objects.count()


@contextlib.contextmanager
def _held_at(position: int) -> Iterator[None]:
    """Make the statement that appends the entry at this position wait there, in the middle of its COPY."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(1, 1)")
        cursor.execute(
            "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN PERFORM pg_advisory_xact_lock(1, 1); RETURN NEW; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER hold BEFORE INSERT ON voting_ledgerentry FOR EACH ROW"
            f" WHEN (NEW.position = {position:d}) EXECUTE FUNCTION hold()"
        )
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(1, 1)")
            # Wait until the database has noticed that the client is gone.
            cursor.execute("DROP FUNCTION hold CASCADE")


def _is_held() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1 AND objid = 1 AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return bool(cursor.fetchone()[0])
