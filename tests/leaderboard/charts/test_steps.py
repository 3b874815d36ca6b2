"""Geometry of a rating by step."""

from leaderboard.charts.steps import Step, step_plot


def test_steps_stand_in_order_and_higher_values_higher() -> None:
    steps = [Step(2000, 1100, 1050, 1150), Step(500, 1000, None, None, faint=True), Step(1000, 1050, 1000, 1100)]
    plot = step_plot(steps, width=400, height=200, least=100)
    assert [dot.x for dot in plot.dots] == sorted(dot.x for dot in plot.dots)
    assert [dot.y for dot in plot.dots] == sorted((dot.y for dot in plot.dots), reverse=True)
    assert [dot.faint for dot in plot.dots] == [True, False, False]
    assert plot.dots[0].low is None
    assert all(plot.left <= tick.at <= plot.right for tick in plot.steps)
    assert plot.path.startswith("M")
    assert plot.path.count("L") == 2


def test_lone_step_is_in_the_middle() -> None:
    plot = step_plot([Step(3, 1000, None, None)], width=400, height=200, least=100)
    assert plot.dots[0].x == (plot.left + plot.right) / 2
