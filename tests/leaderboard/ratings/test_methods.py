from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.methods import METHOD, BoardResult, ContenderResult, Method, Thresholds, fit
from tests.leaderboard.ratings.logs import Duel, duels, from_arrays, repeat_duel, simulate, write_log

SHOWN = replace(METHOD, thresholds=Thresholds(thin_votes=0))
# Only established contenders get rank ranges; here every contender with an interval is established.
RANKED = replace(METHOD, thresholds=Thresholds(3, 1, 1))


def lines_of(result: BoardResult) -> dict[str, ContenderResult]:
    return {line.contender: line for line in result.contenders}


def elos(result: BoardResult) -> dict[str, float]:
    return {line.contender: line.elo for line in result.contenders if line.elo is not None}


def test_fit_of_an_empty_log_is_an_empty_board() -> None:
    result = fit(write_log([]))
    assert (result.contenders, result.votes, result.voters, result.anchor) == ((), 0, 0, ())
    assert (result.anchored_at, result.position_effect) == (None, None)
    assert len(result.input_hash) == len(result.output_hash) == 64


def test_fit_counts_every_appearance() -> None:
    rows = [*repeat_duel("a", "b", wins=3, losses=1, ties=2, bad=2), ("b", "a", "left", "a-b-0")]
    a, b = fit(write_log(rows)).contenders
    assert (a.contender, a.wins, a.losses, a.ties, a.both_bad) == ("a", 3, 2, 2, 2)
    assert (b.wins, b.losses) == (2, 3)
    assert (a.votes, a.rated_votes, a.voters) == (9, 7, 8)
    assert (a.win_rate, a.floor_rate) == (4 / 7, 2 / 9)


def test_fit_of_a_log_of_only_both_bad_has_floor_records_and_no_numbers() -> None:
    result = fit(write_log(repeat_duel("a", "b", bad=5)))
    assert [(line.level, line.elo, line.both_bad) for line in result.contenders] == [("thin", None, 5)] * 2
    assert result.position_effect is None


def test_thin_contender_has_no_numbers_and_stands_last() -> None:
    rows = [*repeat_duel("b", "c", wins=3, losses=3), *repeat_duel("a", "b", wins=2)]
    line = fit(write_log(rows)).contenders[-1]
    assert (line.contender, line.level, line.wins) == ("a", "thin", 2)
    numbers = (line.elo, line.elo_low, line.elo_se, line.mu, line.conservative, line.rank_low, line.rank_elo)
    assert set(numbers) == {None}


def test_levels_follow_votes_and_voters() -> None:
    many = [*repeat_duel("a", "b", wins=200, losses=200)]
    assert {line.level for line in fit(write_log(many)).contenders} == {"established"}
    assert {line.level for line in fit(write_log(many[190:210])).contenders} == {"preliminary"}
    few_voters = [(left, right, outcome, f"v{index % 4}") for index, (left, right, outcome, _) in enumerate(many)]
    assert {line.level for line in fit(write_log(few_voters)).contenders} == {"preliminary"}


def test_wide_interval_has_a_wide_rank_range_except_by_the_method_of_older_snapshots() -> None:
    wide = write_log(repeat_duel("a", "b", wins=20, losses=20))
    for line in fit(wide).contenders:
        assert (line.level, line.rank_low, line.rank_high) == ("established", 1, 2)
    older = replace(METHOD, thresholds=Thresholds(established_half_width=50.0))
    for line in fit(wide, older).contenders:
        assert (line.level, line.rank_low, line.rank_high) == ("preliminary", None, None)
    assert older.as_record()["thresholds"]["established_half_width"] == 50.0
    assert "established_half_width" not in METHOD.as_record()["thresholds"]


def test_board_of_version_2_is_computed_as_it_was() -> None:
    log = simulate([0.0, 0.4, 0.8, 1.2, 1.6], votes=900, voters=12, seed=21, prompts=30)
    older = fit(log, replace(METHOD, version="2"))
    assert older.output_hash == "126f7b758cf88270442493cadc482eef42a6e3d72483da183306c3a52a4b6575"
    assert older.method.as_record()["version"] == "2"
    assert fit(log).output_hash != older.output_hash


def test_newcomer_has_no_range_and_widens_nobodys() -> None:
    log = simulate([0.0, 0.5, 1.0, 1.5], votes=2000, voters=40, seed=6, bad=0.0, prompts=60)
    few = write_log(repeat_duel("c03", "new", wins=2, losses=6))
    grown = log.append(replace(few, position=few.position + 2000))
    for version, among in (("2", 5), ("3", 4)):
        before, after = (lines_of(fit(votes, replace(METHOD, version=version))) for votes in (log, grown))
        assert (after["new"].level, after["new"].rank_low) == ("preliminary", None)
        assert after["c00"].rank_high == among
        assert before["c00"].rank_high == 4
    assert after["new"].p_first is None
    ranked = [line for name, line in after.items() if name != "new"]
    assert sum(line.p_first or 0 for line in ranked) == pytest.approx(1)


