import numpy as np
import pytest

from leaderboard.ratings.columns.counting import count_outcomes, score_table
from leaderboard.ratings.fits.prior_choice import LEAST_SPREAD, choose_prior_sd, log_evidence, measure_pull
from tests.leaderboard.ratings.logs import repeat_duel, simulate, write_log


def points(*, spread: float, seed: int = 1) -> np.ndarray:
    theta = np.random.default_rng(seed).normal(0, spread, 40)
    return score_table(count_outcomes(simulate(theta, votes=40_000, voters=50, seed=seed, ties=0, bad=0)))


@pytest.mark.parametrize("spread", [0.4, 1.5, 4.0])
def test_chosen_spread_is_that_of_the_strengths(spread: float) -> None:
    assert choose_prior_sd(points(spread=spread)) == pytest.approx(spread, rel=0.35)


def test_no_other_spread_makes_the_votes_more_probable() -> None:
    table = points(spread=1.0)
    chosen = choose_prior_sd(table)
    for other in (0.1, 0.5, 0.9 * chosen, 1.1 * chosen, 5.0, 50.0):
        assert log_evidence(table, other) <= log_evidence(table, chosen)


def test_evidence_is_the_probability_of_the_votes_averaged_over_the_prior() -> None:
    table = score_table(count_outcomes(write_log(repeat_duel("a", "b", wins=30, losses=10))))
    gap = np.linspace(-20, 20, 40_001)

    def average(spread: float) -> float:
        # The gap of two strengths has twice the variance of one.
        density = np.exp(-(gap**2) / (4 * spread**2)) / np.sqrt(4 * np.pi * spread**2)
        return float(np.trapezoid(density * np.exp(-30 * np.logaddexp(0, -gap) - 10 * np.logaddexp(0, gap)), gap))

    found = log_evidence(table, 1.0) - log_evidence(table, 0.3)
    assert found == pytest.approx(np.log(average(1.0) / average(0.3)), abs=0.02)


def test_votes_without_differences_choose_the_least_spread() -> None:
    table = score_table(count_outcomes(write_log(repeat_duel("a", "b", wins=50, losses=50))))
    assert choose_prior_sd(table) == LEAST_SPREAD


def test_pull_on_a_ladder_is_most_of_its_length() -> None:
    rows = [row for step in range(59) for row in repeat_duel(f"c{step:02}", f"c{step + 1:02}", wins=6, losses=4)]
    table = score_table(count_outcomes(write_log(rows)))
    pull = measure_pull(table, prior_sd=2.0, among=np.ones(60, dtype=bool))
    assert pull.without == pytest.approx(59 * np.log(1.5), rel=1e-4)
    assert pull.span == pytest.approx(2.166, abs=0.01)


def test_pull_is_found_for_more_votes_than_leave_a_digit_for_the_prior() -> None:
    table = score_table(count_outcomes(write_log(repeat_duel("a", "b", wins=2, losses=1)))) * 1e7
    assert measure_pull(table, prior_sd=2.0, among=np.ones(2, dtype=bool)).without == pytest.approx(np.log(2))
