from dataclasses import replace

import numpy as np
import pytest

from leaderboard.ratings.intervals import rank_ranges, t_quantiles
from leaderboard.ratings.methods import METHOD, fit
from leaderboard.ratings.student_t import t_quantile
from tests.leaderboard.ratings.logs import simulate

ELO = 400 / np.log(10)


def test_standard_errors_equal_a_direct_sandwich() -> None:
    log = simulate([0.0, 0.4, 0.8, 1.2], votes=800, voters=40, seed=11, bad=0.0)
    result = fit(log, replace(METHOD, equal_category_weights=False))
    elo = {line.contender: line.elo for line in result.contenders}
    theta = np.array([float(elo[name] or 0) / ELO for name in log.contenders])
    design = np.zeros((800, 4))
    design[np.arange(800), log.left] = 1
    design[np.arange(800), log.right] = -1
    chance = 1 / (1 + np.exp(-design @ theta))
    hessian = (design * (chance * (1 - chance))[:, None]).T @ design + np.eye(4) / 4
    scores = design * (np.array([1, 0, 0.5])[log.outcome] - chance)[:, None]
    by_voter = np.array([scores[log.voter == voter].sum(axis=0) for voter in np.unique(log.voter)])
    meat = by_voter.T @ by_voter * len(by_voter) / (len(by_voter) - 1) + np.eye(4) / 4
    covariance = np.linalg.inv(hessian) @ meat @ np.linalg.inv(hessian)
    centred = np.eye(4) - 0.25
    expected = ELO * np.sqrt(np.diag(centred @ covariance @ centred))
    for line in result.contenders:
        index = log.contenders.index(line.contender)
        assert line.elo is not None
        assert line.elo_high is not None
        assert line.elo_se == pytest.approx(expected[index], rel=1e-9)
        votes = np.bincount(log.voter[(log.left == index) | (log.right == index)])
        freedom = votes.sum() ** 2 / np.sum(votes**2) - 1
        assert line.elo_high - line.elo == pytest.approx(t_quantile(0.025, freedom) * expected[index], rel=1e-9)


def test_quantiles_below_two_effective_voters_are_missing() -> None:
    found = t_quantiles(np.array([0.0, 1.0, 1.99, 2.0, 1e9]), tail=0.025)
    assert np.isnan(found).tolist() == [True, True, True, False, False]


def test_rank_ranges_are_bonferroni_over_ordered_pairs() -> None:
    theta = np.array([3.0, 2.9, 0.0])
    covariance = np.eye(3) * 0.125
    voters = np.array([100.0, 100.0, 100.0])
    # Each gap has standard error 1/2, the quantile of .05/6 at 99 degrees of freedom is 2.44: gaps above 1.22 count.
    ranks = rank_ranges(theta, covariance, effective_voters=voters, part=np.zeros(3, dtype=int), confidence=0.95)
    assert (ranks.low.tolist(), ranks.high.tolist()) == ([1, 1, 3], [2, 2, 3])
    gap = t_quantile(0.05 / 6, 99) / 2
    for nudge, low in ((1e-9, 2), (-1e-9, 1)):
        theta = np.array([gap + nudge, 0.0, gap + nudge])
        ranks = rank_ranges(theta, covariance, effective_voters=voters, part=np.array([0, 0, 1]), confidence=0.95)
        assert ranks.low.tolist() == [1, low, 1]


def test_rank_ranges_need_the_voters_of_both_sides() -> None:
    theta, covariance = np.array([4.0, 0.0]), np.eye(2) * 0.5
    for voters, low in ((50.0, 2), (2.0, 1), (1.0, 1)):
        ranks = rank_ranges(
            theta, covariance, effective_voters=np.array([50.0, voters]), part=np.zeros(2, dtype=int), confidence=0.95
        )
        assert ranks.low.tolist() == [1, low]


def test_intervals_cover_their_nominal_share() -> None:
    truth = np.array([-0.6, 0.0, 0.6])
    hits = 0
    for seed in range(200):
        log = simulate(truth, votes=600, voters=30, seed=seed, ties=0.0, bad=0.0)
        for line in fit(log, replace(METHOD, equal_category_weights=False)).contenders:
            assert line.elo_low is not None
            assert line.elo_high is not None
            hits += line.elo_low <= 1000 + ELO * truth[log.contenders.index(line.contender)] <= line.elo_high
    assert 0.93 <= hits / 600 <= 0.985
