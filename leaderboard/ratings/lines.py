"""From estimates on arrays to each contender's line: level, ranks, rates and flags."""

from dataclasses import dataclass, replace
from math import isnan

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.components import Connectivity
from leaderboard.ratings.columns.counting import Counts, Records
from leaderboard.ratings.fits.skills import Skills
from leaderboard.ratings.parameters import Method, Thresholds
from leaderboard.ratings.publishing import round_published
from leaderboard.ratings.results import ContenderResult, Flag, Level
from leaderboard.ratings.uncertainty.intervals import RankRange, cluster_quantiles, rank_ranges
from leaderboard.ratings.uncertainty.joint_places import joint_chances
from leaderboard.ratings.uncertainty.placing import place_chances
from leaderboard.ratings.uncertainty.pooling import Pooled
from leaderboard.ratings.uncertainty.spread import Dependence
from leaderboard.ratings.uncertainty.stepdown import find_surely_better, order_ranges
from leaderboard.ratings.uncertainty.student_t import t_quantile

Vector = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Estimates:
    """All estimates per contender, in Elo units except `theta` and `gap_se`, which are in logits.

    `half_width` is NaN where there is no interval. `gap_se`, float64[n, n], is the standard error of the gap between
    two contenders. `effective` is one more than the degrees of freedom of these errors, float64[n]. `pooled` says where
    they come from, since method version 3. A rank is claimed on the `sure` votes and voters, int64[n]: since version 4
    those of official tiers, before all that are rated.
    """

    elo: Vector
    se: Vector
    half_width: Vector
    theta: Vector
    gap_se: NDArray[np.float64]
    effective: Vector
    pooled: Pooled | None
    skills: Skills
    records: Records
    dependence: Dependence
    connectivity: Connectivity
    sure_votes: Counts
    sure_voters: Counts


def write_lines(contenders: tuple[str, ...], estimates: Estimates, method: Method) -> tuple[ContenderResult, ...]:
    """Lines by falling Elo, then label; thin contenders last, by label."""
    lines = [_count_line(estimates, index, contender) for index, contender in enumerate(contenders)]
    shown = np.flatnonzero(estimates.records.rated >= method.thresholds.thin_votes)
    for index, ranks in zip(shown.tolist(), _rank(estimates, shown, method), strict=True):
        lines[index] = _rate_line(lines[index], estimates, index, ranks, method.thresholds)
    return tuple(sorted(lines, key=_by_elo))


def find_ranked(estimates: Estimates, shown: Places, method: Method) -> Places:
    """The contenders among which ranges and chances of places hold.

    Since version 3 they are those whose rank is claimed: newcomers neither have nor widen any. Before, all shown.
    """
    if not method.pools:
        return shown
    claimed = [_level(estimates, index, method.thresholds) == "established" for index in shown.tolist()]
    return np.asarray(shown[np.array(claimed, dtype=bool)])


def rank_down(values: Vector) -> list[int]:
    """Ranks, int[n], with 1 for the largest; values that round to the same published number share the better rank."""
    rounded = np.array([round_published(value) for value in values.tolist()])
    return [int(np.count_nonzero(rounded > value)) + 1 for value in rounded]


@dataclass(frozen=True)
class _Ranks:
    """Places by number among the contenders shown; range and chance where they hold."""

    elo: int
    trueskill: int
    low: int | None = None
    high: int | None = None
    first: float | None = None


def _rank(estimates: Estimates, shown: Places, method: Method) -> list[_Ranks]:
    """The ranks of the contenders shown; without an interval every place stays open, and no chance is known."""
    elo, trueskill = rank_down(estimates.elo[shown]), rank_down(estimates.skills.conservative[shown])
    ranked = find_ranked(estimates, shown, method)
    span, chances = _find_ranges(estimates, ranked, method), find_chances(estimates, ranked, method)
    first = [None] * len(ranked) if chances is None else chances[:, 0].tolist()
    found = {
        index: {"low": low, "high": high, "first": chance}
        for index, low, high, chance in zip(ranked.tolist(), span.low.tolist(), span.high.tolist(), first, strict=True)
    }
    return [
        _Ranks(by_elo, by_trueskill, **found.get(index, {}))
        for index, by_elo, by_trueskill in zip(shown.tolist(), elo, trueskill, strict=True)
    ]


def _find_ranges(estimates: Estimates, ranked: Places, method: Method) -> RankRange:
    theta, part = estimates.theta[ranked], estimates.connectivity.part[ranked]
    effective, among = estimates.effective[ranked], np.ix_(ranked, ranked)
    gap_se = estimates.gap_se[among]
    if estimates.pooled is None:
        return rank_ranges(theta, gap_se, effective=effective, part=part, confidence=method.confidence)
    joint = estimates.pooled.spread.covariances[0][among]
    return order_ranges(theta, joint, gap_se=gap_se, effective=effective, part=part, confidence=method.confidence)


