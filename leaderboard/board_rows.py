"""Which rows of a board are shown and in what order; hiding a row never changes a rating or a rank."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from leaderboard.board_address import BoardAddress
from leaderboard.standings import StandingRow

_KEYS: dict[str, Callable[[StandingRow], Any]] = {
    "name": lambda row: row.contender_name.casefold(),
    "elo": lambda row: row.elo,
    "trueskill": lambda row: row.conservative,
    "votes": lambda row: row.votes,
    "voters": lambda row: row.voters,
    "win_rate": lambda row: row.win_rate,
    "floor_rate": lambda row: row.floor_rate,
    "price": lambda row: row.price,
    "seconds": lambda row: row.median_seconds,
    # What is surely reached counts: the lower end of the interval puts a wide guess below a narrow one.
    "rank": lambda row: None if row.elo_low is None else -row.elo_low,
}
_SURENESS = {"established": 0, "preliminary": 1, "thin": 2}


def choose_rows(rows: Iterable[StandingRow], address: BoardAddress) -> tuple[StandingRow, ...]:
    """Return the rows that the address shows, sorted as it says; rows without the sorted value come last."""
    return sort_rows((row for row in rows if _is_shown(row, address)), address.sort)


def sort_rows(rows: Iterable[StandingRow], sort: str) -> tuple[StandingRow, ...]:
    """Sort by a key of `board_address.SORTS`, descending with a leading minus; empty means by rank.

    By rank means by the lower end of the Elo interval. Rows without a value come last in both directions, those with a
    rating before those without; equal ones stand by name.
    """
    name = sort.removeprefix("-") or "rank"
    key = _KEYS[name]
    in_order = sorted(rows, key=lambda row: (row.contender_name.casefold(), row.contender_slug))
    known = sorted((row for row in in_order if key(row) is not None), key=key, reverse=sort.startswith("-"))
    unknown = sorted((row for row in in_order if key(row) is None), key=lambda row: row.elo is None)
    return (*known, *unknown)


def _is_shown(row: StandingRow, address: BoardAddress) -> bool:
    if address.level and _SURENESS[row.level] > _SURENESS[address.level]:
        return False
    if address.organization and row.organization_slug != address.organization:
        return False
    if address.max_price and (row.price is None or row.price > Decimal(address.max_price)):
        return False
    words = address.q.casefold().split()
    names = f"{row.contender_name} {row.model_name} {row.organization_name}".casefold()
    return all(word in names for word in words)
