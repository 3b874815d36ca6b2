"""Voters by pseudonym, with what tells whether a person or a script votes."""

from datetime import date
from typing import Any, Literal, NamedTuple

from arena.voting.control_kinds import DOUBTED, DOUBTED_FROM, weigh_answers, write_evidence
from arena.voting.models import Ledger
from leaderboard.queries.watching.control_figures import ANSWERS
from leaderboard.queries.watching.vote_figures import read

Order = Literal["votes", "agreement", "seconds", "newest", "doubt"]
_ORDERS: dict[Order, str] = {
    "votes": "votes DESC",
    "agreement": "agreement NULLS LAST",
    "seconds": "seconds NULLS LAST",
    "newest": "first DESC",
    "doubt": "evidence DESC NULLS LAST",
}
ORDERS = tuple(_ORDERS)
# Others have said something of a pair from so many votes on.
_LEAST_OTHERS = 5

# Agreement is the share of a voter's decided votes for the contender that most others prefer in that pair; votes on
# pairs that others have hardly judged, or that they are split on evenly, do not count. Others are those of the whole
# ledger: newcomers of one script agree with each other.
_LIST = f"""
WITH cast_votes AS (
    SELECT e.voter, e.tier, e.network, e.position, e.cast_on, e.vote_id, x.id AS exclusion,
        least(e."left", e."right") AS one, greatest(e."left", e."right") AS other,
        CASE e.outcome WHEN 'left' THEN (e."left" < e."right")::int
            WHEN 'right' THEN (e."right" < e."left")::int END AS won
    FROM voting_ledgerentry e LEFT JOIN voting_exclusion x ON x.entry_id = e.id
    WHERE e.ledger_id = %(ledger)s AND e.position > %(after)s AND e.voter <> ''
), own AS (
    SELECT voter, one, other, sum(won) AS won, count(won) AS decided FROM cast_votes GROUP BY 1, 2, 3
), pairs AS (
    SELECT least(e."left", e."right") AS one, greatest(e."left", e."right") AS other, count(*) AS decided,
        count(*) FILTER (WHERE (e.outcome = 'left') = (e."left" < e."right")) AS won
    FROM voting_ledgerentry e WHERE e.ledger_id = %(ledger)s AND e.outcome IN ('left', 'right') GROUP BY 1, 2
), agreed AS (
    SELECT own.voter, sum(CASE WHEN 2 * (pairs.won - own.won) > pairs.decided - own.decided THEN own.won
        ELSE own.decided - own.won END) / sum(own.decided) AS agreement
    FROM own JOIN pairs USING (one, other)
    WHERE own.decided > 0 AND pairs.decided - own.decided >= {_LEAST_OTHERS}
        AND 2 * (pairs.won - own.won) <> pairs.decided - own.decided
    GROUP BY 1
), controlled AS (
    SELECT voter, sum(gold) AS gold, sum(gold_right) AS gold_right, sum(repeats) AS repeats, sum(same) AS same,
        {write_evidence(control="control", answer="outcome")} AS evidence
    FROM ({ANSWERS}) answers GROUP BY 1
), voters AS (
    SELECT c.voter, count(*) AS votes, count(c.exclusion) AS excluded, min(c.cast_on) AS first, max(c.cast_on) AS last,
        (array_agg(c.tier ORDER BY c.position DESC))[1] AS tier, count(DISTINCT nullif(c.network, '')) AS networks,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY v.dwell) / 1000.0 AS seconds
    FROM cast_votes c LEFT JOIN voting_voteevidence v ON v.vote_id = c.vote_id
    GROUP BY 1
    HAVING (%(network)s = '' OR bool_or(c.network = %(network)s)) AND (%(voter)s = '' OR c.voter = %(voter)s)
)
SELECT voters.voter, votes, excluded, first, last, tier, networks, seconds, agreement,
    coalesce(gold, 0), coalesce(gold_right, 0), coalesce(repeats, 0), coalesce(same, 0), count(*) OVER ()
FROM voters LEFT JOIN agreed USING (voter) LEFT JOIN controlled USING (voter)
WHERE (%(tier)s = '' OR tier = %(tier)s) AND (NOT %(doubted)s OR evidence >= {DOUBTED_FROM})
"""  # noqa: S608  # it is made of constants


class VoterLine(NamedTuple):
    """A voter's votes in the range, how many are excluded, their days, tier, networks, seconds per pair, agreement.

    Their answers to controls are those of all time.
    """

    voter: str
    votes: int
    excluded: int
    first: date
    last: date
    tier: str
    networks: int
    seconds: float | None
    agreement: float | None
    gold: int
    gold_right: int
    repeats: int
    same: int

    @property
    def evidence(self) -> float:
        """How much likelier the answers to gold pairs are of somebody who does not look."""
        return weigh_answers(right=self.gold_right, wrong=self.gold - self.gold_right)

    @property
    def is_doubted(self) -> bool:
        """Whether these answers keep the voter's cookie from being settled."""
        return self.evidence >= DOUBTED


def list_voters(
    ledger: Ledger,
    *,
    after: int,
    order: Order = "votes",
    voter: str = "",
    network: str = "",
    tier: str = "",
    doubted: bool = False,
    start: int = 0,
    most: int,
) -> tuple[list[VoterLine], int]:
    """Return up to `most` voters with votes after a position, from `start` on in this order, and how many there are."""
    asked: dict[str, Any] = {"ledger": ledger.pk, "after": after, "voter": voter, "network": network, "tier": tier}
    asked["doubted"] = doubted
    ordered = f"{_LIST} ORDER BY {_ORDERS[order]}, voters.voter LIMIT %(most)s OFFSET %(start)s"
    rows = read(ordered, asked | {"most": most, "start": start})
    return [VoterLine(*row[:-1]) for row in rows], int(rows[0][-1]) if rows else 0
