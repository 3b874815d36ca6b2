"""Moves: the error of a change between logs that share votes, unknown moves, and how seldom a board is wrong."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.moves import MoveSetting, measure
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.diagnostics.moves import find_moves, measure_changes
from leaderboard.ratings.methods import METHOD, estimate, fit
from leaderboard.ratings.parameters import Cluster, Method, Thresholds
from leaderboard.ratings.uncertainty import spread
from tests.leaderboard.ratings.logs import from_arrays, repeat_duel, simulate, write_log
from tests.leaderboard.ratings.test_properties import logs

Matrix = NDArray[np.float64]
Mask = NDArray[np.bool_]
SHOWN = replace(METHOD, thresholds=Thresholds(thin_votes=1))
# Version 3 limits no voter, so that every vote weighs the same in the definitions.
PLAIN = replace(METHOD, version="3", equal_category_weights=False, thresholds=Thresholds(established_votes=10))
TRUTH = [0.0, 0.4, 0.8, 1.2]


def prefix(log: VoteLog, count: int) -> Mask:
    """The first votes of a log."""
    return np.arange(len(log)) < count


def whole(log: VoteLog) -> Mask:
    return np.ones(len(log), dtype=bool)


def few_prompts(votes: int = 800) -> VoteLog:
    return simulate(TRUTH, votes=votes, voters=30, seed=11, bad=0.0, prompts=25)


@given(logs())
def test_nothing_new_moves_nobody(log: VoteLog) -> None:
    moves = find_moves(log, earlier=whole(log), later=whole(log), method=SHOWN)
    assert {(move.change, move.moved, move.low, move.high) for move in moves.values()} <= {(0.0, False, None, None)}
    assert moves.keys() == {line.contender for line in fit(log, SHOWN).contenders if line.rated_votes}


def elos(log: VoteLog) -> dict[str, float]:
    return {line.contender: line.elo for line in fit(log, SHOWN).contenders if line.elo is not None}


@given(logs(), st.integers(0, 30), st.integers(0, 30))
def test_changes_are_those_of_elo_and_turn_with_time(log: VoteLog, first: int, second: int) -> None:
    one, two = prefix(log, first), prefix(log, second)
    there = find_moves(log, earlier=one, later=two, method=SHOWN)
    back = find_moves(log, earlier=two, later=one, method=SHOWN)
    before, after = (elos(log.select(own)) for own in (one, two))
    assert there.keys() == back.keys() == before.keys() & after.keys()
    for name, move in there.items():
        assert move.change == pytest.approx(after[name] - before[name], abs=2e-6)
        assert move.change == -back[name].change
        assert (move.low is None) == (move.high is None) == (not move.moved)


@pytest.mark.parametrize("heavy", [True, False])
def test_error_of_a_change_equals_its_definition(heavy: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "_HEAVY", 0.0 if heavy else 1.0)
    log = few_prompts()
    one, two = prefix(log, 500), np.arange(len(log)) % 7 > 0
    found = measure_changes(log, earlier=one, later=two, method=PLAIN)
    first, second = (estimate(log.select(own), PLAIN).theta for own in (one, two))
    groups = log.voter, log.prompt, log.voter.astype(np.int64) * 1000 + log.prompt
    voter, prompt = (_leave_each_out(log, one, two, first, second, ids, exact=heavy) for ids in groups[:2])
    both = _leave_each_out(log, one, two, first, second, groups[2], exact=False)
    shift = np.linalg.inv(_curvature(log, two, second)) - np.linalg.inv(_curvature(log, one, first))
    floor = shift @ shift / 4
    covariances = [each + floor for each in (voter, prompt, voter + prompt - both)]
    centre = np.eye(4) - 0.25
    expected = np.max([np.diag(centre @ each @ centre.T) for each in covariances], axis=0)
    assert (found.se * np.log(10) / 400) ** 2 == pytest.approx(expected, rel=1e-9)


def _design(log: VoteLog) -> Matrix:
    design = np.zeros((len(log), 4))
    design[np.arange(len(log)), log.left] = 1
    design[np.arange(len(log)), log.right] = -1
    return design


def _curvature(log: VoteLog, own: Mask, theta: Matrix) -> Matrix:
    design = _design(log)
    chance = 1 / (1 + np.exp(-design @ theta))
    return np.asarray((design * (own * chance * (1 - chance))[:, None]).T @ design + np.eye(4) / 4)


def _leave_each_out(
    log: VoteLog, one: Mask, two: Mask, first: Matrix, second: Matrix, ids: NDArray[np.integer], *, exact: bool
) -> Matrix:
    """The covariance of the change by one Newton step of each fit without each cluster, as the docstrings define it."""
    design, points = _design(log), np.array([1, 0, 0.5])[log.outcome]
    covariance, groups = np.zeros((4, 4)), len(np.unique(ids))
    for group in np.unique(ids):
        change = np.zeros(4)
        for own, theta, sign in ((one, first, -1), (two, second, 1)):
            rows = own & (ids == group)
            residual = points - 1 / (1 + np.exp(-design @ theta))
            curvature = _curvature(log, own, theta)
            if exact:
                curvature = curvature - _curvature(log, rows, theta) + np.eye(4) / 4
            change += sign * np.linalg.solve(curvature, design[rows].T @ residual[rows])
        scale = (groups - 1) / groups
        covariance += np.outer(change, change) * (scale if exact else 1 / scale)
    return covariance


@pytest.mark.parametrize("clusters", [(), ("voter",), ("prompt",)])
def test_logs_that_share_nothing_err_independently(clusters: tuple[Cluster, ...]) -> None:
    log = few_prompts(votes=1600)
    half = prefix(log, 800)
    apart = replace(
        log,
        voters=tuple(f"{name}-{when}" for name in log.voters for when in "ab"),
        prompts=tuple(f"{name}-{when}" for name in log.prompts for when in "ab"),
        voter=(2 * log.voter + ~half).astype(np.int32),
        prompt=(2 * log.prompt + ~half).astype(np.int32),
    )
    # Changes have their errors from clusters, as estimates had until version 2.
    method = replace(PLAIN, version="2", prior_sd=1e3, clusters=clusters)
    found = measure_changes(apart, earlier=half, later=~half, method=method)
    one, two = (estimate(apart.select(own), method).se for own in (half, ~half))
    # The correction for the number of clusters applies to both logs together, not to each alone.
    assert found.se == pytest.approx(np.hypot(one, two), rel=0.02)


def test_shared_votes_make_a_change_surer() -> None:
    log = few_prompts(votes=1600)
    found = measure_changes(log, earlier=prefix(log, 1500), later=whole(log), method=PLAIN)
    alone = estimate(log, PLAIN).se
    assert np.all(found.se < alone)


def drifted(*, voters: int = 60, prompts: int = 40, drift: float = 2.0, seed: int = 5) -> tuple[VoteLog, Mask]:
    """4,000 votes in whose second half the first contender is better; and their first half alone."""
    rng = np.random.default_rng(seed)
    left = rng.integers(0, 4, 4000)
    right = (left + rng.integers(1, 4, 4000)) % 4
    is_new = np.arange(4000) >= 2000
    lift = drift * is_new * ((left == 0) * 1.0 - (right == 0))
    outcome = np.where(rng.random(4000) < 1 / (1 + np.exp(-lift)), 0, 1)
    voter, prompt = rng.integers(0, voters, 4000), rng.integers(0, prompts, 4000)
    return from_arrays(left, right, outcome, voter, prompt=prompt), ~is_new


def test_drift_is_found_with_its_bounds() -> None:
    log, before = drifted()
    moves = find_moves(log, earlier=before, later=whole(log))
    first = moves["c00"]
    assert first.moved is True
    assert first.low is not None
    assert first.high is not None
    assert 0 < first.low < first.change < first.high
    unscreened = measure_changes(log, earlier=before, later=whole(log))
    assert first.change == pytest.approx(unscreened.change[0], abs=1e-6)


@pytest.mark.parametrize("few", [{"voters": 1}, {"prompts": 1}])
@pytest.mark.parametrize("drift", [0.0, 2.0])
def test_one_voter_or_one_prompt_moves_nobody(few: dict[str, int], drift: float) -> None:
    log, before = drifted(**few, drift=drift)
    assert {move.moved for move in find_moves(log, earlier=before, later=whole(log)).values()} == {None}


@pytest.mark.parametrize("drift", [0.0, 2.0])
def test_one_new_voter_moves_nobody_however_many_there_were(drift: float) -> None:
    log, before = drifted(drift=drift)
    log = replace(log, voter=np.where(before, log.voter, np.int32(7)).astype(np.int32))
    assert {move.moved for move in find_moves(log, earlier=before, later=whole(log)).values()} == {None}


def test_contender_nobody_newly_voted_on_has_not_moved_for_all_one_knows() -> None:
    log, before = drifted()
    later = before | ((log.left != 3) & (log.right != 3))
    assert find_moves(log, earlier=before, later=later)["c03"].moved is None


def test_exclusion_of_what_was_counted_can_move_a_contender() -> None:
    log, before = drifted()
    back = find_moves(log, earlier=whole(log), later=before)["c00"]
    assert back.moved is True
    assert back.change < 0


def test_other_anchors_leave_nothing_to_say() -> None:
    duels = [
        *repeat_duel("a", "b", wins=9, losses=8), *repeat_duel("c", "a", wins=5, losses=5),
        *repeat_duel("c", "b", wins=5, losses=5),
    ]  # fmt: skip
    log = write_log(duels)
    moves = find_moves(log, earlier=prefix(log, 17), later=whole(log))
    assert {name: move.moved for name, move in moves.items()} == {"a": None, "b": None}


def test_newcomer_both_of_whose_images_were_bad_moves_the_centre_and_nobody() -> None:
    log = write_log([*repeat_duel("a", "b", wins=9, losses=8), *repeat_duel("c", "a", bad=2)])
    moves = find_moves(log, earlier=prefix(log, 17), later=whole(log))
    assert {name: move.moved for name, move in moves.items()} == {"a": None, "b": None}


def test_contender_that_never_lost_is_held_by_the_prior_and_has_not_moved() -> None:
    duels = [*repeat_duel("a", "b", wins=30), *repeat_duel("b", "c", wins=30, losses=30)]
    log = write_log(duels * 2)
    moves = find_moves(log, earlier=prefix(log, 90), later=whole(log))
    assert moves["a"].moved is None
    assert moves["b"].moved is not True


@pytest.mark.parametrize("method", [replace(METHOD, clusters=()), replace(METHOD, clusters=("voter",)), METHOD])
def test_overall_weights_and_any_clusters_are_taken(method: Method) -> None:
    log = simulate(TRUTH, votes=900, voters=20, seed=3)
    found = measure_changes(log, earlier=prefix(log, 600), later=whole(log), method=method)
    assert np.all(found.se > 0)


@pytest.mark.parametrize("new_people", [False, True])
def test_boards_of_few_voters_seldom_say_moved_wrongly(new_people: bool) -> None:
    setting = MoveSetting(10, zipf=True, taste=0.5, images=0.5, prompts=10, new=0.5, new_people=new_people)
    assert measure(setting, 60).wrong <= 3


def test_even_many_voters_are_not_wrong_more_often() -> None:
    setting = MoveSetting(200, zipf=False, taste=0.5, images=0.0, prompts=100, new=0.3, new_people=False)
    assert measure(setting, 60).wrong <= 7
    assert measure(setting, 15, drift=200.0).found >= 12
