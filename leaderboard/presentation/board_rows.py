"""Which rows of a board are shown; a hidden row never changes a rating or a rank."""

from collections.abc import Iterable
from decimal import Decimal

from leaderboard.presentation.board_address import BoardAddress
from leaderboard.queries.row_order import sort_rows
from leaderboard.queries.standings import StandingRow

_SURENESS = {"established": 0, "preliminary": 1, "thin": 2}


def choose_rows(rows: Iterable[StandingRow], address: BoardAddress) -> tuple[StandingRow, ...]:
    """Return the rows that the address shows, in its order; rows without a value in the sorted column come last."""
    return sort_rows((row for row in rows if _is_shown(row, address)), address.sort)


def _is_shown(row: StandingRow, address: BoardAddress) -> bool:
    if address.level and _SURENESS[row.line.level] > _SURENESS[address.level]:
        return False
    if address.organization and row.organization_slug != address.organization:
        return False
    if address.max_price and (row.price is None or row.price > Decimal(address.max_price)):
        return False
    words = address.q.casefold().split()
    names = f"{row.contender_name} {row.model_name} {row.organization_name}".casefold()
    return all(word in names for word in words)
