"""TrueSkill for two players in closed form, vote after vote in ledger order, as the `trueskill` package computes it.

Herbrich, Minka and Graepel, "TrueSkill: A Bayesian Skill Rating System" (2007), with exact tails of the normal.
"""

from math import sqrt
from statistics import NormalDist

import numpy as np

from leaderboard.ratings.columns.votelog import BOTH_BAD, LEFT, RIGHT, VoteLog
from leaderboard.ratings.fits.skills import Skills
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.speed.acceleration import kernels
from leaderboard.ratings.speed.trueskill_updates import replay_rows


def replay(votes: VoteLog, method: Method) -> Skills:
    """Rate every vote of the log in order; `both_bad` is not a match, and weights do not enter.

    For a winner (mu1, v1 = sigma1² + tau²) over a loser: c² = 2 beta² + v1 + v2, x = (mu1 - mu2 - margin) / c, and with
    V and W of `win_moments`: mu1 += v1/c V, mu2 -= v2/c V, sigma_k² = v_k (1 - v_k/c² W); for a draw, those of
    `draw_moments`.
    """
    margin = NormalDist().inv_cdf((method.draw_probability + 1) / 2) * sqrt(2) * method.beta
    mu, variance = np.full(len(votes.contenders), method.mu0), np.full(len(votes.contenders), method.sigma0**2)
    rated = votes.select(votes.outcome != BOTH_BAD)
    flipped = rated.outcome == RIGHT
    first, second = np.where(flipped, rated.right, rated.left), np.where(flipped, rated.left, rated.right)
    decided = (rated.outcome == LEFT) | flipped
    drift, noise = method.tau**2, 2 * method.beta**2
    if compiled := kernels():
        compiled.replay_rows(first, second, decided, mu, variance, margin, drift, noise)
        return Skills(mu, np.sqrt(variance))
    # Plain Python reads and writes lists several times faster than arrays.
    means, variances = mu.tolist(), variance.tolist()
    replay_rows(first.tolist(), second.tolist(), decided.tolist(), means, variances, margin, drift, noise)
    return Skills(np.array(means, dtype=np.float64), np.sqrt(np.array(variances, dtype=np.float64)))
