"""Order-free TrueSkill: the mode by another optimiser, the order of votes, and the coverage of sigma."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from scipy import optimize, stats

from leaderboard.ratings.columns.counting import count_outcomes
from leaderboard.ratings.fits.sequential_trueskill import replay
from leaderboard.ratings.fits.skills import fit_skills
from leaderboard.ratings.methods import METHOD, estimate, fit
from tests.leaderboard.ratings.logs import Duel, duels, from_arrays, repeat_duel, simulate, write_log


def test_mode_equals_a_general_optimiser() -> None:
    log = simulate([0.0, 0.5, 1.0, -0.7], votes=400, voters=20, seed=5)
    counts = count_outcomes(log).astype(float)
    scale = np.sqrt(2) * METHOD.beta
    band = stats.norm.ppf((METHOD.draw_probability + 1) / 2)

    def loss(skill: np.ndarray) -> float:
        gap = (skill[:, None] - skill[None, :]) / scale
        tie = np.log(stats.norm.cdf(gap + band) - stats.norm.cdf(gap - band))
        votes = counts[0] * stats.norm.logcdf(gap - band) + counts[1] * stats.norm.logcdf(-gap - band) + counts[2] * tie
        return float(-votes.sum() + np.sum((skill - METHOD.mu0) ** 2) / (2 * METHOD.sigma0**2))

    expected = optimize.minimize(loss, np.full(4, METHOD.mu0), method="BFGS", options={"gtol": 1e-9}).x
    found = fit_skills(counts, METHOD)
    assert found.mode == pytest.approx(expected, abs=1e-5)
    step = 1e-3
    for index in range(4):
        at = np.eye(4)[index] * step
        curvature = (loss(found.mode + at) - 2 * loss(found.mode) + loss(found.mode - at)) / step**2
        assert found.total[index, index] == pytest.approx(curvature, rel=1e-4)


@given(duels(least=5))
def test_another_win_never_lowers_a_skill(rows: list[Duel]) -> None:
    before = estimate(write_log(rows))
    after = estimate(write_log([*rows, ("a", "b", "left", "u")]))
    names = sorted({side for row in rows for side in row[:2]})
    if {"a", "b"} <= set(names):
        a, b = names.index("a"), names.index("b")
        gap = before.skills.mu[a] - before.skills.mu[b]
        assert after.skills.mu[a] - after.skills.mu[b] >= gap - 1e-9


def test_with_many_votes_it_agrees_with_the_sequential_replay() -> None:
    log = simulate([0.0, 0.6, 1.2, -0.6], votes=4000, voters=200, seed=8, bad=0.0)
    found = estimate(log).skills
    replayed = replay(log, replace(METHOD, tau=0.0))
    assert found.mu - found.mu.mean() == pytest.approx(replayed.mu - replayed.mu.mean(), abs=0.25)


def test_sigma_is_the_prior_where_one_voter_tells_everything() -> None:
    rows = [("a", "b", "left", "u")] * 40 + [("a", "b", "right", "u")] * 20
    for line in fit(write_log(rows)).contenders:
        assert line.sigma == pytest.approx(METHOD.sigma0)


def test_sigma_is_wider_where_votes_hang_together() -> None:
    alone = fit(write_log(repeat_duel("a", "b", wins=40, losses=20))).contenders[0].sigma
    rows = [
        (a, b, outcome, f"{outcome}{index % 3}")
        for index, (a, b, outcome, _) in enumerate(repeat_duel("a", "b", wins=40, losses=20))
    ]
    together = fit(write_log(rows)).contenders[0].sigma
    assert alone is not None
    assert together is not None
    assert alone < 2 * alone < together <= METHOD.sigma0


def test_anchors_have_the_prior_mean() -> None:
    log = simulate([0.0, 0.6, 1.2, -0.6], votes=2000, voters=100, seed=9)
    assert np.mean(estimate(log).skills.mu) == pytest.approx(METHOD.mu0)


def test_sigma_is_widened_by_the_design_effect_that_widens_elo() -> None:
    once = simulate([0.0, 0.3, 0.6, 0.9], votes=1500, voters=30, seed=4, prompts=60, bad=0.0)
    columns = (once.left, once.right, once.outcome, once.voter, once.prompt, once.category)
    left, right, outcome, voter, prompt, category = (np.repeat(each, 4).astype(np.int64) for each in columns)
    again = from_arrays(left, right, outcome, voter, prompt=prompt, category=category)
    each_own = np.arange(len(prompt))
    apart = from_arrays(left, right, outcome, each_own, prompt=each_own, category=category)
    few, same, many = (estimate(votes) for votes in (once, again, apart))
    # The same votes given four times tell nothing new; as votes of other people they would halve both errors.
    assert same.se == pytest.approx(few.se, rel=0.02)
    assert same.skills.sigma == pytest.approx(few.skills.sigma, rel=0.02)
    assert many.se == pytest.approx(few.se / 2, rel=0.15)
    assert many.skills.sigma == pytest.approx(few.skills.sigma / 2, rel=0.15)
