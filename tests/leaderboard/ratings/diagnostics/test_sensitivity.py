"""A board under other weights: the same as rating the votes so weighted, and said where there is nothing to compare."""

from dataclasses import replace

import numpy as np
import pytest

from leaderboard.presentation.audit_report import describe_audit
from leaderboard.ratings.boards import OVERALL, BoardKey, board_method, compute_board
from leaderboard.ratings.columns.picture_gaps import PictureGaps, add_losses, keep_covered
from leaderboard.ratings.columns.shares import Shares
from leaderboard.ratings.columns.votelog import RIGHT, VoteLog
from leaderboard.ratings.diagnostics.audit import Beside, audit_slice, state_audit
from leaderboard.ratings.diagnostics.sensitivity import Sensitivity
from leaderboard.ratings.methods import fit
from leaderboard.ratings.parameters import METHOD
from tests.leaderboard.ratings.columns.test_strata import disagreeing_log
from tests.leaderboard.ratings.logs import simulate, write_log

SHARES = Shares.from_numbers("a mix", {"category": {"common": 1, "rare": 4}}, {})


def compare(log: VoteLog, key: BoardKey = OVERALL, **beside: object) -> Sensitivity:
    found = audit_slice(log, key, beside=Beside(**beside)).sensitivity  # type: ignore[arg-type]
    assert found is not None
    return found


def many_prompts(log: VoteLog, prompts: int) -> VoteLog:
    """The same votes on so many prompts, by turns."""
    names = tuple(f"p{index:03}" for index in range(prompts))
    return replace(log, prompts=names, prompt=(np.arange(len(log)) % prompts).astype(np.int32))


def test_published_and_shares_have_the_hashes_of_the_whole_boards() -> None:
    log = disagreeing_log()
    variants = {each.name: each for each in compare(log, shares=SHARES).variants}
    assert variants["published"].output_hash == compute_board(log, OVERALL).output_hash
    assert variants["shares"].output_hash == compute_board(log, OVERALL, shares=SHARES).output_hash
    lines = {line.contender: line for line in compute_board(log, OVERALL, shares=SHARES).contenders}
    for line in variants["shares"].lines:
        assert line.elo == pytest.approx(lines[line.contender].elo, abs=1e-6)
        assert (line.rank_low, line.rank_high) == (lines[line.contender].rank_low, lines[line.contender].rank_high)


def test_who_is_first_depends_on_the_weights_and_marks_say_so() -> None:
    found = compare(disagreeing_log(), shares=SHARES)
    variants = {each.name: each for each in found.variants}
    # Categories are equal on the overall board, and neither contender leads; by votes the common category decides.
    assert {line.contender for line in variants["published"].lines} == set(found.leaders) == {"a", "b"}
    assert (found.order, found.turned) == ("other", ("votes", "shares"))
    assert [line.beyond for line in variants["votes"].lines] == [True, True]
    assert [line.beyond for line in variants["published"].lines] == [False, False]
    assert {(each.name, each.reason) for each in found.left_out} == {
        ("categories", "same"), ("refusals", "unknown"), ("coverage", "same"),
    }  # fmt: skip


def test_order_that_all_weights_share_is_the_same() -> None:
    found = compare(simulate([1.5, 0.5, 0.0, -0.5], votes=4_000, voters=200, seed=4, prompts=40))
    assert (found.leaders, found.order, found.turned) == (("c00",), "same", ())
    assert len(found.variants) > 1


def test_board_of_a_category_does_not_weigh_categories() -> None:
    found = compare(disagreeing_log(), BoardKey("category", "rare"), shares=SHARES)
    reasons = {each.name: each.reason for each in found.left_out}
    # No voter has thirty votes here, so voters count in proportion to their votes.
    assert (reasons["categories"], reasons["votes"], reasons["voters"]) == ("one", "same", "same")
    assert reasons["shares"] == "nothing"
    assert [each.name for each in found.variants] == ["published", "languages"]


def test_stratum_with_too_few_votes_is_named() -> None:
    shares = Shares.from_numbers("a mix", {"category": {"common": 1, "fantasy": 4}}, {})
    (found,) = (each for each in compare(disagreeing_log(), shares=shares).left_out if each.name == "shares")
    assert (found.reason, found.kind, found.stratum, found.votes) == ("too_few", "category", "fantasy", 0)


