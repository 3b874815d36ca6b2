"""What the columns of a ledger's files mean: entries, standings and pairs, in the words of the API's description."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, get_args, get_origin, get_type_hints

from arena.voting.models import Ledger
from leaderboard.presentation.tables.board_tables import BOARD_COLUMNS, PAIR_COLUMNS, STANDING_COLUMNS
from leaderboard.presentation.tables.property_texts import MEANINGS, UNITS
from leaderboard.queries.exporting.ledger_export import shown_columns
from leaderboard.queries.figures import Reliability
from leaderboard.ratings.results import Line
from leaderboard.votefiles.parquet_writing import Kind

TABLES = ("entries", "standings", "pairs")
# A figure's own text stands beside its type.
_OWN = {
    name: get_args(hint)[1]
    for kind in (Line, Reliability)
    for name, hint in get_type_hints(kind, include_extras=True).items()
    if get_origin(hint) is Annotated
}


@dataclass(frozen=True)
class DescribedColumn:
    """A column of one of a ledger's tables; `unit` is empty for what is not counted."""

    table: str
    name: str
    type: str
    unit: str
    meaning: str


def describe_columns(ledger: Ledger, *tables: str) -> tuple[DescribedColumn, ...]:
    """Return the columns of some of TABLES, or of all, in the order of the files."""
    entries = [
        DescribedColumn("entries", each.name, each.type, UNITS.get(each.name, ""), each.meaning)
        for each in shown_columns(ledger)
    ]
    every = (
        *entries,
        *_describe("standings", (*BOARD_COLUMNS, *STANDING_COLUMNS)),
        *_describe("pairs", PAIR_COLUMNS),
    )
    return tuple(column for column in every if not tables or column.table in tables)


def _describe(table: str, columns: Iterable[tuple[str, Kind]]) -> list[DescribedColumn]:
    return [
        DescribedColumn(table, name, kind, UNITS.get(name, ""), _OWN.get(name) or MEANINGS[name])
        for name, kind in columns
    ]
