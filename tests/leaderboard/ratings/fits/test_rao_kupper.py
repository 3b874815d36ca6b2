import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import minimize

from leaderboard.ratings.columns.counting import score_table, weigh_votes
from leaderboard.ratings.fits.bradley_terry import fit_strengths
from leaderboard.ratings.fits.rao_kupper import fit_rao_kupper
from leaderboard.ratings.methods import METHOD
from tests.leaderboard.ratings.logs import Duel, duels, repeat_duel, write_log


def table(rows: list[Duel]) -> np.ndarray:
    return weigh_votes(write_log(rows), METHOD)[1]


def test_fit_of_one_pair_gives_its_shares() -> None:
    outcomes = 1e6 * table(repeat_duel("a", "b", wins=5, losses=2, ties=3))
    win, tie, loss = fit_rao_kupper(outcomes, prior_sd=2).chances()[:, 0, 1]
    assert (win, tie, loss) == pytest.approx((0.5, 0.3, 0.2), abs=1e-6)


@settings(max_examples=60)
@given(duels(least=3))
def test_fit_is_the_optimum_that_scipy_finds(rows: list[Duel]) -> None:
    outcomes = table(rows)
    n = outcomes.shape[1]
    ties = outcomes[2].sum()

    def loss(at: np.ndarray) -> float:
        gap, margin = at[:n, None] - at[None, :n], max(float(at[n]), 1e-300)
        left, right = -np.logaddexp(0, margin - gap), -np.logaddexp(0, margin + gap)
        tie = np.log(np.expm1(2 * margin)) + left + right
        return float(
            at @ at / 8 - np.sum(outcomes[0] * left + outcomes[1] * right + (outcomes[2] * tie if ties else 0))
        )

    found = fit_rao_kupper(outcomes, prior_sd=2)
    best = minimize(loss, np.append(np.zeros(n), 0.5), bounds=[(None, None)] * n + [(0, None)], tol=1e-12)
    assert loss(np.append(found.theta, found.margin)) <= best.fun + 1e-9


@settings(max_examples=60)
@given(duels())
def test_chances_add_up_and_mirror(rows: list[Duel]) -> None:
    chances = fit_rao_kupper(table(rows), prior_sd=2).chances()
    assert chances.sum(axis=0) == pytest.approx(1)
    assert np.array_equal(chances[0], chances[2].T)
    assert np.all(chances >= 0)


def test_swapped_sides_leave_every_bit_alone() -> None:
    rows = [*repeat_duel("a", "b", wins=5, losses=2, ties=3), *repeat_duel("b", "c", wins=1, ties=2)]
    turned = {"left": "right", "right": "left", "tie": "tie"}
    swapped = [(right, left, turned[outcome], voter) for left, right, outcome, voter in rows]
    assert np.array_equal(
        fit_rao_kupper(table(rows), prior_sd=2).theta, fit_rao_kupper(table(swapped), prior_sd=2).theta
    )


def test_without_ties_it_is_bradley_terry() -> None:
    outcomes = table([*repeat_duel("a", "b", wins=5, losses=2), *repeat_duel("b", "c", wins=3, losses=2)])
    found = fit_rao_kupper(outcomes, prior_sd=2)
    assert found.margin == 0
    assert found.theta == pytest.approx(fit_strengths(score_table(outcomes), prior_sd=2).theta, abs=1e-12)
    assert np.all(found.chances()[1] == 0)


def test_ties_alone_stay_finite() -> None:
    found = fit_rao_kupper(table(repeat_duel("a", "b", ties=500)), prior_sd=2)
    assert found.theta == pytest.approx([0, 0])
    assert 0.97 < found.chances()[1, 0, 1] < 1
