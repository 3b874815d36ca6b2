"""How any two contenders of a board compare: their direct record, and what all votes of the board say of the gap."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp
from typing import Any

from leaderboard.models import Audit, Standing
from leaderboard.queries.audits import AuditView, read_audit, read_model, read_records
from leaderboard.queries.standings import BoardSummary, BoardView, StandingRow, read_line
from leaderboard.ratings.columns.pair_records import PairRecord
from leaderboard.ratings.diagnostics.pair_chances import PairModel
from leaderboard.ratings.diagnostics.pair_decisions import decide_pair
from leaderboard.ratings.parameters import METHOD
from leaderboard.ratings.results import Line


@dataclass(frozen=True)
class Verdict:
    """One contender against another on a board; everything from the side of the first.

    The gap is in Elo, with its 95 % interval. The interval comes from the joint posterior of the two where the board
    was audited (`is_joint`); else it is as wide as the two intervals together, which is never too narrow. `is_sure`
    says that one of the two is surely better: the board's rank ranges tell them apart, and no page says more than they.
    `settled` and `more_votes` are those of `PairDecision`.
    """

    gap: float
    low: float | None
    high: float | None
    is_joint: bool
    is_sure: bool = False
    settled: bool = False
    more_votes: int | None = None

    @property
    def is_likely(self) -> bool:
        """Whether the interval of this gap alone excludes 0: of twenty such gaps, one may be luck."""
        return (self.low is not None and self.low > 0) or (self.high is not None and self.high < 0)

    @property
    def share(self) -> float:
        """The expected share of votes, a tie counting half."""
        return _share(self.gap)

    @property
    def share_low(self) -> float | None:
        return None if self.low is None else _share(self.low)

    @property
    def share_high(self) -> float | None:
        return None if self.high is None else _share(self.high)

    def turn(self) -> "Verdict":
        """The same from the other contender's side."""
        low, high = (None if end is None else -end for end in (self.high, self.low))
        return Verdict(-self.gap, low, high, self.is_joint, self.is_sure, self.settled, self.more_votes)


@dataclass(frozen=True)
class Opinion:
    """What a board's last audit knows of its pairs: the model, and the rated votes that it saw."""

    model: PairModel | None
    rated_votes: int

    @cached_property
    def places(self) -> dict[str, int]:
        """The contenders' indices in the model."""
        return {slug: place for place, slug in enumerate(self.model.contenders)} if self.model else {}

    def is_better(self, one: str, two: str, lines: Mapping[str, Line]) -> bool:
        """Whether the first is surely better: as `judge` says, without a forecast, so fast enough for all pairs."""
        if _is_unlinked(lines[one]) or _is_unlinked(lines[two]):
            return False
        gap = (lines[one].elo or 0.0) - (lines[two].elo or 0.0)
        return gap > 0 and self._is_sure(one, two, lines)

    def _is_sure(self, one: str, two: str, lines: Mapping[str, Line]) -> bool:
        """Whether the rank ranges tell two contenders apart: they do not overlap, or the audit says so of the pair.

        An audit may be older than the ranges. It does not speak against a range that holds the first place.
        """
        first, second = sorted((lines[one], lines[two]), key=lambda line: -(line.elo or 0.0))
        if first.rank_high is None or second.rank_low is None:
            return False
        if first.rank_high < second.rank_low:
            return True
        if self.model is None or second.rank_low == 1 or one not in self.places or two not in self.places:
            return False
        return self.model.is_sure(self.places[one], self.places[two])

    def judge(self, one: str, two: str, lines: Mapping[str, Line], *, forecast: bool = True) -> Verdict | None:
        """Compare two contenders by slug; None if the board has no rating of one, or no votes connect them.

        Without a `forecast`, the verdict does not say how many votes are missing.
        """
        if any(slug not in lines or lines[slug].elo is None or _is_unlinked(lines[slug]) for slug in (one, two)):
            return None
        places = self.places
        sure = self._is_sure(one, two, lines)
        if self.model is None or one not in places or two not in places:
            return _judge_apart(lines[one], lines[two], is_sure=sure)
        rated_votes = self.rated_votes if forecast else None
        found = decide_pair(self.model, places[one], places[two], rated_votes=rated_votes)
        if found is None:
            return None
        if found.half_width is None:
            return _judge_apart(lines[one], lines[two], is_sure=sure)
        ends = found.gap - found.half_width, found.gap + found.half_width
        return Verdict(found.gap, *ends, True, sure, settled=found.settled, more_votes=found.more_votes)


