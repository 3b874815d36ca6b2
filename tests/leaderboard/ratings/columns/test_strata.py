"""Votes weighted by declared shares: the truth of the mix is found, in any order, or the profile is refused."""

from dataclasses import replace

import numpy as np
import pytest

from leaderboard.ratings.boards import OVERALL, BoardKey, board_method, compute_board
from leaderboard.ratings.columns.counting import weigh_votes
from leaderboard.ratings.columns.shares import BadShares, Shares
from leaderboard.ratings.columns.strata import count_effective, level_strata, level_voters, weigh_by_shares
from leaderboard.ratings.columns.votelog import BOTH_BAD, VoteLog
from leaderboard.ratings.methods import fit
from leaderboard.ratings.parameters import METHOD

PLAIN = replace(METHOD, anchors="votes", equal_category_weights=False)
# The strengths of two contenders by category, and how many of ten votes are in it.
GAPS = {"common": 1.0, "rare": -1.0}


def disagreeing_log(votes: int = 6_000, *, seed: int = 3, both_bad: float = 0.05) -> VoteLog:
    """Two contenders of whom one is better in the common category, the other in the rare one; two languages."""
    rng = np.random.default_rng(seed)
    category = (rng.random(votes) > 0.8).astype(int)
    language = (rng.random(votes) > 0.7).astype(int)
    gap = np.array(list(GAPS.values()))[category]
    outcome = np.where(rng.random(votes) < both_bad, BOTH_BAD, rng.random(votes) > 1 / (1 + np.exp(-gap)))
    left = rng.integers(0, 2, votes)
    outcome = np.where((left == 1) & (outcome < 2), 1 - outcome, outcome)
    prompts = category * 200 + rng.integers(0, 200, votes)
    return VoteLog.from_codes(
        contenders=["a", "b"], voters=[f"v{index:03}" for index in range(300)],
        prompts=[f"p{index:03}" for index in range(400)], categories=list(GAPS), languages=["de", "en"],
        position=np.arange(votes), left=left, right=1 - left, outcome=outcome,
        voter=rng.integers(0, 300, votes), prompt=prompts, category=category, language=language,
    )  # fmt: skip


def shares_of(**numbers: dict[str, float]) -> Shares:
    return Shares.from_numbers("a mix", dict(numbers), {})


def truth_of(common: float) -> float:
    """The gap in Elo that endless votes in this mix would give."""
    chance = sum(part / (1 + np.exp(-gap)) for part, gap in zip((common, 1 - common), GAPS.values(), strict=True))
    return float(np.log(chance / (1 - chance)) * METHOD.elo_per_logit)


@pytest.mark.parametrize("common", [0.5, 0.2, 0.95])
def test_declared_mix_is_found_within_its_interval_and_not_by_votes(common: float) -> None:
    shares = shares_of(category={"common": common, "rare": 1 - common})
    held = [0, 0]
    for seed in range(20):
        log = disagreeing_log(seed=seed)
        for way, board in enumerate((fit(*weigh_by_shares(log, shares, PLAIN)), fit(log, PLAIN))):
            line = next(line for line in board.contenders if line.contender == "a")
            # Two anchors: each is half the gap away from their mean.
            held[way] += (line.elo_low or 0) - 1000 <= truth_of(common) / 2 <= (line.elo_high or 0) - 1000

    assert held[0] >= 17
    assert held[1] <= 1


def test_shares_hold_for_each_kind_at_once() -> None:
    log = disagreeing_log()
    shares = shares_of(category={"common": 1, "rare": 3}, language={"de": 9, "en": 1})
    own, method = weigh_by_shares(log, shares, PLAIN)
    weights = weigh_votes(own, method)[0]

    assert weights.sum() == pytest.approx(np.count_nonzero(log.outcome != BOTH_BAD))
    assert np.bincount(own.category, weights=weights) / weights.sum() == pytest.approx([0.25, 0.75], abs=1e-6)
    assert np.bincount(own.language, weights=weights) / weights.sum() == pytest.approx([0.9, 0.1], abs=1e-6)
    assert count_effective(own, weights)[1] < 0.6 * len(weights)


