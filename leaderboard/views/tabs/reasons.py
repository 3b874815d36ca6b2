"""The tab of reasons: why contenders win or lose, by the words that voters gave."""

from typing import Any

from leaderboard.presentation.reason_table import read_reasons
from leaderboard.views.tabs.asking import Asked


def fill_reasons(asked: Asked) -> dict[str, Any]:
    """The reasons of all contenders of the board."""
    return {"reasons": read_reasons(asked.board), "api_query": asked.board_query()}
