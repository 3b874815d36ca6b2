"""The draw, compared with the probabilities that it states (seeded, so every count is fixed)."""

from collections import Counter
from collections.abc import Sequence, Set
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from arena.voting.dealing.choice import (
    BOOST,
    UNIFORM_SHARE,
    UNKNOWN_VARIANCE,
    Draw,
    PromptImages,
    Shelf,
    Strengths,
    draw_matchup,
    draw_pair,
    order_prompts,
    pair_values,
)

UNKNOWN = float("nan")


def all_pairs(contenders: int) -> NDArray[np.int64]:
    return np.column_stack(np.triu_indices(contenders, k=1))


def known(*pairs: tuple[float, float]) -> Strengths:
    columns = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    return Strengths(mean=columns[:, 0], variance=columns[:, 1])


def prompt(number: int, *, contenders: int = 2, samples: int = 1, votes: int = 0) -> PromptImages:
    """A prompt whose image ids encode prompt, contender and sample: 1203 is sample 3 of contender 2 on prompt 1."""
    images = {
        contender: tuple(1000 * number + 100 * contender + sample for sample in range(samples))
        for contender in range(contenders)
    }
    return PromptImages(prompt_id=number, votes=votes, images=images)


def draw_first(
    rng: Random, shelves: Sequence[Shelf], *, size: int, seen: Set[int], exhausted: Set[int] = frozenset()
) -> Draw | None:
    """Draw from the first prompt in the order that has a pair left, as dealing does."""
    values = pair_values(known(*[(UNKNOWN, UNKNOWN)] * size))
    tried = (
        draw_matchup(rng, prompt, values=values, seen=seen)
        for prompt in order_prompts(rng, shelves, exhausted=exhausted)
    )
    return next((draw for draw in tried if draw is not None), None)


def draws(
    count: int, shelves: Sequence[Shelf], *, size: int, seen: Set[int] = frozenset(), exhausted: Set[int] = frozenset()
) -> list[Draw]:
    rng = Random(7)
    found = [draw_first(rng, shelves, size=size, seen=seen, exhausted=exhausted) for _ in range(count)]
    assert None not in found
    return [draw for draw in found if draw is not None]


def assert_shares(counts: Counter[int], expected: dict[int, float]) -> None:
    """Check that each count is within 4 standard errors of its expected share."""
    total = sum(counts.values())
    assert set(counts) == set(expected)
    for key, share in expected.items():
        assert abs(counts[key] / total - share) < 4 * (share * (1 - share) / total) ** 0.5


def test_draw_matchup_picks_categories_evenly_whatever_their_size() -> None:
    shelves = [Shelf([prompt(1)]), Shelf([prompt(number) for number in range(2, 9)])]
    chosen = Counter(1 if draw.prompt_id == 1 else 2 for draw in draws(4000, shelves, size=2))
    assert_shares(chosen, {1: 0.5, 2: 0.5})


def test_draw_matchup_picks_categories_by_their_weights() -> None:
    shelves = [Shelf([prompt(1)]), Shelf([prompt(2), prompt(3)], weight=3)]
    categories = Counter(min(draw.prompt_id, 2) for draw in draws(8000, shelves, size=2))
    assert_shares(categories, {1: 1 / 4, 2: 3 / 4})


def test_draw_matchup_prefers_prompts_with_fewer_votes() -> None:
    shelf = Shelf([prompt(1, votes=0), prompt(2, votes=1), prompt(3, votes=3)])
    chosen = Counter(draw.prompt_id for draw in draws(7000, [shelf], size=2))
    assert_shares(chosen, {1: 4 / 7, 2: 2 / 7, 3: 1 / 7})


@pytest.mark.parametrize("known_before", [0, 50, 97])
def test_draw_matchup_with_exhausted_prompts_keeps_the_odds_of_the_others(known_before: int) -> None:
    shelf = Shelf([prompt(number, votes=0 if number < 98 else 1) for number in range(100)])
    # One image of each of the first 97 is gone, so they have no pair left; for some that is known beforehand.
    seen = frozenset(1000 * number for number in range(97))
    chosen = Counter(
        draw.prompt_id for draw in draws(2000, [shelf], size=2, seen=seen, exhausted=frozenset(range(known_before)))
    )
    assert_shares(chosen, {97: 0.5, 98: 0.25, 99: 0.25})


def test_draw_matchup_with_an_exhausted_category_draws_evenly_from_the_others() -> None:
    shelves = [Shelf([prompt(1)]), Shelf([prompt(2), prompt(3)]), Shelf([prompt(4)])]
    chosen = Counter(draw.prompt_id for draw in draws(4000, shelves, size=2, seen={1000}))
    assert_shares(chosen, {2: 0.25, 3: 0.25, 4: 0.5})


