"""Capability profiles: an estimated order is called wrong only where votes say so by more than luck."""

from dataclasses import replace
from datetime import date

import pytest

from leaderboard.presentation.contenders.capability_lines import Estimates, tabulate
from leaderboard.queries.axes.axis_standings import AxisLine, CapabilityProfile
from leaderboard.ratings.results import Line

AXES = ("detail", "text", "story")


def profile(*elo: float | None, half: float = 20.0) -> CapabilityProfile:
    """A profile of AXES with these Elo; None for an axis with too few votes."""
    lines = [
        Line(
            level="thin", votes=2, voters=1, effective_voters=1.0, prompts=1, effective_prompts=1.0,
            wins=1, losses=1, ties=0, both_bad=0, flags=(),
        )
        if each is None
        else Line(
            level="established", elo=each, elo_low=each - half, elo_high=each + half, votes=90, voters=9, prompts=9,
            effective_voters=9.0, effective_prompts=9.0, wins=40, losses=40, ties=10, both_bad=0, flags=(),
        )
        for each in elo
    ]  # fmt: skip
    named = [AxisLine(axis, axis.capitalize(), 1, line) for axis, line in zip(AXES, lines, strict=True)]
    return CapabilityProfile("one", "One", tuple(named))


def estimates(*values: int) -> Estimates:
    return Estimates("page.test", "https://page.test/one", date(2026, 11, 1), dict(zip(AXES, values, strict=False)))


@pytest.mark.parametrize(
    ("measured", "values", "sentence"),
    [
        (
            profile(1100, 1000, 900), (50, 60, 70),
            "page.test puts Story above Detail. By these votes it is the other way round, by more than luck; so it is "
            "with 3 pairs of axes in all.",
        ),
        (
            profile(1100, 1000, 1001), (60, 50, 70),
            "page.test puts Story above Detail. By these votes it is the other way round, by more than luck.",
        ),
        (
            profile(1100, 1000, 1020), (60, 50, 40),
            "These votes do not contradict the order of page.test by more than luck: of 3 pairs of axes they confirm 2 "
            "and leave 1 undecided.",
        ),
        (
            profile(1100, None, 900), (60, 50),
            "The estimates of page.test cannot be compared with these votes: no two axes have both.",
        ),
        (
            profile(1100, 1000, 900), (60, 60),
            "The estimates of page.test cannot be compared with these votes: no two axes have both.",
        ),
    ],
)  # fmt: skip
def test_orders_are_compared_beyond_luck_only(
    measured: CapabilityProfile, values: tuple[int, ...], sentence: str
) -> None:
    assert tabulate(measured, [estimates(*values)]).sentences == (sentence,)


def test_places_are_ranges_that_the_votes_leave_open() -> None:
    table = tabulate(profile(1100, 1000, 1001), [estimates(60, 70, 60)])
    assert [row.places for row in table.rows] == ["1", "2–3", "2–3"]
    assert [each.places for row in table.rows for each in row.estimates if each] == ["2–3", "1", "2–3"]
    assert table.finding == "Measured by votes, it is better than the field at: Detail."
    assert [row.places for row in tabulate(profile(1100, None, 900), []).rows] == ["1", "", "2"]


def test_nothing_is_claimed_without_an_interval() -> None:
    lines = profile(1300, 1000, 900).lines
    alone = replace(lines[0], line=lines[0].line and replace(lines[0].line, elo_low=None, elo_high=None))
    table = tabulate(CapabilityProfile("one", "One", (alone, *lines[1:])), [estimates(1, 70, 60)])
    assert table.finding == "Measured by votes, it is worse than the field at: Story."
    assert [row.places for row in table.rows] == ["", "1", "2"]


def test_a_gap_that_one_pair_alone_would_show_is_not_enough_among_many() -> None:
    # 60 Elo with half-widths of 40 are 2.1 standard errors: beyond luck for one pair, not for three.
    alone = tabulate(profile(1060, 1000, None, half=40), [])
    assert [row.places for row in alone.rows] == ["1", "2", ""]
    assert [row.places for row in tabulate(profile(1060, 1000, 1030, half=40), []).rows] == ["1–3", "1–3", "1–3"]
