import numpy as np
import pytest

from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.diagnostics.calibration import measure_calibration
from tests.leaderboard.ratings.logs import from_arrays, repeat_duel, simulate, write_log


def draw_by_the_model(votes: int, seed: int) -> tuple[VoteLog, float]:
    """Votes drawn from Rao and Kupper's model, and the log loss of the true chances on them."""
    rng = np.random.default_rng(seed)
    theta, margin = np.array([0.0, 0.6, 1.4, 2.0]), 0.3
    left = rng.integers(0, 4, votes)
    right = (left + rng.integers(1, 4, votes)) % 4
    gap = theta[left] - theta[right]
    win, loss = 1 / (1 + np.exp(margin - gap)), 1 / (1 + np.exp(margin + gap))
    chance = np.stack([win, loss, 1 - win - loss], axis=1)
    outcome = (rng.random(votes)[:, None] > np.cumsum(chance, axis=1)).sum(axis=1)
    best = float(-np.log(chance[np.arange(votes), outcome]).mean())
    return from_arrays(left, right, outcome, rng.integers(0, 300, votes)), best


def test_votes_of_the_model_are_predicted_nearly_as_well_as_can_be() -> None:
    log, best = draw_by_the_model(8000, seed=3)
    found = measure_calibration(log)
    assert found is not None
    assert found.votes == 8000
    assert best - 1e-3 < found.log_loss < best + 5e-3 < found.plain_log_loss - 0.1
    assert 0 < found.brier < found.plain_brier - 0.05
    assert sum(each.votes for each in found.bins) == 8000
    for each in found.bins:
        assert each.observed == pytest.approx(each.predicted, abs=4 * np.sqrt(0.25 / each.votes))


def test_contenders_that_do_not_differ_predict_nothing() -> None:
    found = measure_calibration(simulate(np.zeros(6), votes=600, voters=60, seed=1))
    assert found is not None
    assert found.plain_log_loss < found.log_loss < found.plain_log_loss + 0.03


def test_a_voter_never_helps_to_predict_their_own_votes() -> None:
    # Only one voter prefers b; the votes of the others make that very unlikely.
    rows = [*repeat_duel("a", "b", wins=200), *[("a", "b", "right", "stubborn")] * 100]
    found = measure_calibration(write_log(rows))
    assert found is not None
    assert found.brier > 0.6


def test_split_hangs_on_voters_alone() -> None:
    log = simulate([0.0, 1.0, 2.0], votes=500, voters=40, seed=4)
    found, seen = measure_calibration(log), log.outcome != 3
    assert measure_calibration(log.select(seen)) == found


def test_one_voter_or_no_rated_vote_cannot_be_split() -> None:
    assert measure_calibration(write_log([("a", "b", "left", "u")] * 9)) is None
    assert measure_calibration(write_log(repeat_duel("a", "b", bad=9))) is None