def test_range_of_ranks_and_chance_of_being_first_do_not_contradict_each_other() -> None:
    sure, out = 0, 0
    for seed in range(25):
        log = simulate([0, 0.4, 0.8, 1.2, 1.6, 2.2], votes=1200, voters=12, seed=seed, prompts=40)
        for line in fit(log).contenders:
            assert line.p_first is not None
            assert line.rank_low is not None
            if line.rank_high == 1:
                assert line.p_first > 0.94
                sure += 1
            if line.rank_low > 1:
                assert line.p_first < 0.06
                out += 1
    assert min(sure, out) > 3


def test_unknown_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version"):
        Method(version="1")


def test_contender_of_one_prompt_is_established_without_an_interval_and_with_every_place() -> None:
    rows = write_log(repeat_duel("a", "b", wins=30, losses=10))
    for line in fit(replace(rows, prompts=("one",), prompt=np.zeros_like(rows.prompt))).contenders:
        assert (line.level, line.elo_low, line.rank_low, line.rank_high) == ("established", None, 1, 2)


def test_both_bad_does_not_move_a_rating() -> None:
    rows = repeat_duel("a", "b", wins=6, losses=4)
    plain, with_bad = fit(write_log(rows)), fit(write_log([*rows, *repeat_duel("a", "b", bad=50)]))
    assert elos(plain) == elos(with_bad)


def test_one_voter_has_no_interval_and_no_rank_range() -> None:
    rows = [("a", "b", "left", "u")] * 40 + [("a", "b", "right", "u")] * 20
    for line in fit(write_log(rows)).contenders:
        assert line.elo is not None
        assert (line.elo_low, line.elo_high, line.elo_se, line.rank_low, line.level) == (None,) * 4 + ("preliminary",)
        assert line.effective_voters == 1.0


def test_one_dominant_voter_among_two_has_no_interval() -> None:
    rows = [("a", "b", "left", "u")] * 99 + [("a", "b", "right", "v")]
    assert all(line.elo_low is None for line in fit(write_log(rows)).contenders)


def test_two_equal_voters_have_the_widest_t_interval() -> None:
    rows = [("a", "b", "left", "u")] * 6 + [("a", "b", "right", "v")] * 6
    # From version 3 on the votes themselves add a little to the one degree of freedom.
    for version, tolerance in (("2", 1e-6), ("3", 0.05)):
        line = fit(write_log(rows), replace(RANKED, version=version)).contenders[0]
        assert line.elo is not None
        assert line.elo_high is not None
        assert line.elo_se is not None
        assert line.elo_high - line.elo == pytest.approx(12.706204736 * line.elo_se, rel=tolerance)
        assert (line.rank_low, line.rank_high) == (1, 2)


def test_all_ties_are_equal_with_a_finite_interval() -> None:
    a, b = fit(write_log(repeat_duel("a", "b", ties=40))).contenders
    assert a.elo == b.elo == 1000
    assert a.elo_high is not None
    assert 1005 < a.elo_high < 1100
    assert (a.rank_elo, b.rank_elo, a.flags) == (1, 1, ())


def test_undefeated_is_flagged_first_and_wide() -> None:
    rows = [*repeat_duel("a", "b", wins=500), *repeat_duel("b", "c", wins=300, losses=300)]
    result = lines_of(fit(write_log(rows)))
    a = result["a"]
    assert (a.rank_elo, a.flags) == (1, ("separated",))
    assert result["b"].flags == result["c"].flags == ()
    assert a.elo is not None
    assert a.elo_low is not None
    assert a.elo - a.elo_low > 100


def test_never_winning_is_below_the_rest() -> None:
    rows = [*repeat_duel("a", "c", wins=10), *repeat_duel("b", "c", wins=10), *repeat_duel("a", "b", wins=9, losses=1)]
    result = fit(write_log(rows))
    assert [line.contender for line in result.contenders] == ["a", "b", "c"]
    assert lines_of(result)["c"].flags == ("separated",)


def test_disconnected_groups_are_flagged_and_never_ranked_against_each_other() -> None:
    rows = [
        *repeat_duel("a", "b", wins=900, losses=100),
        *repeat_duel("c", "d", wins=1000, losses=1000),
    ]
    result = lines_of(fit(write_log(rows), RANKED))
    assert all(line.flags == ("disconnected", "separated") for line in result.values())
    assert (result["a"].rank_low, result["a"].rank_high) == (1, 3)
    assert (result["b"].rank_low, result["b"].rank_high) == (2, 4)
    assert (result["c"].rank_low, result["c"].rank_high) == (1, 4)


