import numpy as np
import pytest
from hypothesis import given

from leaderboard.ratings.uncertainty import clusters
from leaderboard.ratings.uncertainty.clusters import clustered_variance, count_clusters, split_clusters
from tests.leaderboard.ratings.logs import Duel, duels, simulate, write_log


@pytest.fixture(params=[1, 1 << 21], ids=["one voter a block", "one block"])
def _block_size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "_BLOCK_CELLS", request.param)


@pytest.mark.usefixtures("_block_size")
def test_squares_are_summed_over_voters() -> None:
    log = simulate([0.0, 0.5, 1.0, 1.5], votes=300, voters=20, seed=1)
    rng = np.random.default_rng(2)
    residuals = rng.normal(size=300)
    design = np.zeros((300, 4))
    design[np.arange(300), log.left] = 1
    design[np.arange(300), log.right] = -1
    expected = np.zeros((4, 4))
    for voter in range(len(log.voters)):
        score = (design * residuals[:, None])[log.voter == voter].sum(axis=0)
        expected += np.outer(score, score)
    groups = len(np.unique(log.voter))
    split = split_clusters(log, log.voter)
    assert sum(block.sum_squares(residuals[block.rows], 4) for block in split.blocks) == pytest.approx(
        expected, abs=1e-9
    )
    towards = np.array([0.5, -1.0, 2.0, 0.0])
    found = clustered_variance(split, (design @ towards) * residuals, count_clusters(split, np.ones(300), 4))
    assert found == pytest.approx(towards @ expected @ towards * groups / (groups - 1), abs=1e-9)


def test_ids_beyond_sixteen_bits_stay_apart() -> None:
    # Equal in their lower 16 bits, or their lower 32.
    ids = np.array([7, 7 + (1 << 16), 7 + (1 << 33), 3, 7 + (1 << 16), 7, 3 + (1 << 33)])
    log = write_log([("a", "b", "left", "v")] * len(ids))
    split = split_clusters(log, ids)
    assert split.singles.rows.tolist() == [3, 6, 2]
    (block,) = split.blocks
    assert block.rows.tolist() == [0, 5, 1, 4]
    assert block.cluster.tolist() == [0, 0, 1, 1]


def test_variance_of_one_vote_each_is_the_plain_one_corrected() -> None:
    log = write_log([("a", "b", "left", f"v{index}") for index in range(10)])
    residuals = np.linspace(-1, 1, 10)
    blocks = split_clusters(log, log.voter)
    found = clustered_variance(blocks, residuals, count_clusters(blocks, np.ones(10), 2))
    assert found == pytest.approx(np.sum(residuals**2) * 10 / 9)


@given(duels())
def test_voters_are_counted_as_by_hand(rows: list[Duel]) -> None:
    log = write_log(rows)
    weights = (log.outcome != 3).astype(np.float64)
    counted = count_clusters(split_clusters(log, log.voter), weights, len(log.contenders))
    for index, name in enumerate(log.contenders):
        own = [(outcome, voter) for left, right, outcome, voter in rows if name in (left, right)]
        rated = [voter for outcome, voter in own if outcome != "both_bad"]
        shares = np.array([rated.count(voter) for voter in set(rated)])
        assert counted.distinct[index] == len({voter for _, voter in own})
        assert counted.rated[index] == len(shares)
        assert counted.effective[index] == pytest.approx(shares.sum() ** 2 / np.sum(shares**2) if rated else 0)
    assert counted.board == len({voter for _, _, outcome, voter in rows if outcome != "both_bad"})
