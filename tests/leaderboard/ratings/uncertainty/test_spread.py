"""Covariances compared with their written-out definitions, and limiting cases."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.methods import METHOD, estimate
from leaderboard.ratings.parameters import Cluster
from leaderboard.ratings.uncertainty import spread
from leaderboard.ratings.uncertainty.spread import Spread, invert_centred
from tests.leaderboard.ratings.logs import simulate

Matrix = NDArray[np.float64]
# Version 2 estimates each contender's error from its own clusters.
PLAIN = replace(METHOD, version="2", equal_category_weights=False)
TRUTH = [0.0, 0.4, 0.8, 1.2]


def few_prompts() -> VoteLog:
    return simulate(TRUTH, votes=800, voters=30, seed=11, bad=0.0, prompts=25)


def leave_each_out(
    log: VoteLog, theta: NDArray[np.float64], ids: NDArray[np.integer], *, exact: bool
) -> tuple[Matrix, Matrix]:
    """The covariance by one Newton step without each cluster, as the docstrings define it, plus the prior's part."""
    design = np.zeros((len(log), 4))
    design[np.arange(len(log)), log.left] = 1
    design[np.arange(len(log)), log.right] = -1
    chance = 1 / (1 + np.exp(-design @ theta))
    information = (design * (chance * (1 - chance))[:, None])[:, :, None] * design[:, None, :]
    scores = design * (np.array([1, 0, 0.5])[log.outcome] - chance)[:, None]
    total = information.sum(axis=0) + np.eye(4) / 4
    covariance, groups = np.zeros((4, 4)), len(np.unique(ids))
    for group in np.unique(ids):
        own = ids == group
        hessian = total - information[own].sum(axis=0) if exact else total
        change = np.linalg.solve(hessian, scores[own].sum(axis=0))
        scale = (groups - 1) / groups
        covariance += np.outer(change, change) * (scale if exact else 1 / scale)
    inverse = np.linalg.inv(total)
    return np.asarray(covariance), inverse @ inverse / 4


@pytest.mark.parametrize("heavy", [True, False])
def test_two_way_spread_equals_its_definition(heavy: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    # Every voter and prompt here has more than 2 % of some contender's information, but not all of it.
    monkeypatch.setattr(spread, "_HEAVY", 0.0 if heavy else 1.0)
    log = few_prompts()
    found = estimate(log, PLAIN)
    theta, cells = found.theta, log.voter.astype(np.int64) * 1000 + log.prompt
    voter, prior = leave_each_out(log, theta, log.voter, exact=heavy)
    prompt, _ = leave_each_out(log, theta, log.prompt, exact=heavy)
    both, _ = leave_each_out(log, theta, cells, exact=False)
    expected = np.max([_gap_variances(one + prior) for one in (voter, prompt, voter + prompt - both)], axis=0)
    assert found.gap_se**2 == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_only_the_heaviest_clusters_are_left_out_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = estimate(few_prompts(), PLAIN).gap_se
    monkeypatch.setattr(spread, "_MOST_HEAVY", 3)
    some = estimate(few_prompts(), PLAIN).gap_se
    monkeypatch.setattr(spread, "_MOST_HEAVY", 0)
    none = estimate(few_prompts(), PLAIN).gap_se
    off = ~np.eye(4, dtype=bool)
    assert not np.allclose(some[off], exact[off])
    assert not np.allclose(some[off], none[off])


@pytest.mark.parametrize("clusters", [(), ("voter",), ("prompt",)])
def test_fewer_clusters_never_give_a_wider_spread(clusters: tuple[Cluster, ...]) -> None:
    log = few_prompts()
    both = estimate(log, PLAIN).gap_se
    fewer = estimate(log, replace(PLAIN, clusters=clusters)).gap_se
    if clusters:
        assert np.all(fewer <= both + 1e-12)
    else:
        assert fewer[0, 1] > 0


def test_variance_is_the_largest_and_never_negative() -> None:
    narrow, wide, broken = np.eye(2), 4 * np.eye(2), -np.eye(2)
    found = Spread(np.stack([narrow, wide, broken]))
    assert found.between()[0, 1] == pytest.approx(np.sqrt(8))
    assert found.from_anchor(np.array([True, False])).tolist() == [0.0, pytest.approx(np.sqrt(8))]
    assert Spread(broken[None]).between().tolist() == [[0.0, 0.0], [0.0, 0.0]]


def _gap_variances(covariance: Matrix) -> Matrix:
    diagonal = np.diag(covariance)
    return np.asarray(diagonal[:, None] + diagonal[None, :] - 2 * covariance)


def test_inverse_is_found_for_more_votes_than_leave_a_digit_for_the_prior() -> None:
    pair = np.array([[1.0, -1.0], [-1.0, 1.0]])
    assert invert_centred(1e7 * pair + 1e-10 * np.eye(2)) == pytest.approx(pair / 4e7)
