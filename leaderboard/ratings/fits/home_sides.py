"""The position effect where some votes have no favoured side, such as games on neutral ground."""

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.counting import left_points, weigh_votes
from leaderboard.ratings.columns.votelog import Mask, VoteLog
from leaderboard.ratings.fits.bradley_terry import chances
from leaderboard.ratings.fits.solving import climb, solve
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.results import PositionEffect
from leaderboard.ratings.uncertainty.intervals import LEAST_CLUSTERS

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

_CLOSE = 1e-9


def fit_home_side(votes: VoteLog, neutral: Mask, method: Method) -> PositionEffect | None:
    """The side bias of the votes that are not neutral, fitted jointly with all strengths; None without such a vote.

    P(left preferred) = logistic(theta_left - theta_right + side), without `side` where `neutral`, bool[n_votes]. The
    log must be compact. The standard error is clustered as the method says; None with fewer than two clusters.
    """
    weights = weigh_votes(votes, method)[0]
    sided = np.where(neutral, 0.0, 1.0)
    if not (weights * sided).any():
        return None
    n, ridge = len(votes.contenders), method.prior_sd**-2
    at, total = climb(lambda at: _derivatives(votes, weights, sided, at, ridge)[:2], np.zeros(n + 1), close=_CLOSE)
    residual = _derivatives(votes, weights, sided, at, ridge)[2]
    row = solve(total, np.append(np.zeros(n), 1.0))
    moved = residual * (row[votes.left] - row[votes.right] + sided * row[n])
    return PositionEffect(float(at[n]), _error(votes, weights, moved, method, float(row @ row) * ridge))


def _error(votes: VoteLog, weights: Vector, moved: Vector, method: Method, prior: float) -> float | None:
    """The clustered standard error of an estimate that each vote moves by so much; the widest of the groupings."""
    ids = {"voter": votes.voter.astype(np.int64), "prompt": votes.prompt.astype(np.int64)}
    chosen = [ids[name] for name in method.clusters] or [np.arange(len(votes), dtype=np.int64)]
    if min(_effective(each, weights) for each in chosen) < LEAST_CLUSTERS:
        return None
    squares = [_sum_squares(each, weights, moved) for each in chosen]
    if len(chosen) > 1:
        both = ids["voter"] * len(votes.prompts) + ids["prompt"]
        squares.append(sum(squares) - _sum_squares(both, weights, moved))
    return float(np.sqrt(max(squares) + prior))


def _sum_squares(cluster: NDArray[np.int64], weights: Vector, moved: Vector) -> float:
    found, place = np.unique(cluster, return_inverse=True)
    groups = int(np.count_nonzero(np.bincount(place, weights, len(found))))
    return float(np.sum(np.bincount(place, moved, len(found)) ** 2) * groups / max(1, groups - 1))


def _effective(cluster: NDArray[np.int64], weights: Vector) -> float:
    mass = np.bincount(np.unique(cluster, return_inverse=True)[1], weights)
    return float(mass.sum() ** 2 / np.sum(mass**2))


def _derivatives(
    votes: VoteLog, weights: Vector, sided: Vector, at: Vector, ridge: float
) -> tuple[Vector, Matrix, Vector]:
    """Gradient, negative Hessian with the side bias last, and each vote's weighted residual."""
    n = len(at) - 1
    chance, spread = chances(at[votes.left] - at[votes.right] + at[n] * sided)
    residual = weights * (left_points(votes.outcome) - chance)
    spread *= weights
    pairs = np.bincount(votes.left.astype(np.int64) * n + votes.right, spread, n * n).reshape(n, n)
    across = np.bincount(votes.left, spread * sided, n) - np.bincount(votes.right, spread * sided, n)
    total = np.empty((n + 1, n + 1))
    total[:n, :n] = np.diag(pairs.sum(axis=0) + pairs.sum(axis=1)) - pairs - pairs.T
    total[n, :n] = total[:n, n] = across
    total[n, n] = np.sum(spread * sided)
    np.einsum("ii->i", total)[:] += ridge
    slope = np.bincount(votes.left, residual, n) - np.bincount(votes.right, residual, n)
    return np.append(slope, np.sum(residual * sided)) - ridge * at, total, residual
