"""Properties that hold for any votes by any people on any prompts."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.ratings.columns.votelog import OUTCOMES, VoteLog
from leaderboard.ratings.methods import METHOD, Thresholds, estimate, fit
from tests.leaderboard.ratings.logs import Duel, duels, repeat_duel, write_log

SHOWN = replace(METHOD, thresholds=Thresholds(thin_votes=0))


@st.composite
def logs(draw: st.DrawFn, *, most: int = 30) -> VoteLog:
    """Votes among up to five contenders by up to six voters on up to four prompts in two categories."""
    rows = draw(duels(most=most))
    prompts = draw(st.lists(st.sampled_from("pqrs"), min_size=len(rows), max_size=len(rows)))
    return VoteLog.from_columns(
        position=range(len(rows)),
        left=[row[0] for row in rows],
        right=[row[1] for row in rows],
        outcome=[row[2] for row in rows],
        voter=[row[3] for row in rows],
        prompt=prompts,
        category=["photo" if prompt < "r" else "text" for prompt in prompts],
        language=["en"] * len(rows),
    )


def take(log: VoteLog, rows: list[int], *, weight: float = 1.0) -> VoteLog:
    """The rows in the given order, at new positions; the label tables stay complete."""
    columns = {name: getattr(log, name)[rows] for name in ("left", "right", "outcome", "voter", "prompt", "category")}
    return replace(
        log,
        **columns,
        position=np.arange(len(rows)),
        language=log.language[rows],
        weight=np.full(len(rows), weight),
    )


@given(logs(), st.randoms(use_true_random=False))
def test_any_order_of_votes_is_published_alike(log: VoteLog, random: object) -> None:
    rows = list(range(len(log)))
    random.shuffle(rows)  # type: ignore[attr-defined]
    assert fit(take(log, rows), SHOWN).output_hash == fit(log, SHOWN).output_hash


@given(logs())
def test_vote_split_in_two_halves_changes_no_estimate(log: VoteLog) -> None:
    log = log.compact()
    # Since version 3 no error is below that of single votes, and two halves seem to be two votes there.
    method = replace(METHOD, version="2")
    whole = estimate(log, method)
    halves = estimate(take(log, [row for row in range(len(log)) for _ in range(2)], weight=0.5), method)
    for name in ("elo", "se", "half_width", "gap_se"):
        assert getattr(halves, name) == pytest.approx(getattr(whole, name), abs=1e-6, nan_ok=True)
    assert halves.skills.mu == pytest.approx(whole.skills.mu, abs=1e-6)
    assert halves.skills.sigma == pytest.approx(whole.skills.sigma, abs=1e-6)


@given(logs())
def test_what_votes_have_in_common_makes_no_interval_narrower(log: VoteLog) -> None:
    log = log.compact()
    method = replace(METHOD, equal_category_weights=False)
    pooled, alone = estimate(log, method), estimate(log, replace(method, clusters=()))
    assert not np.any(pooled.half_width < 0.999 * alone.half_width)
    assert not np.any(pooled.gap_se < 0.999 * alone.gap_se)


@pytest.mark.parametrize("times", [1, 5])
def test_votes_that_balance_in_every_cell_are_no_certainty(times: int) -> None:
    rows = [(voter, prompt, side) for voter in "uv" for prompt in "pq" for side in ("left", "right")] * times
    log = VoteLog.from_columns(
        position=range(len(rows)),
        left=["a"] * len(rows),
        right=["b"] * len(rows),
        outcome=[side for *_, side in rows],
        voter=[voter for voter, *_ in rows],
        prompt=[prompt for _, prompt, _ in rows],
        category=["photo"] * len(rows),
        language=["en"] * len(rows),
    )
    pooled, alone = estimate(log), estimate(log, replace(METHOD, clusters=()))
    assert np.all(pooled.half_width >= alone.half_width)
    # The interval of 8 n coin tosses with the normal quantile.
    assert np.all(alone.half_width >= 173.7 * 1.96 / np.sqrt(8 * times) * 0.95)


@given(duels(), st.lists(st.tuples(st.sampled_from("aby"), st.sampled_from(OUTCOMES), st.sampled_from("uvs"))))
def test_votes_added_and_taken_back_leave_the_board_as_it_was(
    rows: list[Duel], added: list[tuple[str, str, str]]
) -> None:
    more = write_log([*rows, *(("z", name, outcome, voter) for name, outcome, voter in added)])
    back, plain = fit(more.select(slice(len(rows)))), fit(write_log(rows))
    assert back == plain


@given(duels(), st.sampled_from([("a", "b"), ("c", "a"), ("d", "e")]))
def test_one_more_win_lifts_the_winner_over_everybody(rows: list[Duel], pair: tuple[str, str]) -> None:
    winner, loser = pair
    # All contenders are there from the start.
    rows = [*rows, *((name, "f", "both_bad", "u") for name in "abcde")]
    before = estimate(write_log(rows)).theta
    after = estimate(write_log([*rows, (winner, loser, "left", "u")])).theta
    first, second = "abcdef".index(winner), "abcdef".index(loser)
    assert np.all(after[first] - after >= before[first] - before - 1e-9)
    assert np.all(after[second] - after <= before[second] - before + 1e-9)


@given(duels(), st.sampled_from("abcde"), st.lists(st.sampled_from(["left", "right", "tie"]), min_size=1, max_size=30))
def test_newcomer_who_meets_one_contender_moves_nobody(rows: list[Duel], rival: str, outcomes: list[str]) -> None:
    # Wins connect all of them, and the anchors are fixed before the newcomer arrives: only the prior could move them.
    ring = [duel for pair in ("ab", "bc", "cd", "de", "ea") for duel in repeat_duel(*pair, wins=2, losses=1)]
    early = replace(SHOWN, prior_sd=1e3, thresholds=Thresholds(0, 3, 2))
    old = [*ring, *rows]
    before = fit(write_log(old), early)
    after = fit(write_log([*old, *(("z", rival, outcome, f"n{at}") for at, outcome in enumerate(outcomes))]), early)
    assert after.anchor == before.anchor
    assert after.anchored_at == before.anchored_at is not None
    moved = {line.contender: line.elo for line in after.contenders}
    for line in before.contenders:
        assert moved[line.contender] == pytest.approx(line.elo, abs=0.05)
