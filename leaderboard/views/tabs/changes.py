"""The tab of changes: who moved since an earlier month ended, beyond what the luck of the votes explains."""

from datetime import date
from typing import Any

from leaderboard.computing.month_end_boards import open_month_end
from leaderboard.computing.on_demand import COME_AGAIN_SECONDS
from leaderboard.presentation.board_page.change_sentences import state_changes
from leaderboard.queries.changes.month_ends import list_month_ends, read_changes
from leaderboard.queries.slices import has_days
from leaderboard.views.tabs.asking import Asked


def fill_changes(asked: Asked) -> dict[str, Any]:
    """What changed since the month that `since` names (YYYY-MM) ended, or since the last one before the newest vote.

    A window moves by itself and a past moment has its own tab, so only the board of all votes up to now has changes.
    """
    board, address = asked.board, asked.address
    if address.at or address.days:
        return {"is_of_now": False, "whole_url": address.but(at="", days="").url}
    months = list_month_ends(board)
    day = _chosen(asked.query.get("since", ""), months)
    found: dict[str, Any] = {
        "is_of_now": True,
        "has_days": has_days(board.origin),
        "months": [(f"{month:%Y-%m}", month) for month in months],
        "day": day,
        "hidden": address.kept,
    }
    if day is None:
        return found
    month_end = open_month_end(board, day)
    if month_end is None:
        return found | {"come_again": COME_AGAIN_SECONDS, "here": address.tab_url("changes", since=f"{day:%Y-%m}")}
    changes = read_changes(board, month_end)
    return found | {
        "changes": changes,
        "sentence": state_changes(changes),
        "csv_url": asked.api_url("api-changes.csv", since=f"{day:%Y-%m}"),
        "json_url": asked.api_url("api-changes", since=f"{day:%Y-%m}"),
    }


def _chosen(month: str, months: tuple[date, ...]) -> date | None:
    named = next((each for each in months if f"{each:%Y-%m}" == month), None)
    return named or (months[0] if months else None)
