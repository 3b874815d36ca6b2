from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.ratings.diagnostics.deciding import anytime_half_width, decide, growth_to_decide
from leaderboard.ratings.methods import METHOD, estimate
from tests.leaderboard.ratings.logs import repeat_duel, simulate, write_log

LOOKS = 60


def test_peeking_sixty_times_decides_a_null_gap_in_at_most_five_percent() -> None:
    # Each voter's votes add up to one score; the band uses their mean and their spread between clusters.
    rng = np.random.default_rng(5)
    worlds, looks = 500, np.unique(np.geomspace(5, 600, LOOKS).astype(int))
    scores = rng.normal(0, 0.6, (worlds, looks[-1])) * rng.gamma(2.0, 0.5, (worlds, looks[-1]))
    wrong, naive = np.zeros(worlds, dtype=bool), np.zeros(worlds, dtype=bool)
    for voters in looks.tolist():
        seen = scores[:, :voters]
        gap, se = np.abs(seen.mean(axis=1)), seen.std(axis=1, ddof=1) / sqrt(voters)
        beyond = gap > 1.96 * se
        naive |= beyond
        # The band is wider than that, as the next test shows, so only these can be outside it.
        for world in np.flatnonzero(beyond & ~wrong).tolist():
            wrong[world] = gap[world] > anytime_half_width(float(se[world]), voters, alpha=0.05, tuned=0.23)
    assert wrong.mean() <= 0.05
    assert naive.mean() > 0.25


@given(st.floats(0.001, 3), st.floats(2, 1e6), st.floats(0.01, 1))
def test_band_is_wider_than_an_interval_for_one_look(se: float, effective: float, tuned: float) -> None:
    half = anytime_half_width(se, effective, alpha=0.05, tuned=tuned)
    assert half > 1.96 * se
    assert half >= anytime_half_width(se, effective * 2, alpha=0.05, tuned=tuned)
    assert half >= anytime_half_width(se / 2, effective * 4, alpha=0.05, tuned=tuned)


def test_band_equals_the_published_formula() -> None:
    # The source states it for a mean after t steps of sd 1, whose standard error is 1 / sqrt(t); tuned to t = 100.
    rho = sqrt((-2 * log(0.05) + log(-2 * log(0.05) + 1)) / 100)
    expected = sqrt(2 * (900 * rho**2 + 1) / (900**2 * rho**2) * log(sqrt(900 * rho**2 + 1) / 0.05))
    tightest = sqrt(2 * (100 * rho**2 + 1) / (100**2 * rho**2) * log(sqrt(100 * rho**2 + 1) / 0.05))
    assert anytime_half_width(1 / 30, 1e12, alpha=0.05, tuned=tightest) == pytest.approx(expected, rel=1e-9)


@given(st.floats(0.01, 1), st.floats(0.05, 0.5), st.floats(2, 1000))
def test_growth_is_the_least_that_decides(gap: float, se: float, effective: float) -> None:
    growth = growth_to_decide(gap, se, effective, alpha=0.05, tuned=0.23)
    later = 1000.0 if growth is None else growth
    bands = [anytime_half_width(se / sqrt(f), effective * f, alpha=0.05, tuned=0.23) for f in (later * 0.999, later)]
    assert bands[0] > gap or growth == 1.0 or later <= 1.001
    assert growth is None or bands[1] < gap


def test_gap_is_undecided_until_about_as_many_votes_as_forecast() -> None:
    votes = simulate([0.0, 0.4, 0.2, 0.3], votes=300, voters=100, seed=1)
    early = decide(votes.contenders, estimate(votes), 0, 1)
    assert (early.leader, early.other, early.decided) == ("c01", "c00", False)
    assert early.half_width is not None
    assert early.half_width > early.gap > 0
    assert early.more_votes is not None
    scale = 400 / log(10)
    found = estimate(votes)
    se, effective = float(found.gap_se[0, 1]), float(found.dependence.effective[:2].min())
    for growth, decided in ((0.97, False), (1.03, True)):
        growth *= 1 + early.more_votes / int(found.records.rated.sum() / 2)
        band = anytime_half_width(se / sqrt(growth), effective * growth, alpha=0.05, tuned=40 / scale)
        assert (early.gap > scale * band) is decided
    late = decide(("c00", "c01"), estimate(simulate([0.0, 1.5], votes=900, voters=300, seed=1)), 0, 1)
    assert (late.decided, late.more_votes) == (True, None)


def test_nothing_is_decided_without_voters_or_a_path() -> None:
    lone = write_log([("a", "b", "left", "v")] * 50)
    answer = decide(lone.contenders, estimate(lone), 0, 1, method=METHOD)
    assert (answer.leader, answer.half_width, answer.decided, answer.more_votes) == ("a", None, False, None)
    apart = write_log([*repeat_duel("a", "b", wins=30, losses=9), *repeat_duel("x", "y", wins=90, losses=3)])
    assert decide(apart.contenders, estimate(apart), 1, 2).half_width is None
    level = write_log(repeat_duel("a", "b", wins=30, losses=30))
    answer = decide(level.contenders, estimate(level), 0, 1)
    assert answer.gap == pytest.approx(0, abs=1e-9)
    assert (answer.decided, answer.more_votes) == (False, None)
