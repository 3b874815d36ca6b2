"""The ledger of controls: exported and verified like any other, and read by no board."""

import uuid
from functools import partial
from importlib import import_module
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from arena.errors import Conflict, DomainError
from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import cast_vote
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.ledger.chain import FORMATS
from arena.voting.ledger.exports import BadExport, walk_export
from arena.voting.ledger.opening import open_ledger
from arena.voting.ledger.sealing import seal_votes
from arena.voting.ledger.verifying import verify_ledger
from arena.voting.models import Exclusion, Ledger, LedgerEntry
from leaderboard.computing.refresh import refresh_ledgers
from leaderboard.models import Board, Snapshot
from leaderboard.queries.status import read_board_figures
from leaderboard.votefiles.export_reader import read_export
from leaderboard.votefiles.vote_files import read_votes
from tests.factories import make_gold_arena

pytestmark = pytest.mark.django_db
ENTRIES = "/api/v1/ledgers/control/entries"
# All that shows a board takes any ledger by name.
OF_BOARDS = (
    "/leaderboard/text-to-image/?ledger=control",
    "/api/v1/boards/?ledger=control&modality=text-to-image",
    "/api/v1/standings/?ledger=control&modality=text-to-image",
)


def vote(ledger: Ledger, voters: list[uuid.UUID]) -> None:
    for voter in voters:
        dealt = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
        assert dealt is not None
        cast_vote(matchup_id=read_token(dealt.id), voter_key=voter, answer="left", languages=["en"])


