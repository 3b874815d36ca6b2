"""Simultaneous decisions: their error rate where they err most, and what they decide."""

import numpy as np
import pytest
from numpy.typing import NDArray

from leaderboard.ratings.uncertainty import stepdown
from leaderboard.ratings.uncertainty.spread import Spread
from leaderboard.ratings.uncertainty.stepdown import find_surely_better, order_ranges

Vector = NDArray[np.float64]
MANY = 1e9


def better(theta: list[float] | Vector, covariance: NDArray[np.float64], freedom: float = MANY) -> NDArray[np.bool_]:
    n = len(theta)
    return find_surely_better(
        np.array(theta),
        covariance,
        gap_se=gap_errors(covariance),
        effective=np.full(n, freedom + 1),
        part=np.zeros(n, np.int64),
        confidence=0.95,
    )


def gap_errors(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    return Spread(covariance[None]).between()


def test_two_contenders_are_told_apart_where_the_interval_of_their_gap_excludes_zero() -> None:
    one = np.eye(2) / 2
    assert better([1.90, 0.0], one).tolist() == [[False, False], [False, False]]
    assert better([2.00, 0.0], one).tolist() == [[False, True], [False, False]]
    assert better([0.0, 2.00], one).tolist() == [[False, False], [True, False]]
    # The quantile of Student's t with three degrees of freedom is 3.18.
    assert not better([3.1, 0.0], one, freedom=3).any()
    assert better([3.3, 0.0], one, freedom=3).any()


@pytest.mark.parametrize("kind", ["alike", "unequal", "one unsure"])
def test_wrong_orders_are_rare_where_all_are_all_but_equal(kind: str) -> None:
    n, worlds, rng = 8, 600, np.random.default_rng(7)
    mixed = rng.normal(size=(n, n))
    covariance = {"alike": np.eye(n), "unequal": mixed @ mixed.T, "one unsure": np.diag([9.0] + [0.1] * (n - 1))}[kind]
    root = np.linalg.cholesky(covariance)
    wrong = 0
    for _ in range(worlds):
        # In truth the first is best by next to nothing, then the second, …
        found = better(root @ rng.normal(size=n), covariance)
        wrong += bool(np.any(np.tril(found)))
    assert wrong / worlds < 0.05 + 3 * np.sqrt(0.05 * 0.95 / worlds)


def test_decided_pairs_make_the_rest_easier() -> None:
    # Alone, the two close ones are told apart; beside four others that nobody confuses with them, too.
    close = [2.0, 0.0]
    far = [100.0, 200.0, 300.0, 400.0]
    assert better(close, np.eye(2) / 2).any()
    assert better([*close, *far], np.eye(6) / 2)[0, 1]
    # Beside four others as close to each other, they are not.
    assert not better([*close, 100.0, 100.1, 200.0, 200.1], np.eye(6) / 2)[0, 1]


def test_ranges_ask_for_links_and_clusters() -> None:
    theta, far = np.array([0.0, 10.0, 20.0, 30.0]), np.eye(4)
    sure = {"gap_se": gap_errors(far), "effective": np.full(4, 50.0), "part": np.zeros(4, np.int64)}
    span = order_ranges(theta, far, confidence=0.95, **sure)
    assert span.low.tolist() == span.high.tolist() == [4, 3, 2, 1]
    span = order_ranges(theta, far, confidence=0.95, **sure | {"part": np.array([0, 0, 1, 1])})
    assert (span.low.tolist(), span.high.tolist()) == ([2, 1, 2, 1], [4, 3, 4, 3])
    span = order_ranges(theta, far, confidence=0.95, **sure | {"effective": np.array([50.0, 1.5, 50.0, 50.0])})
    assert (span.low.tolist(), span.high.tolist()) == ([3, 1, 2, 1], [4, 4, 3, 2])
    empty = {"gap_se": far[:0, :0], "effective": theta[:0], "part": np.zeros(0, np.int64)}
    nobody = order_ranges(theta[:0], far[:0, :0], confidence=0.95, **empty)
    assert len(nobody.low) == 0


def test_names_and_level_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    mixed = rng.normal(size=(9, 9)) / 3
    covariance, theta = mixed @ mixed.T, 3 * rng.normal(size=9)
    plain = better(theta, covariance)
    order = rng.permutation(9)
    assert better(theta[order], covariance[np.ix_(order, order)]).tolist() == plain[np.ix_(order, order)].tolist()
    assert better(theta, covariance + 5.0).tolist() == plain.tolist()
    assert 0 < np.count_nonzero(plain) < 36
    monkeypatch.setattr(stepdown, "_PIECE", 1)
    monkeypatch.setattr(stepdown, "kernels", lambda: None)
    assert better(theta, covariance).tolist() == plain.tolist()


def test_error_of_no_size_leaves_a_pair_open() -> None:
    # The first two have no error of their own; so small a matrix is not definite.
    covariance = np.diag([0.0, 0.0, 1.0])
    assert better([1.0, 0.0, 9.0], covariance)[0].tolist() == [False, False, False]
    assert better([1.0, 0.0, 9.0], covariance)[2].tolist() == [True, True, False]
