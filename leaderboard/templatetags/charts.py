"""Charts on pages: rows and counts in, SVG out."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import template
from django.conf import settings

from leaderboard.charts.intervals import Interval, interval_cell, interval_domain, interval_plot
from leaderboard.charts.splits import split_bar
from leaderboard.findings import state_finding
from leaderboard.ratings.parameters import METHOD
from leaderboard.standings import StandingRow

register = template.Library()

_BAR_WIDTH = 120


def as_intervals(rows: Iterable[StandingRow]) -> list[Interval]:
    """The rows that have a rating as intervals; preliminary ones are faint."""
    return [
        Interval(row.contender_name, row.elo, row.elo_low, row.elo_high, faint=row.level != "established")
        for row in rows
        if row.elo is not None
    ]


@register.filter
def elo_domain(rows: Iterable[StandingRow]) -> tuple[float, float]:
    """The range of Elo that all cells of one table share."""
    return interval_domain(as_intervals(rows))


@register.inclusion_tag("leaderboard/charts/interval_cell.html", name="interval_cell")
def draw_interval_cell(row: StandingRow, domain: tuple[float, float], width: int = 190) -> dict[str, Any]:
    """One row's Elo interval as a small SVG; empty without a rating."""
    intervals = as_intervals([row])
    if not intervals:
        return {"cell": None}
    cell = interval_cell(intervals[0], domain=domain, reference=METHOD.elo_centre, width=width)
    return {"cell": cell, "row": row, "faint": intervals[0].faint}


@register.inclusion_tag("leaderboard/charts/interval_plot.html", name="interval_plot")
def draw_interval_plot(rows: Sequence[StandingRow], title: str) -> dict[str, Any]:
    """All rated rows as a dot plot, once for wide and once for narrow screens, with finding and data."""
    intervals = as_intervals(rows)
    wide = interval_plot(intervals, width=880, gutter=240, line_height=24, reference=METHOD.elo_centre)
    narrow = interval_plot(intervals, width=358, gutter=0, line_height=38, reference=METHOD.elo_centre)
    return {
        "plots": [("wide", wide), ("narrow", narrow)] if intervals else [],
        "rows": [row for row in rows if row.elo is not None],
        "title": title,
        "finding": state_finding(rows),
    }


@register.inclusion_tag("leaderboard/charts/thin_bar.html")
def thin_bar(row: StandingRow) -> dict[str, Any]:
    """How far a thin contender is from showing numbers."""
    rated = row.wins + row.losses + row.ties
    return {"rated": rated, "least": settings.THIN_VOTES}


@register.inclusion_tag("leaderboard/charts/split_bar.html", name="split_bar")
def draw_split_bar(wins: int, ties: int, losses: int) -> dict[str, Any]:
    """Wins, ties and losses of one side of a pair as one bar."""
    counts = {"wins": wins, "ties": ties, "losses": losses}
    return {**counts, "parts": split_bar(counts, width=_BAR_WIDTH), "width": _BAR_WIDTH}
