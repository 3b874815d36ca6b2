"""Which rows of a board are shown; a hidden row never changes a rating or a rank."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from leaderboard.presentation.board_address import BoardAddress
from leaderboard.queries.row_order import sort_rows
from leaderboard.queries.standings import StandingRow

_SURENESS = {"established": 0, "preliminary": 1, "thin": 2}


@dataclass(frozen=True)
class RowChoice:
    """A choice of rows as `BoardAddress` has it, for whoever has no address; an empty value chooses all."""

    level: str = ""
    organization: str = ""
    max_price: str = ""
    q: str = ""
    sort: str = ""


def choose_rows(rows: Iterable[StandingRow], choice: BoardAddress | RowChoice) -> tuple[StandingRow, ...]:
    """Return the rows that were chosen, in their order; rows without a value in the sorted column come last."""
    return sort_rows((row for row in rows if _is_shown(row, choice)), choice.sort)


def _is_shown(row: StandingRow, choice: BoardAddress | RowChoice) -> bool:
    if choice.level and _SURENESS[row.line.level] > _SURENESS[choice.level]:
        return False
    if choice.organization and row.organization_slug != choice.organization:
        return False
    if choice.max_price and (row.price is None or row.price > Decimal(choice.max_price)):
        return False
    words = choice.q.casefold().split()
    names = f"{row.contender_slug} {row.contender_name} {row.model_name} {row.organization_name}".casefold()
    return all(word in names for word in words)
