"""Running several at a time: results in order, and an error that ends it."""

import os
from time import sleep

import pytest

from leaderboard.ratings.threads import run_all


@pytest.mark.parametrize("votes", [0, 10**9])
def test_results_stand_in_the_order_of_their_items(votes: int) -> None:
    assert run_all(str, range(100), votes=votes) == [str(number) for number in range(100)]
    assert run_all(str, [], votes=votes) == []


def test_system_that_does_not_tell_which_cores_are_free_runs_all_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert run_all(str, range(10), votes=10**9) == [str(number) for number in range(10)]


@pytest.mark.parametrize("votes", [0, 10**9])
def test_what_had_not_begun_before_an_error_is_left(votes: int) -> None:
    begun: list[int] = []

    def run(item: int) -> None:
        begun.append(item)
        if item == 3:
            raise ValueError(item)
        sleep(0.01)

    with pytest.raises(ValueError, match="3"):
        run_all(run, range(1000), votes=votes)
    assert len(begun) < 1000
