"""Pooled variance components: what they find in worlds of known tastes, and limiting cases."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.coverage import Tally, count_world, find_truth
from benchmarks.worlds import Setting, draw_world
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.methods import METHOD, estimate
from leaderboard.ratings.parameters import Cluster
from leaderboard.ratings.uncertainty.pooling import Pooled
from tests.leaderboard.ratings.logs import repeat_duel, simulate, write_log

PLAIN = replace(METHOD, equal_category_weights=False)


def pooled(log: VoteLog, clusters: tuple[Cluster, ...] = ("voter", "prompt")) -> Pooled:
    found = estimate(log, replace(PLAIN, clusters=clusters)).pooled
    assert found is not None
    return found


def draw(setting: Setting, votes: int, seed: int) -> VoteLog:
    rng = np.random.default_rng(seed)
    world = draw_world(rng, setting, votes)
    return world.vote(rng, world.worth(rng.normal(0, 0.4, 8)))


def mean_components(setting: Setting, votes: int, worlds: int) -> list[float]:
    found = [pooled(draw(setting, votes, seed)) for seed in range(worlds)]
    return [float(np.mean([one.common[index].pooled for one in found])) for index in (0, 1)]


def test_components_are_found_with_few_voters_and_prompts_as_with_many() -> None:
    # Averaged over people and prompts, logits are smaller by about (1 + 0.35 × variance of a gap)^½, here 1.17.
    truth = mean_components(Setting(400, zipf=False, taste=0.6, images=0.4, prompts=400, margin=0.0), 40_000, 1)
    few = mean_components(Setting(10, zipf=True, taste=0.6, images=0.4, prompts=20, margin=0.0), 1_500, 50)
    assert truth[0] == pytest.approx(0.36 / 1.17**2, rel=0.15)
    assert truth[1] == pytest.approx(0.16 / 1.17**2, rel=0.15)
    assert few == pytest.approx(truth, rel=0.25)


def test_votes_without_tastes_or_luck_have_errors_as_if_independent() -> None:
    log = simulate(np.linspace(0, 1, 6), votes=6000, voters=300, seed=1, ties=0.0, bad=0.0, prompts=200)
    found = pooled(log)
    assert found.dispersion == pytest.approx(1, abs=0.05)
    assert [common.pooled for common in found.common] == pytest.approx([0, 0], abs=0.03)
    alone = pooled(log, ())
    assert alone.common == ()
    assert found.spread.between() == pytest.approx(alone.spread.between(), rel=0.1, abs=1e-12)


def test_ties_make_votes_scatter_less() -> None:
    log = simulate(np.zeros(4), votes=4000, voters=200, seed=2, ties=0.5, bad=0.0, prompts=100)
    assert pooled(log).dispersion == pytest.approx(0.5, abs=0.03)


def test_contender_that_divides_people_has_a_wider_interval() -> None:
    rng = np.random.default_rng(5)
    setting = Setting(60, zipf=False, taste=0.0, images=0.0, prompts=200, margin=0.0)
    world = draw_world(rng, setting, 12_000)
    world.taste[:, 0] = rng.normal(0, 1.5, 60)
    found = estimate(world.vote(rng, world.worth(np.zeros(8))), PLAIN)
    assert found.pooled is not None
    each = found.pooled.common[0].each
    assert each[0] > 1
    assert np.max(each[1:]) < 0.3
    assert found.half_width[0] > 2 * np.max(found.half_width[1:])


def test_few_voters_leave_few_degrees_of_freedom_and_few_prompts_too() -> None:
    def middle(voters: int, prompts: int) -> float:
        log = draw(Setting(voters, zipf=False, taste=0.6, images=0.6, prompts=prompts), 1_200, 3)
        return float(np.median(estimate(log, PLAIN).effective))

    assert middle(3, 200) < middle(12, 200) < middle(80, 200)
    assert middle(80, 3) < middle(80, 12) < middle(80, 200)


def test_one_voter_says_nothing_of_others() -> None:
    rows = [*repeat_duel("a", "b", wins=20, losses=20), *repeat_duel("b", "c", wins=20, losses=20)]
    one = write_log([(left, right, outcome, "v") for left, right, outcome, _ in rows])
    found = estimate(one, PLAIN)
    assert np.isnan(found.half_width).all()


@pytest.mark.parametrize(("voters", "unequal"), [(5, 0.0), (20, 0.6)])
def test_intervals_hold_and_are_narrower_than_those_of_version_2(voters: int, unequal: float) -> None:
    setting = Setting(voters, zipf=True, taste=0.5, images=0.4, prompts=50, unequal=unequal)
    rng, tallies = np.random.default_rng(11), (Tally(), Tally())
    for _ in range(25):
        strength = rng.normal(0, 0.6, 8)
        world = draw_world(rng, setting, 1_000, strength=strength)
        log, truth = world.vote(rng, world.worth(strength)), find_truth(strength, world)
        for version, tally in zip(("2", "3"), tallies, strict=True):
            count_world(log, *truth, replace(METHOD, version=version), tally)
    before, now = tallies
    assert np.mean(now.held) > 0.93
    assert np.mean(now.widths) < np.mean(before.widths)
    assert np.mean(now.boards_held) >= 0.95
    assert np.mean(now.places) < np.mean(before.places)
