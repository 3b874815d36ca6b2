"""What changed on a board since an earlier month ended: which months there are, and what was computed of one."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Min

from arena.voting.models import LedgerEntry
from leaderboard.models import MonthEnd
from leaderboard.queries.slices import has_days
from leaderboard.queries.standings import BoardView, StandingRow

# A reader chooses among so many months, the newest ones.
MOST_MONTHS = 36


@dataclass(frozen=True)
class Since:
    """One contender then and now. `row` is its line now; what it had then is None if it had no votes or numbers then.

    `change` is in Elo; `moved` says whether it is more than luck (None: not known), bounds exist only if it is True.
    """

    row: StandingRow
    level: str
    elo: float | None
    rank_low: int | None
    rank_high: int | None
    change: float | None
    moved: bool | None
    low: float | None
    high: float | None

    @property
    def is_new(self) -> bool:
        """Whether it had no number then, and has one now."""
        return self.elo is None and self.row.line.elo is not None


@dataclass(frozen=True)
class Changes:
    """A board then and now: contenders that moved, by size of the move; new ones; and the others, by Elo.

    `votes` counts those cast up to the day.
    """

    day: date
    votes: int
    moved: tuple[Since, ...]
    new: tuple[Since, ...]
    others: tuple[Since, ...]


def list_month_ends(board: BoardView) -> tuple[date, ...]:
    """Return the ends of the months that the board's ledger can be compared with, newest first.

    They lie before the ledger's newest vote and not before its first; none where the votes carry no days.
    """
    if board.board_id is None or not has_days(board.origin):
        return ()
    entries = LedgerEntry.objects.filter(ledger__slug=board.ledger_slug, modality=board.modality)
    span = entries.aggregate(first=Min("cast_on"), last=Max("cast_on"))
    first, last = span["first"], span["last"]
    found: list[date] = []
    while first and last and len(found) < MOST_MONTHS:
        last = _month_before(last)
        if last < first:
            break
        found.append(last)
    return tuple(found)


def _month_before(day: date) -> date:
    """The last day of the month before a day's."""
    year, month = (day.year, day.month - 1) if day.month > 1 else (day.year - 1, 12)
    return date(year, month, monthrange(year, month)[1])


def read_changes(board: BoardView, month_end: MonthEnd) -> Changes:
    """Return what was computed of a month's end, beside the board's rows of now."""
    before = {line["contender"]: line for line in month_end.facts["lines"]}
    lines = [_since(row, before.get(row.contender_slug, {})) for row in board.rows if row.line.elo is not None]
    moved = sorted((each for each in lines if each.moved), key=_by_size)
    return Changes(
        day=month_end.day,
        votes=month_end.facts["votes"],
        moved=tuple(moved),
        new=tuple(each for each in lines if each.is_new),
        others=tuple(each for each in lines if not each.moved and not each.is_new),
    )


def _by_size(since: Since) -> float:
    return -abs(since.change or 0.0)


def _since(row: StandingRow, before: Mapping[str, Any]) -> Since:
    names = ("elo", "rank_low", "rank_high", "change", "moved", "low", "high")
    return Since(row=row, level=before.get("level", ""), **{name: before.get(name) for name in names})
