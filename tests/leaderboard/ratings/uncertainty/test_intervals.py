from dataclasses import replace

import numpy as np

from leaderboard.ratings.methods import METHOD, fit
from leaderboard.ratings.uncertainty.intervals import cluster_quantiles, overlap_ranks, rank_ranges
from leaderboard.ratings.uncertainty.student_t import t_quantile
from tests.leaderboard.ratings.logs import simulate

ELO = 400 / np.log(10)


def test_quantiles_below_two_effective_voters_are_missing() -> None:
    found = cluster_quantiles(np.array([0.0, 1.0, 1.99, 2.0, 1e9]), tail=0.025)
    assert np.isnan(found).tolist() == [True, True, True, False, False]


def test_rank_ranges_are_bonferroni_over_ordered_pairs() -> None:
    theta = np.array([3.0, 2.9, 0.0])
    gap_se = np.full((3, 3), 0.5)
    voters = np.array([100.0, 100.0, 100.0])
    # The quantile of .05/6 at 99 degrees of freedom is 2.44: gaps above 1.22 count.
    ranks = rank_ranges(theta, gap_se, effective=voters, part=np.zeros(3, dtype=int), confidence=0.95)
    assert (ranks.low.tolist(), ranks.high.tolist()) == ([1, 1, 3], [2, 2, 3])
    gap = t_quantile(0.05 / 6, 99) / 2
    for nudge, low in ((1e-9, 2), (-1e-9, 1)):
        theta = np.array([gap + nudge, 0.0, gap + nudge])
        ranks = rank_ranges(theta, gap_se, effective=voters, part=np.array([0, 0, 1]), confidence=0.95)
        assert ranks.low.tolist() == [1, low, 1]


def test_rank_ranges_need_the_voters_of_both_sides() -> None:
    theta, gap_se = np.array([4.0, 0.0]), np.ones((2, 2))
    for voters, low in ((50.0, 2), (2.0, 1), (1.0, 1)):
        ranks = rank_ranges(
            theta, gap_se, effective=np.array([50.0, voters]), part=np.zeros(2, dtype=int), confidence=0.95
        )
        assert ranks.low.tolist() == [1, low]


def test_overlap_ranks_count_the_intervals_wholly_above() -> None:
    low, high = np.array([1050.0, 1020.0, 980.0, np.nan]), np.array([1070.0, 1055.0, 1030.0, np.nan])
    assert overlap_ranks(low, high).tolist() == [1, 1, 2, 1]
    # Intervals that touch overlap.
    assert overlap_ranks(np.array([2.0, 1.0]), np.array([3.0, 2.0])).tolist() == [1, 1]


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
