"""Boards and snapshots in the admin, read-only: they are computed, never edited."""

from django.contrib import admin

from arena.web.read_only import ReadOnlyAdmin
from leaderboard.models import Board, Snapshot


@admin.register(Board)
class BoardAdmin(ReadOnlyAdmin):
    """All boards."""

    list_display = ["ledger", "modality", "slice", "slice_value", "days", "tiers"]
    list_filter = ["ledger", "modality", "slice", "days", "tiers"]


@admin.register(Snapshot)
class SnapshotAdmin(ReadOnlyAdmin):
    """All snapshots."""

    list_display = ["id", "board", "position", "votes", "voters", "excluded", "computed_at"]
    list_select_related = ["board"]
    list_filter = ["board__ledger", "board__modality", "board__slice"]
    show_full_result_count = False
