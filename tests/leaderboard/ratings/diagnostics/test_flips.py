"""Flips are checked by a fit without the votes they name, and, where feasible, against every smaller set."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings

from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.diagnostics.flips import UNITS, Flip, Unit, audit_flips
from leaderboard.ratings.methods import METHOD, estimate
from tests.leaderboard.ratings.logs import Duel, duels, repeat_duel, simulate, write_log


def without(log: VoteLog, unit: Unit, removed: tuple[int, ...] | tuple[str, ...]) -> VoteLog:
    if unit == "vote":
        return log.select(~np.isin(log.position, np.array(removed, dtype=np.int64)))
    labels, ids = (log.voters, log.voter) if unit == "voter" else (log.prompts, log.prompt)
    gone = [labels.index(str(label)) for label in removed]
    return log.select(~np.isin(ids, gone))


def is_above(log: VoteLog, one: str, two: str) -> bool:
    log = log.compact()
    if not {one, two} <= set(log.contenders):
        return False
    elo = estimate(log).elo
    return bool(elo[log.contenders.index(one)] - elo[log.contenders.index(two)] > 1e-6)


def check(log: VoteLog, flip: Flip) -> None:
    assert flip.removed is not None
    assert is_above(without(log, flip.unit, flip.removed), flip.challenger, flip.leader)
    assert not is_above(without(log, flip.unit, flip.removed[:-1]), flip.challenger, flip.leader)
    rated = int(np.count_nonzero(log.outcome != 3))
    assert flip.votes == rated - int(np.count_nonzero(without(log, flip.unit, flip.removed).outcome != 3))


def shared_prompts(seed: int) -> VoteLog:
    return simulate([0.0, 0.3, 0.5, 0.6], votes=600, voters=40, seed=seed, prompts=30)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_flip_holds_in_a_refit_and_needs_its_last_removal(seed: int) -> None:
    log = shared_prompts(seed)
    found = audit_flips(log)
    assert [flip.unit for flip in found.first] == list(UNITS)
    assert len(found.neighbours) == 3 * len(UNITS)
    for flip in [*found.first, *found.neighbours]:
        check(log, flip)
    counts = [flip.count or 0 for flip in found.first]
    # Here a prompt has more votes than a voter, and a voter more than one.
    assert counts[0] >= counts[1] >= 1 <= counts[2]


def test_one_vote_that_decides_is_found() -> None:
    rows = [*repeat_duel("a", "b", wins=11, losses=10), *repeat_duel("a", "c", wins=9, losses=3)]
    rows += repeat_duel("b", "c", wins=9, losses=3)
    (flip,) = audit_flips(write_log(rows), units=("vote",), neighbours=False).first
    # Without one win they are level; without two they flip.
    assert (flip.leader, flip.challenger, flip.count, flip.votes) == ("a", "b", 2, 2)


@settings(max_examples=40)
@given(duels(least=8, most=12))
def test_small_sets_are_as_small_as_any_or_nearly(rows: list[Duel]) -> None:
    log = write_log(rows)
    for flip in audit_flips(log, replace(METHOD, equal_category_weights=False), units=("vote",)).neighbours:
        if flip.count:
            check(log, flip)
        if flip.count and flip.count > 2:
            smaller = combinations(log.position.tolist(), 1)
            assert not any(is_above(without(log, "vote", each), flip.challenger, flip.leader) for each in smaller)


def test_challenger_with_few_votes_can_be_the_cheapest() -> None:
    rows = [*repeat_duel("a", "b", wins=60, losses=40), *repeat_duel("c", "b", wins=4, losses=4)]
    (flip,) = audit_flips(write_log(rows), units=("vote",), neighbours=False).first
    assert (flip.challenger, flip.count) == ("c", 2)


def test_one_rig_of_a_voter_is_the_voter_flip() -> None:
    honest = [*repeat_duel("a", "b", wins=40, losses=45)]
    rigged = [("a", "b", "left", "rigger")] * 30
    first = {flip.unit: flip for flip in audit_flips(write_log([*honest, *rigged])).first}
    assert (first["voter"].removed, first["voter"].votes) == (("rigger",), 30)
    assert first["vote"].count == 26


def test_no_flip_is_claimed_where_none_leaves_both_standing() -> None:
    undefeated = write_log(repeat_duel("a", "b", wins=10))
    assert [flip.removed for flip in audit_flips(undefeated).first] == [None] * 3
    apart = write_log([*repeat_duel("a", "b", wins=5, losses=3), *repeat_duel("x", "y", wins=9, losses=3)])
    assert {(flip.leader, flip.challenger) for flip in audit_flips(apart).first} == {("x", "y")}
    assert {(flip.leader, flip.challenger) for flip in audit_flips(apart).neighbours} == {("x", "y"), ("a", "b")}
    assert audit_flips(write_log(repeat_duel("a", "b", bad=9))).first == ()
