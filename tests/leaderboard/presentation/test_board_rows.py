"""Which rows a board shows, and in what order."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from leaderboard.presentation.board_address import BoardAddress
from leaderboard.presentation.board_rows import choose_rows
from leaderboard.presentation.findings import state_finding
from leaderboard.queries.figures import Reliability
from leaderboard.queries.row_order import sort_rows
from leaderboard.queries.standings import StandingRow
from leaderboard.ratings.results import Line

PLAIN = StandingRow(
    contender_slug="a",
    contender_name="A",
    model_slug="a",
    model_name="A",
    organization_slug="lab",
    organization_name="Lab",
    line=Line(
        level="established",
        elo=1000.0,
        elo_low=990.0,
        elo_high=1010.0,
        mu=25.0,
        sigma=1.0,
        conservative=22.0,
        rank_low=1,
        rank_high=1,
        rank_elo=1,
        rank_trueskill=1,
        p_first=0.9,
        votes=100,
        voters=20,
        prompts=12,
        effective_voters=4.5,
        effective_prompts=11.2,
        wins=50,
        losses=40,
        ties=5,
        both_bad=5,
        win_rate=0.55,
        floor_rate=0.05,
        flags=(),
    ),
    price=Decimal("0.01"),
    price_provider="Host",
    price_source="https://example.com",
    price_seen_on=date(2026, 11, 1),
    reliability=Reliability(),
    matchups_shown=40,
    matchups_reported=1,
    reported_rate=0.025,
    images=4,
    images_hidden=0,
    hidden_rate=0.0,
    retired=False,
    elo_change=None,
    elo_change_low=None,
    elo_change_high=None,
    moved=None,
)


def row(name: str, **fields: Any) -> StandingRow:
    return change(replace(PLAIN, contender_slug=name.lower(), contender_name=name), **fields)


def change(row: StandingRow, **fields: Any) -> StandingRow:
    """The row with some fields of its line, or of its own, replaced."""
    figures = {each: fields.pop(each) for each in list(fields) if hasattr(PLAIN.line, each)}
    return replace(row, line=replace(row.line, **figures), **fields)


SURE = row("Sure", elo=1100.0, elo_low=1080.0, elo_high=1120.0)
LUCKY = row("Lucky", level="preliminary", elo=1200.0, elo_low=None, elo_high=None, price=None)
WIDE = row("Wide", level="preliminary", elo=1150.0, elo_low=900.0, elo_high=1400.0, organization_slug="other")
THIN = row("Thin", level="thin", elo=None, elo_low=None, elo_high=None, win_rate=None, price=Decimal("0.2"))
ROWS = (THIN, LUCKY, WIDE, SURE)


def names(rows: tuple[StandingRow, ...]) -> list[str]:
    return [each.contender_name for each in rows]


def test_rows_stand_by_what_is_surely_reached() -> None:
    assert names(sort_rows(ROWS, "")) == ["Sure", "Wide", "Lucky", "Thin"]
    assert names(sort_rows(ROWS, "-elo")) == ["Lucky", "Wide", "Sure", "Thin"]


def test_rows_without_an_interval_stand_by_their_rating() -> None:
    also = row("Also", level="preliminary", elo=1050.0, elo_low=None, elo_high=None)
    assert names(sort_rows((also, *ROWS), "")) == ["Sure", "Wide", "Lucky", "Also", "Thin"]


@pytest.mark.parametrize("sort", ["win_rate", "-win_rate", "elo", "-elo", "rank", "-rank"])
def test_rows_without_a_value_come_last_in_both_directions(sort: str) -> None:
    assert names(sort_rows(ROWS, sort))[-1] == "Thin"


@pytest.mark.parametrize(
    ("choice", "shown"),
    [
        ({"level": "established"}, {"Sure"}),
        ({"level": "preliminary"}, {"Sure", "Lucky", "Wide"}),
        ({"organization": "other"}, {"Wide"}),
        ({"max_price": "0.05"}, {"Sure", "Wide"}),
        ({"q": "LAB luck"}, {"Lucky"}),
        ({}, {"Sure", "Lucky", "Wide", "Thin"}),
    ],
)
def test_filters_hide_rows(choice: dict[str, str], shown: set[str]) -> None:
    assert set(names(choose_rows(ROWS, BoardAddress("text-to-image", **choice)))) == shown


def test_finding_claims_a_lead_only_where_the_range_does() -> None:
    behind = row("Behind", rank_low=2, rank_high=2)
    assert "Sure is ahead of all others" in state_finding([change(SURE, rank_high=1), behind])
    open_range = change(SURE, rank_high=2)
    assert "ahead" not in state_finding([open_range, change(behind, rank_low=1)])
    assert "places 1 to 2 are open" in state_finding([change(LUCKY, rank_low=None, rank_high=None), open_range, behind])


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (2, "The votes do not tell A and B apart at the top."),
        (3, "The votes do not tell A, B and C apart at the top."),
        (4, "A has the highest rating, but 3 others may be as good."),
    ],
)
def test_finding_names_whom_the_votes_do_not_tell_apart(count: int, said: str) -> None:
    level = [row(name, rank_low=1, rank_high=count, elo=1000.0 - place) for place, name in enumerate("ABCD"[:count])]
    assert state_finding(level) == said


def test_finding_of_preliminary_rows_claims_nothing() -> None:
    assert "preliminary" in state_finding([LUCKY, WIDE])
