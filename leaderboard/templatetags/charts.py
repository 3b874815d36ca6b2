"""Charts on pages: rows and counts in, SVG out."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any, Protocol

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.translation import ngettext

from arena.languages.written_figures import write_month
from leaderboard.charts.histories import Moment, Series, time_plot
from leaderboard.charts.intervals import LEAST_SPAN, Interval, interval_cell, interval_domain, interval_plot
from leaderboard.charts.profiles import profile_plot
from leaderboard.charts.releases import Release, release_plot
from leaderboard.charts.splits import split_bar
from leaderboard.charts.steps import Step, step_plot
from leaderboard.presentation.contenders.capability_lines import CapabilityRow, CapabilityTable
from leaderboard.presentation.contenders.models_over_time import ModelsOverTime
from leaderboard.presentation.contenders.series_lines import SeriesTable
from leaderboard.presentation.findings import state_finding, state_move
from leaderboard.presentation.ledger_choice import ShownLedger
from leaderboard.presentation.model_page.model_events import ModelEvent
from leaderboard.queries.choosing.picks import Pick
from leaderboard.queries.histories import HistoryPoint, name_methods
from leaderboard.queries.standings import StandingRow
from leaderboard.ratings.parameters import METHOD
from leaderboard.ratings.results import Line

register = template.Library()

_BAR_WIDTH = 120


class Rated(Protocol):
    """A row with a name and a rating."""

    @property
    def contender_name(self) -> str: ...

    @property
    def line(self) -> Line: ...


def as_intervals(rows: Iterable[Rated]) -> list[Interval]:
    """The rows that have a rating as intervals; preliminary ones are faint."""
    return [
        Interval(
            row.contender_name, row.line.elo, row.line.elo_low, row.line.elo_high, faint=row.line.level != "established"
        )
        for row in rows
        if row.line.elo is not None
    ]


@register.filter
def elo_domain(rows: Iterable[Rated]) -> tuple[float, float]:
    """The range of Elo that all cells of one table share."""
    return interval_domain(as_intervals(rows))


@register.inclusion_tag("leaderboard/charts/interval_cell.html", name="interval_cell")
def draw_interval_cell(row: Rated, domain: tuple[float, float], width: int = 190) -> dict[str, Any]:
    """One row's Elo interval as a small SVG; empty without a rating."""
    intervals = as_intervals([row])
    if not intervals:
        return {"cell": None}
    cell = interval_cell(intervals[0], domain=domain, reference=METHOD.elo_centre, width=width)
    return {"cell": cell, "row": row, "faint": intervals[0].faint}


@register.filter
def gap_domain(picks: Iterable[Pick]) -> tuple[float, float]:
    """The range of gaps to the first pick that all cells of one table share."""
    return interval_domain([_as_gap(pick) for pick in picks])


@register.inclusion_tag("leaderboard/charts/gap_cell.html", name="gap_cell")
def draw_gap_cell(pick: Pick, domain: tuple[float, float], width: int = 150) -> dict[str, Any]:
    """How far a pick is behind the first one, with the interval of the gap; the line at 0 is the first pick."""
    return {"cell": interval_cell(_as_gap(pick), domain=domain, reference=0.0, width=width), "pick": pick}


def _as_gap(pick: Pick) -> Interval:
    return Interval(pick.contender_name, -pick.behind, -pick.behind_high, -pick.behind_low)


@register.inclusion_tag("leaderboard/charts/interval_plot.html", name="interval_plot")
def draw_interval_plot(rows: Sequence[StandingRow], title: str, api_query: str) -> dict[str, Any]:
    """All rated rows as a dot plot, for wide and for narrow screens, with finding, data, and a link to them."""
    intervals = as_intervals(rows)
    wide = interval_plot(intervals, width=880, gutter=240, line_height=24, reference=METHOD.elo_centre)
    narrow = interval_plot(intervals, width=358, gutter=0, line_height=38, reference=METHOD.elo_centre)
    return {
        "plots": [("wide", wide), ("narrow", narrow)] if intervals else [],
        "rows": [row for row in rows if row.line.elo is not None],
        "title": title,
        "api_query": api_query,
        "finding": state_finding(rows),
    }


@register.inclusion_tag("leaderboard/charts/profile_plot.html", name="profile_plot")
def draw_profile_plot(table: CapabilityTable, modality: str) -> dict[str, Any]:
    """A contender's capability profile, for wide and for narrow screens; an axis with too few votes has its count."""
    rows = [(row.one.name, _as_interval(row), _count_votes(row)) for row in table.rows]
    sizes = (("wide", 880, 240, 24), ("narrow", 358, 0, 38))
    plots = [
        (size, profile_plot(rows, width=width, gutter=gutter, line_height=height, reference=METHOD.elo_centre))
        for size, width, gutter, height in sizes
    ]
    name = table.profile.contender_name
    return {"plots": plots, "name": name, "finding": table.finding, "key": f"{modality}-{table.profile.contender_slug}"}


