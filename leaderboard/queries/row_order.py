"""The order of a board's rows: by rank, or by any column."""

from collections.abc import Callable, Iterable
from typing import Any

from leaderboard.queries.standings import StandingRow

_KEYS: dict[str, Callable[[StandingRow], Any]] = {
    "name": lambda row: row.contender_name.casefold(),
    "elo": lambda row: row.line.elo,
    "trueskill": lambda row: row.line.conservative,
    "votes": lambda row: row.line.votes,
    "voters": lambda row: row.line.voters,
    "win_rate": lambda row: row.line.win_rate,
    "floor_rate": lambda row: row.line.floor_rate,
    "price": lambda row: row.price,
    "seconds": lambda row: row.reliability.median_seconds,
    "success": lambda row: row.reliability.success_rate,
    # The lower end of the interval counts, so that a wide interval ranks below a narrow one.
    "rank": lambda row: None if row.line.elo_low is None else -row.line.elo_low,
}

# What rows can be sorted by.
SORTED = tuple(_KEYS)


def sort_rows(rows: Iterable[StandingRow], sort: str) -> tuple[StandingRow, ...]:
    """Sort by one of `_KEYS`, descending with a leading minus; empty means by rank.

    By rank means by the lower end of the Elo interval. Rows without a value come last in both directions, those with a
    rating first, by their rating. Equal rows are sorted by name.
    """
    name = sort.removeprefix("-") or "rank"
    key = _KEYS[name]
    in_order = sorted(rows, key=lambda row: (row.contender_name.casefold(), row.contender_slug))
    known = sorted((row for row in in_order if key(row) is not None), key=key, reverse=sort.startswith("-"))
    unknown = sorted((row for row in in_order if key(row) is None), key=_rated_first)
    return (*known, *unknown)


def _rated_first(row: StandingRow) -> tuple[bool, float]:
    return row.line.elo is None, -(row.line.elo or 0.0)
