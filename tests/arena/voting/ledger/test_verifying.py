"""Verifying finds any entry that differs from what was sealed, and names its position."""

import gzip
import io
import json
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import cast_vote
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.ledger.chain import FORMATS, GENESIS, LATEST
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import Ledger, LedgerEntry, UnsealedVote
from tests.factories import make_arena

pytestmark = pytest.mark.django_db
COLUMNS = (*FORMATS[LATEST], "version", "salt", "leaf", "chain")


@pytest.fixture
def sealed(ledger: Ledger) -> Ledger:
    """A native ledger with six entries."""
    make_arena(pixels=False)
    for _ in range(6):
        voter = uuid.uuid4()
        matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
        assert matchup is not None
        cast_vote(matchup_id=read_token(matchup.id), voter_key=voter, answer="left", languages=["en"])
    assert seal_votes() == 6
    return ledger


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