def _as_interval(row: CapabilityRow) -> Interval | None:
    line = row.line
    if line is None or line.elo is None:
        return None
    return Interval(row.one.name, line.elo, line.elo_low, line.elo_high, faint=line.level != "established")


def _count_votes(row: CapabilityRow) -> str:
    votes = row.line.votes if row.line else 0
    return ngettext("{votes} vote: too few", "{votes} votes: too few", votes).format(votes=votes)


@register.inclusion_tag("leaderboard/charts/thin_bar.html")
def thin_bar(row: StandingRow) -> dict[str, Any]:
    """How far a thin contender is from showing numbers."""
    rated = row.line.wins + row.line.losses + row.line.ties
    return {"rated": rated, "least": settings.THIN_VOTES}


@register.inclusion_tag("leaderboard/charts/split_bar.html", name="split_bar")
def draw_split_bar(wins: int, ties: int, losses: int) -> dict[str, Any]:
    """Wins, ties and losses of one side of a pair as one bar."""
    counts = {"wins": wins, "ties": ties, "losses": losses}
    return {**counts, "parts": split_bar(counts, width=_BAR_WIDTH), "width": _BAR_WIDTH}


@register.inclusion_tag("leaderboard/charts/step_plot.html", name="step_plot")
def draw_step_plot(table: SeriesTable) -> dict[str, Any]:
    """A series' Elo by step, for wide and for narrow screens."""
    rated = [(line, line.row.line) for line in table.lines if line.row and line.row.line.elo is not None]
    steps = [
        Step(one.contender.step or 0.0, line.elo or 0.0, line.elo_low, line.elo_high, line.level != "established")
        for one, line in rated
    ]
    sizes = (("wide", 880), ("narrow", 358))
    plots = [(size, step_plot(steps, width=width, height=240, least=LEAST_SPAN)) for size, width in sizes]
    return {"plots": plots, "name": table.name}


@register.inclusion_tag("leaderboard/charts/release_plot.html", name="release_plot")
def draw_release_plot(over_time: ModelsOverTime, shown: ShownLedger, organization: str) -> dict[str, Any]:
    """An organization's models by release on a ledger, for wide and for narrow screens."""
    releases = [
        Release(
            one.row.model_name, reverse("model", args=[one.row.model_slug]) + shown.query, one.released.day,
            one.row.line.elo or 0.0, one.row.line.elo_low, one.row.line.elo_high,
            faint=one.row.line.level != "established",
        )
        for one in over_time.models
    ]  # fmt: skip
    best = [(since, row.line.elo or 0.0) for since, row in over_time.best]
    sizes = (("wide", 880, 360), ("narrow", 358, 330))
    plots = [
        (size, release_plot(releases, best, width=width, height=height, write=write_month))
        for size, width, height in sizes
    ]
    asked = {"organization": organization, "ledger": shown.slug}
    return {"plots": plots, "over_time": over_time, "query": shown.query, **asked}


@register.inclusion_tag("leaderboard/charts/history_plot.html", name="history_plot")
def draw_history_plot(
    points: Sequence[HistoryPoint], name: str, title: str, events: Sequence[ModelEvent] = ()
) -> dict[str, Any]:
    """One contender's Elo and rank range over time, a line for each method, for wide and for narrow screens."""
    numbered = [(datetime.combine(event.day, time(12), UTC), str(event.number)) for event in events]
    methods = name_methods(points)
    elo = [Series(label, _elo_moments(points, key)) for key, label in methods.items()]
    ranks = [Series(label, _rank_moments(points, key)) for key, label in methods.items()]
    is_ranked = any(moment.low is not None for series in ranks for moment in series.moments)
    plots = [
        (
            size,
            time_plot(elo, width=width, height=260, least=LEAST_SPAN, events=numbered),
            time_plot(ranks, width=width, height=120, least=2.0, falling=True, whole=True) if is_ranked else None,
        )
        for size, width in (("wide", 880), ("narrow", 358))
    ]
    return {
        "plots": plots if any(point.elo is not None for point in points) else [],
        "several": len(methods) > 1,
        "name": name,
        "title": title,
        "finding": state_move(points),
    }


def _elo_moments(points: Iterable[HistoryPoint], method: str) -> tuple[Moment, ...]:
    """One method's Elo, marked where a move begins to be more than luck."""
    moments, before = [], ""
    for point in points:
        if point.parameters_hash == method:
            now = direction(point)
            moment = Moment(point.computed_at, point.elo, point.elo_low, point.elo_high)
            moments.append(replace(moment, mark=now if now != before else ""))
            before = now
    return tuple(moments)


def _rank_moments(points: Iterable[HistoryPoint], method: str) -> tuple[Moment, ...]:
    own = (point for point in points if point.parameters_hash == method)
    return tuple(Moment(point.computed_at, None, point.rank_low, point.rank_high) for point in own)


@register.filter
def direction(line: HistoryPoint | StandingRow) -> str:
    """`up` or `down` where a line has moved, else nothing."""
    if not line.moved or line.elo_change is None:
        return ""
    return "up" if line.elo_change > 0 else "down"
