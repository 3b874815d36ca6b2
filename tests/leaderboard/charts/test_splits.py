"""Geometry of split bars."""

from leaderboard.charts.splits import split_bar


def test_split_bar_fills_the_width_in_order() -> None:
    parts = split_bar({"wins": 6, "ties": 0, "losses": 2}, width=80)
    assert [(part.name, part.x, part.width) for part in parts] == [("wins", 0, 60), ("losses", 60, 20)]


def test_split_bar_without_votes_has_no_parts() -> None:
    assert split_bar({"wins": 0, "losses": 0}, width=80) == ()
