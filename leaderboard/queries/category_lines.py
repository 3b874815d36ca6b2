"""Where one contender stands on the newest boards of the categories."""

from dataclasses import dataclass

from django.db.models import Q

from leaderboard.models import Standing
from leaderboard.queries.slices import find_ledger, list_slices
from leaderboard.queries.snapshots import latest_snapshots
from leaderboard.queries.standings import BoardView, read_line
from leaderboard.ratings.results import Line


@dataclass(frozen=True)
class CategoryLine:
    """A category's slug and title, and the contender's line on its board."""

    slug: str
    title: str
    line: Line


def read_category_lines(board: BoardView, contender: str) -> tuple[CategoryLine, ...]:
    """Return the contender's rated lines on the category boards of the same ledger and modality, best first."""
    ledger = find_ledger(board.ledger_slug)
    latest = latest_snapshots(ledger, modality=board.modality)
    named = Q(contender__slug=contender) if board.origin is None else Q(imported__label=contender)
    snapshots = {snapshot.pk: snapshot for key, snapshot in latest.items() if key.slice == "category"}
    found = Standing.objects.filter(named, snapshot__in=snapshots, elo__isnull=False)
    lines = {}
    for standing in found:
        standing.snapshot = snapshots[standing.snapshot_id]
        lines[standing.snapshot_id] = read_line(standing)
    titled = list_slices(ledger=ledger, modality=board.modality, computed=latest)
    own = [
        CategoryLine(each.key.slice_value, each.title, lines[latest[each.key].pk])
        for each in titled
        if each.key in latest and latest[each.key].pk in lines
    ]
    return tuple(sorted(own, key=_by_elo))


def _by_elo(one: CategoryLine) -> float:
    return -(one.line.elo or 0.0)
