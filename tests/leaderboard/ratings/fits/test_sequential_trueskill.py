import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import log_ndtr

from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.fits.sequential_trueskill import replay
from leaderboard.ratings.fits.skills import Skills
from leaderboard.ratings.fits.trueskill_package import replay_by_package, set_up_package
from leaderboard.ratings.methods import METHOD
from leaderboard.ratings.speed.trueskill_updates import draw_moments, win_moments
from tests.leaderboard.ratings.logs import from_arrays, repeat_duel, simulate, write_log

DRAWS = (0.0, 0.1, 0.3, 0.6)


def replay_with(log: VoteLog, *, draw_probability: float = 0.1, mu0: float = 25.0, sigma0: float = 25 / 3) -> Skills:
    return replay(log, replace(METHOD, mu0=mu0, sigma0=sigma0, draw_probability=draw_probability))


def test_skills_after_one_draw_match_the_reference() -> None:
    skills = replay_with(write_log(repeat_duel("a", "b", ties=1)))
    assert skills.mu == pytest.approx([25, 25], abs=1e-12)
    assert skills.sigma == pytest.approx([6.457515683245] * 2, abs=1e-12)


def test_skills_after_one_win_match_the_reference() -> None:
    skills = replay_with(write_log(repeat_duel("b", "a", losses=1)))
    assert skills.mu == pytest.approx([29.395831692992, 20.604168307008], abs=1e-12)
    assert skills.sigma == pytest.approx([7.171475807009] * 2, abs=1e-12)


def test_skills_ignore_votes_for_neither() -> None:
    skills = replay_with(write_log(repeat_duel("a", "b", bad=3)))
    assert skills.mu.tolist() == [25, 25]
    assert skills.sigma == pytest.approx([25 / 3] * 2)


@settings(max_examples=300)
@given(
    mu=st.tuples(st.floats(-20, 70), st.floats(-20, 70)),
    sigma=st.tuples(st.floats(0.3, 12), st.floats(0.3, 12)),
    drawn=st.booleans(),
    draw_probability=st.sampled_from(DRAWS),
)
def test_update_equals_the_package(
    mu: tuple[float, float], sigma: tuple[float, float], drawn: bool, draw_probability: float
) -> None:
    # With a draw probability of zero the package divides zero by zero.
    assume(not (drawn and draw_probability == 0))
    package = set_up_package(replace(METHOD, draw_probability=draw_probability))
    noise = 2 * METHOD.beta**2
    v1, v2 = sigma[0] ** 2 + METHOD.tau**2, sigma[1] ** 2 + METHOD.tau**2
    c = math.sqrt(noise + v1 + v2)
    margin = package.ppf((draw_probability + 1) / 2) * math.sqrt(2) * package.beta / c
    gap = (mu[0] - mu[1]) / c
    assume(abs(gap) + margin < 7)
    v, w = draw_moments(gap, margin) if drawn else win_moments(gap - margin)
    ratings = [package.create_rating(m, s) for m, s in zip(mu, sigma, strict=True)]
    (one,), (two,) = package.rate([ratings[:1], ratings[1:]], ranks=[0, int(not drawn)])
    assert mu[0] + v1 / c * v == pytest.approx(one.mu, abs=1e-9)
    assert mu[1] - v2 / c * v == pytest.approx(two.mu, abs=1e-9)
    assert math.sqrt(v1 * (1 - v1 / c**2 * w)) == pytest.approx(one.sigma, abs=1e-9)
    assert math.sqrt(v2 * (1 - v2 / c**2 * w)) == pytest.approx(two.sigma, abs=1e-9)


def test_replay_equals_the_package() -> None:
    log = simulate(np.linspace(-1, 1, 8), votes=2000, voters=50, seed=3)
    skills, theirs = replay_with(log), replay_by_package(log, METHOD)
    assert skills.mu == pytest.approx(theirs.mu, abs=1e-9)
    assert skills.sigma == pytest.approx(theirs.sigma, abs=1e-9)


@pytest.mark.parametrize(("backend", "close"), [("scipy", 1e-9), (None, 1e-5)])
def test_package_says_the_same_on_tails_of_its_own(backend: str | None, close: float) -> None:
    log = simulate(np.linspace(-1, 1, 8), votes=500, voters=50, seed=3)
    package = type(set_up_package(METHOD))(backend=backend)
    ratings = [package.create_rating() for _ in log.contenders]
    for left, right, outcome in zip(log.left.tolist(), log.right.tolist(), log.outcome.tolist(), strict=True):
        if outcome == 3:
            continue
        first, second = (right, left) if outcome == 1 else (left, right)
        pair = [(ratings[first],), (ratings[second],)]
        (ratings[first],), (ratings[second],) = package.rate(pair, ranks=[0, int(outcome != 2)])
    skills = replay_by_package(log, METHOD)
    assert skills.mu == pytest.approx([rating.mu for rating in ratings], abs=close)
    assert skills.sigma == pytest.approx([rating.sigma for rating in ratings], abs=close)


@given(st.floats(-1e6, 40))
def test_win_moments_equal_log_space_tails(x: float) -> None:
    v, w = win_moments(x)
    exact = math.exp(-0.5 * x * x - 0.5 * math.log(2 * math.pi) - log_ndtr(x)) if x > -30 else -x
    assert v == pytest.approx(exact, rel=1e-9 if x > -30 else 2e-3)
    assert 0 <= w <= 1


@pytest.mark.parametrize("band", [1e-7, 1e-3, 0.05, 0.5, 3.0])
@pytest.mark.parametrize("a", [-35.0])
def test_moments_are_continuous_where_the_series_takes_over(a: float, band: float) -> None:
    for moments in (win_moments, lambda x: draw_moments(band - x, band)):
        near, far = moments(a + 1e-9), moments(a - 1e-9)
        assert near[0] == pytest.approx(far[0], rel=1e-9)
        assert near[1] == pytest.approx(far[1], abs=1e-8)


@given(st.floats(-1e4, 1e4), st.floats(0, 5))
def test_draw_moments_stay_finite_and_point_inward(t: float, band: float) -> None:
    v, w = draw_moments(t, band)
    assert v * t <= 0
    assert -1e-12 <= w <= 1 + 1e-9


def test_draw_without_a_margin_has_the_limit() -> None:
    skills = replay_with(write_log(repeat_duel("a", "b", ties=1)), draw_probability=0.0)
    v = (25 / 3) ** 2 + METHOD.tau**2
    assert skills.sigma == pytest.approx([math.sqrt(v * (1 - v / (2 * METHOD.beta**2 + 2 * v)))] * 2)


def test_upset_beyond_floating_point_tails_stays_finite() -> None:
    rows = np.zeros(4000, dtype=np.int64)
    outcome = np.r_[np.zeros(3999, dtype=np.int64), 1]
    skills = replay_with(from_arrays(rows, rows + 1, outcome, rows), sigma0=300.0)
    assert np.isfinite(skills.mu).all()
    assert (skills.sigma > 0).all()
