import numpy as np
import pytest

from leaderboard.ratings.fits.bradley_terry import fit_strengths
from leaderboard.ratings.fits.solving import solve

LARGE = 420


def test_large_system_is_solved_as_numpy_does() -> None:
    rng = np.random.default_rng(2)
    games = rng.poisson(0.2, (LARGE, LARGE)).astype(float)
    games += games.T
    matrix = np.diag(games.sum(axis=1) + 0.25) - games
    right = rng.normal(size=LARGE)
    assert solve(matrix, right) == pytest.approx(np.linalg.solve(matrix, right), abs=1e-9)
    assert solve(matrix, np.zeros(LARGE)).tolist() == [0.0] * LARGE


def test_large_chain_is_solved_though_conjugate_gradients_need_too_long() -> None:
    matrix = np.diag(np.full(LARGE, 2.0)) - np.eye(LARGE, k=1) - np.eye(LARGE, k=-1)
    right = np.arange(LARGE, dtype=float)
    assert solve(matrix, right).tolist() == np.linalg.solve(matrix, right).tolist()


def test_large_board_is_fitted_to_its_optimum() -> None:
    rng = np.random.default_rng(3)
    theta = rng.normal(0, 1, LARGE)
    won = rng.poisson(0.3 / (1 + np.exp(theta[None, :] - theta[:, None]))).astype(float)
    np.fill_diagonal(won, 0)
    found = fit_strengths(np.stack([won, np.zeros_like(won)]), prior_sd=2.0)
    chance = 1 / (1 + np.exp(found.theta[None, :] - found.theta[:, None]))
    gradient = (won - (won + won.T) * chance).sum(axis=1) - found.theta / 4
    assert np.max(np.abs(gradient)) < 1e-9
