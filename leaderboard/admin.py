"""Boards and snapshots in the admin, to look at only: they are computed, never edited."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from leaderboard.models import Board, Snapshot


class ReadOnly(admin.ModelAdmin[Any]):
    """Nothing is added, changed or deleted by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Board)
class BoardAdmin(ReadOnly):
    """Every ranking question."""

    list_display = ["ledger", "modality", "slice", "slice_value"]
    list_filter = ["ledger", "modality", "slice"]


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnly):
    """Every computation."""

    list_display = ["id", "board", "position", "votes", "voters", "excluded", "computed_at"]
    list_select_related = ["board"]
    list_filter = ["board__ledger", "board__modality", "board__slice"]
    show_full_result_count = False
