"""Verifying finds any entry that differs from what was sealed, and names its position."""

import gzip
import io
import json
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from arena.generation.models import Image, Rendition
from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import cast_vote
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.ledger.chain import FORMATS, GENESIS, LATEST
from arena.voting.ledger.sealed_files import check_files, mark_as_restored
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import Ledger, LedgerEntry, UnsealedVote
from tests.factories import make_arena

pytestmark = pytest.mark.django_db
COLUMNS = (*FORMATS[LATEST], "version", "salt", "leaf", "chain")


@pytest.fixture
def sealed(ledger: Ledger) -> Ledger:
    """A native ledger with six entries."""
    make_arena(pixels=False)
    deal_and_seal(ledger, votes=6)
    return ledger


def deal_and_seal(ledger: Ledger, *, votes: int) -> None:
    for _ in range(votes):
        voter = uuid.uuid4()
        matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
        assert matchup is not None
        cast_vote(matchup_id=read_token(matchup.id), voter_key=voter, answer="left", languages=["en"])
    assert seal_votes() == votes


def tamper(*statements: str) -> None:
    """Change rows as somebody with full rights on the database could."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def verify(**options: object) -> str:
    out = io.StringIO()
    call_command("verify", stdout=out, **options)
    return out.getvalue()


def test_verify_with_untouched_ledger_prints_length_and_head(sealed: Ledger) -> None:
    sealed.refresh_from_db()
    assert f"native: 6 entries verified, head {sealed.head}" in verify()


def test_verify_with_empty_ledger_starts_at_genesis(ledger: Ledger) -> None:
    assert f"0 entries verified, head {GENESIS}" in verify(ledger="native")


@pytest.mark.parametrize(
    ("statements", "position"),
    [
        (["UPDATE voting_ledgerentry SET outcome = 'right' WHERE position = 4"], 4),
        (["UPDATE voting_ledgerentry SET propensity = propensity / 2 WHERE position = 1"], 1),
        (["UPDATE voting_ledgerentry SET salt = 'no salt' WHERE position = 2"], 2),
        (["DELETE FROM voting_ledgerentry WHERE position = 3"], 3),
        (["DELETE FROM voting_ledgerentry WHERE position = 6"], 6),
        (
            [
                "UPDATE voting_ledgerentry SET position = 99 WHERE position = 2",
                "UPDATE voting_ledgerentry SET position = 2 WHERE position = 5",
                "UPDATE voting_ledgerentry SET position = 5 WHERE position = 99",
            ],
            2,
        ),
        (["UPDATE voting_ledger SET head = repeat('0', 64)"], 6),
        (["UPDATE voting_ledger SET length = 5, head = (SELECT chain FROM voting_ledgerentry WHERE position = 5)"], 6),
    ],
    ids=["flipped", "nudged", "unsalted", "dropped", "dropped-last", "swapped", "headless", "shortened"],
)
def test_verify_with_tampered_entry_names_first_bad_position(
    sealed: Ledger, statements: list[str], position: int
) -> None:
    tamper(*statements)
    with pytest.raises(CommandError, match=f"position {position} is bad"):
        verify(ledger="native")


def test_verify_with_vote_neither_sealed_nor_waiting_fails(sealed: Ledger) -> None:
    voter = uuid.uuid4()
    matchup = deal_matchup(ledger=sealed, voter_key=voter, languages=["en"])
    assert matchup is not None
    cast_vote(matchup_id=read_token(matchup.id), voter_key=voter, answer="tie", languages=["en"])
    assert "6 entries" in verify()
    UnsealedVote.objects.all().delete()
    with pytest.raises(CommandError, match="1 votes are neither sealed nor waiting"):
        verify()


def rows() -> list[dict[str, object]]:
    return [
        {**row, "cast_on": str(row["cast_on"])} for row in LedgerEntry.objects.order_by("position").values(*COLUMNS)
    ]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_verify_with_exported_file_walks_it(sealed: Ledger, tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "ledger.jsonl"
    entries = [json.dumps(row) + "\n" for row in rows()]
    path.write_bytes(pack("".join(entries).encode()))
    sealed.refresh_from_db()
    assert f"6 entries verified, head {sealed.head}" in verify(file=path)
    entries[2], entries[3] = entries[3], entries[2]
    path.write_bytes(pack("".join(entries).encode()))
    with pytest.raises(CommandError, match=r"ledger\.jsonl: position 3 is bad"):
        verify(file=path)


@pytest.mark.parametrize("table", ["voting_ledgerentry", "voting_vote"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET outcome = 'right'", "DELETE FROM {}"])
def test_sealed_rows_when_changed_are_guarded_by_the_database(sealed: Ledger, table: str, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


@pytest.fixture
def with_files(ledger: Ledger, settings: Settings, tmp_path: Path) -> Ledger:
    """A native ledger with three entries, and the files of their images."""
    settings.DATA_DIR = tmp_path
    make_arena(contenders=2, prompts=1)
    deal_and_seal(ledger, votes=3)
    return ledger


def stored_files(ledger: Ledger) -> list[str]:
    assert check_files(ledger).faults == ()
    return [
        *Image.objects.values_list("storage_key", flat=True),
        *Rendition.objects.values_list("storage_key", flat=True),
    ]


def damage(key: str, how: Callable[[bytes], bytes] | None) -> None:
    """Change a stored file, or remove it."""
    path = Path(default_storage.path(key))
    if how is None:
        path.unlink()
    else:
        path.write_bytes(how(path.read_bytes()))


@pytest.mark.parametrize("kind", ["original", "rendition"])
@pytest.mark.parametrize(
    ("how", "words"),
    [
        (None, "is missing"),
        (lambda data: data[:-1], "bytes instead of"),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "is not what was stored"),
    ],
)  # fmt: skip
def test_verify_with_media_names_each_wrong_file(
    kind: str, how: Callable[[bytes], bytes] | None, words: str, with_files: Ledger
) -> None:
    key = stored_files(with_files)[0 if kind == "original" else -1]
    damage(key, how)
    assert "entries verified" in verify()
    with pytest.raises(CommandError) as refused:
        verify(media=True)
    assert f"native: 1 files are wrong:\n{key} " in str(refused.value)
    assert words in str(refused.value)


def test_verify_after_a_restore_reads_the_files_until_they_are_right(with_files: Ledger) -> None:
    key = stored_files(with_files)[0]
    data = Path(default_storage.path(key)).read_bytes()
    mark_as_restored()
    damage(key, None)
    for _ in range(2):
        with pytest.raises(CommandError, match="is missing"):
            verify()
    Path(default_storage.path(key)).write_bytes(data)
    assert f"native: {len(stored_files(with_files))} files verified\n" in verify()
    assert "files verified" not in verify()


def test_rendition_from_before_hashes_is_compared_by_size(with_files: Ledger) -> None:
    renditions = Rendition.objects.all()
    renditions.update(sha256="")
    assert f"files verified, {renditions.count()} of them by size alone" in verify(media=True)
