"""Sums over clusters compared with their definitions."""

import numpy as np
import pytest
from numpy.typing import NDArray

from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.uncertainty import clusters, designs
from leaderboard.ratings.uncertainty.clusters import split_clusters
from leaderboard.ratings.uncertainty.designs import lone_votes, measure_design, measure_squares
from tests.leaderboard.ratings.logs import simulate

N = 12


def some_votes() -> tuple[VoteLog, NDArray[np.float64], NDArray[np.float64]]:
    """Votes with any residuals and informations; a few voters are busy, some voted once."""
    log = simulate(np.zeros(N), votes=900, voters=60, seed=3)
    rng = np.random.default_rng(4)
    voter = np.where(rng.random(900) < 0.5, log.voter % 3, log.voter).astype(np.int32)
    voter[:20] = np.arange(60, 80)
    many = tuple(f"v{index:02}" for index in range(80))
    return VoteLog(**vars(log) | {"voter": voter, "voters": many}), rng.normal(size=900), rng.random(900)


@pytest.mark.parametrize("block", [1, 1 << 21], ids=["one cluster a block", "one block"])
@pytest.mark.parametrize("few", [1, 4, 1 << 10], ids=["all small", "some small", "none small"])
@pytest.mark.parametrize("compiled", ["0", "1"])
def test_design_equals_its_definition(block: int, few: int, compiled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "_BLOCK_CELLS", block)
    monkeypatch.setattr(designs, "_FEW", few)
    monkeypatch.setattr(designs, "_PART", 100)
    if compiled == "0":
        monkeypatch.setattr(designs, "kernels", lambda: None)
    log, residual, information = some_votes()
    sides = np.zeros((len(log), N))
    sides[np.arange(len(log)), log.left], sides[np.arange(len(log)), log.right] = 1, -1
    total = np.diag(sides.T @ (information[:, None] * sides))
    taste, squares, shares = np.zeros((N, N)), np.zeros(N), np.zeros((4, N))
    for voter in np.unique(log.voter):
        own = log.voter == voter
        known = sides[own].T @ (information[own, None] * sides[own])
        taste += known @ known
        squares += (sides[own].T @ residual[own]) ** 2
        shares += [(np.diag(known) / total) ** power for power in (2, 3, 4, 5)]
    found = measure_design(split_clusters(log, log.voter), residual, information, total)
    assert found.taste == pytest.approx(taste, rel=1e-9)
    assert found.squares == pytest.approx(squares, rel=1e-9)
    assert found.shares == pytest.approx(shares, rel=1e-9)
    known_squares = measure_squares(split_clusters(log, log.voter), residual, information, N)
    assert known_squares.squares == pytest.approx(squares, rel=1e-9)
    assert known_squares.own == pytest.approx(np.diag(taste), rel=1e-9)


def test_votes_alone_are_groups_of_one() -> None:
    log, residual, information = some_votes()
    total = np.ones(N)
    alone = measure_design(lone_votes(log.left, log.right), residual, information, total)
    ids = measure_design(split_clusters(log, np.arange(len(log))), residual, information, total)
    assert alone.taste == pytest.approx(ids.taste)
    assert alone.squares == pytest.approx(ids.squares)
    known = measure_squares(lone_votes(log.left, log.right), residual, information, N)
    assert known.squares == pytest.approx(ids.squares)
    assert known.own == pytest.approx(ids.own)
