"""The plot of a profile: every axis has its line, and one with too few votes widens nothing."""

from leaderboard.charts.intervals import Interval, interval_plot
from leaderboard.charts.profiles import profile_plot


def test_axis_without_a_rating_keeps_its_place_and_its_note() -> None:
    rated = [Interval("Detail", 1050, 1020, 1080), Interval("Story", 980, 900, 1060, faint=True)]
    rows = [("Detail", rated[0], ""), ("Text", None, "2 votes"), ("Story", rated[1], "")]
    plot = profile_plot(rows, width=400, gutter=100, line_height=20, reference=1000)
    assert [(line.name, line.note, line.at is None) for line in plot.lines] == [
        ("Detail", "", False), ("Text", "2 votes", True), ("Story", "", False),
    ]  # fmt: skip
    assert [line.y for line in plot.lines] == [18, 38, 58]
    alone = interval_plot(rated, width=400, gutter=100, line_height=20, reference=1000)
    assert plot.frame.ticks == alone.ticks
    assert plot.lines[0].at
    assert plot.lines[0].at.centre == alone.lines[0].centre


def test_profile_without_any_rating_is_drawn() -> None:
    plot = profile_plot([("Text", None, "1 vote")], width=400, gutter=0, line_height=38, reference=1000)
    assert plot.lines[0].at is None