@pytest.fixture
def controls(ledger: Ledger, settings: Settings) -> Ledger:
    """A ledger of three gold pairs, beside three votes that count."""
    make_gold_arena(pixels=False)
    voters = [uuid.uuid4() for _ in range(3)]
    vote(ledger, voters)
    settings.GOLD_SHARE = 1.0
    vote(ledger, voters)
    assert seal_votes() == 6
    return Ledger.objects.get(kind=Ledger.Kind.CONTROL)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_export_of_controls_says_what_each_tests_and_its_chain_holds(
    controls: Ledger, client: Client, tmp_path: Path, form: str
) -> None:
    path = tmp_path / f"export.{form}"
    path.write_bytes(client.get(f"{ENTRIES}.{form}").getvalue())
    walk = walk_export(path)
    assert (walk.length, walk.head) == (3, controls.head)
    told = client.get("/api/v1/ledgers/control/dictionary/").json()
    assert [column["name"] for column in told["columns"]][:16] == [*FORMATS[4], "version"]
    assert "In one of version 4, control comes after network" in told["canonical_json"]
    path.write_text(path.read_text().replace("gold_", "repeat_", 1))
    with pytest.raises(BadExport, match="do not fit the leaf"):
        walk_export(path)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_no_command_counts_an_export_of_controls(controls: Ledger, client: Client, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"export.{form}"
    path.write_bytes(client.get(f"{ENTRIES}.{form}").getvalue())
    for read in (read_export, read_votes):
        with pytest.raises(DomainError, match="tests its voter and is never ranked"):
            read(path)
    for command in ("recompute", "rank"):
        with pytest.raises(CommandError, match="tests its voter and is never ranked"):
            call_command(command, str(path), stdout=StringIO())


def test_export_of_what_counts_does_not_name_controls(controls: Ledger, client: Client, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(client.get("/api/v1/ledgers/native/entries.csv").getvalue())
    assert "control" not in path.read_text()
    assert sum(map(len, read_export(path).votes.values())) == 3
    # What never changes at a position has the columns of all formats; there they say nothing.
    path.write_bytes(client.get("/api/v1/ledgers/native/entries.csv?columns=sealed").getvalue())
    assert "control" in path.read_text()
    assert sum(map(len, read_export(path).votes.values())) == 3


@pytest.mark.parametrize("address", OF_BOARDS)
def test_no_door_shows_a_board_of_controls(controls: Ledger, client: Client, address: str) -> None:
    done, failed = refresh_ledgers()
    assert [refresh.ledger for refresh in done] == ["native"]
    assert failed == []
    assert Snapshot.objects.exists()
    assert client.get(address).status_code == 404
    assert client.get(address.replace("control", "native"), follow=True).status_code == 200
    assert not Board.objects.filter(ledger=controls).exists()


def test_ledger_of_controls_is_listed_and_verified(controls: Ledger, client: Client) -> None:
    listed = {each["slug"]: each["length"] for each in client.get("/api/v1/ledgers/").json()["results"]}
    assert listed == {"native": 3, "control": 3}
    said = StringIO()
    call_command("verify", "--ledger", "control", stdout=said)
    assert f"control: 3 entries verified, head {controls.head}" in said.getvalue()
    assert "Controls" in client.get("/status/").content.decode()


def test_boards_are_the_same_with_controls_and_without(ledger: Ledger, settings: Settings) -> None:
    make_gold_arena(samples=4, pixels=False)
    voters = [uuid.uuid4() for _ in range(5)]
    for _ in range(3):
        vote(ledger, voters)
    seal_votes()
    ledger.refresh_from_db()
    assert refresh_ledgers()[0][0].snapshots > 0
    known = set(Snapshot.objects.values_list("pk", "input_hash", "output_hash"))
    settings.GOLD_SHARE = 1.0
    vote(ledger, voters)
    assert seal_votes() == 5
    (done,), failed = refresh_ledgers()
    assert (done.snapshots, failed) == (0, [])
    assert set(Snapshot.objects.values_list("pk", "input_hash", "output_hash")) == known
    assert Ledger.objects.get(pk=ledger.pk).head == ledger.head


def test_answer_to_a_control_that_is_sent_twice_is_one_vote(ledger: Ledger, settings: Settings) -> None:
    make_gold_arena(pixels=False)
    settings.GOLD_SHARE = 1.0
    voter = uuid.uuid4()
    dealt = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
    assert dealt is not None
    send = partial(cast_vote, matchup_id=read_token(dealt.id), voter_key=voter, languages=["en"])
    replies = [send(answer="left").text for _ in range(2)]
    assert replies[0] == replies[1]
    with pytest.raises(Conflict):
        send(answer="right")
    assert seal_votes() == 1
    assert LedgerEntry.objects.get().ledger.kind == Ledger.Kind.CONTROL


def test_controls_are_excluded_like_other_votes(controls: Ledger) -> None:
    named = LedgerEntry.objects.filter(ledger=controls).values_list("voter", flat=True)[0]
    chosen = ["exclude", "--ledger", "control", "--voter", named]
    said = StringIO()
    call_command(*chosen, "--dry-run", stdout=said)
    assert "1 votes of 1 voters" in said.getvalue()
    call_command(*chosen, "--reason", "a test", stdout=said)
    assert Exclusion.objects.get().entry.ledger == controls
    assert verify_ledger(controls).bad_position is None


def test_ledger_of_controls_is_not_removed(controls: Ledger) -> None:
    with pytest.raises(CommandError, match="Votes of this arena are not removed"):
        call_command("remove_ledger", "control")
    assert LedgerEntry.objects.filter(ledger=controls).count() == 3


def test_monitoring_waits_for_no_board_of_controls(controls: Ledger) -> None:
    unrated = [figure for figure in read_board_figures() if figure.name == "unrated_entries"]
    assert controls.length == 3
    assert [(figure.labels, figure.value) for figure in unrated] == [({"ledger": "native"}, 3)]


def test_imported_ledger_of_an_earlier_version_makes_room_for_controls() -> None:
    earlier = Ledger.objects.create(slug="control", name="Their controls", kind=Ledger.Kind.IMPORTED)
    (freeing,) = import_module("arena.voting.migrations.0018_slug_of_controls").Migration.operations
    with connection.cursor() as cursor:
        cursor.execute(freeing.sql)
    assert open_ledger(Ledger.Kind.CONTROL).slug == "control"
    earlier.refresh_from_db()
    assert earlier.slug == f"control-imported-{earlier.pk}"
