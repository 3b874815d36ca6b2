"""Boards and snapshots in the admin are read-only."""

import pytest
from django.contrib import admin
from django.test import Client, override_settings

from leaderboard.computing.refresh import refresh_ledger
from leaderboard.models import Board, Snapshot
from tests.leaderboard.ledgers import append_entries, draw_votes, make_contenders, make_ledger

pytestmark = pytest.mark.django_db
# These tests do not need the collected static files that the admin's pages link to.
PLAIN = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


@override_settings(STORAGES=PLAIN)
def test_staff_see_snapshots_and_change_none(admin_client: Client) -> None:
    ledger = make_ledger()
    append_entries(ledger, draw_votes(make_contenders(2), 5))
    refresh_ledger(ledger=ledger)
    assert {Board, Snapshot} <= set(admin.site._registry)

    for model, rows in (("board", Board.objects), ("snapshot", Snapshot.objects)):
        row = rows.first()
        assert row is not None
        assert admin_client.get(f"/admin/leaderboard/{model}/").status_code == 200
        assert admin_client.get(f"/admin/leaderboard/{model}/{row.pk}/change/").status_code == 200
        assert admin_client.get(f"/admin/leaderboard/{model}/add/").status_code == 403
        assert admin_client.post(f"/admin/leaderboard/{model}/{row.pk}/change/", {}).status_code == 403
        assert admin_client.post(f"/admin/leaderboard/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Snapshot.objects.count() == 3
