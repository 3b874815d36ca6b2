"""Figures of the latest votes for staff: by day, network, browser, contender and voter. Each is one statement.

Entries stand in order of time, so those since a day are a range of positions, which the ledger's one index gives.
Figures count excluded votes, too: they say what came in.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from arena.voting.models import Ledger, LedgerEntry

# Fewer timed votes than this say nothing of how fast a voter is.
LEAST_TIMED = 10
LISTED = 15

_OF_RANGE = "e.ledger_id = %(ledger)s AND e.position > %(after)s"
_BY_DAY = f"""
SELECT e.cast_on, count(*), count(DISTINCT e.voter), count(*) FILTER (WHERE e.tier IN ('open', '')),
    count(*) FILTER (WHERE e.tier = 'settled'), count(*) FILTER (WHERE e.tier = 'verified'),
    count(*) FILTER (WHERE e.tier = 'named'), count(x.id)
FROM voting_ledgerentry e LEFT JOIN voting_exclusion x ON x.entry_id = e.id
WHERE {_OF_RANGE} GROUP BY 1 ORDER BY 1 DESC
"""  # noqa: S608  # it is made of constants
_BY_NETWORK = f"""
SELECT e.cast_on, e.network, count(*), count(DISTINCT e.voter) FROM voting_ledgerentry e
WHERE {_OF_RANGE} AND e.network <> '' GROUP BY 1, 2 ORDER BY 3 DESC, 1 DESC, 2 LIMIT {LISTED}
"""  # noqa: S608
_BY_AGENT = f"""
SELECT v.agent, count(*), count(DISTINCT e.voter), percentile_cont(0.5) WITHIN GROUP (ORDER BY v.dwell) / 1000.0
FROM voting_ledgerentry e JOIN voting_voteevidence v ON v.vote_id = e.vote_id
WHERE {_OF_RANGE} GROUP BY 1 ORDER BY 2 DESC, 1
"""  # noqa: S608
# A tie is half a win; both bad is none and no loss.
_BY_CONTENDER = f"""
SELECT side.contender, count(*), avg(side.points), count(*) FILTER (WHERE side.is_new),
    avg(side.points) FILTER (WHERE side.is_new)
FROM voting_ledgerentry e, LATERAL (VALUES
    (e."left", CASE e.outcome WHEN 'left' THEN 1.0 WHEN 'right' THEN 0.0 WHEN 'tie' THEN 0.5 END, e.tier = 'open'),
    (e."right", CASE e.outcome WHEN 'right' THEN 1.0 WHEN 'left' THEN 0.0 WHEN 'tie' THEN 0.5 END, e.tier = 'open')
) AS side (contender, points, is_new)
WHERE {_OF_RANGE} GROUP BY 1 ORDER BY 2 DESC, 1
"""  # noqa: S608
_NEW_BY_HOUR = """
SELECT date_trunc('hour', created_at), count(*) FROM voting_voter
WHERE created_at >= %(since)s GROUP BY 1 ORDER BY 1 DESC
"""
_FASTEST = f"""
SELECT e.voter, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY v.dwell) / 1000.0 AS seconds
FROM voting_ledgerentry e JOIN voting_voteevidence v ON v.vote_id = e.vote_id
WHERE {_OF_RANGE} GROUP BY 1 HAVING count(*) >= {LEAST_TIMED} ORDER BY 3, 2 DESC, 1 LIMIT {LISTED}
"""  # noqa: S608


class DayLine(NamedTuple):
    """The votes of a day, their voters, the votes by tier, and those that are excluded."""

    day: date
    votes: int
    voters: int
    open: int
    settled: int
    verified: int
    named: int
    excluded: int


class NetworkLine(NamedTuple):
    """The votes of a network on a day."""

    day: date
    network: str
    votes: int
    voters: int


class AgentLine(NamedTuple):
    """The votes of a class of browsers, and the median of how many seconds a pair was looked at."""

    agent: str
    votes: int
    voters: int
    seconds: float


class ContenderLine(NamedTuple):
    """How often a contender was judged and what share it won, by all voters and by new ones."""

    contender: str
    votes: int
    share: float | None
    new_votes: int
    new_share: float | None


class HourLine(NamedTuple):
    """How many voters came in an hour (UTC)."""

    hour: datetime
    voters: int


class FastLine(NamedTuple):
    """A voter, their timed votes, and the median of their seconds per pair."""

    voter: str
    votes: int
    seconds: float


def last_position_before(ledger: Ledger, day: date) -> int:
    """Return the last position of an entry from before a day; 0 if there is none."""
    older = LedgerEntry.objects.filter(ledger=ledger.pk, cast_on__lt=day).order_by("-position")
    return older.values_list("position", flat=True).first() or 0


class VoteFigures:
    """The figures of a ledger's votes after a position; each is read when asked for."""

    def __init__(self, ledger: Ledger, *, after: int) -> None:
        self._asked = {"ledger": ledger.pk, "after": after}

    def by_day(self) -> list[DayLine]:
        """Votes by day, newest first."""
        return [DayLine(*row) for row in read(_BY_DAY, self._asked)]

    def by_network(self) -> list[NetworkLine]:
        """The networks with the most votes on a day."""
        return [NetworkLine(*row) for row in read(_BY_NETWORK, self._asked)]

    def by_agent(self) -> list[AgentLine]:
        """Votes by class of browser."""
        return [AgentLine(*row) for row in read(_BY_AGENT, self._asked)]

    def by_contender(self) -> list[ContenderLine]:
        """Votes and won shares by contender."""
        return [ContenderLine(*row) for row in read(_BY_CONTENDER, self._asked)]

    def fastest(self) -> list[FastLine]:
        """The voters with the shortest median."""
        return [FastLine(*row) for row in read(_FASTEST, self._asked)]


def new_voters_by_hour(since: datetime) -> list[HourLine]:
    """Hours in which voters came, newest first."""
    return [HourLine(*row) for row in read(_NEW_BY_HOUR, {"since": since})]


def read(statement: str, asked: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Return the rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return list(cursor.fetchall())
