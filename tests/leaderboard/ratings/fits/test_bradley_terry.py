from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from leaderboard.ratings.fits.bradley_terry import Strengths, fit_strengths
from leaderboard.ratings.methods import METHOD, fit
from tests.leaderboard.ratings.logs import from_arrays

FLAT = 1e5

# Citations among four statistics journals, the citing one in rows: Agresti, Categorical Data Analysis (2002),
# table 10.11.
CITED = np.array([[0, 730, 498, 221], [33, 0, 68, 17], [320, 813, 0, 142], [284, 276, 325, 0]], dtype=float)

# American League 1987, wins of the home team and of the away team, by home team in rows and away team in columns:
# Milwaukee, Detroit, Toronto, New York, Boston, Cleveland, Baltimore. Agresti, table 10.10.
AT_HOME = [
    [0, 4, 4, 4, 6, 4, 6], [3, 0, 4, 4, 6, 6, 4], [2, 4, 0, 2, 4, 4, 6], [3, 5, 2, 0, 4, 4, 6],
    [5, 2, 3, 4, 0, 5, 6], [2, 3, 3, 4, 4, 0, 2], [2, 1, 1, 2, 1, 3, 0],
]  # fmt: skip
AWAY = [
    [0, 3, 2, 3, 1, 2, 0], [3, 0, 2, 3, 0, 1, 3], [5, 3, 0, 4, 3, 2, 0], [3, 1, 5, 0, 3, 2, 1],
    [1, 5, 3, 2, 0, 2, 0], [5, 3, 4, 3, 2, 0, 4], [5, 5, 6, 4, 6, 4, 0],
]  # fmt: skip


def fit_wins(wins: NDArray[np.float64], *, prior_sd: float = FLAT) -> Strengths:
    return fit_strengths(np.stack([wins, np.zeros_like(wins)]), prior_sd=prior_sd)


def test_journals_have_the_published_coefficients() -> None:
    theta = fit_wins(CITED).theta
    assert theta[1:] - theta[0] == pytest.approx([-2.9491, -0.4796, 0.2690], abs=5e-5)


def test_baseball_has_the_published_home_advantage() -> None:
    wins = np.array([AT_HOME, AWAY], dtype=float)
    found = fit_strengths(wins, prior_sd=FLAT, with_side=True)
    assert found.side == pytest.approx(0.3023, abs=5e-5)
    assert np.sqrt(np.linalg.inv(found.total)[-1, -1]) == pytest.approx(0.1309, abs=5e-5)
    chance = 1 / (1 + np.exp(found.theta[None, :] - found.theta[:, None] - found.side))
    expected = wins.sum(axis=0) * np.stack([chance, 1 - chance])
    lost = wins > 0
    assert 2 * np.sum(wins[lost] * np.log(wins[lost] / expected[lost])) == pytest.approx(38.643, abs=5e-4)


def test_baseball_with_robust_errors_is_as_sure_of_the_home_advantage() -> None:
    # The published error assumes the model. Ours is robust: each game is a cluster, with G/(G-1) for 273 games.
    games = [
        (home, away, outcome)
        for outcome, wins in enumerate((AT_HOME, AWAY))
        for home, row in enumerate(wins)
        for away, count in enumerate(row)
        for _ in range(count)
    ]
    left, right, outcome = np.array(games).T
    log = from_arrays(left, right, outcome, np.zeros(len(games), dtype=np.int64))
    effect = fit(log, replace(METHOD, prior_sd=1e3, clusters=())).position_effect
    assert effect is not None
    assert effect.logit == pytest.approx(0.3023, abs=5e-5)
    assert effect.se == pytest.approx(0.1309, rel=0.02)


def test_chain_of_sixty_spreads_to_its_closed_form() -> None:
    wins = np.zeros((60, 60))
    for index in range(59):
        wins[index, index + 1], wins[index + 1, index] = 6, 4
    theta = fit_wins(wins).theta
    assert (theta[0] - theta[-1]) * 400 / np.log(10) == pytest.approx(4155.8, abs=0.1)


def test_undefeated_under_the_prior_is_finite_and_first() -> None:
    wins = np.array([[0, 5, 5], [0, 0, 5], [0, 5, 0]], dtype=float)
    theta = fit_wins(wins, prior_sd=2.0).theta
    assert theta[0] > theta[1] + 1
    assert theta[1] == pytest.approx(theta[2], abs=1e-12)


def test_ten_wins_against_a_fixed_average_shrink_as_stated() -> None:
    # A second contender with a practically fixed strength: thousands of even games with many others.
    wins = np.full((200, 200), 1e6)
    wins[0, :], wins[:, 0] = 0, 0
    wins[0, 1] = 10
    assert fit_wins(wins, prior_sd=2.0).theta[0] == pytest.approx(2.65, abs=0.02)


def test_optimum_equals_a_general_optimiser() -> None:
    rng = np.random.default_rng(1)
    points = rng.integers(0, 9, (2, 5, 5)).astype(float)

    def loss(at: NDArray[np.float64]) -> float:
        gaps = at[:5, None] - at[None, :5] + at[5]
        fit = np.sum(points[0] * np.logaddexp(0, -gaps) + points[1] * np.logaddexp(0, gaps))
        return float(fit + np.sum(at**2) / 8)

    for index in range(5):
        points[:, index, index] = 0
    found = fit_strengths(points, prior_sd=2.0, with_side=True)
    best = minimize(loss, np.zeros(6), method="BFGS", options={"gtol": 1e-9})
    assert np.append(found.theta, found.side) == pytest.approx(best.x, abs=1e-5)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e9])
def test_fit_converges_at_any_scale(scale: float) -> None:
    wins = np.triu(np.full((30, 30), scale), 1)
    strengths = fit_wins(wins, prior_sd=2.0)
    chance = 1 / (1 + np.exp(strengths.theta[None, :] - strengths.theta[:, None]))
    surplus = wins * (1 - chance)
    gradient = surplus.sum(axis=1) - surplus.sum(axis=0) - strengths.theta / 4
    assert np.abs(gradient).max() <= 1e-9 * max(1.0, scale)