def test_shares_of_the_votes_change_nothing() -> None:
    log = disagreeing_log()
    rated = log.select(log.outcome != BOTH_BAD)
    counts = np.bincount(rated.category).tolist()
    own, method = weigh_by_shares(log, shares_of(category=dict(zip(GAPS, counts, strict=True))), PLAIN)
    assert own.weight == pytest.approx(1.0, abs=1e-5)
    for line, other in zip(fit(own, method).contenders, fit(log, PLAIN).contenders, strict=True):
        assert line.contender == other.contender
        assert line.elo == pytest.approx(other.elo, abs=1e-3)
        assert (line.elo_high, line.sigma) == pytest.approx((other.elo_high, other.sigma), abs=1e-3)


def test_no_order_of_votes_changes_a_digit() -> None:
    log = disagreeing_log(2_000)
    shares = shares_of(category={"common": 1, "rare": 2}, language={"de": 1, "en": 1})
    shuffled = np.random.default_rng(1).permutation(len(log))
    moved = VoteLog.from_codes(
        contenders=log.contenders, voters=log.voters, prompts=log.prompts, categories=log.categories,
        languages=log.languages, position=np.arange(len(log)), left=log.left[shuffled], right=log.right[shuffled],
        outcome=log.outcome[shuffled], voter=log.voter[shuffled], prompt=log.prompt[shuffled],
        category=log.category[shuffled], language=log.language[shuffled],
    )  # fmt: skip
    one, two = (compute_board(each, OVERALL, PLAIN, shares) for each in (log, moved))
    assert one.output_hash == two.output_hash != compute_board(log, OVERALL, PLAIN).output_hash


def test_sum_of_weights_is_exact() -> None:
    own, _ = weigh_by_shares(disagreeing_log(999), shares_of(category={"common": 1, "rare": 2}), PLAIN)
    assert np.all(own.weight * 2**24 == np.round(own.weight * 2**24))


def test_sigma_of_rare_votes_that_weigh_much_is_wider() -> None:
    log = disagreeing_log()
    weighted = fit(*weigh_by_shares(log, shares_of(category={"common": 1, "rare": 19}), PLAIN)).contenders[0]
    own = fit(log.for_category("rare"), replace(PLAIN, anchors=("a", "b"))).contenders[0]
    # Nineteen parts of twenty rest on the votes of the rare category alone.
    assert weighted.sigma == pytest.approx(own.sigma, rel=0.15)
    assert (weighted.sigma or 0) > 1.5 * (fit(log, PLAIN).contenders[0].sigma or 0)


def test_groups_are_those_that_the_profile_lists() -> None:
    log = disagreeing_log()
    shares = Shares.from_numbers(
        "teams", {"group": {"one": 1, "two": 1}}, {"one": list(log.voters[:20]), "two": list(log.voters[20:120])}
    )
    own, method = weigh_by_shares(log, shares, PLAIN)
    weights = weigh_votes(own, method)[0]
    assert set(own.voter.tolist()) == set(range(120))
    assert weights[own.voter < 20].sum() == pytest.approx(weights.sum() / 2, rel=1e-6)


def test_overall_board_keeps_equal_categories_where_only_languages_have_shares() -> None:
    log = disagreeing_log()
    own, method = weigh_by_shares(log, shares_of(language={"de": 1, "en": 1}), board_method(OVERALL))
    weights = weigh_votes(own, method)[0]
    for ids in (own.category, own.language):
        assert np.bincount(ids, weights=weights) / weights.sum() == pytest.approx([0.5, 0.5], abs=1e-6)


def test_anchors_are_those_of_all_votes() -> None:
    log = disagreeing_log()
    result = fit(*weigh_by_shares(log, shares_of(category={"rare": 1}), METHOD))
    assert set(result.anchor) == set(fit(log).anchor)
    assert result.votes == np.count_nonzero(log.category == 1)


def test_board_of_a_category_takes_the_other_shares_only() -> None:
    log = disagreeing_log()
    key, both = BoardKey("category", "rare"), shares_of(category={"common": 1}, language={"de": 1, "en": 1})
    assert compute_board(log, key, PLAIN, both).votes == np.count_nonzero(log.category == 1)
    with pytest.raises(BadShares, match="says nothing of what this board divides"):
        compute_board(log, key, PLAIN, shares_of(category={"common": 1}))


def test_stratum_with_too_few_votes_is_refused_by_name() -> None:
    log = disagreeing_log(100)
    with pytest.raises(BadShares, match=r"category 'rare' has \d+ rated votes here, and a share needs 30") as refused:
        weigh_by_shares(log, shares_of(category={"common": 1, "rare": 1}), PLAIN)
    assert (refused.value.reason, refused.value.stratum, refused.value.least) == ("too_few", "rare", 30)
    with pytest.raises(BadShares, match="'fantasy' has 0 rated votes"):
        weigh_by_shares(log, shares_of(category={"fantasy": 1}), PLAIN)


