"""Method version 4: version 3 with limits on what voters weigh, on whole boards and on parts of them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings

from leaderboard.ratings.boards import OVERALL, BoardKey, compute_board, compute_boards, limit_votes, limit_within
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.diagnostics.moves import find_moves
from leaderboard.ratings.joint.weighing import share_boards
from leaderboard.ratings.methods import METHOD, fit, fit_with_errors
from leaderboard.ratings.parameters import VERSIONS, Method
from leaderboard.ratings.publishing import publish
from leaderboard.ratings.results import ContenderResult
from tests.leaderboard.ratings.logs import from_arrays, simulate
from tests.leaderboard.ratings.test_properties import logs

BEFORE = replace(METHOD, version="3")
TIERS = ("", "open", "settled")


def with_tiers(log: VoteLog, tier: np.ndarray) -> VoteLog:
    return replace(log, tiers=TIERS, tier=tier.astype(np.int32))


def busy_log(votes: int = 1_200, seed: int = 5) -> VoteLog:
    """Votes on four contenders, half of them by one voter who mostly sees the first contender win."""
    rng, log = np.random.default_rng(seed), simulate([0.0, 0.3, 0.6, 0.9], votes=votes, voters=100, seed=seed)
    busy = rng.random(votes) < 0.5
    outcome = np.where(busy & (log.left == 0), 0, np.where(busy & (log.right == 0), 1, log.outcome))
    voter = np.where(busy, 0, log.voter + 1)
    left, right, category = (column.astype(np.int64) for column in (log.left, log.right, log.category))
    return from_arrays(left, right, outcome, voter, category=category)


@settings(max_examples=10)
@given(logs(most=20))
def test_where_nobody_exceeds_a_limit_a_board_is_that_of_version_3(log: VoteLog) -> None:
    assume(limit_votes(log, METHOD) is log)
    now, before = compute_boards(log), compute_boards(log, BEFORE)
    assert now.keys() == before.keys()
    for key, board in now.items():
        assert (board.input_hash, board.output_hash) == (before[key].input_hash, before[key].output_hash)


def test_busy_voter_moves_a_board_less_than_before() -> None:
    log = busy_log()
    without = log.select(log.voter != 0)
    (first, *_), (limited, *_), (alone, *_) = (
        sorted(compute_board(votes, OVERALL, method).contenders, key=lambda line: line.contender)
        for votes, method in ((log, BEFORE), (log, METHOD), (without, METHOD))
    )
    assert first.elo is not None
    assert limited.elo is not None
    assert alone.elo is not None
    assert limited.elo - alone.elo < (first.elo - alone.elo) / 4


def test_older_versions_neither_limit_nor_name_limits() -> None:
    log = with_tiers(busy_log(), np.ones(1_200))
    for version in VERSIONS:
        method = replace(METHOD, version=version)
        assert ("influence" in method.as_record()) == (version == "4")
        assert (limit_votes(log, method) is log) == (version != "4")
        assert (method.for_official() is method) == (version != "4")
    assert METHOD.as_record() == BEFORE.as_record() | {"version": "4", "influence": METHOD.as_record()["influence"]}


def test_record_states_the_limits_in_json_types() -> None:
    record = METHOD.for_official().as_record()["influence"]
    assert record["official"] == ["", "settled", "verified", "named"]
    assert (record["voter_cap"], record["only_official"]) == (40.0, True)


def test_official_board_counts_official_votes_alone() -> None:
    log = simulate([0.0, 0.5, 1.0], votes=900, voters=300, seed=8)
    tier = np.random.default_rng(1).integers(0, 3, 900)
    mixed = with_tiers(log, tier)
    official = compute_board(mixed, OVERALL, METHOD.for_official())
    alone = compute_board(log.select(tier != 1), OVERALL, METHOD)
    assert (official.votes, official.output_hash) == (int(np.count_nonzero(tier != 1)), alone.output_hash)
    every = compute_board(mixed, OVERALL, METHOD)
    assert (every.votes, every.input_hash == log.input_hash()) == (900, False)
    nobody = compute_board(with_tiers(log, np.ones(900)), OVERALL, METHOD.for_official())
    assert (nobody.votes, nobody.contenders) == (0, ())


def test_rank_rests_on_official_votes_alone() -> None:
    log = simulate([0.0, 0.5, 1.0, 1.5], votes=900, voters=300, seed=8)
    joined = (log.left == 3) | (log.right == 3)
    mixed = with_tiers(log, np.where(joined, 1, 2))

    def lines(method: Method) -> dict[str, ContenderResult]:
        return {line.contender: line for line in compute_board(mixed, OVERALL, method).contenders}

    levels = {name: line.level for name, line in lines(METHOD).items()}
    assert levels == dict.fromkeys(log.contenders, "established") | {"c03": "preliminary"}
    newcomer = lines(METHOD)["c03"]
    assert (newcomer.rank_low, newcomer.p_first) == (None, None)
    assert newcomer.rated_votes > 30
    assert newcomer.elo is not None
    assert {line.level for line in lines(BEFORE).values()} == {"established"}


@pytest.mark.parametrize("method", [METHOD, METHOD.for_official()])
def test_moves_are_those_of_boards_limited_at_their_time(method: Method) -> None:
    log = with_tiers(busy_log(), np.arange(1_200) % 3)
    earlier = np.arange(1_200) < 700
    moves = find_moves(log, earlier=earlier, later=np.ones(1_200, dtype=bool), method=method)
    before, after = (
        {line.contender: line.elo for line in publish(fit(limit_votes(votes, method), method)).contenders}
        for votes in (log.select(earlier), log)
    )
    assert len(moves) == 4
    for name, move in moves.items():
        assert move.change == pytest.approx((after[name] or 0) - (before[name] or 0), abs=3e-6)


def test_parts_of_a_log_are_limited_as_boards_of_their_own() -> None:
    log = with_tiers(busy_log(), np.arange(1_200) % 3)
    rows = log.category == 1
    within = limit_within(log, rows, METHOD.for_official())
    alone = limit_votes(log.select(rows), METHOD.for_official())
    assert np.array_equal(within.weight[rows & (log.tier != 1)], alone.weight)
    assert not within.weight[~rows | (log.tier == 1)].any()


def test_errors_that_boards_share_are_those_of_limited_votes() -> None:
    log = busy_log()
    keys = [BoardKey("category", slug) for slug in log.categories]
    method = replace(METHOD, equal_category_weights=False)
    weights = [limit_within(log, log.category == number, method).weight for number in range(len(keys))]
    limited = replace(log, weight=np.sum(weights, axis=0))
    errors = [fit_with_errors(limited.for_category(key.slice_value), method)[1] for key in keys]
    ours, given = share_boards(log, keys, errors, method), share_boards(limited, keys, errors, BEFORE)
    assert ours.covariances.keys() == given.covariances.keys() != set()
    for pair, covariance in ours.covariances.items():
        assert np.array_equal(covariance, given.covariances[pair])
