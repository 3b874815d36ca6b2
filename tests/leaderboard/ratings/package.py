"""The trueskill package, the oracle of the sequential replay."""

import warnings

with warnings.catch_warnings():
    # Its docstrings hold invalid escapes, which Python reports whenever it compiles them afresh.
    warnings.simplefilter("ignore")
    import trueskill


def exact_package(draw_probability: float) -> trueskill.TrueSkill:
    """The package with its parameters, on exact tails of the normal instead of its own approximation."""
    return trueskill.TrueSkill(draw_probability=draw_probability, backend="scipy")


def draw_margin(package: trueskill.TrueSkill) -> float:
    """The margin of performance within which two contenders draw."""
    return float(trueskill.calc_draw_margin(package.draw_probability, 2, package))


def rate_duel(
    package: trueskill.TrueSkill, one: trueskill.Rating, two: trueskill.Rating, *, drawn: bool
) -> tuple[trueskill.Rating, trueskill.Rating]:
    """Both ratings after a vote for the first, or a tie."""
    first, second = trueskill.rate_1vs1(one, two, drawn=drawn, env=package)
    return first, second
