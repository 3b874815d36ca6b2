"""Staff exclude entries by ledger and position, and change nothing else."""

import uuid

import pytest
from django.test import Client

from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import cast_vote
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import Exclusion, Ledger, LedgerEntry
from tests.factories import make_arena

ADD = "/admin/voting/exclusion/add/"


@pytest.fixture
def entry(ledger: Ledger) -> LedgerEntry:
    """One sealed vote in the native ledger."""
    make_arena(pixels=False)
    voter = uuid.uuid4()
    matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"])
    assert matchup is not None
    cast_vote(matchup_id=read_token(matchup.id), voter_key=voter, answer="left", languages=["en"])
    seal_votes()
    return LedgerEntry.objects.get()


def test_exclusion_added_by_position_is_dated_reasoned_and_stands(admin_client: Client, entry: LedgerEntry) -> None:
    form = {"ledger": entry.ledger_id, "position": 1, "reason": "A robot."}
    assert admin_client.post(ADD, form).status_code == 302
    exclusion = Exclusion.objects.get()
    assert (exclusion.entry, exclusion.reason) == (entry, "A robot.")
    assert exclusion.decided_by is not None
    assert exclusion.decided_by.username == "admin"
    assert "excluded already" in admin_client.post(ADD, form).content.decode()
    assert "no entry at that position" in admin_client.post(ADD, form | {"position": 2}).content.decode()
    assert "required" in admin_client.post(ADD, form | {"reason": ""}).content.decode()
    assert Exclusion.objects.count() == 1
    assert admin_client.post(f"/admin/voting/exclusion/{exclusion.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "A robot." in admin_client.get("/admin/voting/exclusion/").content.decode()


def test_ledger_and_entries_are_read_only_and_lead_to_no_image(admin_client: Client, entry: LedgerEntry) -> None:
    ledger = entry.ledger
    for address in (f"/admin/voting/ledger/{ledger.pk}/change/", f"/admin/voting/ledgerentry/{entry.pk}/change/"):
        page = admin_client.get(address)
        assert page.status_code == 200
        assert str(entry.vote_id) not in page.content.decode()
        assert admin_client.post(address, {}).status_code == 403
    assert admin_client.get("/admin/voting/ledgerentry/?q=" + entry.voter).status_code == 200
    assert admin_client.get("/admin/voting/ledger/add/").status_code == 403
    for name in ("matchup", "vote", "voter"):
        assert admin_client.get(f"/admin/voting/{name}/").status_code == 404
