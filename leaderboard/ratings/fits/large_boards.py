"""Boards of more contenders than a table of pairs has room for: Elo with intervals, without ranges and TrueSkill.

A range of ranks compares every pair of contenders at once, and TrueSkill's spread needs their covariances: both are
tables that would not fit. So no line is more than preliminary.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.anchors import choose_anchors, relative_to
from leaderboard.ratings.columns.counting import equal_say, left_points
from leaderboard.ratings.columns.votelog import BOTH_BAD, LEFT, RIGHT, TIE, VoteLog
from leaderboard.ratings.fits.bradley_terry import logistic
from leaderboard.ratings.fits.sparse_errors import ClusterSums, order_votes, sum_clusters, widen
from leaderboard.ratings.fits.sparse_parts import outside_largest_part, outside_largest_ring
from leaderboard.ratings.fits.sparse_strengths import SparseFit, fit_pairs, pair_votes
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.publishing import hash_lines, round_published
from leaderboard.ratings.results import BoardResult, ContenderResult, Flag
from leaderboard.ratings.uncertainty.intervals import cluster_quantiles

Vector = NDArray[np.float64]
Mask = NDArray[np.bool_]

# The table of pairs grows with the square: up to this many contenders it needs about a gigabyte.
MOST_IN_TABLE = 2_000


def fit_large(votes: VoteLog, method: Method) -> BoardResult:
    """Rate one board as `fit` does, as far as that goes without a table of pairs."""
    votes = votes.compact().expand()
    weights = _weigh(votes, method)
    fitted = fit_pairs(pair_votes(votes, weights), prior_sd=method.prior_sd)
    anchor, since = choose_anchors(votes, method)
    parted, separated = outside_largest_part(fitted.pairs), outside_largest_ring(fitted.pairs)
    clusters = _clusters(votes, fitted, weights, method)
    errors = _errors(votes, fitted, weights, anchor, separated, clusters)
    lines = _write_lines(votes, fitted, method, anchor, errors, clusters, (parted, separated))
    return BoardResult(
        method=method,
        contenders=lines,
        votes=len(votes),
        voters=len(votes.voters),
        anchor=tuple(votes.contenders[index] for index in np.flatnonzero(anchor)),
        anchored_at=since,
        position_effect=None,
        input_hash=votes.input_hash(compacted=True),
        output_hash=hash_lines(lines),
    )


def _weigh(votes: VoteLog, method: Method) -> Vector:
    """Each vote's weight in the fit, as `weigh_votes` gives it, float64[n_votes]."""
    weights = np.where(votes.outcome != BOTH_BAD, votes.weight, 0.0)
    if method.equal_category_weights:
        total = np.bincount(votes.category, weights=weights, minlength=len(votes.categories)).astype(np.float64)
        weights *= equal_say(total, full_say=method.full_say)[votes.category]
    return weights


def _residual(votes: VoteLog, fitted: SparseFit, weights: Vector) -> Vector:
    chance = logistic(fitted.theta[votes.left] - fitted.theta[votes.right])
    return np.asarray(weights * (left_points(votes.outcome) - chance))


def _clusters(
    votes: VoteLog, fitted: SparseFit, weights: Vector, method: Method
) -> dict[str, tuple[NDArray[np.int64], ClusterSums]]:
    """Ids and sums by voter and by prompt, and by what the method clusters by, under `1`, `2` and `both`."""
    residual = _residual(votes, fitted, weights)
    ids = {"voter": votes.voter.astype(np.int64), "prompt": votes.prompt.astype(np.int64)}
    chosen = [ids[name] for name in method.clusters] or [order_votes(votes, fitted.theta)]
    groups = ids | {str(number): own for number, own in enumerate(chosen, start=1)}
    if len(chosen) > 1:
        both = ids["voter"] * len(votes.prompts) + ids["prompt"]
        groups["both"] = np.unique(both, return_inverse=True)[1].astype(np.int64)
    return {name: (own, sum_clusters(votes, own, residual, weights)) for name, own in groups.items()}