def test_preliminary_contender_has_numbers_and_claims_no_rank() -> None:
    for line in fit(write_log(repeat_duel("a", "b", wins=8, losses=2))).contenders:
        assert line.level == "preliminary"
        assert line.elo_low is not None
        assert (line.rank_low, line.rank_high) == (None, None)


@given(duels())
def test_fit_of_any_log_is_finite_and_consistent(rows: list[Duel]) -> None:
    result = fit(write_log(rows), SHOWN)
    for line in result.contenders:
        assert line.votes == line.wins + line.losses + line.ties + line.both_bad
        for value in (line.elo, line.mu, line.sigma, line.elo_se, line.effective_voters):
            assert value is None or np.isfinite(value)
        if line.elo_low is not None and line.elo is not None and line.elo_high is not None:
            assert line.elo_low <= line.elo <= line.elo_high
        if line.rank_low is not None and line.rank_high is not None and line.rank_elo is not None:
            assert 1 <= line.rank_low <= line.rank_high <= len(result.contenders)


@given(duels(), st.permutations("abcde"))
def test_relabelling_changes_only_labels(rows: list[Duel], names: list[str]) -> None:
    renamed = dict(zip("abcde", names, strict=True))
    plain = lines_of(fit(write_log(rows), SHOWN))
    moved = lines_of(fit(write_log([(renamed[a], renamed[b], outcome, voter) for a, b, outcome, voter in rows]), SHOWN))
    for name, line in plain.items():
        other = moved[renamed[name]]
        assert line.elo == pytest.approx(other.elo, abs=1e-6)
        assert (line.elo_se is None) == (other.elo_se is None)
        assert line.elo_se is None or line.elo_se == pytest.approx(other.elo_se, abs=1e-6)
        assert line.mu == pytest.approx(other.mu, abs=1e-6)
        assert (line.wins, line.flags) == (other.wins, other.flags)


@given(duels())
def test_side_swap_changes_nothing_but_the_side_bias(rows: list[Duel]) -> None:
    other_side = {"left": "right", "right": "left"}
    plain = fit(write_log(rows), SHOWN)
    swapped = fit(write_log([(b, a, other_side.get(outcome, outcome), voter) for a, b, outcome, voter in rows]), SHOWN)
    assert swapped.output_hash == plain.output_hash
    if plain.position_effect and swapped.position_effect:
        assert plain.position_effect.logit == pytest.approx(-swapped.position_effect.logit, abs=1e-9)


@given(duels(most=25).flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))))
def test_order_of_votes_leaves_the_bits_of_elo_alone(pair: tuple[list[Duel], list[Duel]]) -> None:
    assert elos(fit(write_log(pair[0]), SHOWN)) == elos(fit(write_log(pair[1]), SHOWN))


@given(duels(most=20), st.integers(2, 5))
def test_more_copies_of_the_votes_widen_every_gap(rows: list[Duel], copies: int) -> None:
    # With more votes the prior shrinks less, so the whole board spreads.
    once, often = (list(elos(fit(write_log(rows * times), SHOWN)).values()) for times in (1, copies))
    assert max(often) - min(often) >= max(once) - min(once) - 1e-6


def test_half_weights_equal_half_the_votes() -> None:
    rows = repeat_duel("a", "b", wins=6, losses=2)
    single, double = fit(write_log(rows)), fit(write_log(rows * 2, weight=[0.5] * 16))
    for line, other in zip(single.contenders, double.contenders, strict=True):
        assert line.elo == pytest.approx(other.elo, abs=1e-9)
        # That a voter gives the same answer twice says something of tastes, so the errors differ a little.
        assert line.elo_se == pytest.approx(other.elo_se, rel=0.05)


def test_votes_of_weight_zero_count_but_do_not_rate() -> None:
    rows = repeat_duel("a", "b", wins=6, losses=2)
    plain = fit(write_log(rows))
    extended = fit(write_log([*rows, *repeat_duel("b", "a", wins=9)], weight=[1.0] * 8 + [0.0] * 9))
    assert elos(plain) == elos(extended)
    assert lines_of(extended)["a"].losses == 11


