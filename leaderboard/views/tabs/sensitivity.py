"""The tab of other weights: how the board would stand if its votes were weighted in another way."""

from typing import Any

from leaderboard.presentation.auditing.other_weights import tabulate_weights
from leaderboard.presentation.auditing.sureness import name_contenders
from leaderboard.queries.audits import read_sensitivity
from leaderboard.queries.slices import name_categories
from leaderboard.views.tabs.asking import Asked


def fill_sensitivity(asked: Asked) -> dict[str, Any]:
    """All weightings that the last audit compared; without such an audit, no table."""
    audit = read_sensitivity(asked.board)
    found = audit and audit.facts["sensitivity"]
    if not audit or not found:
        return {"weights": None, "audit": audit}
    return {
        "audit": audit,
        "audit_url": asked.address.but(at=str(audit.snapshot_id)).url,
        "weights": tabulate_weights(found, name_contenders(asked.board.rows), name_categories()),
        "board_query": asked.board_query(),
    }
