"""Geometry of ratings by day of release."""

from datetime import date

from leaderboard.charts.releases import Release, release_plot


def release(day: date, value: float, low: float | None = None, high: float | None = None) -> Release:
    return Release(f"of {day}", "/", day, value, low, high)


def test_later_releases_stand_further_right_and_higher_values_higher() -> None:
    days = (date(2025, 3, 1), date(2025, 9, 1), date(2026, 3, 1))
    releases = [release(day, value, value - 30, value + 30) for day, value in zip(days, (980, 1010, 1100), strict=True)]
    plot = release_plot(releases, [(days[0], 1050), (days[2], 1100)], width=800, height=300, write=str)
    assert [dot.x for dot in plot.dots] == sorted(dot.x for dot in plot.dots)
    assert [dot.y for dot in plot.dots] == sorted((dot.y for dot in plot.dots), reverse=True)
    assert all(dot.low is not None and dot.high is not None and dot.high < dot.y < dot.low for dot in plot.dots)
    assert all(dot.label is not None for dot in plot.dots)
    # The stair begins at the first release, meets the last one, and reaches the end.
    assert plot.stair.startswith(f"M{plot.dots[0].x} ")
    assert plot.stair.endswith(f"H{plot.dots[2].x}V{plot.dots[2].y}H{plot.right}")
    assert 1 < len(plot.days) <= 800 // 130
    assert all(plot.left <= tick.at <= plot.right and tick.label.endswith("-01") for tick in plot.days)


def test_lone_release_is_in_the_middle_and_needs_no_field() -> None:
    plot = release_plot([release(date(2026, 1, 15), 1000)], [], width=400, height=300, write=str)
    assert plot.dots[0].x == (plot.left + plot.right) / 2
    assert plot.dots[0].low is None
    assert plot.stair == ""


def test_twelve_labels_on_a_phone_cover_neither_each_other_nor_points() -> None:
    releases = [release(date(2024 + n // 6, 1 + n % 6 * 2, 1), 1000 + 7 * n, 990, 1100) for n in range(12)]
    plot = release_plot(releases, [], width=358, height=330, write=str)
    labels = [dot.label for dot in plot.dots if dot.label]
    assert 3 < len(labels) <= 12
    assert len({(label.x, label.y) for label in labels}) == len(labels)
    assert all(0 <= label.x <= plot.right for label in labels)