def test_overall_weighs_categories_equally() -> None:
    busy = write_log(repeat_duel("a", "b", wins=900, losses=100), category="photo")
    rare = repeat_duel("a", "b", wins=20, losses=180)
    both = VoteLog.from_columns(
        position=range(1200),
        left=["a"] * 1200,
        right=["b"] * 1200,
        outcome=[("left", "right")[code] for code in busy.outcome] + [outcome for _, _, outcome, _ in rare],
        voter=[f"v{index}" for index in range(1200)],
        prompt=[f"p{index}" for index in range(1200)],
        category=["photo"] * 1000 + ["anime"] * 200,
        language=["en"] * 1200,
    )
    equal = fit(both)
    assert elos(equal)["a"] == pytest.approx(elos(equal)["b"], abs=1e-9)
    by_vote = elos(fit(both, replace(METHOD, equal_category_weights=False)))
    assert by_vote["a"] > by_vote["b"] + 200


def test_first_vote_in_a_new_category_moves_the_overall_board_as_one_vote_does() -> None:
    log = simulate(np.linspace(0.9, -0.9, 5), votes=3000, voters=100, seed=4, bad=0.0)
    for news, most in ((1, 2.0), (30, 50.0)):
        rows = [(4, 0)] * news
        grown = VoteLog.from_codes(
            contenders=log.contenders,
            voters=[*log.voters, *(f"w{index}" for index in range(news))],
            prompts=[*log.prompts, "q"],
            categories=[*log.categories, "new"],
            languages=log.languages,
            position=np.arange(3000 + news),
            left=np.r_[log.left, [left for left, _ in rows]],
            right=np.r_[log.right, [right for _, right in rows]],
            outcome=np.r_[log.outcome, np.zeros(news, dtype=int)],
            voter=np.r_[log.voter, len(log.voters) + np.arange(news)],
            prompt=np.r_[log.prompt, np.full(news, len(log.prompts))],
            category=np.r_[log.category, np.full(news, len(log.categories))],
            language=np.zeros(3000 + news, dtype=int),
        )
        before, after = elos(fit(log)), elos(fit(grown))
        assert max(abs(after[name] - before[name]) for name in before) < most


def test_side_bias_is_found_with_its_error() -> None:
    effect = fit(simulate([0.0, 0.3, 0.6], votes=20_000, voters=500, seed=5, side=0.3)).position_effect
    assert effect is not None
    assert effect.se is not None
    # A tie counts half, which shrinks the logit: here a fifth of the answers are ties, whatever the sides.
    assert 0.2 < effect.logit < 0.3
    assert 0.01 < effect.se < 0.03


def test_newcomer_moves_nobody_after_the_epoch_began() -> None:
    rng = np.random.default_rng(8)
    old = simulate(np.linspace(-0.8, 0.8, 10), votes=20_000, voters=400, seed=7, ties=0.0, bad=0.0)
    rivals = rng.integers(0, 10, 2000)
    prefer = rng.random(2000) < 1 / (1 + np.exp(np.linspace(-0.8, 0.8, 10)[rivals] - 1.7))
    grown = from_arrays(
        np.r_[old.left, np.full(2000, 10)],
        np.r_[old.right, rivals],
        np.r_[old.outcome, np.where(prefer, 0, 1)],
        np.r_[old.voter, rng.integers(0, 400, 2000)],
    )
    plain = replace(METHOD, equal_category_weights=False)
    before, after = fit(old, plain), fit(grown, plain)
    assert before.anchored_at == after.anchored_at is not None
    assert before.anchor == after.anchor == old.contenders
    assert elos(after)["c10"] > 1200
    assert np.mean([elos(after)[name] for name in after.anchor]) == pytest.approx(1000, abs=1e-9)
    assert max(abs(elos(after)[name] - elos(before)[name]) for name in before.anchor) < 3


def test_bad_parameters_are_refused() -> None:
    with pytest.raises(ValueError, match="scales"):
        Method(prior_sd=0)
    with pytest.raises(ValueError, match="probabilities"):
        Method(draw_probability=1.0)


def test_every_established_row_has_a_range_and_no_other_row_has_one() -> None:
    votes = [
        *repeat_duel("a", "b", wins=40, losses=20),
        *repeat_duel("b", "c", wins=12),
        *repeat_duel("d", "a", wins=2),
    ]
    for line in fit(write_log(votes)).contenders:
        rated = line.rated_votes
        level = "thin" if rated < 3 else "preliminary" if rated < 30 else "established"
        assert line.level == level
        assert (line.rank_low is None, line.rank_high is None) == (level != "established",) * 2


def test_votes_say_what_they_are_worth_where_that_is_little() -> None:
    log = simulate([0.0, 0.5], votes=200, voters=40, seed=1, prompts=4)
    for line in fit(log).contenders:
        worth = line.find_worth()
        assert worth is not None
        assert worth == ("prompt", line.effective_prompts)
        assert 3.5 < worth[1] <= 4
        assert line.find_worth(("voter",)) is None
        assert replace(line, level="thin").find_worth() is None
