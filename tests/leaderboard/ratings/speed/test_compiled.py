"""The compiled inner loops publish what NumPy publishes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TypeVar

import numpy as np
import pytest

from leaderboard.ratings.boards import compute_boards
from leaderboard.ratings.columns.counting import Counts, count_cube
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.fits.sequential_trueskill import replay
from leaderboard.ratings.fits.skills import Skills
from leaderboard.ratings.methods import METHOD, fit
from leaderboard.ratings.parameters import Cluster
from leaderboard.ratings.publishing import publish
from leaderboard.ratings.speed.acceleration import kernels
from tests.leaderboard.ratings.logs import repeat_duel, simulate, write_log

Result = TypeVar("Result")

UNDEFEATED = write_log(repeat_duel("a", "b", wins=9) + repeat_duel("b", "c", wins=4, losses=5, ties=3, bad=2))
MANY = simulate(np.linspace(-1, 1, 12), votes=4000, voters=60, seed=5)
WEIGHTED = replace(MANY, weight=np.random.default_rng(1).choice([0.0, 0.5, 1.0, 2.0], len(MANY)))


@pytest.fixture
def both_ways(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[], Result]], tuple[Result, Result]]]:
    """Call a function with NumPy alone, then with the compiled loops."""

    def call(run: Callable[[], Result]) -> tuple[Result, Result]:
        found = []
        for setting in ("0", "1"):
            monkeypatch.setenv("EASEL_COMPILED", setting)
            kernels.cache_clear()
            assert (kernels() is not None) == (setting == "1")
            found.append(run())
        return found[0], found[1]

    yield call
    monkeypatch.undo()
    kernels.cache_clear()


Both = Callable[[Callable[[], Result]], tuple[Result, Result]]


@pytest.mark.parametrize(
    "log", [UNDEFEATED, MANY, WEIGHTED, MANY.select(slice(0))], ids=["few", "many", "weighted", "none"]
)
def test_boards_are_published_alike(both_ways: Both[object], log: VoteLog) -> None:
    plain, compiled = both_ways(lambda: {key: publish(board) for key, board in compute_boards(log).items()})
    assert plain == compiled


@pytest.mark.parametrize("clusters", [(), ("voter",), ("prompt",), ("voter", "prompt")])
def test_every_clustering_is_published_alike(both_ways: Both[object], clusters: tuple[Cluster, ...]) -> None:
    plain, compiled = both_ways(lambda: publish(fit(MANY, replace(METHOD, clusters=clusters))))
    assert plain == compiled


def test_counts_are_the_same(both_ways: Both[Counts]) -> None:
    plain, compiled = both_ways(lambda: count_cube(MANY))
    assert plain.sum() == len(MANY)
    assert np.array_equal(plain, compiled)


def test_replays_agree_to_the_last_digits(both_ways: Both[Skills]) -> None:
    for log in (UNDEFEATED, MANY):
        plain, compiled = both_ways(partial(replay, log, METHOD))
        assert compiled.mu == pytest.approx(plain.mu, abs=1e-10)
        assert compiled.sigma == pytest.approx(plain.sigma, abs=1e-10)
