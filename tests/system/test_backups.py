"""A backup made while people vote is a complete arena: it has every vote acknowledged before it, sealed or waiting."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from arena.backups.archive import read_contents, read_members
from arena.voting.blindness.tokens import read_token
from tests.system.easel import Easel, kill_all, processes_of, wait_until
from tests.system.voting_client import VotingClient

pytestmark = pytest.mark.system


def votes_in(backup: Path) -> set[str]:
    """The matchups for which the backup has votes."""
    pieces = [gzip.decompress(piece) for _, piece in read_members(backup, "database/voting_vote/")]
    column = read_contents(backup).tables["voting_vote"].columns.index("matchup_id")
    return {row.split("\t")[column] for row in b"".join(pieces).decode().splitlines()}


def acknowledged(voters: list[VotingClient]) -> set[str]:
    return {str(read_token(each.token)) for voter in voters for each in list(voter.acknowledged)}


def test_backup_made_while_people_vote_is_a_whole_arena(easel: Callable[..., Easel], tmp_path: Path) -> None:
    running = easel("--prompts", "1", SEAL_SECONDS="1", EASEL_DURABLE="0")
    running.wait_for("Easel runs at")
    voters = [VotingClient(running.address, seed=seed, pause=0.02) for seed in range(2)]
    for voter in voters:
        voter.start()
    assert wait_until(lambda: len(acknowledged(voters)) > 40)
    before, backup = acknowledged(voters), tmp_path / "easel.tar"
    running.manage("backup", str(backup))
    assert wait_until(lambda: len(acknowledged(voters)) > len(before))
    for voter in voters:
        voter.leaving.set()
        voter.join()
    refused = running.manage("restore", str(backup), "--replace", "--yes", check=False)
    assert (refused.returncode, f"already runs at {running.address}/" in refused.stderr) == (1, True)
    assert running.stop() == 0
    assert before <= votes_in(backup) <= acknowledged(voters)
    read_in_another_folder(running, backup, tmp_path / "elsewhere")


def read_in_another_folder(original: Easel, backup: Path, folder: Path) -> None:
    """Restore the backup where nothing is yet, and verify it; `test_upgrade` recomputes a restored arena."""
    again = Easel(folder, EASEL_DURABLE="0")
    try:
        again.manage("restore", str(backup))
        # Seals what waited when the backup was made.
        again.manage("refresh", "--ledger", "native")
        assert (folder / "secret_key").read_text() == (original.folder / "secret_key").read_text()
        assert f"{len(votes_in(backup))} entries verified" in again.manage("verify", "--ledger", "native").stdout
    finally:
        kill_all([pid for pid, _ in processes_of(folder)])
