"""How voters answer controls, for staff: by day, and which voters are doubted.

"Both bad" says nothing of a gold pair. A repeat is compared where both of its answers prefer a side.
"""

from datetime import date
from typing import NamedTuple

from arena.voting.excluding.entry_filter import DOUBTED_VOTERS
from leaderboard.queries.watching.vote_figures import read

# One row for each answer in the ledger of controls, with what it counts as. The first answer to a repeated pair, whose
# sides were the other way round, is found by the voter's own controls.
ANSWERS = """
SELECT e.voter, e.cast_on, e.control, e.outcome, (e.control = 'repeat')::int AS repeated,
    (e.control IN ('gold_left', 'gold_right') AND e.outcome <> 'both_bad')::int AS gold,
    (e.control = 'gold_' || e.outcome)::int AS gold_right,
    (e.outcome || coalesce(first.answer, '') IN ('leftleft', 'leftright', 'rightleft', 'rightright'))::int AS repeats,
    (e.outcome || coalesce(first.answer, '') IN ('leftright', 'rightleft'))::int AS same
FROM voting_ledgerentry e
LEFT JOIN voting_matchup again ON again.id = e.vote_id AND again.control = 'repeat'
LEFT JOIN voting_matchup first ON first.voter_key = again.voter_key AND first.control = 'first'
    AND first.left_id = again.right_id AND first.right_id = again.left_id
WHERE e.ledger_id = (SELECT id FROM voting_ledger WHERE kind = 'control')
"""
_BY_DAY = f"""
SELECT cast_on, sum(gold), sum(gold_right), sum(repeats), sum(same), sum(repeated - repeats),
    count(DISTINCT doubted.voter) FILTER (WHERE gold = 1)
FROM ({ANSWERS}) answers LEFT JOIN ({DOUBTED_VOTERS}) doubted USING (voter)
WHERE cast_on >= %(since)s GROUP BY 1 ORDER BY 1 DESC
"""  # noqa: S608  # it is made of constants
_DOUBTED = f"SELECT count(*) FROM ({DOUBTED_VOTERS}) doubted"  # noqa: S608


class ControlLine(NamedTuple):
    """A day's answers to gold pairs, how many were right, the repeats that were compared, how many were alike.

    `apart` are repeats with a tie or "both bad" in either answer; `doubted` are those who answered gold pairs on
    that day and are doubted by all of their answers.
    """

    day: date
    gold: int
    gold_right: int
    repeats: int
    same: int
    apart: int
    doubted: int

    @property
    def right_share(self) -> float | None:
        """The share of gold pairs answered right."""
        return self.gold_right / self.gold if self.gold else None

    @property
    def same_share(self) -> float | None:
        """The share of repeats answered as before."""
        return self.same / self.repeats if self.repeats else None


def controls_by_day(since: date) -> list[ControlLine]:
    """Answers to controls by day, newest first."""
    return [ControlLine(*row) for row in read(_BY_DAY, {"since": since, "doubted": None})]


def count_doubted() -> int:
    """Count the voters whose answers to gold pairs, of all time, are those of somebody who does not look."""
    return int(read(_DOUBTED, {"doubted": None})[0][0])