def test_refused_prompts_are_lost_as_often_as_others_were_judged_there() -> None:
    log = many_prompts(simulate([0.5, 0.0, -0.5, 0.2], votes=4_000, voters=200, seed=5, bad=0.0), 20)
    keeps = (log.prompt >= 5) | ((log.left != 0) & (log.right != 0))
    log = log.select(keeps).compact()
    gaps = PictureGaps({}, {f"p{index:03}": ("c00", "c01") for index in range(5)})

    counted, refusals = add_losses(log, gaps, of=["c00", "c01", "c02"])
    added = counted.select(counted.position > log.position[-1])
    # c01 has votes on these prompts, so it made the pictures after all.
    assert (refusals, len(added)) == (5, 15)
    assert set(added.left.tolist()) == {0}
    assert set(added.outcome.tolist()) == {RIGHT}
    for place in range(5):
        votes = np.count_nonzero(log.prompt == place)
        assert added.weight[added.prompt == place].sum() == pytest.approx(2 * votes / 3, abs=1e-6)

    variant = next(each for each in compare(log, gaps=gaps).variants if each.name == "refusals")
    published = {line.contender: line.elo for line in compare(log).variants[0].lines}
    assert variant.counted == 5
    elos = {line.contender: line.elo or 0 for line in variant.lines}
    assert elos["c00"] < (published["c00"] or 0) - 20


def test_preliminary_contenders_refusals_do_not_count() -> None:
    log = many_prompts(simulate([0.5, 0.0], votes=100, voters=20, seed=6, bad=0.0), 4)
    gaps = PictureGaps({}, {"p000": ("newcomer",)})
    assert add_losses(log, gaps, of=["c00", "c01"]) == (log, 0)
    assert ("refusals", "none") in {(each.name, each.reason) for each in compare(log, gaps=gaps).left_out}


def test_common_prompts_are_those_that_all_ranked_contenders_have() -> None:
    log = many_prompts(simulate([0.5, 0.0, -0.5], votes=3_000, voters=1_000, seed=7), 10)
    missing = PictureGaps({"p000": ("c00",), "p001": ("newcomer",), "p002": ("c02",)}, {})
    keeps = log.select(~((log.prompt == 0) & ((log.left == 0) | (log.right == 0)))).compact()

    # c02 has votes on p002, so it has a picture, whatever the table says now.
    covered, prompts = keep_covered(keeps, missing, by=["c00", "c01", "c02"])
    assert (prompts, set(covered.prompt.tolist())) == (9, set(range(1, 10)))
    by_votes, prompts = keep_covered(keeps, None, by=["c00", "c01", "c02"])
    assert (prompts, len(by_votes)) == (9, len(covered))
    variant = next(each for each in compare(keeps, gaps=missing).variants if each.name == "coverage")
    anchors = fit(keeps, board_method(OVERALL)).anchor
    alone = fit(covered.compact(), replace(METHOD, anchors=anchors))
    assert (variant.counted, variant.output_hash) == (9, alone.output_hash)


def test_nothing_is_compared_without_votes_or_with_very_many_contenders() -> None:
    empty = write_log([("a", "b", "left", "v")]).select(slice(0))
    assert audit_slice(empty, OVERALL).sensitivity is None


def test_report_says_whether_the_order_depends_on_the_weights() -> None:
    text = "\n".join(describe_audit(audit_slice(disagreeing_log(), OVERALL, beside=Beside(SHARES))))
    assert "other weights: the leading group depends on the weights: some of it cannot be first under others" in text
    assert "    votes: " in text
    assert "a 1–1, b 2–2; 2 outside their published intervals" in text
    assert "refusals: not compared (unknown)" in text


def test_facts_are_plain_and_name_what_was_given() -> None:
    gaps = PictureGaps({"p000": ("a",)}, {})
    audit = audit_slice(disagreeing_log(300), OVERALL, beside=Beside(SHARES, gaps))
    facts = state_audit(audit)["sensitivity"]
    assert (facts["shares"], facts["shares_name"], facts["gaps"]) == (SHARES.hash, "a mix", gaps.hash)
    assert facts["variants"][0]["name"] == "published"
    assert set(facts["variants"][0]["lines"][0]) == {
        "contender", "elo", "elo_low", "elo_high", "rank_low", "rank_high", "beyond",
    }  # fmt: skip