def find_better(estimates: Estimates, ranked: Places, method: Method) -> NDArray[np.bool_]:
    """Whether the row's contender is surely better than the column's, bool[n, n]: what rank ranges are made of.

    Since version 3; before, no pair was known apart from the ranges.
    """
    if estimates.pooled is None:
        return np.zeros((len(ranked), len(ranked)), dtype=bool)
    return find_surely_better(
        estimates.theta[ranked],
        estimates.pooled.spread.covariances[0][np.ix_(ranked, ranked)],
        gap_se=estimates.gap_se[np.ix_(ranked, ranked)],
        effective=estimates.effective[ranked],
        part=estimates.connectivity.part[ranked],
        confidence=method.confidence,
    )


def find_chances(
    estimates: Estimates, shown: NDArray[np.int64], method: Method, *, places: int = 1
) -> NDArray[np.float64] | None:
    """P(rank <= k) for k = 1 … places among the contenders shown, float64[n_shown, places].

    None unless votes connect all of them and each has an interval. They rest on the errors of the rank ranges. Before
    version 3, standard errors were widened by the same factor as the intervals.
    """
    part = estimates.connectivity.part[shown]
    if np.isnan(estimates.half_width[shown]).any() or (part != part[:1]).any():
        return None
    theta, among, effective = estimates.theta[shown], np.ix_(shown, shown), estimates.effective[shown]
    if estimates.pooled is not None:
        joint = estimates.pooled.spread.covariances[0][among]
        gap_se = estimates.gap_se[among]
        return joint_chances(
            theta, joint, gap_se=gap_se, effective=effective, confidence=method.confidence, places=places
        )
    tail = (1 - method.confidence) / 2
    widening = cluster_quantiles(effective, tail=tail) / t_quantile(tail, np.inf)
    wide = estimates.gap_se[among] * np.maximum(widening[:, None], widening[None, :])
    return place_chances(theta, wide, places=places)


def _count_line(estimates: Estimates, index: int, contender: str) -> ContenderResult:
    """A thin line: counts and flags, no numbers."""
    records, voters, prompts = estimates.records, estimates.dependence.voters, estimates.dependence.prompts
    return ContenderResult(
        contender=contender,
        level="thin",
        votes=int(records.votes[index]),
        rated_votes=int(records.rated[index]),
        voters=int(voters.distinct[index]),
        effective_voters=float(voters.effective[index]),
        prompts=int(prompts.distinct[index]),
        effective_prompts=float(prompts.effective[index]),
        wins=int(records.wins[index]),
        losses=int(records.losses[index]),
        ties=int(records.ties[index]),
        both_bad=int(records.both_bad[index]),
        flags=_flags(estimates.connectivity, index),
    )


def _rate_line(
    line: ContenderResult, estimates: Estimates, index: int, ranks: _Ranks, thresholds: Thresholds
) -> ContenderResult:
    elo, half = float(estimates.elo[index]), float(estimates.half_width[index])
    known, level = not isnan(half), _level(estimates, index, thresholds)
    # A preliminary contender has numbers, but no rank is claimed for it.
    claimed = level == "established"
    return replace(
        line,
        level=level,
        elo=elo,
        elo_low=elo - half if known else None,
        elo_high=elo + half if known else None,
        elo_se=float(estimates.se[index]) if known else None,
        mu=float(estimates.skills.mu[index]),
        sigma=float(estimates.skills.sigma[index]),
        conservative=float(estimates.skills.conservative[index]),
        rank_low=ranks.low if claimed else None,
        rank_high=ranks.high if claimed else None,
        rank_elo=ranks.elo,
        rank_trueskill=ranks.trueskill,
        p_first=ranks.first,
        win_rate=(line.wins + line.ties / 2) / line.rated_votes if line.rated_votes else None,
        floor_rate=line.both_bad / line.votes,
    )


def _level(estimates: Estimates, index: int, thresholds: Thresholds) -> Level:
    votes, voters = estimates.sure_votes[index], estimates.sure_voters[index]
    enough = votes >= thresholds.established_votes and voters >= thresholds.established_voters
    widest = thresholds.established_half_width
    # A missing interval is NaN, which fails every comparison.
    narrow = widest is None or round_published(float(estimates.half_width[index])) <= widest
    return "established" if enough and narrow else "preliminary"


def _flags(connectivity: Connectivity, index: int) -> tuple[Flag, ...]:
    flags: list[Flag] = []
    if connectivity.disconnected[index]:
        flags.append("disconnected")
    if connectivity.separated[index]:
        flags.append("separated")
    return tuple(flags)


def _by_elo(line: ContenderResult) -> tuple[bool, float, str]:
    return line.elo is None, 0.0 if line.elo is None else -round_published(line.elo), line.contender
