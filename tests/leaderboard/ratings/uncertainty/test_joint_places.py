from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from leaderboard.ratings.uncertainty.joint_places import better_chances, joint_chances, keep_within_pairs
from leaderboard.ratings.uncertainty.placing import place_chances
from leaderboard.ratings.uncertainty.stepdown import find_surely_better

Vector = NDArray[np.float64]
MANY = 1e6


def gap_errors(joint: Vector) -> Vector:
    variance = np.diagonal(joint)
    return np.sqrt(np.maximum(variance[:, None] + variance - 2 * joint, 0.0))


def draw_boards(count: int, *, seed: int) -> Iterator[tuple[Vector, Vector, Vector]]:
    """Ratings, joint covariances and effective clusters of boards of all shapes, many of them hardly decided."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        n = int(rng.integers(2, 9))
        own = np.diag(rng.uniform(0.02, 0.3, n) ** 2)
        drawn = rng.normal(size=(n, n + int(rng.integers(1, 2 * n)))) * 0.1
        # Independent errors, errors of any kind, and two groups that hardly any votes link.
        group = rng.integers(0, 2, n)
        joint = (own, drawn @ drawn.T / n, own / 10 + 0.04 * (group[:, None] == group))[number % 3]
        centre = np.eye(n) - 1 / n
        joint = centre @ joint @ centre
        # On every other board the first one leads by about as much as a critical value.
        lead = np.concatenate([[0.0], -rng.uniform(2.2, 3.6) * gap_errors(joint)[0, 1:]])
        theta = lead if number % 2 else rng.normal(0, rng.choice([0.1, 0.4, 1.0]), n)
        yield theta, joint, rng.choice([2.2, 4.0, 8.0, 20.0, 200.0], n)


def test_range_and_chance_and_order_of_pairs_never_contradict_each_other() -> None:
    ones, outs, pairs = [], [], []
    for theta, joint, effective in draw_boards(120, seed=7):
        part = np.zeros(len(theta), dtype=np.int64)
        errors = gap_errors(joint)
        better = find_surely_better(theta, joint, gap_se=errors, effective=effective, part=part, confidence=0.95)
        chance = joint_chances(theta, joint, gap_se=errors, effective=effective, confidence=0.95)[:, 0]
        assert chance.sum() == pytest.approx(1)
        ones += chance[better.sum(axis=1) == len(theta) - 1].tolist()
        outs += chance[better.any(axis=0)].tolist()
        pairs += better_chances(theta, errors, effective=effective)[better].tolist()
    assert min(len(ones), len(outs)) >= 10
    # No pair is decided whose own interval holds 0; a first place is lost to nobody by more than 5 % in all.
    assert min(pairs) >= 0.975
    assert max(outs) <= 0.025 + 1e-9
    assert min(ones) >= 0.95


def test_chances_are_those_of_the_joint_errors_where_groups_are_hardly_linked() -> None:
    theta, group = np.array([0.1, 0.0, 0.05, -0.05]), np.array([0, 0, 1, 1])
    joint = np.eye(4) * 0.01**2 + 0.3**2 * (group[:, None] == group)
    drawn = np.random.default_rng(1).multivariate_normal(theta, joint, 400_000)
    right = np.bincount(np.argmax(drawn, axis=1), minlength=4) / len(drawn)
    found = joint_chances(theta, joint, gap_se=gap_errors(joint), effective=np.full(4, MANY), confidence=0.95, places=4)
    assert found[:, 0] == pytest.approx(right, abs=0.015)
    assert found[:, 3] == pytest.approx(1)
    assert np.all(np.diff(found, axis=1) >= 0)
    # One number for each contender cannot say that two of them share most of their errors.
    assert np.max(np.abs(place_chances(theta, gap_errors(joint))[:, 0] - right)) > 0.1


def test_two_contenders_have_the_chance_of_students_t() -> None:
    theta, joint = np.array([0.0, 1.0]), np.diag([0.5, 0.5])
    # One standard error apart with one degree of freedom: a Cauchy distribution.
    chances = joint_chances(
        theta, joint, gap_se=gap_errors(joint), effective=np.array([2.0, 9.0]), confidence=0.95, places=2
    )
    assert chances.tolist() == [pytest.approx([0.25, 1.0]), pytest.approx([0.75, 1.0])]


def test_chances_depend_on_no_order_and_contenders_alike_share_them() -> None:
    rng = np.random.default_rng(2)
    theta, joint = np.array([0.3, 0.1, 0.1, 0.1, -2.0]), np.diag([0.04, 0.09, 0.09, 0.01, 0.04])
    order, errors = rng.permutation(5), gap_errors(joint)
    effective = np.full(5, 12.0)
    found = joint_chances(theta, joint, gap_se=errors, effective=effective, confidence=0.95, places=2)
    among = np.ix_(order, order)
    turned = joint_chances(
        theta[order], joint[among], gap_se=errors[among], effective=effective, confidence=0.95, places=2
    )
    assert turned == pytest.approx(found[order], abs=1e-12)
    assert found[1] == pytest.approx(found[2], abs=1e-12)
    assert found[1, 0] > found[3, 0]


def test_chance_stays_between_the_bounds_of_its_pairs() -> None:
    better = np.array([[1.0, 0.99, 0.98], [0.01, 1.0, 0.5], [0.02, 0.5, 1.0]])
    kept = keep_within_pairs(np.array([0.9, 0.06, 0.04]), better)
    assert kept.sum() == pytest.approx(1)
    assert kept[0] >= 0.97
    assert kept[1] <= 0.01
    assert kept[2] <= 0.02