def read_opinion(board: BoardView) -> Opinion:
    """Return what the board's audit, or the last one before it, knows of its pairs. At most one query."""
    return opinion_of(read_audit(board))


def opinion_of(audit: AuditView | None) -> Opinion:
    """Return what an audit knows of its board's pairs."""
    if audit is None:
        return Opinion(None, 0)
    return _opinion(audit.facts["model"], audit.facts["votes"], audit.facts["floor_rate"])


def read_opinions(boards: Sequence[BoardSummary]) -> dict[int, Opinion]:
    """Return the same for many boards by their snapshot. One query."""
    snapshots = {board.snapshot_id: board for board in boards if board.snapshot_id is not None}
    found = (
        Audit.objects.filter(snapshot__board__snapshots__in=snapshots)
        .order_by("snapshot__board_id", "-snapshot_id")
        .distinct("snapshot__board_id")
        .values_list(
            "snapshot__board__snapshots", "facts__model", "facts__votes", "facts__floor_rate",
        )
    )  # fmt: skip
    return {snapshot: _opinion(model, votes, floor) for snapshot, model, votes, floor in found}


def _opinion(model: Mapping[str, Any] | None, votes: int, floor_rate: float | None) -> Opinion:
    return Opinion(read_model({"model": model}), round(votes * (1 - (floor_rate or 0))))


def read_lines(boards: Iterable[BoardSummary], slugs: Iterable[str]) -> dict[int, dict[str, Line]]:
    """Return the lines of some contenders by snapshot and slug. One query."""
    wanted = set(slugs)
    snapshots = [board.snapshot_id for board in boards if board.snapshot_id is not None]
    standings = Standing.objects.filter(snapshot__in=snapshots).select_related("snapshot", "contender", "imported")
    lines: dict[int, dict[str, Line]] = {}
    for standing in standings.filter(contender__slug__in=wanted) | standings.filter(imported__label__in=wanted):
        lines.setdefault(standing.snapshot_id, {})[standing.slug] = read_line(standing)
    return lines


@dataclass(frozen=True)
class Record:
    """The direct votes between two contenders, from the side of the first."""

    wins: int
    ties: int
    losses: int
    both_bad: int

    @property
    def rated(self) -> int:
        return self.wins + self.ties + self.losses

    @property
    def votes(self) -> int:
        return self.rated + self.both_bad

    @property
    def share(self) -> float | None:
        """Wins plus half the ties over rated votes."""
        return (self.wins + self.ties / 2) / self.rated if self.rated else None

    def turn(self) -> "Record":
        return Record(self.losses, self.ties, self.wins, self.both_bad)


def pick_records(board: BoardView, slugs: Iterable[str]) -> dict[tuple[str, str], Record] | None:
    """Return the direct records among some contenders, in both orders; None if the snapshot kept none. One query."""
    records, wanted = read_records(board), set(slugs)
    if records is None:
        return None
    found: dict[tuple[str, str], Record] = {}
    for record in records:
        if record.first in wanted and record.second in wanted:
            found |= _both_ways(record)
    return found


def _both_ways(pair: PairRecord) -> dict[tuple[str, str], Record]:
    record = Record(pair.wins, pair.ties, pair.losses, pair.both_bad)
    return {(pair.first, pair.second): record, (pair.second, pair.first): record.turn()}


def lines_of(rows: Iterable[StandingRow]) -> dict[str, Line]:
    """Return a board's lines by slug."""
    return {row.contender_slug: row.line for row in rows}


def _is_unlinked(line: Line) -> bool:
    return "disconnected" in line.flags


def _judge_apart(one: Line, two: Line, *, is_sure: bool) -> Verdict:
    """Compare by two separate intervals, which together are wider than that of the gap."""
    gap = (one.elo or 0.0) - (two.elo or 0.0)
    low = None if one.elo_low is None or two.elo_high is None else one.elo_low - two.elo_high
    high = None if one.elo_high is None or two.elo_low is None else one.elo_high - two.elo_low
    return Verdict(gap, low, high, is_joint=False, is_sure=is_sure)


def _share(gap: float) -> float:
    return 1 / (1 + exp(-gap / METHOD.elo_per_logit))