def _errors(
    votes: VoteLog,
    fitted: SparseFit,
    weights: Vector,
    anchor: Mask,
    separated: Mask,
    clusters: dict[str, tuple[NDArray[np.int64], ClusterSums]],
) -> Vector:
    """Standard errors of the strengths minus the anchors' mean, in logits, float64[n]; the widest of the groupings."""
    residual, scale = _residual(votes, fitted, weights), 1.0 / fitted.diagonal
    floor = fitted.ridge + np.where(separated, fitted.diagonal - fitted.ridge, 0.0)
    names = [name for name in ("1", "2") if name in clusters]
    found = [
        (sums.squares + floor) * scale**2 * widen(fitted, votes, ids, residual, floor, anchor)
        for ids, sums in (clusters[name] for name in names)
    ]
    if len(names) > 1:
        both = clusters["both"][1].squares * scale**2
        found.append(found[0] + found[1] - both)
    return np.asarray(np.sqrt(np.max(found, axis=0)))


def _write_lines(
    votes: VoteLog,
    fitted: SparseFit,
    method: Method,
    anchor: Mask,
    errors: Vector,
    clusters: dict[str, tuple[NDArray[np.int64], ClusterSums]],
    flags: tuple[Mask, Mask],
) -> tuple[ContenderResult, ...]:
    """Lines by falling Elo, then label; thin contenders last, by label."""
    n, scale = len(votes.contenders), method.elo_per_logit
    voters, prompts = clusters["voter"][1], clusters["prompt"][1]
    effective = np.min([clusters[name][1].effective for name in ("1", "2") if name in clusters], axis=0)
    half = scale * errors * cluster_quantiles(effective, tail=(1 - method.confidence) / 2)
    elo = method.elo_centre + scale * relative_to(fitted.theta, anchor)
    won, lost, tied, bad = _count(votes, n)
    rated = won + lost + tied
    lines = [
        _rate(
            ContenderResult(
                contender=votes.contenders[index],
                level="thin",
                votes=int(rated[index] + bad[index]),
                rated_votes=int(rated[index]),
                voters=int(voters.distinct[index]),
                effective_voters=float(voters.effective[index]),
                prompts=int(prompts.distinct[index]),
                effective_prompts=float(prompts.effective[index]),
                wins=int(won[index]),
                losses=int(lost[index]),
                ties=int(tied[index]),
                both_bad=int(bad[index]),
                flags=_name_flags(flags, index),
            ),
            float(elo[index]),
            float(half[index]),
            float(scale * errors[index]),
            method.thresholds.thin_votes,
        )
        for index in range(n)
    ]
    ordered = sorted(lines, key=lambda line: (line.elo is None, -round_published(line.elo or 0.0), line.contender))
    shown = [-round_published(line.elo) for line in ordered if line.elo is not None]
    ranks = np.searchsorted(shown, shown).tolist() + [None] * (n - len(shown))
    return tuple(
        replace(line, rank_elo=None if rank is None else rank + 1) for line, rank in zip(ordered, ranks, strict=True)
    )


def _rate(line: ContenderResult, elo: float, half: float, error: float, thin_votes: int) -> ContenderResult:
    if line.rated_votes < thin_votes:
        return line
    known = half == half
    return replace(
        line,
        level="preliminary",
        elo=elo,
        elo_low=elo - half if known else None,
        elo_high=elo + half if known else None,
        elo_se=error if known else None,
        win_rate=(line.wins + line.ties / 2) / line.rated_votes if line.rated_votes else None,
        floor_rate=line.both_bad / line.votes,
    )


def _count(votes: VoteLog, n: int) -> tuple[NDArray[np.int64], ...]:
    """Wins, losses, ties and both-bad votes of each contender, int64[n] each."""

    def at(side: NDArray[np.int32], outcome: int) -> NDArray[np.int64]:
        return np.bincount(side[votes.outcome == outcome], minlength=n)

    return (
        at(votes.left, LEFT) + at(votes.right, RIGHT),
        at(votes.left, RIGHT) + at(votes.right, LEFT),
        at(votes.left, TIE) + at(votes.right, TIE),
        at(votes.left, BOTH_BAD) + at(votes.right, BOTH_BAD),
    )


def _name_flags(flags: tuple[Mask, Mask], index: int) -> tuple[Flag, ...]:
    names: tuple[Flag, Flag] = ("disconnected", "separated")
    return tuple(name for name, flagged in zip(names, flags, strict=True) if flagged[index])
