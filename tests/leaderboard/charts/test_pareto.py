"""Ratings against a cost: places, whiskers, round ticks, and labels that cover nothing."""

from leaderboard.charts.pareto import Offer, pareto_plot


def offer(label: str, cost: float, value: float, *, best: bool = False, faint: bool = False) -> Offer:
    return Offer(label, "", cost, value, value - 20, value + 20, best, faint)


def test_costs_are_placed_by_their_logarithm() -> None:
    offers = [offer("a", 0.01, 1000), offer("b", 0.1, 1050), offer("c", 1.0, 1100)]
    plot = pareto_plot(offers, [0, 2], width=880, height=400, write=lambda cost: f"{cost:g}")
    first, middle, last = plot.dots
    assert middle.x - first.x == last.x - middle.x
    assert first.y > middle.y > last.y
    assert first.low is not None
    assert first.low > first.y
    assert [tick.label for tick in plot.costs][:3] == ["0.01", "0.02", "0.05"]
    assert plot.path == f"M{first.x} {first.y}L{last.x} {last.y}"


def test_labels_of_the_frontier_come_first_and_none_covers_another() -> None:
    crowd = [offer(f"contender {n}", 0.01, 1000 + n, best=n == 29) for n in range(30)]
    plot = pareto_plot(crowd, [], width=358, height=330, write=str)
    labels = [dot.label for dot in plot.dots if dot.label]
    assert plot.dots[29].label is not None
    assert 0 < len(labels) < 30
    assert len({(label.x, label.y) for label in labels}) == len(labels)


def test_one_offer_has_an_axis() -> None:
    plot = pareto_plot([offer("a", 0.04, 1000, faint=True)], [0], width=358, height=330, write=str)
    assert plot.left < plot.dots[0].x < plot.right
    assert plot.path == ""
