from dataclasses import replace

import numpy as np
import pytest

from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.diagnostics.newcomers.cohort_evidence import ALERT, MOST, watch_newcomers
from leaderboard.ratings.methods import METHOD
from tests.leaderboard.ratings.logs import from_arrays, simulate

OLDER, NEWER = 1_500, 500
TRUTH = [0.0, 0.4, 0.8, 1.2, 1.6]


def grown_log(seed: int, *, farm: int = 0, each: int = 10, wins: bool = True) -> VoteLog:
    """Honest votes by 150 people and then by 50 new ones, mixed with a farm that is for (or against) one contender."""
    rng = np.random.default_rng(seed)
    older, newer = (
        simulate(TRUTH, votes=votes, voters=votes // 10, seed=seed + 1_000 * votes) for votes in (OLDER, NEWER)
    )
    voter = np.concatenate([older.voter, newer.voter + len(older.voters), np.repeat(np.arange(farm), each) + 1_000])
    others = rng.integers(1, len(TRUTH), farm * each)
    left = np.concatenate([older.left, newer.left, np.zeros(farm * each, dtype=np.int64)])
    right = np.concatenate([older.right, newer.right, others])
    outcome = np.concatenate([older.outcome, newer.outcome, np.full(farm * each, 0 if wins else 1)])
    order = np.concatenate([np.arange(OLDER), OLDER + rng.permutation(NEWER + farm * each)])
    return from_arrays(left[order], right[order], outcome[order], voter[order])


@pytest.mark.parametrize("wins", [True, False])
def test_farm_is_seen_and_whom_it_serves(wins: bool) -> None:  # a parameter
    favours = watch_newcomers(grown_log(3, farm=40, wins=wins), since=OLDER)
    assert (favours[0].contender, favours[0].gains, favours[0].alert) == ("c00", wins, True)
    assert favours[0].evidence > ALERT
    assert favours[0].points * (1 if wins else -1) > 100
    assert favours[0].voters >= 40
    assert len(favours) == 5


def test_honest_newcomers_seldom_raise_an_alarm() -> None:
    # One in a hundred at most; 60 boards without any would be a coincidence if it were one in ten.
    alarms = [any(favour.alert for favour in watch_newcomers(grown_log(seed), since=OLDER)) for seed in range(60)]
    assert sum(alarms) <= 3


def test_evidence_grows_with_the_farm_and_has_a_limit() -> None:
    found = [watch_newcomers(grown_log(4, farm=farm), since=OLDER)[0].evidence for farm in (5, 20, 400)]
    assert found[0] < found[1] < found[2] == MOST


def test_without_newcomers_or_without_others_nothing_is_said() -> None:
    log = grown_log(5)
    assert watch_newcomers(log, since=len(log)) == ()
    assert watch_newcomers(log, since=0) == ()
    assert watch_newcomers(log.select(slice(0)), since=0) == ()


def test_voters_without_a_label_are_no_newcomers() -> None:
    log = grown_log(6)
    nameless = replace(log, voters=("", *log.voters[1:]), voter=np.where(log.position >= OLDER, 0, log.voter))
    assert watch_newcomers(nameless, since=OLDER) == ()


def test_contender_that_only_newcomers_judged_is_left_out() -> None:
    log = grown_log(7)
    older = log.position < OLDER
    known = log.select(~(older & ((log.left == 4) | (log.right == 4))))
    assert {favour.contender for favour in watch_newcomers(known, since=OLDER)} == {"c00", "c01", "c02", "c03"}


def test_farm_is_seen_by_official_ratings_too() -> None:
    log = grown_log(8, farm=40)
    tier = (log.position >= OLDER).astype(np.int32)
    tiered = replace(log, tiers=("settled", "open"), tier=tier)
    assert watch_newcomers(tiered, since=OLDER, method=METHOD.for_official())[0].alert