def test_shares_that_cannot_hold_together_are_refused() -> None:
    log = disagreeing_log()
    # Without the votes on rare prompts in German, German has the share of its common prompts at most.
    apart = log.select((log.category == 0) == (log.language == 0))
    with pytest.raises(BadShares, match="no weights give all these shares at once"):
        weigh_by_shares(apart, shares_of(category={"common": 1, "rare": 1}, language={"de": 1, "en": 9}), PLAIN)


def test_levelled_strata_count_the_same_from_enough_votes_on() -> None:
    log = disagreeing_log()
    for kind in ("category", "language"):
        own, method = level_strata(log, kind, PLAIN)
        weights = weigh_votes(own, method)[0]
        ids = own.category if kind == "category" else own.language
        assert np.bincount(ids, weights=weights) == pytest.approx([weights.sum() / 2] * 2, rel=1e-6)
    few = disagreeing_log(60)
    own, method = level_strata(few, "category", PLAIN)
    weights = weigh_votes(own, method)[0]
    rare = (own.category == 1) & (own.outcome != BOTH_BAD)
    # 30 votes have the full say; the rare category counts in proportion to its votes.
    counts = np.bincount(own.category[own.outcome != BOTH_BAD])
    assert counts[1] < 30 <= counts[0]
    assert weights[rare].sum() / weights.sum() == pytest.approx((counts[1] / 30) / (1 + counts[1] / 30), rel=1e-5)


def test_levelled_voters_count_the_same() -> None:
    log = disagreeing_log(9_000)
    # A voter with all their votes, about thirty, and another with a third of theirs.
    own, method = level_voters(log.select((log.voter == 0) | (log.voter == 1) & (log.position < 3_000)), PLAIN)
    weights = weigh_votes(own, method)[0]
    sums, counts = (np.bincount(own.voter, weights=each)[:2] for each in (weights, own.outcome != BOTH_BAD))
    say = np.minimum(counts, 30)
    assert counts[1] < 15 < counts[0]
    assert sums == pytest.approx(say / say.sum() * counts.sum(), rel=1e-5)


@pytest.mark.parametrize(
    ("shares", "voters", "said"),
    [
        ({}, {}, "tables named category, language, group"),
        ({"country": {"de": 1}}, {}, "and no others"),
        ({"category": {}}, {}, "gives nothing"),
        ({"category": {"a": 0}}, {}, "gives nothing"),
        ({"category": {"a": -1, "b": 2}}, {}, "not negative"),
        ({"category": {"a": True}}, {}, "not negative"),
        ({"category": {"a": float("nan")}}, {}, "not negative"),
        ({"category": {"a": "1"}}, {}, "not negative"),
        ({"category": {"a": 1e-9, "b": 1}}, {}, "less than a millionth"),
        ({"group": {"g": 1}}, {}, "voters of each group"),
        ({"category": {"a": 1}}, {"g": ["v"]}, "voters of each group"),
        ({"group": {"g": 1, "h": 1}}, {"g": ["v"], "h": ["v"]}, "names a voter twice"),
        ({"group": {"g": 1}}, {"g": []}, "names of each group's voters"),
    ],
)
def test_bad_profile_is_refused(shares: object, voters: object, said: str) -> None:
    with pytest.raises(BadShares, match=said):
        Shares.from_numbers("mix", shares, voters)


def test_hash_is_of_shares_and_members_alone() -> None:
    one = Shares.from_numbers("one", {"category": {"a": 1, "b": 3}}, {})
    two = Shares.from_numbers("two", {"category": {"b": 0.75, "a": 0.25, "c": 0}}, {})
    other = Shares.from_numbers("one", {"category": {"a": 1, "b": 4}}, {})
    assert one.hash == two.hash != other.hash
    assert one.parts == {"category": {"a": 250_000, "b": 750_000}}


def test_rows_with_counts_weigh_as_their_votes_would() -> None:
    log = disagreeing_log(200)
    counted = replace(log, position=log.position * 10, times=np.full(len(log), 5))
    shares = shares_of(category={"common": 1, "rare": 2})
    one, two = (fit(*weigh_by_shares(each, shares, PLAIN)) for each in (counted, counted.expand()))
    assert one.output_hash == two.output_hash
