"""Boards without tables of pairs agree with those that have them."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.ratings.columns.components import connect
from leaderboard.ratings.columns.counting import count_outcomes
from leaderboard.ratings.columns.votelog import BOTH_BAD, VoteLog
from leaderboard.ratings.fits.large_boards import fit_large
from leaderboard.ratings.fits.sparse_parts import outside_largest_part, outside_largest_ring
from leaderboard.ratings.fits.sparse_strengths import pair_votes
from leaderboard.ratings.methods import fit
from leaderboard.ratings.parameters import Cluster, Method, Thresholds
from leaderboard.ratings.publishing import publish_line
from tests.leaderboard.ratings.logs import Duel, duels, repeat_duel, simulate, write_log

ALIKE = (
    "elo", "win_rate", "floor_rate", "votes", "voters", "prompts", "wins", "losses", "ties", "both_bad", "rated_votes",
    "effective_voters", "effective_prompts", "flags", "rank_elo",
)  # fmt: skip


def method(*clusters: Cluster) -> Method:
    return Method(clusters=clusters, anchors="votes", thresholds=Thresholds(thin_votes=0))


@pytest.fixture(scope="module")
def log() -> VoteLog:
    return simulate(np.random.default_rng(1).normal(0, 1, 60), votes=6_000, voters=100, seed=2, prompts=150)


@pytest.mark.parametrize("clusters", [(), ("voter",), ("prompt",), ("voter", "prompt")])
def test_large_board_agrees_with_one_that_has_tables(clusters: tuple[Cluster, ...], log: VoteLog) -> None:
    dense = {line.contender: line for line in fit(log, method(*clusters)).contenders}
    sparse = {line.contender: line for line in fit_large(log, method(*clusters)).contenders}
    assert dense.keys() == sparse.keys()
    for name, line in dense.items():
        found = sparse[name]
        for figure in ALIKE:
            expected, given = getattr(line, figure), getattr(found, figure)
            assert given == pytest.approx(expected, abs=1e-6) if isinstance(expected, float) else given == expected
    widths = [
        (found.elo_high - found.elo_low) / (line.elo_high - line.elo_low)
        for name, line in dense.items()
        if (found := sparse[name]).elo_high is not None
        and found.elo_low is not None
        and line.elo_high is not None
        and line.elo_low is not None
    ]
    assert np.mean(widths) == pytest.approx(1, abs=0.05)


@given(duels(most=60))
def test_parts_and_rings_are_those_of_the_table(rows: list[Duel]) -> None:
    votes = write_log(rows).compact()
    pairs = pair_votes(votes, np.where(votes.outcome != BOTH_BAD, 1.0, 0.0))
    expected = connect(count_outcomes(votes))
    assert outside_largest_part(pairs).tolist() == expected.disconnected.tolist()
    assert outside_largest_ring(pairs).tolist() == expected.separated.tolist()


@given(duels(most=40), st.randoms(use_true_random=False))
def test_neither_order_nor_names_change_a_large_board(rows: list[Duel], random: Random) -> None:
    shuffled = [*rows]
    random.shuffle(shuffled)
    lines = [
        [publish_line(line) for line in fit_large(write_log(each, category=""), method()).contenders]
        for each in (rows, shuffled)
    ]
    assert lines[0] == lines[1]


def test_thin_lines_have_no_numbers_and_come_last() -> None:
    rows = [*repeat_duel("a", "b", wins=5, losses=4), ("c", "a", "left", "u")]
    board = fit_large(write_log(rows), Method(anchors="votes"))
    assert [(line.contender, line.level, line.rank_elo) for line in board.contenders] == [
        ("a", "preliminary", 1),
        ("b", "preliminary", 2),
        ("c", "thin", None),
    ]
