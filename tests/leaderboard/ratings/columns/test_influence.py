from dataclasses import replace
from itertools import chain
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.ratings.columns.influence import limit_influence
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.parameters import Influence

# Nine rounds in which each contender meets another one: five votes in a row are one each for all ten.
ROUNDS = [["a", *"bcdefghij"[turn:], *"bcdefghij"[:turn]] for turn in range(9)]
PAIRS = [(row[place], row[9 - place]) for row in ROUNDS for place in range(5)]
RULE = Influence()


def log_of(rows: list[tuple[str, str, str, str, str]]) -> VoteLog:
    """A log of (left, right, voter, tier, network); every left side wins."""
    left, right, voter, tier, network = zip(*rows, strict=True)
    return VoteLog.from_columns(
        position=range(1, len(rows) + 1), left=left, right=right, outcome=["left"] * len(rows), voter=voter, tier=tier,
        network=network,
    )  # fmt: skip


def vote_evenly(
    voter: str, votes: int, tier: str = "settled", network: str = ""
) -> list[tuple[str, str, str, str, str]]:
    return [(*PAIRS[index % len(PAIRS)], voter, tier, network) for index in range(votes)]


def weights_of(log: VoteLog, voter: str, rule: Influence = RULE) -> float:
    """What a voter's votes weigh together, over the weight of a vote of `small`, who exceeds nothing."""
    weighed = limit_influence(log, rule)
    unit = weighed.weight[weighed.voter == weighed.voters.index("small")].max()
    return float(weighed.weight[weighed.voter == weighed.voters.index(voter)].sum() / unit)


def test_votes_that_exceed_nothing_stay_as_they_are() -> None:
    log = log_of([*vote_evenly("ann", 40), *vote_evenly("bob", 40, "verified"), *vote_evenly("cy", 5, "")])
    assert limit_influence(log, RULE) is log


def test_busy_voter_weighs_as_much_as_the_cap() -> None:
    log = log_of([*vote_evenly("busy", 360), *vote_evenly("small", 5)])
    assert weights_of(log, "busy") == pytest.approx(40, abs=1e-3)


def test_voter_on_one_contender_weighs_a_fair_share() -> None:
    one = [("a", other, "narrow", "settled", "") for other in "bcdefghij"] * 10
    assert weights_of(log_of([*one, *vote_evenly("small", 30)]), "narrow") == pytest.approx(8, abs=1e-3)


def test_network_weighs_as_much_as_its_cap_on_each_day() -> None:
    crowd = [vote_evenly(f"v{index}", 40, "settled", f"day{index % 2}") for index in range(20)]
    log = log_of([*chain(*crowd), *vote_evenly("small", 9)])
    assert sum(weights_of(log, f"v{index}") for index in range(20)) == pytest.approx(160, rel=1e-3)


@pytest.mark.parametrize(("tier", "network"), [("verified", "office"), ("named", "office"), ("settled", "")])
def test_invited_voters_and_unknown_networks_have_no_network_cap(tier: str, network: str) -> None:
    crowd = chain(*(vote_evenly(f"v{index}", 40, tier, network) for index in range(20)))
    log = log_of([*crowd, *vote_evenly("small", 5)])
    assert limit_influence(log, RULE) is log


def test_voters_without_a_label_have_no_cap() -> None:
    log = VoteLog.from_columns(position=range(900), left=["a"] * 900, right=["b"] * 900, outcome=["left"] * 900)
    assert limit_influence(log, RULE) is log


def test_open_votes_weigh_a_fifth_until_they_are_many() -> None:
    settled = list(chain(*(vote_evenly(f"s{index}", 36) for index in range(100))))
    log = log_of([*settled, *vote_evenly("visitor", 10, "open"), *vote_evenly("small", 9)])
    assert weights_of(log, "visitor") == pytest.approx(2, abs=1e-3)


def test_open_votes_on_a_contender_weigh_a_share_of_official_ones() -> None:
    settled = list(chain(*(vote_evenly(f"s{index}", 36) for index in range(100))))
    farm = [("a", "bcdefghij"[index % 9], f"f{index}", "open", f"n{index}") for index in range(2000)]
    weighed = limit_influence(log_of([*settled, *farm]), RULE)
    on_a = (weighed.left == 0) | (weighed.right == 0)
    is_open = weighed.tier == weighed.tiers.index("open")
    assert weighed.weight[on_a & is_open].sum() <= 0.02 * weighed.weight[on_a & ~is_open].sum() * (1 + 1e-6)
    only = limit_influence(log_of([*settled, *farm]), replace(RULE, only_official=True))
    assert len(only) == 3600
    assert np.all(only.weight == 1.0)


def test_open_votes_fill_up_what_official_ones_lack() -> None:
    farm = [("a", "b", f"f{index}", "open", "") for index in range(600)]
    official = [("a", "b", f"s{index}", "settled", "") for index in range(10)]
    weighed = limit_influence(log_of([*farm, *official]), RULE)
    is_open = weighed.tier == weighed.tiers.index("open")
    assert weighed.weight[is_open].sum() / weighed.weight[~is_open].sum() == pytest.approx(0.5, rel=1e-3)


Drawn = list[tuple[tuple[str, str], int, str, int, int]]
TIERS = st.sampled_from(["", "open", "settled", "named"])
ROWS = st.tuples(st.sampled_from(PAIRS), st.integers(0, 3), TIERS, st.integers(0, 2), st.integers(1, 30))


@given(st.lists(ROWS, min_size=1, max_size=40), st.randoms())
def test_order_of_votes_changes_no_bit(drawn: Drawn, random: Random) -> None:
    rows = [
        (*pair, f"v{voter}", tier, f"n{network}") for pair, voter, tier, network, times in drawn for _ in range(times)
    ]
    log = log_of(rows)
    order = np.array(random.sample(range(len(rows)), len(rows)))
    mixed = limit_influence(log_of([rows[index] for index in order]), Influence(voter_cap=20, network_cap=30))
    weighed = limit_influence(log, Influence(voter_cap=20, network_cap=30))
    assert np.array_equal(weighed.weight[order], mixed.weight)


def test_counted_rows_weigh_as_single_votes_do() -> None:
    log = log_of([*vote_evenly("busy", 90), *vote_evenly("small", 5, "open")])
    counted = replace(log, times=np.full(len(log), 3), position=3 * log.position)
    weighed, single = limit_influence(counted, RULE).expand(), limit_influence(counted.expand(), RULE)
    assert np.array_equal(weighed.weight, single.weight)


@pytest.mark.parametrize("change", [{"voter_cap": 0.5}, {"network_cap": 0.0}, {"other_weight": 2.0}, {"fill": -1.0}])
def test_rules_that_cannot_hold_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"cap must leave|weigh between"):
        Influence(**change)  # type: ignore[arg-type]
