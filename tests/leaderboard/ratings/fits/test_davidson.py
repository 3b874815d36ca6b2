import numpy as np
import pytest
from hypothesis import given
from scipy.optimize import minimize

from leaderboard.ratings.columns.counting import count_outcomes
from leaderboard.ratings.columns.votelog import BOTH_BAD
from leaderboard.ratings.fits.davidson import fit_davidson, nats_per_vote
from leaderboard.ratings.fits.rao_kupper import fit_rao_kupper
from tests.leaderboard.ratings.logs import Duel, duels, repeat_duel, simulate, write_log


def table(rows: list[Duel]) -> np.ndarray:
    return count_outcomes(write_log(rows).compact()).astype(np.float64)


def test_chances_are_the_shares_of_a_well_known_pair() -> None:
    outcomes = table(repeat_duel("a", "b", wins=6000, ties=3000, losses=1000))
    win, tie, loss = fit_davidson(outcomes, prior_sd=100).chances()[:, 0, 1]
    assert (win, tie, loss) == pytest.approx((0.6, 0.3, 0.1), abs=1e-4)


@given(duels(least=2))
def test_mode_is_that_of_a_general_optimizer(rows: list[Duel]) -> None:
    outcomes = table(rows)
    outcomes[BOTH_BAD] = 0
    n = outcomes.shape[1]

    def objective(at: np.ndarray) -> float:
        gap = at[:n, None] - at[None, :n]
        logits = np.stack([gap / 2, -gap / 2, np.full_like(gap, at[n])])
        chosen = logits - np.logaddexp.reduce(logits, axis=0)
        return float(-np.sum(outcomes[:3] * chosen) + at @ at / (2 * 2.0**2))

    best = minimize(objective, np.zeros(n + 1), method="BFGS", options={"gtol": 1e-9})
    found = fit_davidson(outcomes, prior_sd=2.0)
    assert np.append(found.theta, found.log_tie) == pytest.approx(best.x, abs=1e-4)


def test_nats_are_those_of_the_answers() -> None:
    rows = repeat_duel("a", "b", wins=6, ties=3, losses=1)
    outcomes = table(rows)
    for fitted in (fit_davidson(outcomes, prior_sd=100), fit_rao_kupper(outcomes, prior_sd=100)):
        entropy = -sum(share * np.log(share) for share in (0.6, 0.3, 0.1))
        assert nats_per_vote(outcomes, fitted.chances()) == pytest.approx(entropy, abs=1e-3)


def test_swapping_sides_changes_nothing() -> None:
    log = simulate(np.linspace(-1, 1, 6), votes=900, voters=20, seed=3)
    outcomes = count_outcomes(log).astype(np.float64)
    swapped = outcomes[[1, 0, 2, 3]].transpose(0, 2, 1)
    one, two = (fit_davidson(each, prior_sd=2.0) for each in (outcomes, swapped))
    assert one.theta == pytest.approx(two.theta, abs=1e-9)
    assert nats_per_vote(outcomes, one.chances()) == pytest.approx(nats_per_vote(swapped, two.chances()))
