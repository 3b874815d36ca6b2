from dataclasses import replace

import numpy as np
import pytest

from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.fits.home_sides import fit_home_side
from leaderboard.ratings.methods import METHOD, fit
from leaderboard.ratings.parameters import Cluster, Method
from tests.leaderboard.ratings.logs import simulate, write_log


def method(*clusters: Cluster) -> Method:
    return replace(METHOD, clusters=clusters)


def play(*, side: float, seed: int) -> VoteLog:
    log = simulate(np.linspace(-1, 1, 12), votes=4_000, voters=60, seed=seed, side=side, prompts=90, ties=0.1)
    return log.compact()


@pytest.mark.parametrize("clusters", [(), ("voter",), ("voter", "prompt")])
def test_without_neutral_votes_it_is_the_boards_position_effect(clusters: tuple[Cluster, ...]) -> None:
    log = play(side=0.5, seed=1)
    expected = fit(log, method(*clusters)).position_effect
    found = fit_home_side(log, np.zeros(len(log), dtype=bool), method(*clusters))
    assert expected is not None
    assert found is not None
    assert found.logit == pytest.approx(expected.logit, abs=1e-7)
    assert found.se == pytest.approx(expected.se, rel=1e-6)


def test_neutral_votes_do_not_dilute_the_effect() -> None:
    home, away = play(side=0.6, seed=1), play(side=0.0, seed=2)
    both = home.append(replace(away, position=away.position + len(home))).compact()
    neutral = np.arange(len(both)) >= len(home)
    told, untold = fit_home_side(both, neutral, method()), fit(both, method()).position_effect
    assert told is not None
    assert untold is not None
    assert told.logit == pytest.approx(0.6 * 0.9, abs=0.12)
    assert untold.logit == pytest.approx(told.logit / 2, abs=0.08)


def test_only_neutral_votes_have_no_effect() -> None:
    log = write_log([("a", "b", "left", "u"), ("b", "a", "left", "v")])
    assert fit_home_side(log, np.ones(2, dtype=bool), method()) is None
    alone = fit_home_side(log, np.array([False, True]), method("voter"))
    assert alone is not None
