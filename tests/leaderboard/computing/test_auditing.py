"""Audits are made for the latest snapshots only, one at a time, and agree with those from an export."""

import io
import json
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from pytest_django import Settings

from arena.celery import app as celery
from arena.voting.models import Ledger
from leaderboard.computing.auditing import audit_ledger
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.computing.single_flight import AUDITING, REFRESHING
from leaderboard.models import Audit, Snapshot
from tests.leaderboard.ledgers import append_entries, draw_votes, exclude, make_contenders, make_ledger
from tests.writing_once import written_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def ledger(settings: Settings) -> Ledger:
    """A ledger whose boards are due at once."""
    settings.AUDIT_SECONDS = 0
    return fill()


@written_once
def fill() -> Ledger:
    """Return a refreshed ledger with two categories, two languages and an exclusion."""
    made = make_ledger()
    append_entries(made, draw_votes(make_contenders(4), 300, categories=["animals", "food"], languages=["en", "ja"]))
    exclude(made, 10)
    refresh_ledger(ledger=made)
    return made


def add_votes(ledger: Ledger, count: int) -> None:
    slugs = sorted(set(ledger.entries.values_list("left", flat=True)))
    append_entries(ledger, draw_votes(slugs, count, categories=["animals"]))


def test_stored_facts_are_those_of_the_export(ledger: Ledger, client: Client, tmp_path: Path) -> None:
    assert audit_ledger(ledger=ledger).audits == Snapshot.objects.count() == 5
    (tmp_path / "votes.csv").write_bytes(client.get("/api/v1/ledgers/native/entries/?format=csv").getvalue())
    call_command(
        "recompute", str(tmp_path / "votes.csv"), "--audit", "--format", "json", stdout=(said := io.StringIO())
    )

    found = {each.pop("board"): each for each in json.loads(said.getvalue())["audits"]}
    for audit in Audit.objects.select_related("snapshot__board"):
        board = audit.snapshot.board
        recomputed = found[f"{board.slice}:{board.slice_value}".rstrip(":")]
        for flip in [*recomputed["first"], *(flip for pair in recomputed["pairs"] for flip in pair["flips"])]:
            assert len(flip.pop("removed") or ()) == (flip["count"] or 0)
        assert recomputed == {"modality": "text-to-image"} | audit.facts
        assert (audit.facts["replays"] is not None) == (board.slice == "overall")


def test_audit_is_of_its_snapshot_though_votes_have_come_since(ledger: Ledger) -> None:
    add_votes(ledger, 20)
    assert audit_ledger(ledger=ledger).audits == 5
    assert Audit.objects.get(snapshot__board__slice="overall").facts["votes"] == 299


def test_snapshot_whose_votes_were_excluded_since_is_passed_over(ledger: Ledger) -> None:
    exclude(ledger, 11)
    assert audit_ledger(ledger=ledger).audits < 5
    assert not Audit.objects.filter(snapshot__board__slice="overall").exists()
    refresh_ledger(ledger=ledger)
    audit_ledger(ledger=ledger)
    assert Audit.objects.get(snapshot__board__slice="overall").facts["votes"] == 298


def test_snapshot_by_another_method_is_left_to_the_refresh(ledger: Ledger, settings: Settings) -> None:
    settings.PRELIMINARY_VOTES += 10
    assert audit_ledger(ledger=ledger).audits == 0
    refresh_ledger(ledger=ledger)
    assert audit_ledger(ledger=ledger).audits == 5


def test_only_boards_that_changed_are_audited_again_and_not_too_soon(ledger: Ledger, settings: Settings) -> None:
    audit_ledger(ledger=ledger)
    assert audit_ledger(ledger=ledger).outcome == "nothing due"
    add_votes(ledger, 20)
    refresh_ledger(ledger=ledger)
    settings.AUDIT_SECONDS = 600
    assert audit_ledger(ledger=ledger).outcome == "nothing due"
    # The overall, animals and English boards gained votes.
    assert audit_ledger(ledger=ledger, at_once=True).audits == 3
    assert Audit.objects.count() == 8


def test_board_whose_votes_have_doubled_is_audited_soon(ledger: Ledger, settings: Settings) -> None:
    audit_ledger(ledger=ledger)
    settings.AUDIT_SECONDS = 600
    add_votes(ledger, 320)
    refresh_ledger(ledger=ledger)
    # The overall, animals and English boards.
    assert audit_ledger(ledger=ledger).audits == 3
    assert audit_ledger(ledger=ledger).outcome == "nothing due"


def test_audits_go_with_their_snapshots(ledger: Ledger) -> None:
    audit_ledger(ledger=ledger)
    Snapshot.objects.all().delete()
    assert not Audit.objects.exists()


def test_task_audits_every_ledger_and_command_says_so(ledger: Ledger) -> None:
    call_command("audit", stdout=(said := io.StringIO()))
    assert "native: 5 boards audited\n" in said.getvalue()
    celery.loader.import_default_modules()
    celery.tasks[celery.conf.beat_schedule["audit"]["task"]].run()
    call_command("audit", stdout=(said := io.StringIO()))
    assert said.getvalue() == "native: every board has its audit\n"


@pytest.mark.parametrize(("turn", "work"), [("audit", AUDITING), ("refresh", REFRESHING)])
def test_turn_that_lasts_is_not_joined_by_another(ledger: Ledger, turn: str, work: int) -> None:
    add_votes(ledger, 20)
    celery.loader.import_default_modules()
    task = celery.tasks[celery.conf.beat_schedule[turn]["task"]]
    before = Audit.objects.count(), Snapshot.objects.count()
    with psycopg.connect(**connection.get_connection_params() | {"context": None, "cursor_factory": None}) as other:
        other.execute("SELECT pg_advisory_lock(%s, 0)", [work])
        task.run()
        assert (Audit.objects.count(), Snapshot.objects.count()) == before
        other.execute("SELECT pg_advisory_unlock(%s, 0)", [work])
    task.run()
    assert (Audit.objects.count(), Snapshot.objects.count()) > before


def test_ledger_is_audited_by_one_at_a_time(ledger: Ledger) -> None:
    with psycopg.connect(**connection.get_connection_params() | {"context": None, "cursor_factory": None}) as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [AUDITING, ledger.pk])
        assert audit_ledger(ledger=ledger).outcome == "busy"
        other.execute("SELECT pg_advisory_unlock(%s, %s)", [AUDITING, ledger.pk])
    assert audit_ledger(ledger=ledger).outcome == "audited"
