"""How some contenders compare on every slice of a board."""

from collections.abc import Sequence

from leaderboard.queries.comparing.verdicts import Opinion, read_lines, read_opinions
from leaderboard.queries.standings import BoardSummary, BoardView, list_boards
from leaderboard.ratings.results import Line


def gather_slices(board: BoardView, slugs: Sequence[str]) -> list[tuple[BoardSummary, Opinion, dict[str, Line]]]:
    """Return the boards with votes of categories, languages and axes, and what is known of the contenders there.

    None beside a board that is itself a slice. Few queries.
    """
    if board.slice != "overall":
        return []
    summaries = [
        each
        for each in list_boards(ledger=board.ledger_slug, modality=board.modality)
        if each.slice != "overall" and each.snapshot_id is not None
    ]
    opinions, lines = read_opinions(summaries), read_lines(summaries, slugs)
    nothing = Opinion(None, 0)
    return [
        (each, opinions.get(each.snapshot_id or 0, nothing), lines.get(each.snapshot_id or 0, {})) for each in summaries
    ]
