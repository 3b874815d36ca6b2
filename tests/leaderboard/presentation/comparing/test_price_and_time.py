"""Who stands on the frontier of price and rating."""

from leaderboard.presentation.comparing.price_and_time import find_chain, find_frontier


def test_only_whom_no_cheaper_one_surely_beats_is_on_the_frontier() -> None:
    costs = [0.01, 0.01, 0.05, 0.05, 0.2]
    # The third beats the fourth at the same price; the fifth costs most and is surely better than all but the third.
    better = {(0, 1), (2, 3), (2, 0), (4, 0), (4, 1), (4, 3)}
    best = find_frontier(costs, lambda one, two: (one, two) in better)
    assert best == {0, 2, 4}
    assert find_chain(costs, best, lambda one, two: (one, two) in better) == (0, 2)


def test_without_sure_differences_all_stay() -> None:
    assert find_frontier([3.0, 1.0, 2.0], lambda one, two: False) == {0, 1, 2}
    assert find_chain([3.0, 1.0, 2.0], {0, 1, 2}, lambda one, two: False) == (1,)
