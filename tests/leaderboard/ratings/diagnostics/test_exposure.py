from hypothesis import given

from leaderboard.ratings.columns.votelog import VoteRow
from leaderboard.ratings.diagnostics.exposure import ContenderExposure, measure_exposure
from tests.leaderboard.ratings.logs import Duel, duels, from_rows, write_log


def test_exposure_counts_sides_prompts_and_opponents() -> None:
    log = from_rows(
        [
            VoteRow(1, "a", "b", "left", "u", "p", "k", "en"),
            VoteRow(2, "b", "a", "both_bad", "v", "p", "k", "en"),
            VoteRow(3, "a", "c", "tie", "u", "q", "k", "en"),
        ]
    )
    found = measure_exposure(log)
    assert found.contenders == (
        ContenderExposure("a", votes=3, on_left=2, prompts=2, opponents=2),
        ContenderExposure("b", votes=2, on_left=1, prompts=1, opponents=1),
        ContenderExposure("c", votes=1, on_left=0, prompts=1, opponents=1),
    )
    assert (found.prompts, found.pairs_met, found.pairs, found.ratio) == (2, 2, 3, 3.0)
    empty = measure_exposure(log.select(slice(0, 0)))
    assert (empty.contenders, empty.prompts, empty.pairs_met, empty.pairs, empty.ratio) == ((), 0, 0, 0, None)


@given(duels())
def test_exposure_adds_up(rows: list[Duel]) -> None:
    found = measure_exposure(write_log(rows))
    assert sum(line.votes for line in found.contenders) == 2 * len(rows)
    assert sum(line.on_left for line in found.contenders) == len(rows)
    assert sum(line.opponents for line in found.contenders) == 2 * found.pairs_met <= 2 * found.pairs
