"""Charts and names of pages that put contenders side by side."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leaderboard.charts.intervals import Interval, interval_plot
from leaderboard.charts.pareto import Offer, pareto_plot
from leaderboard.charts.splits import split_bar
from leaderboard.presentation.comparing.price_and_time import OfferedRows
from leaderboard.queries.comparing.verdicts import Record, Verdict
from leaderboard.queries.competitions.prompt_results import PairCount
from leaderboard.queries.standings import StandingRow

register = template.Library()

_BAR_WIDTH = 640


class CostAxis(Protocol):
    """Contenders with one kind of cost, how it is written, and the addresses of their models."""

    name: str
    label: str
    shown: OfferedRows
    write: Callable[[float], str]
    urls: Mapping[str, str]


class Gap(Protocol):
    """A pair on one board."""

    title: str
    verdict: Verdict | None
    faint: bool


@register.inclusion_tag("leaderboard/charts/outcome_bar.html", name="outcome_bar")
def draw_outcome_bar(record: Record) -> dict[str, Any]:
    """Wins, ties, both bad and losses of one side of a pair as one bar."""
    counts = {
        "wins": record.wins,
        "ties": record.ties,
        "both_bad": record.both_bad,
        "losses": record.losses,
    }
    return {**counts, "parts": split_bar(counts, width=_BAR_WIDTH), "width": _BAR_WIDTH}


@register.inclusion_tag("leaderboard/charts/difference_plot.html", name="difference_plot")
def draw_difference_plot(names: tuple[str, str], gaps: Sequence[Gap], api_query: str) -> dict[str, Any]:
    """A pair's gap on each board as a dot plot, for wide and for narrow screens, with finding, data, and their link."""
    told = [(gap, gap.verdict) for gap in gaps if gap.verdict is not None]
    intervals = [Interval(gap.title, found.gap, found.low, found.high, faint=gap.faint) for gap, found in told]
    sizes = (("wide", 880, 240, 24), ("narrow", 358, 0, 38))
    plots = [
        (size, interval_plot(intervals, width=width, gutter=gutter, line_height=high, reference=0.0, including=[0.0]))
        for size, width, gutter, high in sizes
    ]
    return {
        "plots": plots if intervals else [],
        "rows": [(gap, _answer(names, verdict)) for gap, verdict in told],
        "one": names[0],
        "two": names[1],
        "api_query": api_query,
        "finding": _state_gaps(names, [verdict for _gap, verdict in told]),
    }


def _answer(names: tuple[str, str], verdict: Verdict) -> str:
    if not verdict.is_sure:
        return _("not decided")
    return _("{name} surely better").format(name=names[0] if verdict.gap > 0 else names[1])


def _state_gaps(names: tuple[str, str], verdicts: Sequence[Verdict]) -> str:
    """On how many boards either is surely better, in one sentence."""
    sure = [verdict for verdict in verdicts if verdict.is_sure]
    ahead = sum(verdict.gap > 0 for verdict in sure)
    text = ngettext(
        "Of {n} board, {one} is surely better on {ahead}, {two} on {behind}.",
        "Of {n} boards, {one} is surely better on {ahead}, {two} on {behind}.",
        len(verdicts),
    )
    return text.format(n=len(verdicts), one=names[0], two=names[1], ahead=ahead, behind=len(sure) - ahead)


@register.inclusion_tag("leaderboard/charts/pareto_plot.html", name="pareto_plot")
def draw_pareto_plot(axis: CostAxis, api_query: str) -> dict[str, Any]:
    """Ratings against one kind of cost, for wide and for narrow screens, with data and a link to them."""
    offers = [
        Offer(
            one.row.contender_name, axis.urls.get(one.row.contender_slug, ""), one.cost, one.row.line.elo or 0.0,
            one.row.line.elo_low, one.row.line.elo_high, one.is_best, faint=one.row.line.level != "established",
        )
        for one in axis.shown.offered
    ]  # fmt: skip
    sizes = (("wide", 880, 400), ("narrow", 358, 330)) if offers else ()
    return {
        "plots": [
            (name, pareto_plot(offers, axis.shown.chain, width=width, height=height, write=axis.write))
            for name, width, height in sizes
        ],
        "axis": axis,
        "api_query": api_query,
    }


@register.simple_tag
def name_both(pair: PairCount, rows: Sequence[StandingRow]) -> tuple[str, str]:
    """The names of a pair's contenders."""
    names = {row.contender_slug: row.contender_name for row in rows}
    return names.get(pair.first, pair.first), names.get(pair.second, pair.second)
