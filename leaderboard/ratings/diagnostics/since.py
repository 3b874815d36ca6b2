"""What changed on a board since the end of a day: the board as it was then, and who moved beyond luck."""

from dataclasses import asdict
from typing import Any

import numpy as np

from leaderboard.ratings.boards import limit_votes
from leaderboard.ratings.columns.votelog import BadVoteLog, VoteLog
from leaderboard.ratings.diagnostics.moves import find_moves
from leaderboard.ratings.methods import fit
from leaderboard.ratings.parameters import METHOD, Method
from leaderboard.ratings.publishing import publish, round_published

# What of a line is told of the earlier board.
_BEFORE = ("level", "votes", "elo", "elo_low", "elo_high", "rank_low", "rank_high")

_NO_CHANGE = {"change": None, "moved": None, "low": None, "high": None}


def state_since(votes: VoteLog, *, day: int, method: Method = METHOD) -> dict[str, Any]:
    """Compare the board of all votes with that of the votes cast up to a day, as `date.toordinal` counts it.

    Votes of unknown day count on both sides. In JSON's types: `votes` is how many there were, `lines` has for each
    contender that had any its earlier `level`, counts, rating and ranks, and the `change` since, which is None where
    one of the two ratings is. `moved` and its bounds are those of `moves.find_moves`. Raises BadVoteLog without days.
    """
    if votes.day is None:
        raise BadVoteLog("the votes carry no days")
    earlier = votes.day <= day
    before = votes.select(earlier)
    if not len(before):
        return {"votes": 0, "lines": []}
    board = publish(fit(limit_votes(before, method), method))
    moves = find_moves(votes, earlier=earlier, later=np.ones(len(votes), dtype=bool), method=method)
    lines = []
    for line in board.contenders:
        if not line.votes:
            continue
        move = moves.get(line.contender)
        change = {name: _published(value) for name, value in asdict(move).items()} if move else {}
        told = {name: getattr(line, name) for name in _BEFORE}
        lines.append({"contender": line.contender, **told, **_NO_CHANGE, **change})
    return {"votes": len(before), "lines": lines}


def _published(value: Any) -> Any:
    return round_published(value) if isinstance(value, float) else value