def test_order_prompts_yields_each_that_is_not_exhausted_once() -> None:
    shelves = [Shelf([prompt(number, votes=number) for number in range(200)]), Shelf([prompt(200), prompt(201)])]
    exhausted = {200, 201, *range(0, 200, 3)}
    order = [each.prompt_id for each in order_prompts(Random(5), shelves, exhausted=exhausted)]
    assert sorted(order) == [number for number in range(200) if number % 3]
    assert order != sorted(order)
    assert list(order_prompts(Random(5), [], exhausted=exhausted)) == []


def test_shelf_order_goes_by_weight_at_every_place() -> None:
    # Weights so small that the quick draws nearly always miss the other two, which are then ordered by waiting times.
    shelf = Shelf([prompt(1), prompt(2, votes=9_999_999), prompt(3, votes=29_999_999)])
    rng = Random(3)
    orders = [tuple(each.prompt_id for each in shelf.order(rng, exhausted=frozenset())) for _ in range(2000)]
    assert_shares(Counter(order[1] for order in orders), {2: 0.75, 3: 0.25})
    assert {order[0] for order in orders} == {1}


def test_draw_matchup_with_nothing_left_is_none() -> None:
    shelf = Shelf([prompt(1, contenders=3)])
    for seen in ({1000, 1100}, {1000, 1100, 1200}):
        assert draw_first(Random(1), [shelf], size=3, seen=seen) is None
    assert draw_first(Random(1), [], size=3, seen=set()) is None


def test_draw_matchup_never_takes_seen_images_nor_one_contender_twice() -> None:
    shelf = Shelf([prompt(1, contenders=3, samples=3)])
    seen = frozenset({1000, 1001, 1102})
    for draw in draws(500, [shelf], size=3, seen=seen):
        assert not {draw.left, draw.right} & seen
        assert draw.left // 100 != draw.right // 100
        assert (draw.left // 100 % 10, draw.right // 100 % 10) == (draw.left_contender, draw.right_contender)


def test_draw_matchup_tosses_a_fair_coin_for_the_side_and_draws_samples_evenly() -> None:
    shelf = Shelf([prompt(1, contenders=2, samples=3)])
    found = draws(6000, [shelf], size=2)
    assert_shares(Counter(draw.left_contender for draw in found), {0: 0.5, 1: 0.5})
    samples = Counter(draw.left % 100 for draw in found)
    assert_shares(samples, {0: 1 / 3, 1: 1 / 3, 2: 1 / 3})


def test_draw_pair_states_the_probability_it_draws_with() -> None:
    values = pair_values(known((0.0, 0.02), (0.4, 0.02), (1.5, 0.3), (UNKNOWN, UNKNOWN)))
    rng = Random(11)
    counts: Counter[tuple[int, int]] = Counter()
    stated: dict[tuple[int, int], float] = {}
    for _ in range(20_000):
        first, second, propensity = draw_pair(rng, all_pairs(4), values)
        counts[first, second] += 1
        stated[first, second] = propensity
    assert sum(stated.values()) == pytest.approx(1)
    for pair, share in stated.items():
        assert abs(counts[pair] / 20_000 - share) < 4 * (share * (1 - share) / 20_000) ** 0.5
        assert share >= UNIFORM_SHARE / 6
    # A vote on the two best-known contenders is the least informative.
    assert min(stated, key=stated.__getitem__) == (0, 1)


def test_pair_values_with_known_strengths_follow_the_formula() -> None:
    narrow, wide = 0.001, 0.09
    values = pair_values(known((0.0, narrow), (1.0, narrow), (0.5, wide)))
    score = 1 / (1 + np.exp(-1.0))
    assert values[0, 1] == pytest.approx(np.log1p(score * (1 - score) * 2 * narrow))
    score = 1 / (1 + np.exp(-0.5))
    assert values[0, 2] == pytest.approx(BOOST * np.log1p(score * (1 - score) * (narrow + wide)))
    assert values == pytest.approx(values.T)
    assert not values.diagonal().any()


def test_pair_values_with_nothing_known_are_all_equal() -> None:
    values = pair_values(known(*[(UNKNOWN, UNKNOWN)] * 3))
    assert values.tolist() == [[0, 1, 1], [1, 0, 1], [1, 1, 0]]
    assert draw_pair(Random(1), all_pairs(3), values)[2] == pytest.approx(1 / 3)


def test_pair_values_with_one_unknown_take_it_for_average_and_wide() -> None:
    values = pair_values(known((1.0, 0.001), (2.0, 0.001), (UNKNOWN, UNKNOWN)))
    alike = pair_values(known((1.0, 0.001), (2.0, 0.001), (1.5, UNKNOWN_VARIANCE)))
    assert values == pytest.approx(alike)
