"""Format versions of entries: a ledger may change its format half way, and no entry can claim another format."""

import uuid
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.test import Client

from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import cast_vote
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.ledger.chain import FORMATS, canonical_bytes
from arena.voting.ledger.exports import BadExport, carries_chain, walk_export
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import Ledger, LedgerEntry
from leaderboard.votefiles.export_reader import read_export
from tests.arena.voting.ledger.test_chain import ENTRY
from tests.arena.voting.ledger.test_verifying import tamper, verify
from tests.factories import make_arena

pytestmark = pytest.mark.django_db
ENTRIES = "/api/v1/ledgers/native/entries/"


def seal_three(ledger: Ledger, *, reasons: Sequence[str] = ()) -> None:
    for _ in range(3):
        voter = uuid.uuid4()
        matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
        assert matchup is not None
        cast_vote(matchup_id=read_token(matchup.id), voter_key=voter, answer="left", languages=["en"], reasons=reasons)
    assert seal_votes() == 3


@pytest.fixture
def changed(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """A native ledger whose fourth entry is the first in the second format, as after an upgrade."""
    make_arena(pixels=False)
    monkeypatch.setattr("arena.voting.ledger.sealing.LATEST", 1)
    seal_three(ledger)
    monkeypatch.setattr("arena.voting.ledger.sealing.LATEST", 2)
    seal_three(ledger, reasons=["text", "anatomy"])
    ledger.refresh_from_db()
    return ledger


def export(client: Client, folder: Path, sends: str) -> Path:
    path = folder / "export"
    path.write_bytes(client.get(ENTRIES, {"format": sends}).getvalue())
    return path


def test_first_format_is_what_it_was() -> None:
    assert ENTRY.version == 1
    assert tuple(ENTRY._asdict()) == (*FORMATS[1], "reasons", "tier", "network", "control", "version")
    assert not {b"version", b"reasons", b"tier", b"network", b"control"} & set(canonical_bytes(ENTRY).split(b'"'))


def test_second_format_begins_with_its_version_and_ends_with_reasons() -> None:
    told = canonical_bytes(ENTRY._replace(reasons="anatomy text", version=2)).decode()
    first = canonical_bytes(ENTRY).decode()
    assert told == '{"version":2,' + first[1:-1] + ',"reasons":"anatomy text"}'


def test_third_format_ends_with_tier_and_network() -> None:
    told = canonical_bytes(ENTRY._replace(tier="open", network="0a1b2c3d4e5f", version=3)).decode()
    second = canonical_bytes(ENTRY._replace(version=2)).decode()
    assert told == second.replace('"version":2', '"version":3')[:-1] + ',"tier":"open","network":"0a1b2c3d4e5f"}'


def test_fourth_format_ends_with_the_control() -> None:
    told = canonical_bytes(ENTRY._replace(tier="open", control="gold_left", version=4)).decode()
    third = canonical_bytes(ENTRY._replace(tier="open", version=3)).decode()
    assert told == third.replace('"version":3', '"version":4')[:-1] + ',"control":"gold_left"}'


def test_ledger_that_changes_its_format_verifies(changed: Ledger) -> None:
    told = list(LedgerEntry.objects.values_list("version", "reasons"))
    assert told == [(1, "")] * 3 + [(2, "anatomy text")] * 3
    assert f"native: 6 entries verified, head {changed.head}" in verify()


@pytest.mark.parametrize(
    ("position", "version", "reason"),
    [(2, 2, "do not fit the leaf"), (4, 1, "reasons has a value"), (5, 9, "format version 9 is not known")],
)
def test_entry_with_another_version_is_found(changed: Ledger, position: int, version: int, reason: str) -> None:
    tamper(f"UPDATE voting_ledgerentry SET version = {version} WHERE position = {position}")
    with pytest.raises(CommandError, match=f"position {position} is bad: .*{reason}"):
        verify()


@pytest.mark.parametrize("sends", ["csv", "jsonl"])
def test_export_of_a_changed_ledger_says_the_version_and_is_walked(
    changed: Ledger, client: Client, tmp_path: Path, sends: str
) -> None:
    path = export(client, tmp_path, sends)
    assert carries_chain(path)
    assert (walk_export(path).length, walk_export(path).head) == (6, changed.head)
    assert sum(map(len, read_export(path).votes.values())) == 6
    columns = client.get("/api/v1/ledgers/native/dictionary/").json()["columns"]
    assert [column["name"] for column in columns][:13] == [*FORMATS[2], "version"]

    text = path.read_text()
    lowered = {"csv": (" text,2,,", " text,1,,"), "jsonl": ('"version":2', '"version":1')}[sends]
    path.write_text(text.replace(*lowered))
    with pytest.raises(BadExport, match="position 4 is bad"):
        walk_export(path)
    path.write_text(text.replace("anatomy text", "anatomy"))
    with pytest.raises(BadExport, match="position 4 is bad"):
        walk_export(path)
    path.write_text(text.replace("version", "another"))
    with pytest.raises(BadExport, match="position 4 is bad"):
        walk_export(path)


def test_export_of_a_ledger_in_the_first_format_names_neither_version_nor_reasons(
    ledger: Ledger, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_arena(pixels=False)
    monkeypatch.setattr("arena.voting.ledger.sealing.LATEST", 1)
    seal_three(ledger)
    sent = client.get(ENTRIES).getvalue() + client.get(ENTRIES, {"format": "csv"}).getvalue()
    sent += client.get("/api/v1/ledgers/native/dictionary/").content
    assert b"version" not in sent
    assert b"reasons" not in sent
