"""What errors of several boards have in common, in worlds of known tastes."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.choosing import Setting, count_covered, draw_votes, play
from leaderboard.ratings.board_errors import BoardErrors
from leaderboard.ratings.boards import BoardKey, prepare_board
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.joint import shared_tastes
from leaderboard.ratings.joint.shared_tastes import SharedErrors
from leaderboard.ratings.joint.weighing import share_boards, weigh_votes
from leaderboard.ratings.methods import METHOD, fit_with_errors

# Version 3 limits no voter, so that every vote weighs the same in the definitions.
BEFORE = replace(METHOD, version="3")
STRONG = Setting(contenders=5, categories=4, voters=24, votes=20, taste=0.8, alike=0.8)


def share(log: VoteLog) -> tuple[list[BoardErrors], SharedErrors]:
    keys = [BoardKey("category", slug) for slug in log.categories]
    errors = [fit_with_errors(*prepare_board(log, key, BEFORE))[1] for key in keys]
    return errors, share_boards(log, keys, errors, BEFORE)


def test_intervals_cover_the_truth_where_voters_tastes_are_shared_and_independence_does_not(*, thorough: bool) -> None:
    rng = np.random.default_rng(5)
    outcomes = [play(rng, STRONG) for _ in range(300 if thorough else 40)]
    joint = np.mean([count_covered(one, one.joint) for one in outcomes])
    alone = np.mean([count_covered(one, one.alone) for one in outcomes])
    assert joint >= 0.9
    assert alone < 0.85
    # The chance of the first is as large as it is often right, within three standard errors.
    chances = np.array([one.joint.first.max() for one in outcomes])
    right = np.array([one.joint.first.argmax() == one.truth.argmax() for one in outcomes])
    assert chances.mean() - right.mean() < 3 * np.sqrt(np.mean(chances * (1 - chances)) / len(outcomes))


@pytest.mark.parametrize("alike", [0.0, 0.5, 0.9])
def test_correlation_of_tastes_is_found(alike: float) -> None:
    rng = np.random.default_rng(3)
    found = [share(draw_votes(rng, replace(STRONG, alike=alike))[0])[1].correlation for _ in range(8)]
    assert np.mean(found) == pytest.approx(alike, abs=0.12)


@pytest.mark.parametrize("votes_at_a_time", [shared_tastes._VOTES, 50])
def test_covariance_is_that_of_tables_of_each_voter(votes_at_a_time: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_tastes, "_VOTES", votes_at_a_time)
    log, _ = draw_votes(np.random.default_rng(1), replace(STRONG, voters=9, categories=3))
    errors, shared = share(log)
    information, totals = _tables(log, errors)
    n = len(log.contenders)
    for (one, two), block in shared.covariances.items():
        pulls = [
            np.linalg.inv(totals[board] + np.eye(n) * METHOD.prior_sd**-2) @ np.diag(errors[board].taste_sd)
            for board in (one, two)
        ]
        common = sum(information[voter, one] @ information[voter, two] for voter in range(9))
        wide = errors[one].widening[:, None] * errors[two].widening
        expected = shared.correlation * (pulls[0] @ common @ pulls[1].T) * wide
        assert _gaps(block) == pytest.approx(_gaps(expected), rel=1e-6, abs=1e-12)


def _gaps(block: np.ndarray) -> np.ndarray:
    """The covariance of two boards' gaps of each pair; the common level of all estimates is in none."""
    own = np.diagonal(block)
    return np.asarray(own[:, None] + own - block - block.T)


def _tables(log: VoteLog, errors: list[BoardErrors]) -> tuple[np.ndarray, np.ndarray]:
    """Each voter's information on each board, float64[voters, boards, n, n], and that of all voters."""
    n = len(log.contenders)
    information = np.zeros((len(log.voters), len(errors), n, n))
    for voter, board, left, right in zip(log.voter, log.category, log.left, log.right, strict=True):
        chance = 1 / (1 + np.exp(errors[board].theta[right] - errors[board].theta[left]))
        apart = np.zeros(n)
        apart[left], apart[right] = 1, -1
        information[voter, board] += chance * (1 - chance) * np.outer(apart, apart)
    return information, information.sum(axis=0)


def test_boards_without_common_voters_share_nothing() -> None:
    log, _ = draw_votes(np.random.default_rng(1), STRONG)
    apart = replace(log, voters=tuple(f"v{n:04}" for n in range(24 * 4)), voter=log.voter * 4 + log.category)
    assert share(apart)[1].covariances == {}


def test_order_of_votes_and_sides_change_no_chance() -> None:
    log, _ = draw_votes(np.random.default_rng(2), replace(STRONG, voters=10))
    weights = {BoardKey("category", "k00"): 2, BoardKey("category", "k02"): 1}
    turned = replace(log, left=log.right, right=log.left, outcome=(1 - log.outcome).astype(np.int8))
    backward = turned.select(slice(None, None, -1))
    backward = replace(backward, position=log.position)
    first = weigh_votes(log, weights)[1].first
    assert first.sum() == 1
    assert weigh_votes(backward, weights)[1].first.tolist() == first.tolist()


def test_own_block_is_as_wide_as_the_published_intervals() -> None:
    log, _ = draw_votes(np.random.default_rng(4), STRONG)
    names, combined = weigh_votes(log, {BoardKey("category", "k01"): 1})
    result, errors = fit_with_errors(*prepare_board(log, BoardKey("category", "k01")))
    assert names == errors.names
    lines = {line.contender: line for line in result.contenders}
    assert combined.rating == pytest.approx([lines[name].elo for name in names], abs=1e-6)
    # The board's own chances come from a quadrature over quasi-variances.
    assert combined.first == pytest.approx([lines[name].p_first for name in names], abs=0.03)
